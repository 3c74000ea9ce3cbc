import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byStatus, CommandFleet, rows } from "./command";
import { removeFolders, type Json } from "./sandbox";
import { needSimulated, steps } from "./steps";
import { prepareTerraform } from "./terraform";

/** `tenantscope plan --fleet` and `drift`, and the guard of data that `plan` and `deploy` have in common. */

const step = steps();
let fleet: CommandFleet;
let stacks: string[];

afterAll(removeFolders);

const tenants = (): string[] => stacks.map((stack) => stack.slice("tenant-".length));
const file = (tenant: string): string => join("tenants", `${tenant}.json`);

interface DriftRow {
  readonly stack: string;
  readonly status: string;
  readonly outside: readonly string[];
  readonly differs: readonly string[];
}

async function drift(...args: string[]): Promise<[number, Record<string, readonly string[]>]> {
  const { code, stdout } = await fleet.tenantscope("drift", "--json", ...args);
  const { stacks: all } = JSON.parse(stdout) as { stacks: DriftRow[] };
  return [
    code,
    Object.fromEntries(all.map((row) => [row.stack, row.status === "drift" ? row.differs : [row.status]])),
  ];
}

/** Changes the first service of a tenant. */
function editService(tenant: string, change: Json): void {
  const [service] = fleet.read(file(tenant)).services as [Json];
  fleet.edit(file(tenant), { services: [{ ...service, ...change }] });
}

step("has Terraform, and a fleet that is deployed", async () => {
  const providers = await prepareTerraform();
  needSimulated(providers);
  fleet = new CommandFleet(providers, { fleet: { tenants: 3, concurrency: 2 } });
  stacks = fleet.stacks("fleet");
  const finished = await fleet.tenantscope("deploy", "--all", "--auto-approve", "--json");
  expect([finished.code, byStatus(finished)]).toEqual([
    0,
    { done: ["central", "limits", "grafana", ...stacks] },
  ]);
});

step("what is as deployed has not drifted", async () => {
  const { code, stdout } = await fleet.tenantscope("drift");
  expect([code, stdout]).toEqual([0, "none of 6 stacks have drifted\n"]);
});

step(
  "plans take on the roles that only read, and what they plan is what is deployed with those that write",
  async () => {
    const before = fleet.read("central.json").deploy as Json;
    const [tenant = ""] = tenants();
    const folder = join(fleet.root, "cdktf.out", "stacks", `tenant-${tenant}`);
    const assumed = (): unknown[] => {
      const { provider } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
        provider: { aws: { assume_role: { role_arn: string }[] }[] };
      };
      return provider.aws.flatMap(({ assume_role }) =>
        assume_role.map(({ role_arn }) => role_arn.split("/")[1]),
      );
    };
    const deploy = ["deploy", "--wave", "fleet", "--only", tenant, "--auto-approve", "--json"];
    fleet.edit("central.json", {
      deploy: { ...before, centralPlanRoleName: "reads-central", tenantPlanRoleName: "reads" },
    });
    expect(await drift("--only", tenant)).toEqual([0, { [`tenant-${tenant}`]: ["none"] }]);
    expect(assumed()).toEqual(["reads", "reads-central"]);
    editService(tenant, { count: 3 });
    expect((await fleet.tenantscope("plan", "--only", tenant)).stdout).toContain("desired_count: 1 -> 3");
    expect(assumed()).toEqual(["reads", "reads-central"]);
    expect(byStatus(await fleet.tenantscope(...deploy))).toEqual({ done: [`tenant-${tenant}`] });
    expect(assumed()).toEqual([before.tenantRoleName, before.centralRoleName]);
    // Planned with the other roles meanwhile, it is still what was deployed.
    await fleet.tenantscope("plan", "--only", tenant);
    expect(byStatus(await fleet.tenantscope(...deploy, "--resume"))).toEqual({
      "done before": [`tenant-${tenant}`],
    });
    editService(tenant, { count: 1 });
    expect(byStatus(await fleet.tenantscope(...deploy))).toEqual({ done: [`tenant-${tenant}`] });
    fleet.edit("central.json", { deploy: before });
  },
);

step("a state that was edited by hand is found, and a stack that is not deployed", async () => {
  const [first = "", second = ""] = stacks;
  const path = fleet.stateFile(first);
  const before = readFileSync(path, "utf8");
  writeFileSync(path, before.replace('"desired_count": 1', '"desired_count": 7'));
  const all = tenants();
  expect(await drift("--only", ...all)).toEqual([
    3,
    {
      [first]: [expect.stringMatching(/^update aws_ecs_service\./)],
      [second]: ["none"],
      [String(stacks[2])]: ["none"],
    },
  ]);
  writeFileSync(path, before);
  renameSync(fleet.stateFile(second), join(fleet.root, "aside"));
  expect(await drift("--only", String(all[1]))).toEqual([1, { [second]: ["not deployed"] }]);
  renameSync(join(fleet.root, "aside"), fleet.stateFile(second));
});

step("a plan of the fleet puts equal changes together", async () => {
  const [first = "", second = "", third = ""] = tenants();
  for (const tenant of [first, second]) editService(tenant, { count: 2 });
  editService(third, { count: 3 });
  const { code, stdout } = await fleet.tenantscope("plan", "--fleet");
  const service = "aws_ecs_service.service-orders_service";
  expect([code, stdout]).toEqual([
    0,
    [
      `2 tenants: the same change; ${third} differs`,
      "",
      "2 tenants: the same change",
      `  ${first} and ${second}`,
      `  ~ update ${service}`,
      "      desired_count: 1 -> 2",
      "",
      `${third}: 1 change`,
      `  ~ update ${service}_E0105FFD`,
      "      desired_count: 1 -> 3",
      "",
    ].join("\n"),
  ]);
});

