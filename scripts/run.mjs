// Compiles one TypeScript entry point (and the worker that it may start) with esbuild and runs it.
// ts-node would type-check on every start: seconds and hundreds of MB that `synth` does not need (`npm run bench`).
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const [entry, ...args] = process.argv.slice(2);
const compiledFile = (source) => join(root, "build", source.replace(/\.ts$/, ".js"));
const outFile = compiledFile(entry);
/** What must be compiled with it: `synth` and the commands may start workers. */
const entries = ["main.ts", "cli/main.ts"].includes(entry) ? [entry, "cli/synth-worker.ts"] : [entry];
/** Besides the sources; npm writes the first whenever it installs. */
const SURROUNDINGS = [
  "node_modules/.package-lock.json",
  "package.json",
  "tsconfig.json",
  "scripts/run.mjs",
  "scripts/validators.cjs",
  "fleet/schema-ajv.ts",
];
const inputsFile = `${outFile}.inputs.json`;

if (!existsSync(join(root, "node_modules", "esbuild"))) {
  console.error("tenantscope: the dependencies are not installed. Run `npm ci` first.");
  process.exit(1);
}

/** Changes whenever one of the files does. */
const stamps = (paths) =>
  paths.map((path) => {
    const { mtimeMs, size } = statSync(join(root, path), { throwIfNoEntry: false }) ?? {};
    return { path, mtimeMs, size };
  });

/** Whether nothing has changed since the last compilation: it then takes as long as synthesising ten tenants. */
function upToDate() {
  if (![...entries.map(compiledFile), inputsFile].every(existsSync)) return false;
  const before = readFileSync(inputsFile, "utf8");
  return before === JSON.stringify(stamps(JSON.parse(before).map(({ path }) => path)));
}

/** In one step, since another run may be reading the file. */
function update(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

async function compile() {
  const start = Date.now();
  const [esbuild, { validators }] = await Promise.all([import("esbuild"), import("./validators.cjs")]);
  const precompiledSchemas = {
    name: "precompiled schemas",
    setup: ({ onLoad }) =>
      onLoad({ filter: /[\\/]fleet[\\/]schema-validators\.ts$/ }, () => ({
        contents: validators(root),
        loader: "js",
      })),
  };
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: "build",
    outbase: ".",
    bundle: true,
    // Dependencies, too: to find and read the hundreds of files of CDKTF's takes longer than to build a tenant.
    mainFields: ["module", "main"],
    external: ["esbuild"],
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: "error",
    plugins: [precompiledSchemas],
  });
  await esbuild.stop();
  for (const { path, contents } of outputFiles) update(path, contents);
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith("node_modules/"));
  const inputs = [...own, ...SURROUNDINGS];
  const made = stamps(inputs);
  // What was changed meanwhile may or may not have been read.
  if (made.every(({ mtimeMs = 0 }) => mtimeMs < start)) update(inputsFile, JSON.stringify(made));
}

if (!upToDate()) {
  try {
    await compile();
  } catch (error) {
    if (error.errors === undefined) throw error;
    process.exit(1); // esbuild has already printed where the source is wrong
  }
}
process.argv = [process.argv[0], outFile, ...args];
// Only then: Node reads the source map of every module that it loads, CDKTF's hundreds included.
if (process.env.DEBUG) process.setSourceMapsEnabled(true);
createRequire(import.meta.url)(outFile);
