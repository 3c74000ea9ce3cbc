/** The data plane with real collectors, Prometheus and applications; the rules with promtool and amtool. They wait more than they compute: two at a time. */
const base = require("./jest.base.cjs");

module.exports = {
  ...base,
  roots: ["<rootDir>/e2e/dataplane", "<rootDir>/e2e/dashboards", "<rootDir>/e2e/rules"],
  testMatch: ["**/*.test.ts"],
  maxWorkers: 2,
  testTimeout: 900_000,
};
