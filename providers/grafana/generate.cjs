// Makes the bindings in lib/ from description.json: `npm ci` runs it, and a change of the description asks for `npm run prepare`.
const { mkdtempSync, readFileSync, readdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { providerSchema } = require("./schema.cjs");

// The generator would ask for a newer version of itself.
process.env.CHECKPOINT_DISABLE ??= "1";

const { CodeMaker } = require("codemaker");
// The package's own entry needs jsii-pacmak, which it does not declare: hence the path inside it.
const {
  TerraformProviderGenerator,
} = require("@cdktf/provider-generator/lib/get/generator/provider-generator");
const ts = require("typescript");

const here = __dirname;
const read = (name) => JSON.parse(readFileSync(join(here, name), "utf8"));
const source = "grafana/grafana";
const target = { name: "grafana", source, version: read("package.json").version };
/** Terraform's name of a provider starts with its registry, of which nothing that is generated depends. */
const fqpn = `any/${source}`;

class Generator extends TerraformProviderGenerator {
  /** There is one provider, so no search for what matches the target. */
  getProviderByConstraint() {
    return fqpn;
  }
}

/** The generator writes TypeScript; prebuilt providers are JavaScript with declarations, and so is this. */
function compile(folder, outDir) {
  const files = readdirSync(folder, { withFileTypes: true })
    // The rest is barrels, which nobody here may import.
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name, "index.ts"));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    declaration: true,
    skipLibCheck: true,
    outDir,
    rootDir: folder,
    types: [],
  });
  const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  if (problems.length === 0) return;
  const host = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => here,
    getNewLine: () => "\n",
  };
  throw new Error(ts.formatDiagnostics(problems, host));
}

async function main() {
  // Inside this folder, so that the sources find `cdktf` as every other file here does.
  const sources = mkdtempSync(join(here, ".sources-"));
  try {
    const code = new CodeMaker();
    new Generator(code, providerSchema(fqpn, read("description.json"))).generate(target);
    await code.save(sources);
    const lib = join(here, "lib");
    rmSync(lib, { recursive: true, force: true });
    compile(join(sources, "providers", "grafana"), lib);
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
}

void main();
