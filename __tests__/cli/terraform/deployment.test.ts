import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Deployment } from "../../../cli/terraform/deployment";
import { waitingStacks } from "../../../cli/terraform/earlier-waves";
import { Processes } from "../../../cli/terraform/processes";
import { FleetProgress } from "../../../cli/terraform/progress";
import { RunFile, type RunState } from "../../../cli/terraform/run-state";
import type { Step } from "../../../cli/terraform/steps";

/**
 * Stands for Terraform. It says what it was asked, and has a plan for everything; `apply` does what the file `apply` in
 * the stack's folder says. The real one is in e2e/terraform.
 */
const TERRAFORM = `#!/bin/sh
echo "$1" >> asked
case "$1" in
  init) mkdir -p .terraform/providers; touch .terraform.lock.hcl ;;
  show) cat plan.json ;;
  apply) [ ! -f apply ] || . ./apply ;;
esac
`;

const TOKEN = "glsa_0123456789";
const CREATE = { actions: ["create"], before: null, after: {} };

let root: string;
let environment: string | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "deployment-"));
  const program = join(root, "terraform");
  writeFileSync(program, TERRAFORM);
  chmodSync(program, 0o755);
  environment = process.env["TERRAFORM_BINARY_NAME"];
  process.env["TERRAFORM_BINARY_NAME"] = program;
});