step("what changes the state alone is planned in words, applied, and then gone", async () => {
  const [tenant = ""] = tenants();
  const stack = `tenant-${tenant}`;
  const own = join(fleet.root, "cdktf.out", "stacks", stack, "own.tf.json");
  const write = (document: Json): void => {
    writeFileSync(own, JSON.stringify(document));
  };
  const deploy = async (): Promise<unknown> => {
    const finished = await fleet.tenantscope(
      ...["deploy", "--wave", "fleet", "--only", tenant, "--auto-approve", "--json"],
    );
    return [finished.code, byStatus(finished), ...rows(finished).flatMap(({ message }) => message ?? [])];
  };
  const topic = { name: "t" };
  write({ resource: { terraform_data: { a: {}, b: {} }, aws_sns_topic: { t: topic } } });
  expect(await deploy()).toEqual([0, { done: [stack] }]);
  write({
    resource: { terraform_data: { c: {} } },
    moved: { from: "terraform_data.a", to: "terraform_data.c" },
    removed: ["terraform_data.b", "aws_sns_topic.t"].map((from) => ({ from, lifecycle: { destroy: false } })),
    output: { own: { value: "1" } },
  });
  const { code, stdout } = await fleet.tenantscope("plan", "--only", tenant);
  expect([code, stdout.split("\n").slice(2)]).toEqual([
    0,
    [
      `${tenant}: 4 changes`,
      "  . forget aws_sns_topic.t",
      "  . forget terraform_data.b",
      "  > move terraform_data.c",
      "      (moved from terraform_data.a)",
      "  + create output.own",
      "",
    ],
  ]);
  expect(await deploy()).toEqual([0, { done: [stack] }]);
  expect(await deploy()).toEqual([0, { unchanged: [stack] }]);
  const moved = {
    resource: { terraform_data: { d: {} } },
    moved: { from: "terraform_data.c", to: "terraform_data.d" },
  };
  write({ ...moved, output: { own: { value: "1" } } });
  expect(await drift("--only", tenant)).toEqual([3, { [stack]: ["move terraform_data.d"] }]);
  expect(await deploy()).toEqual([0, { done: [stack] }]);
  write({});
  expect(await deploy()).toEqual([0, { done: [stack] }]);
  rmSync(own);
});

step("data is not lost without an approval by name: neither in a plan nor in a deployment", async () => {
  const [tenant = ""] = tenants();
  const stack = `tenant-${tenant}`;
  const groups = async (): Promise<string[]> =>
    (await fleet.stack(stack).state()).resources
      .filter(({ type }) => type === "aws_cloudwatch_log_group")
      .map(({ address }) => address);
  const before = await groups();
  const gone = before.filter((address) => address.includes("orders"));
  expect(gone).toHaveLength(1);
  const approval = `${stack}:${String(gone[0])}`;
  editService(tenant, { name: "renamed" });
  const planned = await fleet.tenantscope("plan", "--only", tenant);
  expect([planned.code, planned.stderr]).toEqual([
    3,
    [
      `1/1 ${stack}: planned`,
      "",
      "data would be lost, so nothing goes on:",
      `  ${stack}: destroy ${String(gone[0])}`,
      "    holds lines of logs",
      "if it may be lost, say so by name:",
      `  --approve-data '${approval}'`,
      "",
    ].join("\n"),
  ]);
  const deploy = ["deploy", "--wave", "fleet", "--only", tenant, "--auto-approve", "--json"];
  for (const more of [
    [],
    ["--approve-data", `${approval}x`],
    ["--approve-data", approval.replace(stack, String(stacks[1]))],
  ]) {
    const finished = await fleet.tenantscope(...deploy, ...more);
    expect([finished.code, byStatus(finished), await groups()]).toEqual([3, { refused: [stack] }, before]);
  }
  const approved = await fleet.tenantscope("plan", "--only", tenant, "--approve-data", approval);
  expect(approved.code).toBe(0);
  const finished = await fleet.tenantscope(...deploy, "--approve-data", approval);
  expect([finished.code, byStatus(finished)]).toEqual([0, { done: [stack] }]);
  expect((await groups()).filter((address) => gone.includes(address))).toEqual([]);
});

step(
  "a tenant that offboards needs an approval for each log group, key and folder, and nothing of it is left",
  async () => {
    const [, tenant = ""] = tenants();
    const stack = `tenant-${tenant}`;
    fleet.edit(file(tenant), { lifecycle: "offboarding" });
    const planned = await fleet.tenantscope("plan", "--only", tenant, "--json");
    const { data } = JSON.parse(planned.stdout) as { data: { address: string; approved: boolean }[] };
    expect([planned.code, data.length, data.every(({ approved }) => !approved)]).toEqual([3, 5, true]);
    const approvals = data.flatMap(({ address }) => ["--approve-data", `${stack}:${address}`]);
    const deploy = ["deploy", "--wave", "fleet", "--only", tenant, "--auto-approve", "--json"];
    expect((await fleet.tenantscope(...deploy, ...approvals.slice(2))).code).toBe(3);
    const finished = await fleet.tenantscope(...deploy, ...approvals);
    expect([finished.code, byStatus(finished)]).toEqual([0, { done: [stack] }]);
    expect(await fleet.stack(stack).state()).toEqual({ resources: [], outputs: {} });
    expect(await drift("--only", tenant)).toEqual([0, { [stack]: ["none"] }]);
  },
);
