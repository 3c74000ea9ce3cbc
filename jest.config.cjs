/** Unit, synth and policy tests. They need only what `npm ci` installs. */
const base = require("./jest.base.cjs");

module.exports = {
  ...base,
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testTimeout: 60_000,
};
