import type { Lifecycle } from "../../fleet/types";
import { mutant, replaceIn } from "./mutants";
import { inParallel } from "./processes";
import { removeFolders, Sandbox, type Json } from "./sandbox";
import type { Action, Changes, Stack } from "./stack";
import { needSimulated, steps } from "./steps";
import { prepareTerraform, WIDTH } from "./terraform";
import {
  expectAccounts,
  expectContract,
  expectGrantsFirst,
  expectServices,
  writerStatements,
} from "./values";

/** From empty accounts to a fleet and back. The steps share one set of states. */

const step = steps();
let sandbox: Sandbox;

afterAll(removeFolders);

const tenantStack = (tenant: string): Stack => sandbox.stack(`tenant-${tenant}`);

const all = (addresses: readonly string[], action: Action): Changes =>
  Object.fromEntries(addresses.map((address) => [address, action]));

/** Addresses of everything that a stack has made, outputs included. */
async function contents(stack: Stack): Promise<string[]> {
  const { resources, outputs } = await stack.state();
  return [
    ...resources.map(({ address }) => address),
    ...Object.keys(outputs).map((name) => `output.${name}`),
  ];
}

/** Applies the plan made last; Terraform must want nothing more right after it. */
async function applyAndPlanAgain(stack: Stack): Promise<void> {
  await stack.apply();
  expect([stack.name, (await stack.plan()).changes]).toEqual([stack.name, {}]);
}

/** Synthesises and plans all stacks: the changes by stack, without the stacks that would not change. */
async function plannedChanges(): Promise<Record<string, Changes>> {
  const plans = await inParallel(
    sandbox.synth(),
    WIDTH,
    async (stack) => [stack.name, (await stack.plan()).changes] as const,
  );
  return Object.fromEntries(plans.filter(([, changes]) => Object.keys(changes).length > 0));
}

/** Changes the only service of acme. */
function editService(change: Json): void {
  const [service] = sandbox.read("acme").services as [Json];
  sandbox.edit("acme", { services: [{ ...service, ...change }] });
}

describe("the example fleet", () => {
  step("has Terraform and its providers", async () => {
    const providers = await prepareTerraform();
    needSimulated(providers);
    sandbox = new Sandbox(providers);
  });

  step("initialises, and every stack is valid before anything exists", async () => {
    const stacks = sandbox.synth();
    const names = stacks.map(({ name }) => name);
    expect(names).toEqual(["central", "limits", "tenant-acme", "tenant-globex", "tenant-initech"]);
    await sandbox.init(stacks);
    const findings = await inParallel(stacks, WIDTH, (stack) => stack.validate());
    expect(findings.flat()).toEqual([]);
  });

  step("cannot plan a tenant before the central stack has published its contract", async () => {
    const { code, stderr } = await tenantStack("acme").run("plan");
    expect([code, stderr]).toEqual([1, expect.stringContaining("/tenantscope/contract/v1")]);
  });

  step("cannot act in an account that a provider is not meant for", async () => {
    const stray = mutant(tenantStack("acme"), "stray", (stack) => {
      const [provider] = stack.section("provider").aws as [{ assume_role: [Json] }];
      replaceIn(provider.assume_role[0], "role_arn", "222222222222", "333333333333");
    });
    const { code, stderr } = await stray.run("plan");
    expect([code, stderr]).toEqual([1, expect.stringContaining("AWS account ID not allowed")]);
  });

  step(
    "applies, the central stack first; nothing is hidden from a plan's reader and nothing left to do",
    async () => {
      const stacks = sandbox.synth();
      for (const group of [stacks.slice(0, 1), stacks.slice(1)]) {
        await inParallel(group, WIDTH, async (stack) => {
          const { changes, sensitiveOutputs } = await stack.plan();
          expect(new Set(Object.values(changes))).toEqual(new Set(["create"]));
          expect([stack.name, sensitiveOutputs, await stack.hiddenValues()]).toEqual([stack.name, [], []]);
          await applyAndPlanAgain(stack);
        });
      }
    },
  );

  step("publishes exactly the contract", () => expectContract(sandbox));
  step("cannot plan a tenant that reads what the contract does not say", async () => {
    const ahead = mutant(tenantStack("acme"), "ahead", (stack) => {
      replaceIn(
        stack.resource("aws_ecs_task_definition"),
        "container_definitions",
        "remoteWriteUrl",
        "ingestUrl",
      );
    });
    const { code, stderr } = await ahead.run("plan");
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('does not have an attribute named "ingestUrl"'),
    ]);
  });
  step("keeps every resource in its account and Region", () => expectAccounts(sandbox));
  step("joins trust, rights and collectors", () => expectServices(sandbox));
  step("starts no service before its grants", () => expectGrantsFirst(sandbox));
});

