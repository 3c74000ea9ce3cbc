import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build } from "esbuild";
import { CODE, codeChange, isCode } from "../../cli/affected-code";
import { failure } from "../../cli/failure";
import { loadFleet } from "../../fleet/load";
import { affectedSince, stackText } from "../fixtures/fleet/fake-program";
import {
  type FleetFiles,
  goodFiles,
  makeFolder,
  removeFolders,
  writeFiles,
} from "../fixtures/fleet/fleet-folder";
import { deployedFleet, git } from "../fixtures/fleet/git-fleet";

const listening = [process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")];

afterEach(() => {
  removeFolders();
  jest.restoreAllMocks();
});

const repository = join(__dirname, "..", "..");

const lock = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages });
const LOCK = {
  "": { name: "x" },
  "node_modules/a": { version: "1.0.0" },
  "node_modules/b": { version: "1.0.0", dev: true },
};

/** A program that writes a stack as its revision says, as far as `affected` can tell one from the real program. */
const program = (
  stacks: Readonly<Record<string, string>> = { central: "{}", "tenant-acme": "{}" },
): FleetFiles => ({
  "main.ts": "",
  "package-lock.json": lock(LOCK),
  "stacks/tenant.ts": "1",
  "scripts/run.mjs": `
    import { mkdirSync, writeFileSync } from "node:fs";
    for (const [name, text] of Object.entries(${JSON.stringify(stacks)})) {
      mkdirSync(process.env.CDKTF_OUTDIR + "/stacks/" + name, { recursive: true });
      writeFileSync(process.env.CDKTF_OUTDIR + "/stacks/" + name + "/cdk.tf.json", text);
    }`,
});

/** A repository with fleet and program, in which `changes` have been made since. */
function changed(changes: FleetFiles, removed: readonly string[] = []): string {
  const root = deployedFleet({
    ...goodFiles(),
    ...program(),
    "docs/a.md": "a",
    "cli/list.ts": "a",
    "cli/synth.ts": "a",
  });
  writeFiles(root, changes);
  for (const file of removed) rmSync(join(root, file));
  return root;
}

const change = (root: string) => codeChange(root, root, git(root, "rev-parse", "HEAD").trim());

describe("what of the program has changed", () => {
  test.each<[string, FleetFiles, object]>([
    ["nothing", {}, { kind: "same" }],
    [
      "data, documentation, tests, another command",
      {
        "central.json": "{}",
        "docs/a.md": "b",
        "README.md": "b",
        "modules/README.md": "b",
        "__tests__/a.test.ts": "b",
        "cli/list.ts": "b",
      },
      { kind: "same" },
    ],
    ["a source", { "stacks/tenant.ts": "2" }, { kind: "changed", files: ["stacks/tenant.ts"] }],
    ["an untracked source", { "lib/new.ts": "2" }, { kind: "changed", files: ["lib/new.ts"] }],
    ["how it synthesises", { "cli/synth.ts": "2" }, { kind: "changed", files: ["cli/synth.ts"] }],
    [
      "a package",
      {
        "package-lock.json": lock({ ...LOCK, "node_modules/a": { version: "2.0.0" } }),
        "stacks/tenant.ts": "2",
      },
      { kind: "dependencies", files: ["package-lock.json"] },
    ],
    [
      "a package for development",
      { "package-lock.json": lock({ ...LOCK, "node_modules/b": { version: "2.0.0", dev: true } }) },
      { kind: "same" },
    ],
    [
      "a lock that is none",
      { "package-lock.json": "<<<<<<<" },
      { kind: "dependencies", files: ["package-lock.json"] },
    ],
    [
      "generated bindings",
      { "providers/grafana/description.json": "{}" },
      { kind: "dependencies", files: ["providers/grafana/description.json"] },
    ],
  ])("%s", (_, files, expected) => {
    expect(change(changed(files))).toEqual(expected);
  });

  test("a source that is gone, a lock that is gone", () => {
    expect(change(changed({}, ["stacks/tenant.ts"]))).toEqual({
      kind: "changed",
      files: ["stacks/tenant.ts"],
    });
    expect(change(changed({}, ["package-lock.json"]))).toEqual({
      kind: "dependencies",
      files: ["package-lock.json"],
    });
  });

  test("a program that came later, lies elsewhere, or is installed in the repository", () => {
    const later = deployedFleet(goodFiles());
    writeFiles(later, program());
    expect(change(later)).toEqual({ kind: "absent" });
    const elsewhere = makeFolder(program());
    const commit = git(later, "rev-parse", "HEAD").trim();
    expect(codeChange(elsewhere, later, commit)).toEqual({ kind: "elsewhere" });
    const installed = join(later, "node_modules", "tenantscope");
    writeFiles(later, { ".gitignore": "node_modules/" });
    writeFiles(installed, program());
    expect(codeChange(installed, later, commit)).toEqual({ kind: "elsewhere" });
  });
});

