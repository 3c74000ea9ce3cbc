import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ofType, only } from "./applied";
import { run, succeeds, type Finished } from "./processes";
import { copyRepository } from "./project";
import { REPOSITORY, type Providers } from "./providers";
import { removeFolders, Sandbox, temporaryFolder } from "./sandbox";
import { Stack, type State } from "./stack";
import { needSimulated, steps } from "./steps";
import { prepareTerraform } from "./terraform";
import { withoutToken } from "./token";

/** The commands that a CDKTF user types, in a copy of the repository. */

const STACKS = ["central", "grafana", "limits", "tenant-acme", "tenant-globex", "tenant-initech"];

const step = steps();
const project = temporaryFolder();
let providers: Providers;
let env: NodeJS.ProcessEnv;
let skipLock: readonly string[];

afterAll(removeFolders);

const npm = (...args: string[]): Promise<Finished> => run("npm", args, { cwd: project, env });
const cdktf = async (...args: string[]): Promise<Finished> =>
  withoutToken(await run("npx", ["--no-install", "cdktf", ...args], { cwd: project, env }));

/** Path -> text of every file that a synthesis wrote. */
function written(): Record<string, string> {
  const folder = join(project, "cdktf.out");
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(folder, file), readFileSync(file, "latin1")]),
  );
}

const stateOf = (stack: string): Promise<State> =>
  new Stack(stack, join(project, "cdktf.out", "stacks", stack), env).state();
const states = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".tfstate"))
    .sort();

/** State files of somebody's own in the repository: path -> text. */
const foreignStates = (): Record<string, string> =>
  Object.fromEntries(states(REPOSITORY).map((name) => [name, readFileSync(join(REPOSITORY, name), "utf8")]));
const foreign = foreignStates();

/** Number of tasks that acme's only service has been applied with. */
async function taskCount(): Promise<unknown> {
  return only(ofType(await stateOf("tenant-acme"), "aws_ecs_service")).values.desired_count;
}

step("a copy of the repository", async () => {
  providers = await prepareTerraform();
  needSimulated(providers);
  env = { ...providers.env, CI: "1", NO_COLOR: "1" };
  skipLock = env.TF_CLI_ARGS_providers_lock === undefined ? ["--skip-provider-lock"] : [];
  copyRepository(project);
});

step(
  "`npm run synth`, `npx cdktf synth` and the program as the other tests use it write the same bytes",
  async () => {
    await succeeds(npm("run", "synth"));
    const ours = written();
    const files = ["manifest.json", ...STACKS.map((stack) => join("stacks", stack, "cdk.tf.json"))];
    const functions = Object.keys(ours).filter((file) => file.endsWith("/function.zip"));
    expect(functions.map((file) => file.split("/").slice(0, 2).join("/"))).toEqual(
      functions.map(() => "stacks/central"),
    );
    expect(functions).toHaveLength(4);
    expect(Object.keys(ours).sort()).toEqual([...files, ...functions].sort());
    rmSync(join(project, "cdktf.out"), { recursive: true });
    await succeeds(cdktf("synth"));
    expect(written()).toEqual(ours);
    for (const stack of new Sandbox(providers).synth()) {
      expect(stack.text).toBe(ours[join("stacks", stack.name, "cdk.tf.json")]);
    }
  },
);

step("`cdktf list` names every stack", async () => {
  const { stdout } = await succeeds(cdktf("list"));
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  const stacks = rows.filter(([, path]) => path?.startsWith("cdktf.out/stacks/")).map(([name]) => name);
  expect(stacks).toEqual(STACKS);
});

step("`cdktf deploy '*'` applies everything in order", async () => {
  await succeeds(cdktf("deploy", "*", "--auto-approve", ...skipLock));
  expect(states(project)).toEqual(STACKS.map((stack) => `terraform.${stack}.tfstate`));
  for (const tenant of ["acme", "globex", "initech"]) {
    expect((await stateOf(`tenant-${tenant}`)).outputs.writer_role_arn).toBe(
      `arn:aws:iam::111111111111:role/tenantscope/tenantscope-writer-${tenant}`,
    );
  }
  expect(await taskCount()).toBe(1);
});

step("`cdktf diff` shows a change before it is made", async () => {
  const file = join(project, "tenants", "acme.json");
  const before = readFileSync(file, "utf8");
  const after = before.replace('"port": 8080', '"port": 8080, "count": 2');
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  const { stdout } = await succeeds(cdktf("diff", "tenant-acme", ...skipLock));
  expect(stripVTControlCharacters(stdout)).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
  expect(await taskCount()).toBe(1);
});

step("one tenant is deployed alone only when told to leave out the stacks before it", async () => {
  const deploy = ["deploy", "tenant-acme", "--auto-approve", ...skipLock];
  const { code, stdout, stderr } = await cdktf(...deploy);
  expect([code, `${stdout}${stderr}`]).toEqual([
    1,
    expect.stringContaining("--ignore-missing-stack-dependencies"),
  ]);
  expect(await taskCount()).toBe(1);
  await succeeds(cdktf(...deploy, "--ignore-missing-stack-dependencies"));
  expect(await taskCount()).toBe(2);
});

step("`cdktf destroy '*'` leaves nothing, and nothing of all this is in the repository", async () => {
  await succeeds(cdktf("destroy", "*", "--auto-approve", ...skipLock));
  for (const stack of STACKS) expect([stack, (await stateOf(stack)).resources]).toEqual([stack, []]);
  expect(foreignStates()).toEqual(foreign);
});
