/** The data plane with real collectors, Prometheus and applications. One worker: the machine is the fixture. */
const base = require("./jest.base.cjs");

module.exports = {
  ...base,
  roots: ["<rootDir>/e2e/dataplane"],
  testMatch: ["**/*.test.ts"],
  maxWorkers: 1,
  testTimeout: 900_000,
};
