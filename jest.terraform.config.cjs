/** Terraform core against the synthesised stacks. One worker: the steps of a life cycle share a state. */
const base = require("./jest.base.cjs");

module.exports = {
  ...base,
  roots: ["<rootDir>/e2e/terraform"],
  testMatch: ["**/*.test.ts"],
  maxWorkers: 1,
  testTimeout: 900_000,
};
