/** Unit, synth and policy tests. They need only what `npm ci` installs. */
const base = require("./jest.base.cjs");

module.exports = {
  // One of two cores would be left idle otherwise.
  maxWorkers: "100%",
  ...base,
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testTimeout: 60_000,
};