afterEach(() => {
  if (environment === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
  else process.env["TERRAFORM_BINARY_NAME"] = environment;
  rmSync(root, { recursive: true });
});

const folder = (stack: string): string => join(root, "cdktf.out", "stacks", stack);

/** A stack whose plan is these changes and whose application runs a script. */
function stack(name: string, script = "", change: object | null = CREATE, type = "aws_iam_role"): string {
  mkdirSync(folder(name), { recursive: true });
  writeFileSync(join(folder(name), "cdk.tf.json"), JSON.stringify({ terraform: {}, name }));
  const changes = change === null ? [] : [{ address: `${type}.a`, mode: "managed", type, change }];
  writeFileSync(join(folder(name), "plan.json"), JSON.stringify({ resource_changes: changes }));
  if (script !== "") writeFileSync(join(folder(name), "apply"), script);
  return name;
}

const asked = (name: string): string[] => {
  const file = join(folder(name), "asked");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};

interface Run {
  readonly steps: readonly Step[];
  readonly before?: RunState;
  readonly approvals?: readonly string[];
  readonly processes?: Processes;
  readonly resume?: boolean;
}

async function deploy({ steps, before, approvals = [], processes = processesOf(), resume = true }: Run) {
  const lines: string[] = [];
  const file = new RunFile(root);
  const deployment = new Deployment({
    root,
    steps,
    selection: { all: true },
    surroundings: { processes, outdir: join(root, "cdktf.out"), lockTimeout: "1s" },
    approvals,
    file,
    run: "now",
    resume,
    ...(before !== undefined && { before }),
  });
  const progress = new FleetProgress((text) => lines.push(text), deployment.waiting);
  const rows = await deployment.deploy(progress);
  return {
    statuses: Object.fromEntries(rows.map((row) => [row.stack, row.status])),
    rows,
    lines,
    state: file.read(),
  };
}

const processesOf = (): Processes => new Processes({ ...process.env, GRAFANA_AUTH: TOKEN });
const logOf = (name: string): string =>
  readFileSync(join(root, ".tenantscope", "logs", "now", `${name}.log`), "utf8");

test("a stack is initialised, planned, shown and applied; what has no changes is not applied", async () => {
  const steps = [{ name: "one", concurrency: 2, stacks: [stack("a"), stack("b", "", null)] }];
  const { statuses, lines } = await deploy({ steps });
  expect(statuses).toEqual({ a: "done", b: "unchanged" });
  expect(asked("a")).toEqual(["init", "plan", "show", "apply"]);
  expect(asked("b")).toEqual(["init", "plan", "show"]);
  expect(lines.map((line) => line.slice(4)).sort()).toEqual(["a: done\n", "b: unchanged\n"]);
  expect(logOf("a")).toContain("apply -no-color -lock-timeout=1s tenantscope-");
  await deploy({ steps });
  expect(asked("a").slice(4)).toEqual(["plan", "show", "apply"]); // it is initialised
});

test("a stack is initialised again when a file of the user's takes the backend's place, and when it goes", async () => {
  const steps = [{ name: "one", concurrency: 1, stacks: [stack("a", "", null)] }];
  const override = join(folder("a"), "bootstrap_override.tf.json");
  await deploy({ steps });
  writeFileSync(override, "{}");
  await deploy({ steps, resume: false });
  await deploy({ steps, resume: false });
  rmSync(override);
  writeFileSync(join(folder("a"), "own.tf.json"), "{}");
  await deploy({ steps, resume: false });
  expect(asked("a").join(" ")).toBe("init plan show init plan show plan show init plan show");
});

test("a failure stops its step and those after it; resuming leaves out what is done", async () => {
  const steps = [
    { name: "one", concurrency: 1, stacks: [stack("a")] },
    {
      name: "two",
      concurrency: 2,
      stacks: [stack("b", "sleep 0.3"), stack("c", "echo 'Error: no luck' >&2; exit 1"), stack("d")],
    },
    { name: "three", concurrency: 1, stacks: [stack("e")] },
  ];
  const first = await deploy({ steps });
  // Why, the summary says.
  expect(first.lines.map((line) => line.slice(4))).toContain("c: failed\n");
  expect(first.statuses).toEqual({ a: "done", b: "done", c: "failed", d: "not started", e: "not started" });
  expect(first.rows.find(({ stack: name }) => name === "c")).toMatchObject({
    message: "no luck",
    log: ".tenantscope/logs/now/c.log",
  });
  expect([asked("d"), asked("e")]).toEqual([[], []]);
  rmSync(join(folder("c"), "apply"));
  writeFileSync(join(folder("a"), "cdk.tf.json"), '{"terraform":{}}'); // it has changed since
  const second = await deploy({ steps, before: first.state });
  expect(second.statuses).toEqual({ a: "done", b: "done before", c: "done", d: "done", e: "done" });
  expect(asked("b")).toHaveLength(4);
  expect(Object.values(second.state?.stacks ?? {}).map(({ status }) => status)).toEqual(
    Array(5).fill("done"),
  );
});

test("a stack that is deployed without any resource is noted as empty", async () => {
  const steps = [{ name: "one", concurrency: 2, stacks: [stack("a"), stack("b"), stack("c", "exit 1")] }];
  writeFileSync(join(folder("a"), "cdk.tf.json"), '{"terraform":{},"resource":{"aws_iam_role":{"a":{}}}}');
  const { state } = await deploy({ steps });
  const noted = Object.entries(state?.stacks ?? {}).map(([name, { status, empty }]) => [name, status, empty]);
  expect(noted.sort()).toEqual([
    ["a", "done", undefined],
    ["b", "done", true],
    ["c", "failed", undefined],
  ]);
});

test("what is known of other stacks stays; a deployment that is not resumed plans its own again", async () => {
  const steps = (...stacks: string[]): Step[] => [{ name: "one", concurrency: 1, stacks }];
  const first = await deploy({ steps: steps(stack("a"), stack("b")) });
  const second = await deploy({ steps: steps("b"), before: first.state, resume: false });
  expect(second.statuses).toEqual({ b: "done" });
  expect([asked("a").length, asked("b").length]).toEqual([4, 7]);
  expect(second.state?.stacks["a"]).toEqual(first.state?.stacks["a"]);
});

describe("waves before the one that is deployed", () => {
  const waves = [{ name: "canary", stacks: ["a", "b", "c", "d"] }];
  const ahead = async (known: RunState | undefined, processes = processesOf()) => {
    const lines: string[] = [];
    const waiting = await waitingStacks({
      waves,
      surroundings: { processes, outdir: join(root, "cdktf.out") },
      known: known?.stacks ?? {},
      concurrency: 2,
      progress: (all) => new FleetProgress((text) => lines.push(text), all),
    });
    return { waiting, lines: lines.sort() };
  };

  test("are judged by what was written down while the files are the same, else by their plan", async () => {
    const own = [stack("a"), stack("b"), stack("c", "exit 1"), stack("d", "", null)];
    const { state } = await deploy({ steps: [{ name: "canary", concurrency: 1, stacks: own }] });
    // a is done; b is done with other files; c has failed; d was not begun, but there is nothing to do.
    writeFileSync(join(folder("b"), "cdk.tf.json"), '{"terraform":{}}');
    const { waiting, lines } = await ahead(state);
    expect(waiting).toEqual([
      { wave: "canary", stack: "b", why: "1 change is to come" },
      { wave: "canary", stack: "c", why: "1 change is to come" },
    ]);
    expect(lines.map((line) => line.slice(4))).toEqual(
      expect.arrayContaining(["d: as deployed\n", "c: still to come\n"]),
    );
    expect([asked("a"), asked("b")].map((commands) => commands.length)).toEqual([4, 6]);
    for (const each of own) expect(asked(each).slice(4)).not.toContain("apply");
    expect((await ahead(undefined)).waiting.map((each) => each.stack)).toEqual(["a", "b", "c"]);
  });
});

test("no more stacks at a time than the wave allows", async () => {
  const script = `echo begin >> ../../log; sleep 0.1; echo end >> ../../log`;
  const stacks = ["a", "b", "c", "d", "e"].map((name) => stack(name, script));
  await deploy({ steps: [{ name: "one", concurrency: 2, stacks }] });
  let [now, most] = [0, 0];
  for (const line of readFileSync(join(root, "cdktf.out", "log"), "utf8")
    .trim()
    .split("\n")) {
    now += line === "begin" ? 1 : -1;
    most = Math.max(most, now);
  }
  expect(most).toBe(2);
});

test("nothing is applied over data that would be lost, but with an approval of just that", async () => {
  const steps = [
    {
      name: "one",
      concurrency: 1,
      stacks: [stack("a", "", { actions: ["delete"] }, "aws_s3_bucket"), stack("b")],
    },
  ];
  for (const approvals of [[], ["b:aws_s3_bucket.a"]]) {
    const { statuses } = await deploy({ steps, approvals });
    expect(statuses).toEqual({ a: "refused", b: "not started" });
  }
  expect(asked("a")).not.toContain("apply");
  expect((await deploy({ steps, approvals: ["a:aws_s3_bucket.a"] })).statuses).toEqual({
    a: "done",
    b: "done",
  });
});

test("a token is in no log, a log is for its owner alone, and no plan is left", async () => {
  const steps = [
    {
      name: "one",
      concurrency: 1,
      stacks: [stack("a", 'echo "token is $GRAFANA_AUTH, TF_LOG is $TF_LOG."')],
    },
  ];
  const processes = new Processes({ ...process.env, GRAFANA_AUTH: TOKEN, TF_LOG: "trace" });
  writeFileSync(join(folder("a"), "tenantscope-999999999.tfplan"), ""); // of a command that was killed
  writeFileSync(join(folder("a"), `tenantscope-${process.pid}.tfplan`), "");
  await deploy({ steps, processes });
  expect(logOf("a")).toContain("token is (GRAFANA_AUTH), TF_LOG is .\n");
  expect(logOf("a")).not.toContain(TOKEN);
  expect(logOf("a")).not.toContain("resource_changes");
  expect(statSync(join(root, ".tenantscope", "logs", "now", "a.log")).mode & 0o777).toBe(0o600);
  for (const pid of [999999999, process.pid])
    expect(existsSync(join(folder("a"), `tenantscope-${pid}.tfplan`))).toBe(false);
});

test("an interrupt reaches what runs exactly once; nothing else begins", async () => {
  const script = `trap 'echo interrupted; over=1' INT; touch started; while [ -z "$over" ]; do sleep 0.05; done; sleep 0.3; exit 1`;
  const steps = [{ name: "one", concurrency: 1, stacks: [stack("a", script), stack("b")] }];
  const processes = processesOf();
  const deploying = deploy({ steps, processes });
  while (!existsSync(join(folder("a"), "started"))) await sleep(20);
  processes.interrupt();
  await sleep(100);
  processes.interrupt();
  const { statuses, state } = await deploying;
  expect(statuses).toEqual({ a: "stopped", b: "not started" });
  expect(state?.stacks["a"]?.status).toBe("stopped");
  expect(logOf("a").match(/interrupted/g)).toHaveLength(1);
  expect(asked("b")).toEqual([]);
});

describe("a state that is empty since Terraform was killed while it wrote", () => {
  const state = (): string => join(root, "terraform.a.tfstate");
  const message = async (): Promise<string | undefined> =>
    (await deploy({ steps: [{ name: "one", concurrency: 1, stacks: [stack("a")] }] })).rows[0]?.message;

  test("is not taken for a stack that has nothing", async () => {
    writeFileSync(state(), "");
    expect(await message()).toBeUndefined(); // as a plan of a new stack leaves it
    writeFileSync(`${state()}.backup`, "{}");
    expect(await message()).toBe(
      `${state()} is empty: Terraform was killed while it wrote; copy ${state()}.backup over it, and import what the last log says was created since`,
    );
    rmSync(`${state()}.backup`);
    writeFileSync(
      join(root, ".tenantscope", "logs", "now", "a.log"),
      "x.y: Creation complete after 0s [id=z]\n",
    );
    expect(await message()).toBe(
      `${state()} is empty: Terraform was killed while it wrote; delete it, and import what the logs say was created`,
    );
    rmSync(state());
    expect(await message()).toBeUndefined();
    expect(asked("a").filter((command) => command === "apply")).toHaveLength(2);
  });
});

test("without Terraform the command says so", async () => {
  process.env["TERRAFORM_BINARY_NAME"] = "no-such-terraform";
  await expect(deploy({ steps: [{ name: "one", concurrency: 1, stacks: [stack("a")] }] })).rejects.toThrow(
    "no-such-terraform is not installed or not in PATH; .terraform-version says which version to install",
  );
});
