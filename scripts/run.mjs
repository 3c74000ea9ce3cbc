// Compiles one TypeScript entry point (and the workers it may start) with esbuild and runs it.
// ts-node would type-check on every start: seconds and hundreds of MB that `synth` does not need (`npm run bench`).
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);

if (!existsSync(join(root, "node_modules", "esbuild"))) {
  console.error("tenantscope: the dependencies are not installed. Run `npm ci` first.");
  process.exit(1);
}
const { buildSync } = await import("esbuild");

const outFile = join(root, "build", entry.replace(/\.ts$/, ".js"));
try {
  buildSync({
    absWorkingDir: root,
    entryPoints: [entry, "cli/synth-worker.ts"],
    outdir: "build",
    outbase: ".",
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "inline",
    logLevel: "error",
  });
} catch {
  process.exit(1); // esbuild has already printed where the source is wrong
}
process.argv = [process.argv[0], outFile, ...args];
process.setSourceMapsEnabled(true);
createRequire(import.meta.url)(resolve(outFile));
