import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byStatus, CommandFleet, GRAFANA_TOKEN, killAll, rows, until } from "./command";
import { removeFolders } from "./sandbox";
import { needSimulated, steps } from "./steps";
import { prepareTerraform, WIDTH } from "./terraform";

/** `tenantscope deploy`: waves, a tenant that fails, an interrupt, `kill -9` in the middle, and going on after each. */

/** Of the last wave; more make it a test of scale. */
const LAST_WAVE = Number(process.env.TENANTSCOPE_DEPLOY_TENANTS ?? "12") - 6;

const step = steps();
let fleet: CommandFleet;
let canary: string[];
let early: string[];
let last: string[];

afterAll(removeFolders);

const deploy = (...args: string[]) => fleet.tenantscope("deploy", ...args, "--auto-approve", "--json");

/** Adds something of the user's own to a stack; returns how to take it away. */
function addTo(stack: string, resource: object): () => void {
  const folder = join(fleet.root, "cdktf.out", "stacks", stack);
  const file = join(folder, "own.tf.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify({ resource: { terraform_data: resource } }));
  return () => {
    rmSync(file);
  };
}

/** A resource whose making runs a command. */
const making = (name: string, command: string): object => ({
  [name]: { provisioner: { "local-exec": { command } } },
});

interface StateText {
  readonly lineage: string;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly status?: string }[];
  }[];
}

function stateText(stack: string): StateText {
  return JSON.parse(readFileSync(fleet.stateFile(stack), "utf8")) as StateText;
}

/**
 * What there is, without what a test has added and taken away again. An interrupted Terraform leaves entries without
 * instances: it writes down of which provider a resource will be before it makes the resource.
 */
const managed = (stack: string): string[] =>
  stateText(stack).resources.flatMap(({ mode, type, name, instances }) =>
    mode === "managed" && type !== "terraform_data" && instances.length > 0 ? [`${type}.${name}`] : [],
  );

/** What Terraform would make anew because its creation was interrupted. */
const tainted = (stack: string): string[] =>
  stateText(stack).resources.flatMap(({ type, name, instances }) =>
    instances.some(({ status }) => status === "tainted") ? [`${type}.${name}`] : [],
  );

/** What a log says was made. */
const made = (log: string): string[] =>
  [...log.matchAll(/^(\S+): Creating\.\.\.$/gm)].map(([, address]) => String(address));

step("has Terraform and a fleet of three waves", async () => {
  const providers = await prepareTerraform();
  needSimulated(providers);
  fleet = new CommandFleet(providers, {
    canary: { tenants: 2, concurrency: 2 },
    early: { tenants: 4, concurrency: 2 },
    last: { tenants: LAST_WAVE, concurrency: WIDTH },
  });
  canary = fleet.stacks("canary");
  early = fleet.stacks("early");
  last = fleet.stacks("last");
});

step("wants to be told what to deploy, and to be allowed to", async () => {
  const nothing = await fleet.tenantscope("deploy", "--auto-approve");
  expect([nothing.code, nothing.stderr]).toEqual([
    2,
    "error: say what to deploy: one of --wave <name>, --all, --shared, --stack <names...>, --resume\n",
  ]);
  const silent = await fleet.tenantscope("deploy", "--wave", "canary");
  expect([silent.code, silent.stderr]).toEqual([
    2,
    "error: there is no terminal to ask on: say --auto-approve\n",
  ]);
  const unknown = await deploy("--wave", "canery");
  expect([unknown.code, unknown.stderr]).toEqual([1, 'there is no wave "canery", did you mean "canary"?\n']);
  const resumed = await deploy("--resume");
  expect([resumed.code, resumed.stderr]).toEqual([
    1,
    "there is no deployment to resume, start one with --wave <name>, --all, --shared or --stack <names...>\n",
  ]);
});

step("a tenant is not deployed before the central stack", async () => {
  const finished = await deploy("--wave", "canary", "--only", String(canary[0]?.slice(7)));
  expect([finished.code, rows(finished).map(({ message }) => message)]).toEqual([
    1,
    [expect.stringMatching(/deploy it first, with `deploy --shared`$/)],
  ]);
});

step("the shared stacks, with a line for each on a pipe", async () => {
  const { code, stdout, stderr } = await fleet.tenantscope("deploy", "--shared", "--auto-approve");
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^1\/3 central: done\n2\/3 (limits|grafana): done\n3\/3 (limits|grafana): done\n$/),
  ]);
  expect(stdout).toMatch(/\n3 stacks in \d+\.\d s: 3 done\n$/);
});

step(
  "a tenant that fails stops its wave: what runs ends, nothing else begins, nor does a later wave",
  async () => {
    const failing = String(early[0]);
    const mend = addTo(failing, making("broken", "exit 7"));
    const finished = await deploy("--all");
    const statuses = byStatus(finished);
    expect(finished.code).toBe(1);
    expect(statuses.failed).toEqual([failing]);
    expect(statuses.unchanged).toEqual(["central", "limits", "grafana"]);
    expect(statuses.done).toEqual(expect.arrayContaining(canary));
    const begun = statuses.done?.filter((stack) => !canary.includes(stack)) ?? [];
    const waiting = statuses["not started"] ?? [];
    expect([...begun, ...waiting].sort()).toEqual([...early.slice(1), ...last]);
    expect(begun.filter((stack) => last.includes(stack))).toEqual([]);
    for (const stack of waiting) expect([stack, existsSync(fleet.stateFile(stack))]).toEqual([stack, false]);
    expect(rows(finished).find(({ stack }) => stack === failing)?.message).toBe(
      "local-exec provisioner error",
    );
    expect(fleet.logs(failing).join("")).toContain("exit status 7");
    mend();
  },
);

