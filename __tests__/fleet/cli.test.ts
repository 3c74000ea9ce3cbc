import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/program";
import {
  goodCentral,
  goodFiles,
  goodTenant,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import { changeTo, deployedFleet } from "../fixtures/fleet/git-fleet";

const repository = join(__dirname, "..", "..");

afterEach(() => {
  removeFolders();
  jest.restoreAllMocks();
});

/** Runs the command in this process. */
async function tenantscope(...args: string[]) {
  let out = "";
  let err = "";
  const status = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

test("a valid fleet: 0 and one line", async () => {
  expect(await tenantscope("validate", "--root", repository)).toEqual({
    status: 0,
    out: "3 tenants are valid\n",
    err: "",
  });
  const one = makeFolder(goodFiles());
  expect(await tenantscope("validate", "--root", one)).toEqual({
    status: 0,
    out: "1 tenant is valid\n",
    err: "",
  });
});

test("a wrong fleet: 1, every problem and their number on stderr, nothing on stdout", async () => {
  const root = makeFolder({
    "central.json": toText({ ...goodCentral(), logRetentionDay: 30 }),
    "tenants/acme.json": toText({ ...goodTenant(), lifecycle: "on", isolation: "off" }),
  });
  expect(await tenantscope("validate", "--root", root)).toEqual({
    status: 1,
    out: "",
    err: [
      'central.json:10:3 /logRetentionDay is not a known key, did you mean "logRetentionDays"?',
      'tenants/acme.json:23:16 /lifecycle must be one of "active", "suspended", "offboarding" (got "on"), choose one of them',
      'tenants/acme.json:24:16 /isolation must be one of "pooled", "dedicated" (got "off"), choose one of them',
      "",
      "3 problems in 2 files",
      "",
    ].join("\n"),
  });
});

test("--base: problems of the change and of the files together, warnings apart", async () => {
  const root = deployedFleet({
    ...goodFiles(),
    "tenants/labs.json": toText(goodTenant("labs", "333333333333")),
  });
  changeTo(root, {
    ...goodFiles(),
    "tenants/acme.json": toText({ ...goodTenant(), isolation: "dedicated", zzz: 1 }),
  });
  const { status, err } = await tenantscope("validate", "--base", "deployed", "--root", root);
  expect(status).toBe(1);
  expect(err.split("\n")).toEqual([
    expect.stringMatching(/^warning: tenants\/acme[.]json:23:16 \/isolation was "pooled"/),
    expect.stringMatching(/^tenants\/acme[.]json:24:3 \/zzz is not a known key/),
    expect.stringMatching(/^tenants\/labs[.]json was deleted while its tenant was active in deployed/),
    "",
    "2 problems in 2 files",
    "",
  ]);
});

test("--base: a change that only deserves a warning is valid", async () => {
  const root = deployedFleet(goodFiles());
  changeTo(root, {
    ...goodFiles(),
    "tenants/acme.json": toText({ ...goodTenant(), isolation: "dedicated" }),
  });
  const { status, out, err } = await tenantscope("validate", "--base", "HEAD", "--root", root);
  expect([status, out]).toEqual([0, "1 tenant is valid\n"]);
  expect(err).toMatch(/^warning: .+\n$/);
});

test("--base with a revision that does not exist: 1 and one line", async () => {
  const { status, out, err } = await tenantscope(
    "validate",
    "--base",
    "nowhere",
    "--root",
    deployedFleet(goodFiles()),
  );
  expect([status, out]).toEqual([1, ""]);
  expect(err).toMatch(/^git knows no revision "nowhere", .+\n$/);
});

test("--base where git has nothing to compare with: the mistakes of the files first, then why", async () => {
  const root = makeFolder({});
  const mistake = "central.json does not exist, write it, or name the fleet's folder with --root";
  const reason = `${root} is not in a git repository, so there is no earlier revision for --base to compare with`;
  const line = ["validate", "--base", "HEAD", "--root", root];
  expect(await tenantscope(...line)).toEqual({
    status: 1,
    out: "",
    err: `${mistake}\n\n1 problem in 1 file\n${reason}\n`,
  });
  const json = await tenantscope(...line, "--json");
  expect([json.status, json.err]).toEqual([1, `${reason}\n`]);
  expect(JSON.parse(json.out)).toMatchObject({ problems: [{ file: "central.json" }] });
  const good = makeFolder(goodFiles());
  expect(await tenantscope("validate", "--base", "HEAD", "--root", good, "--json")).toEqual({
    status: 1,
    out: "",
    err: `${reason.replace(root, good)}\n`,
  });
});

test.each([[["validat"]], [["validate", "--bse", "x"]], [["validate", "--base"]], [["validate", "x"]], [[]]])(
  "a wrong command line %j: 2",
  async (args) => {
    const { status, out, err } = await tenantscope(...args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(/error|Usage/);
  },
);

test.each([[["--help"]], [["validate", "--help"]], [["help", "validate"]]])(
  "%j: 0 and help",
  async (args) => {
    const { status, out, err } = await tenantscope(...args);
    expect([status, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Usage: tenantscope/);
  },
);

test("an error of the program's own: a short message; the stack only with DEBUG", async () => {
  const said = async (debug: string | undefined): Promise<string> => {
    jest.replaceProperty(process, "env", { ...process.env, DEBUG: debug });
    let err = "";
    const out = () => {
      throw new TypeError("x is not a function");
    };
    const root = makeFolder(goodFiles());
    expect(await run(["validate", "--root", root], { out, err: (text) => (err += text) })).toBe(1);
    return err;
  };
  const line = "tenantscope met an error of its own: x is not a function\n";
  expect(await said(undefined)).toBe(
    `${line}Please report it, with the output of the same command under DEBUG=1.\n`,
  );
  expect(await said("1")).toMatch(/^tenantscope met .+\nTypeError: x is not a function\n {4}at /);
});

describe("as a process", () => {
  const bin = (cwd: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(repository, "cli", "bin.mjs"), ...args], { cwd, encoding: "utf8" });

  test.each(["cli/main.ts validate", "main.ts --help"])(
    "%s ends quietly when its reader is gone",
    (command) => {
      const script = `node scripts/run.mjs ${command} | true; exit "\${PIPESTATUS[0]}"`;
      const { status, stderr } = spawnSync("bash", ["-c", script], { cwd: repository, encoding: "utf8" });
      expect([status, stderr]).toEqual([0, ""]);
    },
  );

  test("the installed command works in the fleet's folder and ends with the status", () => {
    const root = makeFolder(goodFiles());
    expect(bin(root, "validate")).toMatchObject({ status: 0, stdout: "1 tenant is valid\n", stderr: "" });
    expect(bin(root, "validat")).toMatchObject({ status: 2, stdout: "" });
  });

  test("nothing of a long list is lost in a pipe", () => {
    const services = Array.from({ length: 200 }, (_, index) => ({
      name: `s${String(index)}`,
      image: "a b",
      port: "80",
      count: -1,
      cpu: 3,
      x: 1,
    }));
    const root = makeFolder(goodFiles());
    writeFileSync(join(root, "tenants", "acme.json"), toText({ ...goodTenant(), services }));
    const { status, stderr } = bin(root, "validate");
    expect(status).toBe(1);
    expect(stderr.split("\n").filter((line) => line.startsWith("tenants/acme.json:"))).toHaveLength(1000);
    expect(stderr).toMatch(/\n1000 problems in 1 file\n$/);
  });
});

test("--json: one document with all of it, the status as without", async () => {
  const root = makeFolder({
    "central.json": toText(goodCentral()),
    "tenants/acme.json": toText({ ...goodTenant(), lifecycle: "on" }),
  });
  const { status, out, err } = await tenantscope("validate", "--json", "--root", root);
  expect([status, err]).toEqual([1, ""]);
  expect(JSON.parse(out)).toMatchObject({
    tenants: 1,
    problems: [{ file: "tenants/acme.json", line: 23, column: 16, pointer: "/lifecycle", value: "on" }],
  });
});
