import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { tenantName, writeFleet } from "../../bench/generate";
import { synthesiseFleet, type SynthesisOptions } from "../../cli/synth-fleet";
import { synthesisePlain } from "../../cli/synth-plain";
import { loadFleet } from "../../fleet/load";
import type { Fleet } from "../../fleet/types";

const ROOT = join(__dirname, "..", "..");
const WORKER = join(ROOT, "build", "cli", "synth-worker.js");
/** Every kind of tenant, and a second batch that is not full. */
const GENERATED = 15;

let work: string;
let example: Fleet;
/** Its output. The first test compares it with plain CDKTF's. */
let made: string;
/** Folder of a fleet of generated tenants. */
let generatedRoot: string;
let generated: Fleet;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "tenantscope-synth-test-"));
  generatedRoot = join(work, "generated");
  writeFleet(generatedRoot, GENERATED);
  example = loadFleet(ROOT);
  generated = loadFleet(generatedRoot);
  // Compiles the workers.
  expect(run(ROOT, ["--help"]).status).toBe(0);
  made = newFolder();
  await synthesise(example, made);
});

afterAll(() => {
  rmSync(work, { recursive: true });
});

let folders = 0;
const newFolder = (): string => join(work, `out-${String(folders++)}`);

/** A folder with the example's output, as an earlier run has left it. */
function outputOfExample(): string {
  const folder = newFolder();
  cpSync(made, folder, { recursive: true });
  return folder;
}

/** Paths and contents of all files below a folder. */
const files = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path): [string, string] => [relative(folder, path), readFileSync(path, "utf8")])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const synthesise = (fleet: Fleet, outdir: string, options: Partial<SynthesisOptions> = {}) =>
  synthesiseFleet(fleet, { outdir, tenants: [], ...options });

const warnings = (fleet: Fleet): string => fleet.warnings.map((warning) => `warning: ${warning}\n`).join("");

/** `npm run synth`, in a process of its own. */
const run = (cwd: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [join(ROOT, "scripts", "run.mjs"), "main.ts", ...args], {
    cwd,
    encoding: "utf8",
    env: {
      ...process.env,
      ...{ CDKTF_OUTDIR: undefined, TENANTSCOPE_WORKERS: undefined, TENANTSCOPE_PHASE: undefined },
      ...env,
    },
  });

function plain(root: string): Record<string, string> {
  const outdir = newFolder();
  // The traces are CDKTF's default; Jest would map each of them back to the source, for minutes.
  const capture = jest.spyOn(Error, "captureStackTrace").mockImplementation(() => undefined);
  try {
    synthesisePlain(root, { outdir });
  } finally {
    capture.mockRestore();
  }
  return files(outdir);
}

