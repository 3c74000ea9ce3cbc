/** Every mutant of every policy, attacks from outside and by detours, and ten times the fuzzing of `npm test`: minutes. */
const base = require("./jest.base.cjs");

process.env.FUZZ_RUNS ??= "10000";

module.exports = {
  ...base,
  roots: ["<rootDir>/__tests__/policy", "<rootDir>/__tests__/fleet"],
  testMatch: ["**/*.whole.ts", "**/fuzz.test.ts"],
  maxWorkers: 2,
  testTimeout: 900_000,
};
