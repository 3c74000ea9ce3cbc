/** Checkov over what the program synthesises. */
const base = require("./jest.base.cjs");

module.exports = {
  ...base,
  roots: ["<rootDir>/e2e/scan"],
  testMatch: ["**/*.test.ts"],
  testTimeout: 600_000,
};