step(
  "a wave waits for those before it; Ctrl-C ends what runs in order: one interrupt, nothing new, the state kept",
  async () => {
    const [slow] = last;
    const mend = addTo(String(slow), making("slow", "sleep 30"));
    // The wave before it has a tenant that failed.
    const wave = ["deploy", "--wave", "last", "--auto-approve", "--json"];
    const refused = await fleet.tenantscope(...wave);
    expect([refused.code, refused.stdout]).toEqual([3, ""]);
    expect(refused.stderr).toMatch(
      new RegExp(
        `\\nearly comes before last, and is not deployed as the files say:\\n  ${String(early[0]?.slice(7))}[,: ]`,
      ),
    );
    const { child, ended } = fleet.start(...wave, "--skip-earlier-waves");
    await until("the slow resource", () =>
      (fleet.logs(String(slow)).at(-1) ?? "").includes("terraform_data.slow: Creating..."),
    );
    child.kill("SIGINT");
    const finished = await ended;
    const statuses = byStatus(finished);
    expect([finished.code, statuses.stopped?.includes(String(slow))]).toEqual([130, true]);
    expect(finished.stderr).toContain("stopping: Terraform finishes what it has begun and saves its state\n");
    const log = String(fleet.logs(String(slow)).at(-1));
    expect(log.match(/Interrupt received/g)).toHaveLength(1);
    expect(log).not.toContain("Two interrupts");
    const kept = managed(String(slow));
    for (const address of made(log))
      if (!address.startsWith("terraform_data")) expect(kept).toContain(address);
    // Only what was being made in that moment, and the plan says why it would be made anew.
    expect(tainted(String(slow))).toEqual(["terraform_data.slow"]);
    const planned = await fleet.tenantscope("plan", "--only", String(slow).slice("tenant-".length));
    expect(planned.stdout).toContain(
      "  -/+ replace terraform_data.slow\n      (its creation was interrupted or failed)\n",
    );
    mend();
  },
);

step("after `kill -9` of everything, nothing that the states hold is lost or made again", async () => {
  const slow = String(last.at(-1));
  const mend = addTo(slow, making("slow", "sleep 300"));
  const only = [slow, ...last.slice(0, 2)].map((stack) => stack.slice("tenant-".length));
  const { child, ended } = fleet.start(
    "deploy",
    "--wave",
    "last",
    "--only",
    ...only,
    "--auto-approve",
    "--json",
  );
  const log = (): string => fleet.logs(slow).at(-1) ?? "";
  await until("the midst of an apply", () => log().includes("terraform_data.slow: Still creating..."));
  expect(await killAll(child)).toBeGreaterThan(0);
  await ended;
  mend();
  const deployed = [...canary, ...early, ...last].filter((stack) => existsSync(fleet.stateFile(stack)));
  const before = new Map(deployed.map((stack) => [stack, { text: stateText(stack), has: managed(stack) }]));
  // All that could be made without the slow resource, which is still to come.
  expect(managed(slow)).toEqual(
    expect.arrayContaining(made(log()).filter((address) => address !== "terraform_data.slow")),
  );
  expect(managed(slow).length).toBeGreaterThan(20);
  const logsBefore = new Map([...before.keys()].map((stack) => [stack, fleet.logs(stack).length]));
  const finished = await deploy("--all", "--resume");
  expect([
    finished.code,
    Object.keys(byStatus(finished)).filter(
      (status) => !["done", "unchanged", "done before"].includes(status),
    ),
  ]).toEqual([0, []]);
  for (const [stack, { text, has }] of before) {
    expect([stack, stateText(stack).lineage]).toEqual([stack, text.lineage]);
    const again = fleet.logs(stack).slice(logsBefore.get(stack)).flatMap(made);
    expect([stack, again.filter((address) => has.includes(address))]).toEqual([stack, []]);
    expect(managed(stack)).toEqual(expect.arrayContaining(has));
  }
});

step("a second resume has nothing to do", async () => {
  const finished = await deploy("--resume");
  expect([finished.code, Object.keys(byStatus(finished))]).toEqual([0, ["done before"]]);
});

step(
  "when only the command is killed, Terraform goes on, and the next deployment waits for its lock",
  async () => {
    const stack = String(canary[0]);
    addTo(stack, making("slow", "sleep 6"));
    const { child, ended } = fleet.start("deploy", "--wave", "canary", "--auto-approve", "--json");
    await until("the slow resource", () =>
      (fleet.logs(stack).at(-1) ?? "").includes("terraform_data.slow: Creating..."),
    );
    child.kill("SIGKILL");
    await ended;
    const finished = await deploy("--resume");
    expect([finished.code, byStatus(finished).unchanged]).toEqual([0, expect.arrayContaining([stack])]);
    expect(stateText(stack).resources.map(({ type }) => type)).toContain("terraform_data");
  },
);

step("the token for Grafana is in no file of a deployment", () => {
  const files = readdirSync(join(fleet.root, ".tenantscope"), {
    withFileTypes: true,
    recursive: true,
  }).filter((entry) => entry.isFile());
  const holding = files.filter(({ parentPath, name }) =>
    readFileSync(join(parentPath, name), "utf8").includes(GRAFANA_TOKEN),
  );
  expect(files.length).toBeGreaterThan(LAST_WAVE);
  expect(holding).toEqual([]);
  return Promise.resolve();
});