describe("a change touches one stack", () => {
  step("a new tenant", async () => {
    const acme = sandbox.read("acme");
    sandbox.write("hooli", {
      ...acme,
      name: "hooli",
      accountId: "555555555555",
      network: { vpcId: "vpc-0a1b2c3d4e5f60009", privateSubnetIds: ["subnet-0a1b2c3d4e5f60009"] },
      // One that no tenant owns.
      services: [{ name: "orders", image: "public.ecr.aws/docker/library/nginx:1.29.0", port: 8080 }],
    });
    sandbox.synth();
    await sandbox.init([tenantStack("hooli")]);
    const { "tenant-hooli": changes = {}, ...others } = await plannedChanges();
    expect(others).toEqual({});
    await applyAndPlanAgain(tenantStack("hooli"));
    expect(changes).toEqual(all(await contents(tenantStack("hooli")), "create"));
    await expectServices(sandbox);
  });

  step("the number of a service's tasks", async () => {
    editService({ count: 3 });
    const [service] = (await contents(tenantStack("acme"))).filter((address) =>
      address.startsWith("aws_ecs_service."),
    );
    expect(await plannedChanges()).toEqual({ "tenant-acme": all([String(service)], "update") });
    await applyAndPlanAgain(tenantStack("acme"));
  });

  step("what a service emits rolls its tasks", async () => {
    editService({ metrics: { statsd: true } });
    const changed = await contents(tenantStack("acme"));
    const address = (type: string): string => String(changed.find((one) => one.startsWith(`${type}.`)));
    expect(await plannedChanges()).toEqual({
      "tenant-acme": {
        [address("aws_ecs_task_definition")]: "replace",
        [address("aws_ecs_service")]: "update",
        [address("aws_ssm_parameter")]: "update",
      },
    });
    await applyAndPlanAgain(tenantStack("acme"));
    await expectServices(sandbox);
  });

  step("a pooled tenant's series limit, which is kept in `limits`", async () => {
    sandbox.edit("globex", { limits: { activeSeries: 600_000 } });
    const limits = await contents(sandbox.stack("limits"));
    expect(limits).toHaveLength(1);
    expect(await plannedChanges()).toEqual({ limits: all(limits, "update") });
    await applyAndPlanAgain(sandbox.stack("limits"));
  });
});

describe("a tenant's life", () => {
  const writerPolicy = async (): Promise<string[]> =>
    (await tenantStack("acme").state()).resources
      .filter(({ type, alias }) => type === "aws_iam_role_policy" && alias === "central")
      .map(({ address }) => address);

  async function becomes(lifecycle: Lifecycle, effect: "Allow" | "Deny"): Promise<void> {
    sandbox.edit("acme", { lifecycle });
    const policy = await writerPolicy();
    expect(policy).toHaveLength(1);
    expect(await plannedChanges()).toEqual({ "tenant-acme": all(policy, "update") });
    await applyAndPlanAgain(tenantStack("acme"));
    const granted = writerStatements(await tenantStack("acme").state());
    expect(granted.map(({ Effect, Action }) => [Effect, Action])).toEqual([[effect, "aps:RemoteWrite"]]);
  }
  step("suspension denies the writer's action, in place, and leaves the services alone", () =>
    becomes("suspended", "Deny"),
  );
  step("activation allows it again", () => becomes("active", "Allow"));

  step("offboarding removes everything from both accounts", async () => {
    sandbox.edit("acme", { lifecycle: "offboarding" });
    const before = await contents(tenantStack("acme"));
    expect(await plannedChanges()).toEqual({ "tenant-acme": all(before, "delete") });
    await applyAndPlanAgain(tenantStack("acme"));
    expect(await tenantStack("acme").state()).toEqual({ resources: [], outputs: {} });
  });

  step("the file goes; no other stack notices", async () => {
    sandbox.remove("acme");
    expect(await plannedChanges()).toEqual({});
    expect(sandbox.fleet.tenants.map(({ name }) => name)).toEqual(["globex", "hooli", "initech"]);
  });

  step("its name can be used again, in another account", async () => {
    sandbox.write("acme", { ...sandbox.read("hooli"), name: "acme", accountId: "666666666666" });
    const { "tenant-acme": changes = {}, ...others } = await plannedChanges();
    expect(others).toEqual({});
    await applyAndPlanAgain(tenantStack("acme"));
    expect(changes).toEqual(all(await contents(tenantStack("acme")), "create"));
    await expectAccounts(sandbox);
    await expectServices(sandbox);
  });
});

describe("the end", () => {
  step("every stack is destroyed, the central one last", async () => {
    const stacks = sandbox.synth();
    for (const group of [stacks.slice(1), stacks.slice(0, 1)]) {
      await inParallel(group, WIDTH, async (stack) => {
        await stack.destroy();
        expect([stack.name, await stack.state()]).toEqual([stack.name, { resources: [], outputs: {} }]);
      });
    }
  });
});
