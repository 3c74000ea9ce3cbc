import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/program";
import { fleet } from "../fixtures/fleet/compared";
import { goodFiles, makeFolder, removeFolders, toText, goodCentral } from "../fixtures/fleet/fleet-folder";
import { changeTo, deployedFleet, git } from "../fixtures/fleet/git-fleet";

afterEach(removeFolders);

/** Runs the command; the folder of the fleet reads ROOT. */
async function affected(root: string, ...args: string[]) {
  let [out, err] = ["", ""];
  const status = await run(["affected", "--root", root, ...args], {
    out: (text) => (out += text.replaceAll(root, "ROOT")),
    err: (text) => (err += text.replaceAll(root, "ROOT")),
  });
  return { status, out, err };
}

const SAME = "--same-program";

const failed = (err: string) => ({ status: 1, out: "", err: `${err}\n` });

test("no --base: the command line is wrong", async () => {
  expect(await affected(makeFolder(goodFiles()))).toEqual({
    status: 2,
    out: "",
    err: "error: required option '--base <ref>' not specified\n",
  });
});

const NO_FLEET = "central.json does not exist, write it, or name the fleet's folder with --root";

test("a folder that is in no repository, one without a fleet, or not there", async () => {
  expect(await affected(makeFolder(goodFiles()), "--base", "HEAD")).toEqual(
    failed("ROOT is not in a git repository, so there is no earlier revision for --base to compare with"),
  );
  for (const root of [makeFolder({}), "/nowhere/at/all"]) {
    expect(await affected(root, "--base", "HEAD")).toEqual(failed(NO_FLEET));
  }
  expect(await affected(makeFolder({ ...goodFiles(), "central.json": "{" }), "--base", "HEAD")).toEqual(
    failed("central.json:1:2 ends too early, check that every { [ and quotation mark is closed"),
  );
});

test("a revision that does not exist, and in a clone without history", async () => {
  const root = deployedFleet(goodFiles());
  expect(await affected(root, "--base", "v9")).toEqual(
    failed('git knows no revision "v9", check its spelling or fetch it (git fetch origin)'),
  );
  git(root, "commit", "-q", "--allow-empty", "-m", "second");
  const clone = mkdtempSync(join(root, "clone-"));
  git(root, "clone", "-q", "--depth", "1", `file://${root}`, clone);
  expect(await affected(clone, "--base", "HEAD~1")).toEqual(
    failed(
      'git knows no revision "HEAD~1" in this clone, whose history is cut off: git fetch --unshallow, or let CI check out with its whole depth',
    ),
  );
});

test("a revision without a fleet", async () => {
  const root = deployedFleet({ "other.txt": "" });
  changeTo(root, goodFiles());
  expect(await affected(root, "--base", "deployed")).toEqual(
    failed(
      'revision "deployed" has no fleet below ROOT, compare with one that has central.json and tenants/',
    ),
  );
});

test("a fleet that is wrong now", async () => {
  const root = deployedFleet(goodFiles());
  changeTo(root, { ...goodFiles(), "central.json": toText({ ...goodCentral(), region: 1 }) });
  expect(await affected(root, "--base", "deployed")).toEqual(
    failed("central.json:3:13 /region must be text (got 1), put it in double quotes"),
  );
});

test("a fleet that was wrong then: as a file, or by a rule about several", async () => {
  const wrong = deployedFleet(fleet({ acme: { isolation: "other" } }));
  changeTo(wrong, goodFiles());
  expect((await affected(wrong, "--base", "deployed", SAME)).err).toMatch(
    /^the fleet of revision "deployed" is not valid, compare with another one:\ntenants\/acme[.]json:\d+:\d+ \/isolation /,
  );
  const twice = deployedFleet(fleet({ acme: {}, globex: { accountId: "222222222222" } }));
  changeTo(twice, goodFiles());
  expect((await affected(twice, "--base", "deployed", SAME)).err).toMatch(
    /\ntenants\/globex[.]json:\d+:\d+ \/accountId /,
  );
  const broken = deployedFleet({ ...goodFiles(), "tenants/acme.json": "{" });
  changeTo(broken, goodFiles());
  expect((await affected(broken, "--base", "deployed", SAME)).err).toMatch(
    /^the fleet of revision "deployed" is not valid, compare with another one:\ntenants\/acme[.]json:1:2 /,
  );
});

const ELSEWHERE =
  "the program is not in the fleet's repository, so nobody can see whether it has changed: every stack counts as " +
  "affected (--same-program if it has not)\n";

test("nothing has changed, as far as can be seen: text, JSON, a matrix have every stack, and say why", async () => {
  const root = deployedFleet(goodFiles());
  const { status, out, err } = await affected(root, "--base", "deployed");
  expect([status, err]).toEqual([0, ""]);
  expect(out.startsWith(ELSEWHERE)).toBe(true);
  expect(out).toMatch(/\n4 stacks are affected \(4 program\) since deployed; the fleet has 4 stacks\n$/);
  const json = await affected(root, "--base", "deployed", "--json");
  expect(JSON.parse(json.out)).toMatchObject({ code: { kind: "elsewhere" }, all: 4, compared: 0 });
  const matrix = await affected(root, "--base", "deployed", "--matrix");
  expect([matrix.status, matrix.err]).toEqual([0, ELSEWHERE]);
  expect(JSON.parse(matrix.out)).toEqual({
    include: [
      ...["central", "limits", "grafana"].map((stack) => ({ stack, tenant: "", wave: "" })),
      { stack: "tenant-acme", tenant: "acme", wave: "fleet" },
    ],
  });
});

test("nothing has changed, and --same-program: nothing is affected", async () => {
  const root = deployedFleet(goodFiles());
  const assumed =
    "the program is not in the fleet's repository: only the fleet's files were compared, as --same-program says\n";
  expect(await affected(root, "--base", "deployed", SAME)).toEqual({
    status: 0,
    out: `${assumed}no stack is affected since deployed\n`,
    err: "",
  });
  const { out } = await affected(root, "--base", "deployed", "--json", SAME);
  expect(JSON.parse(out)).toEqual({
    base: "deployed",
    code: { kind: "assumed" },
    stacks: [],
    all: 4,
    compared: 0,
  });
  expect(await affected(root, "--base", "deployed", "--matrix", SAME)).toEqual({
    status: 0,
    out: '{"include":[]}\n',
    err: assumed,
  });
});
