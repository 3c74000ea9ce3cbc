import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");
let root: string;

/** The example's central account, without tenants, with a role that only plans. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tenantscope-phase-"));
  mkdirSync(join(root, "tenants"));
  const central = JSON.parse(readFileSync(join(ROOT, "central.json"), "utf8")) as { deploy: object };
  writeFileSync(
    join(root, "central.json"),
    JSON.stringify({ ...central, deploy: { ...central.deploy, centralPlanRoleName: "reads" } }),
  );
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const synth = (phase: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [join(ROOT, "scripts", "run.mjs"), "main.ts", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: undefined, TENANTSCOPE_PHASE: phase },
  });

test.each([
  ["plan", [], "reads"],
  ["plan", ["--plain"], "reads"],
  ["apply", [], "tenantscope-deploy"],
  ["", [], "tenantscope-deploy"],
])("synthesised for %j by %j, providers assume %s", (phase, args, role) => {
  expect(synth(phase, ...args).status).toBe(0);
  const text = readFileSync(join(root, "cdktf.out", "stacks", "limits", "cdk.tf.json"), "utf8");
  expect(/"role_arn": "[^"]+\/([^"]+)"/.exec(text)?.[1]).toBe(role);
});

test("another word is a mistake, and nothing is written", () => {
  const { status, stdout, stderr } = synth("destroy");
  expect([status, stdout, stderr]).toEqual([
    1,
    "",
    'TENANTSCOPE_PHASE must be plan or apply, not "destroy"\n',
  ]);
  expect(existsSync(join(root, "cdktf.out"))).toBe(false);
});
