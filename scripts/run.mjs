// Compiles one TypeScript entry point (and the worker that it may start) with esbuild and runs it.
// ts-node would type-check on every start: seconds and hundreds of MB that `synth` does not need (`npm run bench`).
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const [entry, ...args] = process.argv.slice(2);
const outFile = join(root, "build", entry.replace(/\.ts$/, ".js"));
const WORKER = "cli/synth-worker.ts";
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
  if (![outFile, inputsFile, join(root, "build", "cli", "synth-worker.js")].every(existsSync)) return false;
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
  const { buildSync } = await import("esbuild");
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry, WORKER],
    outdir: "build",
    outbase: ".",
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "linked",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  for (const { path, contents } of outputFiles) update(path, contents);
  const inputs = [...Object.keys(metafile.inputs), "package-lock.json", "tsconfig.json", "scripts/run.mjs"];
  const made = stamps(inputs);
  // What was changed meanwhile may or may not have been read.
  if (made.every(({ mtimeMs }) => mtimeMs < start)) update(inputsFile, JSON.stringify(made));
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
