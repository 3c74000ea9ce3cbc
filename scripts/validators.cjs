const { createHash } = require("node:crypto");
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

/** What the functions are made of, from the program's folder. */
const SOURCES = ["fleet/schema-ajv.ts", "fleet/schema-files.ts", "scripts/validators.cjs"];
const SCHEMAS = "fleet/schema";

/** Source of functions that check the schemas, in the place of the module that compiles them on every start. */
function validators(root) {
  const { outputFiles } = require("esbuild").buildSync({
    absWorkingDir: root,
    entryPoints: ["fleet/schema-ajv.ts"],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    write: false,
  });
  const module = { exports: {} };
  new Function("module", "require", outputFiles[0].text)(module, require);
  const ajv = module.exports.schemaAjv(true);
  const code = require("ajv/dist/standalone").default(ajv, { central: "central", tenant: "tenant" });
  return `${code}\nexports.validatorOf = (name) => exports[name];`;
}

module.exports = {
  validators,
  /** Jest's transformer of that module: what is tested is what runs, and no test file compiles the schemas. */
  process: (_source, _path, { config: { rootDir } }) => ({ code: validators(rootDir) }),
  getCacheKey: (_source, _path, { config: { rootDir } }) =>
    [...SOURCES, ...readdirSync(join(rootDir, SCHEMAS)).map((name) => join(SCHEMAS, name))]
      .reduce((hash, file) => hash.update(readFileSync(join(rootDir, file))), createHash("sha256"))
      .digest("hex"),
};
