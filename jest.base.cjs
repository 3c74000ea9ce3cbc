/** What the three test tiers share. swc only strips types; `npm run typecheck` checks them. */
module.exports = {
  testEnvironment: "node",
  runtime: "<rootDir>/jest.runtime.cjs",
  transform: {
    "/fleet/schema-validators\\.ts$": "<rootDir>/scripts/validators.cjs",
    "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }],
  },
  modulePathIgnorePatterns: ["<rootDir>/build/", "<rootDir>/cdktf.out/"],
};