/** The functions' code in the central stack's folder; CDKTF adds hashes to the names. */
const FUNCTIONS = [
  "alert-routing_router_function",
  "grafana_token_admin",
  "traces_admin",
  "traces_proxy",
].map((name) => `stacks/central/assets/${name}_code/function.zip`);
const withoutHashes = (path: string): string => path.replace(/_[0-9A-F]{8}\/[0-9a-f]{32}\//, "/");

describe("the output is plain CDKTF's, byte for byte", () => {
  test("of the example fleet, run after run", async () => {
    const expected = plain(ROOT);
    expect(files(made)).toEqual(expected);
    const outdir = outputOfExample();
    const inode = (): number => statSync(join(outdir, "stacks", "tenant-acme", "cdk.tf.json")).ino;
    const before = inode();
    await synthesise(example, outdir);
    expect(files(outdir)).toEqual(expected);
    // What has not changed is not written anew.
    expect(inode()).toBe(before);
    expect(Object.keys(expected).map(withoutHashes)).toEqual([
      "manifest.json",
      ...FUNCTIONS,
      ...["central", "grafana", "limits", "tenant-acme", "tenant-globex", "tenant-initech"].map(
        (stack) => `stacks/${stack}/cdk.tf.json`,
      ),
    ]);
  });

  test("of 15 tenants, with and without workers", async () => {
    const expected = plain(generatedRoot);
    expect(Object.keys(expected)).toHaveLength(GENERATED + 4 + FUNCTIONS.length);
    const outdir = newFolder();
    await synthesise(generated, outdir);
    expect(files(outdir)).toEqual(expected);

    const { status, stdout, stderr } = run(generatedRoot, [], { TENANTSCOPE_WORKERS: "2" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: warnings(generated) });
    expect(stdout).toContain(`\n${String(GENERATED + 3)} stacks, `);
    expect(files(join(generatedRoot, "cdktf.out"))).toEqual(expected);
  });

  test("stack traces are back afterwards", async () => {
    const traced = (): boolean => {
      const subject: { stack?: string } = {};
      Error.captureStackTrace(subject);
      return subject.stack !== undefined;
    };
    const outdir = outputOfExample();
    await synthesise(example, outdir, { tenants: ["acme"] });
    expect(traced()).toBe(true);
    await expect(synthesise(broken(example), outdir, { tenants: ["initech"] })).rejects.toThrow(TypeError);
    expect(traced()).toBe(true);
  });
});

/** A fleet as validation would never let it through: building its last tenant throws. */
const broken = (fleet: Fleet): Fleet => ({
  ...fleet,
  tenants: [
    ...fleet.tenants.slice(0, -1),
    ...fleet.tenants.slice(-1).map((tenant) => ({ ...tenant, services: null as never })),
  ],
});

describe("what was in the output before", () => {
  test("stacks that are gone go, and all that is not synthesised stays", async () => {
    const outdir = outputOfExample();
    const acme = join(outdir, "stacks", "tenant-acme");
    mkdirSync(join(acme, ".terraform"));
    writeFileSync(join(acme, ".terraform", "terraform.tfstate"), "providers");
    writeFileSync(join(acme, ".terraform.lock.hcl"), "lock");
    writeFileSync(join(acme, "cdk.tf"), "left by another output format");
    mkdirSync(join(outdir, "stacks", "mine"));
    writeFileSync(join(outdir, "stacks", "mine", "notes"), "mine");
    mkdirSync(join(outdir, ".synth-4194305-left"));
    mkdirSync(join(outdir, `.synth-${String(process.pid)}-other`));

    await synthesise({ ...example, tenants: example.tenants.slice(0, 1) }, outdir);
    expect(readdirSync(join(outdir, "stacks")).sort()).toEqual([
      "central",
      "grafana",
      "limits",
      "mine",
      "tenant-acme",
    ]);
    expect(readdirSync(acme).sort()).toEqual([".terraform", ".terraform.lock.hcl", "cdk.tf.json"]);
    expect(readFileSync(join(acme, ".terraform.lock.hcl"), "utf8")).toBe("lock");
    // Another run's, which has not ended.
    expect(readdirSync(outdir).filter((name) => name.startsWith(".synth-"))).toEqual([
      `.synth-${String(process.pid)}-other`,
    ]);
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as { stacks: object };
    expect(Object.keys(stacks)).toEqual(["central", "grafana", "limits", "tenant-acme"]);
  });

  test.each([
    ["in this thread", {}],
    ["in workers", { workers: 2, workerFile: WORKER }],
  ])("a failure leaves it as it was (%s)", async (_, options) => {
    const outdir = newFolder();
    await expect(synthesise(broken(generated), outdir, options)).rejects.toThrow(/null/);
    expect(existsSync(outdir)).toBe(false);

    const filled = outputOfExample();
    await expect(synthesise(broken(generated), filled, options)).rejects.toThrow(/null/);
    expect(files(filled)).toEqual(files(made));
    expect(readdirSync(filled).sort()).toEqual(["manifest.json", "stacks"]);
  });

  test("so does an interrupt between two batches", async () => {
    const outdir = newFolder();
    const controller = new AbortController();
    const onProgress = jest.fn(() => {
      controller.abort(new Error("enough"));
    });
    const interrupted = synthesise(generated, outdir, { onProgress, signal: controller.signal });
    await expect(interrupted).rejects.toThrow("enough");
    expect(onProgress).toHaveBeenCalledTimes(1);
    expect(existsSync(outdir)).toBe(false);
  });
});

describe("named tenants", () => {
  /** Marks every file, so that one that is written anew shows. */
  function mark(outdir: string): void {
    for (const path of Object.keys(files(outdir))) {
      if (path !== "manifest.json") appendFileSync(join(outdir, path), "\n");
    }
  }

  test("only their folders and entries are written", async () => {
    const outdir = outputOfExample();
    const expected = files(outdir);
    mark(outdir);
    const marked = files(outdir);
    const written = await synthesise(example, outdir, { tenants: ["globex"] });
    expect(written.map(({ manifest }) => manifest.name)).toEqual(["tenant-globex"]);
    const globex = "stacks/tenant-globex/cdk.tf.json";
    expect(files(outdir)).toEqual({ ...marked, [globex]: expected[globex] });
  });

  test("without an earlier output the stack that they depend on comes along", async () => {
    const outdir = newFolder();
    const written = await synthesise(example, outdir, { tenants: ["initech", "acme", "acme"] });
    expect(written.map(({ manifest }) => manifest.name)).toEqual([
      "central",
      "tenant-acme",
      "tenant-initech",
    ]);
    const { "manifest.json": manifest, ...stacks } = files(outdir);
    expect(files(made)).toMatchObject(stacks);
    expect(Object.keys(stacks)).toHaveLength(3 + FUNCTIONS.length);
    const entries = JSON.parse(manifest ?? "") as { stacks: Record<string, { dependencies: string[] }> };
    expect(Object.entries(entries.stacks).map(([name, { dependencies }]) => [name, dependencies])).toEqual([
      ["central", []],
      ["tenant-acme", ["central"]],
      ["tenant-initech", ["central"]],
    ]);
  });

  test("leave stacks alone that the manifest does not know", async () => {
    const outdir = outputOfExample();
    rmSync(join(outdir, "manifest.json"));
    const stacks = files(outdir);
    await synthesise(example, outdir, { tenants: ["acme"] });
    expect(files(outdir)).toMatchObject(stacks);
  });

  test("that do not exist are an error, with the name that may be meant", async () => {
    const outdir = newFolder();
    await expect(synthesise(example, outdir, { tenants: ["acme", "globx", "nobody"] })).rejects.toThrow(
      /^there is no tenant "globx", did you mean "globex"\?\nthere is no tenant "nobody", choose one of those that `npx tenantscope list` shows$/,
    );
    expect(existsSync(outdir)).toBe(false);
  });

  test("cannot join a manifest that is none", async () => {
    const outdir = newFolder();
    mkdirSync(outdir);
    writeFileSync(join(outdir, "manifest.json"), "{");
    await expect(synthesise(example, outdir, { tenants: ["acme"] })).rejects.toThrow(
      /manifest\.json is not a manifest of CDKTF's; delete it/,
    );
    expect(readdirSync(outdir)).toEqual(["manifest.json"]);
  });
});

describe("the command", () => {
  test("says nothing under the cdktf CLI and writes where that says", () => {
    const outdir = newFolder();
    const { status, stdout, stderr } = run(ROOT, ["acme"], { CDKTF_OUTDIR: outdir });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: warnings(example) });
    expect(readdirSync(join(outdir, "stacks")).sort()).toEqual(["central", "tenant-acme"]);
  });

  test("tells mistakes of the user without a stack trace, and writes nothing", () => {
    const root = join(work, "mistakes");
    cpSync(generatedRoot, root, { recursive: true, filter: (path) => !path.includes("cdktf.out") });
    const unknown = run(root, ["tenant0O07"]);
    expect([unknown.status, unknown.stdout, unknown.stderr]).toEqual([
      1,
      "",
      `${warnings(generated)}there is no tenant "tenant0O07", did you mean "tenant0007"?\n`,
    ]);
    const threads = run(root, [], { TENANTSCOPE_WORKERS: "many" });
    expect([threads.status, threads.stdout, threads.stderr]).toEqual([
      1,
      "",
      'TENANTSCOPE_WORKERS must be a number from 0 (none) to 99, not "many"\n',
    ]);
    writeFileSync(join(root, "tenants", `${tenantName(3)}.json`), "{");
    const fleet = run(root);
    expect([fleet.status, fleet.stdout]).toEqual([1, ""]);
    expect(fleet.stderr).toMatch(/^tenants\/tenant0003\.json:1:\d+ /);
    expect(fleet.stderr).not.toMatch(/^\s+at /m);
    expect(run(root, ["--fast"]).status).toBe(2);
    expect(existsSync(join(root, "cdktf.out"))).toBe(false);
  });

  test("stops at Ctrl-C and leaves nothing behind", async () => {
    const root = join(work, "interrupted");
    writeFleet(root, 200);
    const child = spawn(process.execPath, [join(ROOT, "scripts", "run.mjs"), "main.ts"], {
      cwd: root,
      env: { ...process.env, CDKTF_OUTDIR: undefined, TENANTSCOPE_WORKERS: "2" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise((resolve) => child.on("close", resolve));
    const outdir = join(root, "cdktf.out");
    while (!existsSync(outdir) && child.exitCode === null) await setTimeout(5);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(said).toMatch(/^(warning: .*\n)*interrupted, the output is as it was\n$/);
    expect(existsSync(outdir)).toBe(false);
  });
});