describe("stacks when the program has changed", () => {
  /** The present program is the stand-in, the earlier one writes `then`. */
  async function since(
    then: Readonly<Record<string, string>>,
    files: FleetFiles = { "stacks/tenant.ts": "2" },
  ) {
    const root = deployedFleet({ ...goodFiles(), ...program(then) }, "sub");
    mkdirSync(join(root, "node_modules"));
    writeFiles(root, files);
    return affectedSince(root, { program: root });
  }

  test("the earlier program is run; all that differs is told, a contract of another shape as well", async () => {
    expect(await since({ elsewhere: "{}" })).toMatchObject({
      code: { kind: "changed" },
      lines: [
        ...["central - added", "limits - added", "grafana - added"],
        ...["tenant-acme fleet added", "elsewhere - removed"],
      ],
      compared: 0,
    });
    const fleet = loadFleet(makeFolder(goodFiles()));
    const same = Object.fromEntries(
      ["central", "limits", "grafana", "tenant-acme"].map((stack) => [stack, stackText(stack, fleet)]),
    );
    expect(await since(same)).toMatchObject({ lines: [], compared: 4 });
    expect((await since({ ...same, "tenant-acme": "{}" })).lines).toEqual(["tenant-acme fleet changed"]);
    const central = String(same.central).replace('\\"version\\":1', '\\"version\\":1,\\"more\\":1');
    expect((await since({ ...same, central })).lines).toEqual([
      "central - changed",
      "tenant-acme fleet contract",
    ]);
  });

  test("other packages: everything, and nothing is run", async () => {
    const found = await since({}, { "package-lock.json": lock({}) });
    expect(found).toMatchObject({ code: { kind: "dependencies" }, compared: 0, synthesised: [] });
    expect(found.lines).toEqual([
      "central - dependencies",
      "limits - dependencies",
      "grafana - dependencies",
      "tenant-acme fleet dependencies",
    ]);
  });

  test("what the earlier program came to is kept, as long as commit and packages are the same", async () => {
    const log = 'appendFileSync(process.env.RUNS, "x");';
    const runs = join(makeFolder({ runs: "" }), "runs");
    jest.replaceProperty(process, "env", { ...process.env, RUNS: runs });
    const counting = String(program()["scripts/run.mjs"]).replace("mkdirSync,", "appendFileSync, mkdirSync,");
    const root = deployedFleet({ ...goodFiles(), ...program(), "scripts/run.mjs": `${counting}${log}` });
    const packages = (version: number) => {
      writeFiles(root, { "node_modules/.package-lock.json": String(version) });
    };
    const kept = join(root, ".tenantscope", "affected.json");
    writeFiles(root, { ".gitignore": "node_modules/\n.tenantscope/\n", "stacks/tenant.ts": "2" });
    const times = async (base = "deployed"): Promise<number> => {
      const before = readFileSync(runs, "utf8").length;
      const { lines } = await affectedSince(root, { program: root, base });
      expect(lines.at(-1)).toBe("tenant-acme fleet changed");
      return readFileSync(runs, "utf8").length - before;
    };
    packages(1);
    expect([await times(), await times()]).toEqual([1, 0]);
    packages(2);
    expect([await times(), await times()]).toEqual([1, 0]);
    git(root, "commit", "-q", "--allow-empty", "-m", "next");
    expect([await times("HEAD"), await times("HEAD")]).toEqual([1, 0]);
    writeFileSync(kept, "{");
    expect([await times("HEAD"), await times("HEAD")]).toEqual([1, 0]);
    rmSync(join(root, "node_modules", ".package-lock.json")); // another package manager's
    expect([await times("HEAD"), await times("HEAD")]).toEqual([1, 1]);
    rmSync(join(root, ".tenantscope"), { recursive: true });
    writeFileSync(join(root, ".tenantscope"), "in the way");
    packages(3);
    expect([await times("HEAD"), await times("HEAD")]).toEqual([1, 1]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s: the earlier program is ended and waited for, its folder goes", async (signal, status) => {
    const started = join(makeFolder({}), "pid");
    jest.replaceProperty(process, "env", { ...process.env, STARTED: started });
    const root = deployedFleet({
      ...goodFiles(),
      ...program(),
      "scripts/run.mjs": `
        import { renameSync, writeFileSync } from "node:fs";
        process.on("SIGTERM", () => setTimeout(() => {
          writeFileSync(process.cwd() + "/late", "");
          process.exit(1);
        }, 50));
        writeFileSync(process.env.STARTED + "~", String(process.pid));
        renameSync(process.env.STARTED + "~", process.env.STARTED);
        setInterval(() => undefined, 1000);`,
    });
    writeFiles(root, { "stacks/tenant.ts": "2" });
    const tmp = makeFolder({});
    jest.spyOn(os, "tmpdir").mockReturnValue(tmp);
    const outcome = affectedSince(root, { program: root }).catch((error: unknown) => error);
    while (!existsSync(started)) await setTimeout(5);
    expect(readdirSync(tmp)).toHaveLength(1);
    process.emit(signal);
    const error = await outcome;
    expect(error).toMatchObject({ status, message: "interrupted, nothing was changed" });
    let said = "";
    expect(failure(error, (text) => (said += text))).toBe(status);
    expect(said).toBe("interrupted, nothing was changed\n");
    expect(() => process.kill(Number(readFileSync(started, "utf8")), 0)).toThrow("ESRCH");
    expect(readdirSync(tmp)).toEqual([]);
    expect([process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")]).toEqual(listening);
  });

  test("an earlier program that fails is quoted", async () => {
    const root = deployedFleet({
      ...goodFiles(),
      ...program(),
      "scripts/run.mjs": 'console.error("no such tenant"); process.exit(1);',
    });
    writeFiles(root, { "stacks/tenant.ts": "2" });
    await expect(affectedSince(root, { program: root })).rejects.toThrow(
      'the program of revision "deployed" cannot synthesise its fleet:\nno such tenant',
    );
  });
});

test("every file that the program's synthesis is made of counts as code", async () => {
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [
      "./fleet/load.ts",
      "./cli/synth-stacks.ts",
      ...["alert-router/lambda.ts", "alert-notifier/lambda.ts"].map((name) => `./lambda/${name}`),
    ],
    bundle: true,
    packages: "external",
    platform: "node",
    outdir: "build",
    write: false,
    metafile: true,
  });
  const files = Object.keys(metafile.inputs);
  expect(files.length).toBeGreaterThan(200);
  const folders = CODE.map((path) => (path.includes(".") ? path : `${path}/`));
  expect(files.filter((file) => !isCode(file) || !folders.some((path) => file.startsWith(path)))).toEqual([]);
});
