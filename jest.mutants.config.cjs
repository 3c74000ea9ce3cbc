/** Every mutant of every policy: minutes, where `npm test` takes a sample. */
const base = require("./jest.base.cjs");

module.exports = {
  ...base,
  roots: ["<rootDir>/__tests__/policy/mutants"],
  testMatch: ["**/*.whole.ts"],
  maxWorkers: 2,
  testTimeout: 900_000,
};
