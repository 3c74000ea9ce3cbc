/** Terraform core against the synthesised stacks. The files share nothing; the steps in one share a state. */
const base = require("./jest.base.cjs");

module.exports = {
  ...base,
  roots: ["<rootDir>/e2e/terraform"],
  testMatch: ["**/*.test.ts"],
  maxWorkers: 2,
  testTimeout: 900_000,
};
