import { rmSync } from "node:fs";
import type { Lifecycle } from "../../fleet/types";
import { only } from "./applied";
import { expectContract, expectDeployed, expectOffboarded, expectWayOut } from "./contract";
import { expectImages } from "./images";
import { expectJoined } from "./joined";
import { mutant, replaceIn } from "./mutants";
import { expectOverrides } from "./overrides";
import { addTenant, all, applyAndPlanAgain, applyFirst, contents, plannedChanges } from "./plans";
import { inParallel } from "./processes";
import { inAccount, removeFolders, Sandbox, type Json } from "./sandbox";
import type { Action, Stack } from "./stack";
import { needSimulated, steps } from "./steps";
import { prepareTerraform, WIDTH } from "./terraform";
import { searchForToken, TOKEN, VARIABLE } from "./token";
import { expectGrantsFirst } from "./values";

/** From empty accounts to a fleet and back. The steps share one set of states. */

const step = steps();
let sandbox: Sandbox;

afterAll(removeFolders);

/** Globex's limits as Loki is told, at a rate in MiB per second. */
const globexLimits = (rate: number): object => ({
  ingestion_rate_mb: rate,
  ingestion_burst_size_mb: 2 * rate,
  per_stream_rate_limit: `${1024 * rate}KB`,
  per_stream_rate_limit_burst: `${2048 * rate}KB`,
  retention_period: "2160h",
  max_query_length: "2161h",
});

const tenantStack = (tenant: string): Stack => sandbox.stack(`tenant-${tenant}`);

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
    expect(names).toEqual(["central", "limits", "grafana", "tenant-acme", "tenant-globex", "tenant-initech"]);
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
      await applyFirst([stacks.slice(0, 1), stacks.slice(1)]);
    },
  );

  step("makes everything of the shared services", async () => {
    const { resources } = await sandbox.stack("central").state();
    expect(resources.length).toBeGreaterThanOrEqual(135);
    const { resource } = JSON.parse(sandbox.stack("central").text) as { resource: Record<string, Json> };
    const written = Object.entries(resource).flatMap(([type, ids]) =>
      Object.keys(ids).map((id) => `${type}.${id}`),
    );
    expect(resources.map(({ address }) => address).sort()).toEqual(written.sort());
  });
  step("publishes exactly the contract", () => expectContract(sandbox));
  step("starts no shared service before its network", () => expectWayOut(sandbox));
  step("pulls every image from its own registry", () => expectImages(sandbox));
  step("serves the ingest API that it has written", () => expectDeployed(sandbox));
  step("keeps the tenants' own log limits where Loki looks for them", () =>
    expectOverrides(sandbox, { globex: globexLimits(8) }),
  );
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
  step(
    "keeps every resource in its account and Region; joins trust, rights, collectors, endpoints, log routers, links, " +
      "Grafana's content, rules and routes",
    () => expectJoined(sandbox),
  );
  step("has the token of Grafana in no state, no plan and no output", async () => {
    const leaky = mutant(tenantStack("acme"), "leaky", (stack) => {
      const [provider] = stack.section("provider").grafana as [Json];
      Object.assign(provider, { auth: TOKEN, http_headers: { [VARIABLE]: "" } });
    });
    await leaky.plan();
    const { states, plans, found } = searchForToken(sandbox.root);
    const names = sandbox.synth().map(({ name }) => name);
    expect(states).toEqual(expect.arrayContaining(names.map((name) => `terraform.${name}.tfstate`)));
    expect(plans).toEqual(expect.arrayContaining(names.map((name) => `cdktf.out/stacks/${name}/plan`)));
    // What it finds where it was put is all that there is to find.
    const folder = "cdktf.out/stacks/tenant-acme-leaky";
    const both = [TOKEN, VARIABLE];
    expect(found).toEqual({ [`${folder}/cdk.tf.json`]: both, [`${folder}/plan`]: both });
    rmSync(leaky.folder, { recursive: true });
  });
  step("starts no service before its grants and endpoints", () => expectGrantsFirst(sandbox));
});

/** Address of the only resource of its type in `limits`, which has two. */
async function inLimits(type: string): Promise<string> {
  const { resources } = await sandbox.stack("limits").state();
  expect(resources).toHaveLength(2);
  return only(resources, (resource) => resource.type === type).address;
}

const GRAFANA_CONTENT = [
  "grafana_dashboard",
  "grafana_data_source",
  "grafana_data_source_permission",
  "grafana_folder",
  "grafana_folder_permission",
  "grafana_team",
];
const ALERTS = ["aws_prometheus_rule_group_namespace", "aws_sns_topic", "aws_ssm_parameter"];

const limitsOf = (tenant: string): Json => sandbox.read(tenant).limits as Json;

/** Address of what a tenant declares to the fleet's rules. */
const RULES = "aws_prometheus_rule_group_namespace.rules";

describe("a change touches one stack", () => {
  step("a new tenant", async () => {
    sandbox.write("hooli", {
      ...inAccount("555555555555", sandbox.read("acme")),
      name: "hooli",
      network: { vpcId: "vpc-0a1b2c3d4e5f60009", privateSubnetIds: ["subnet-0a1b2c3d4e5f60009"] },
    });
    expect(await addTenant(sandbox, "hooli")).toEqual([]);
    await expectJoined(sandbox);
  });

  step("the number of a service's tasks", async () => {
    editService({ count: 3 });
    const [service] = (await contents(tenantStack("acme"))).filter((address) =>
      address.startsWith("aws_ecs_service."),
    );
    expect(await plannedChanges(sandbox)).toEqual({ "tenant-acme": all([String(service)], "update") });
    await applyAndPlanAgain(tenantStack("acme"));
  });

  step("what a service emits rolls its tasks", async () => {
    editService({ metrics: { statsd: true } });
    const changed = await contents(tenantStack("acme"));
    const address = (type: string): string => String(changed.find((one) => one.startsWith(`${type}.`)));
    expect(await plannedChanges(sandbox)).toEqual({
      "tenant-acme": {
        [address("aws_ecs_task_definition")]: "replace",
        [address("aws_ecs_service")]: "update",
        "aws_ssm_parameter.collector-config-orders": "update",
        // The configuration has outgrown one parameter.
        "aws_ssm_parameter.collector-config-orders-2": "create",
      },
    });
    await applyAndPlanAgain(tenantStack("acme"));
    await expectJoined(sandbox);
  });

  step(
    "a generation of the first wave: the tag of all its tenants' sidecars, and tasks where it differs",
    async () => {
      sandbox.edit("globex", { wave: "trial" });
      sandbox.edit("central", {
        waves: [{ name: "trial", configGeneration: 2 }, { name: "canary" }, { name: "fleet" }],
      });
      const addresses = await contents(tenantStack("globex"));
      const of = (pattern: RegExp): string[] => addresses.filter((address) => pattern.test(address));
      const tagged = of(
        /^aws_ecs_task_definition[.]|^aws_ssm_parameter[.](collector-config-|service-.*_sidecar)/,
      );
      const rolled = of(/^aws_ecs_task_definition[.]service-checkout_/);
      expect([tagged.length, rolled.length]).toEqual([7, 1]);
      expect(await plannedChanges(sandbox)).toEqual({
        "tenant-globex": {
          ...all(tagged, "update"),
          ...all(rolled, "replace"),
          ...all(of(/^aws_ecs_service[.]service-checkout_/), "update"),
        },
      });
      await applyAndPlanAgain(tenantStack("globex"));
      await expectJoined(sandbox);
    },
  );

  step("a pooled tenant's series limit, which is kept in `limits` and declared to the rules", async () => {
    sandbox.edit("globex", { limits: { ...limitsOf("globex"), activeSeries: 600_000 } });
    const series = await inLimits("aws_prometheus_workspace_configuration");
    expect(await plannedChanges(sandbox)).toEqual({
      limits: all([series], "update"),
      "tenant-globex": all([RULES], "update"),
    });
    for (const stack of ["limits", "tenant-globex"]) await applyAndPlanAgain(sandbox.stack(stack));
    await expectJoined(sandbox);
  });

  step("tenants' log limits, which are kept in `limits` too", async () => {
    sandbox.edit("globex", { limits: { ...limitsOf("globex"), logMiBPerSecond: 12 } });
    sandbox.edit("acme", { limits: { logRetentionDays: 14 } });
    const overrides = await inLimits("aws_s3_object");
    expect(await plannedChanges(sandbox)).toEqual({ limits: all([overrides], "update") });
    await applyAndPlanAgain(sandbox.stack("limits"));
    await expectOverrides(sandbox, {
      acme: { retention_period: "336h", max_query_length: "337h" },
      globex: globexLimits(12),
    });
  });
});

describe("a tenant's life", () => {
  const writerPolicy = async (): Promise<string[]> =>
    (await tenantStack("acme").state()).resources
      .filter(({ type, alias }) => type === "aws_iam_role_policy" && alias === "central")
      .map(({ address }) => address);

  /** Changes the lifecycle; `expectJoined` knows what the writer's policy has to say then. */
  async function becomes(lifecycle: Lifecycle, rules: Action): Promise<void> {
    sandbox.edit("acme", { lifecycle });
    const policy = await writerPolicy();
    expect(policy).toHaveLength(1);
    expect(await plannedChanges(sandbox)).toEqual({
      "tenant-acme": { ...all(policy, "update"), [RULES]: rules },
    });
    await applyAndPlanAgain(tenantStack("acme"));
    await expectJoined(sandbox);
  }
  step(
    "suspension denies the writer's actions, in place, expects nothing more, and leaves the rest alone",
    () => becomes("suspended", "delete"),
  );
  step("activation allows and expects it again", () => becomes("active", "create"));

  step("offboarding removes everything from both accounts, and the log limits", async () => {
    sandbox.edit("acme", { lifecycle: "offboarding" });
    const before = await contents(tenantStack("acme"));
    const { resources } = await tenantStack("acme").state();
    expect(new Set(resources.map(({ alias }) => alias))).toEqual(new Set([undefined, "central"]));
    const types = resources.map(({ type }) => type);
    for (const type of ["aws_vpc_endpoint", "aws_oam_link", ...GRAFANA_CONTENT, ...ALERTS]) {
      expect(types).toContain(type);
    }
    const names = resources.map(({ values }) => values.name);
    expect(names).toEqual(
      expect.arrayContaining(["tenantscope-acme-grafana", "/tenantscope/alert-routes/acme"]),
    );
    const overrides = await inLimits("aws_s3_object");
    expect(await plannedChanges(sandbox)).toEqual({
      "tenant-acme": all(before, "delete"),
      limits: all([overrides], "update"),
    });
    await applyAndPlanAgain(tenantStack("acme"));
    await applyAndPlanAgain(sandbox.stack("limits"));
    await expectOffboarded(tenantStack("acme"));
    await expectOverrides(sandbox, { globex: globexLimits(12) });
    for (const shared of ["central", "limits", "grafana"].map((name) => sandbox.stack(name))) {
      const state = JSON.stringify(await shared.state());
      expect([shared.name, state.includes("globex"), state.includes("acme")]).toEqual([
        shared.name,
        shared.name === "limits",
        false,
      ]);
    }
  });

  step("the file goes; no other stack notices", async () => {
    sandbox.remove("acme");
    expect(await plannedChanges(sandbox)).toEqual({});
    expect(sandbox.fleet.tenants.map(({ name }) => name)).toEqual(["globex", "hooli", "initech"]);
  });

  step("its name can be used again, in another account", async () => {
    sandbox.write("acme", { ...inAccount("666666666666", sandbox.read("hooli")), name: "acme" });
    expect(await addTenant(sandbox, "acme")).toEqual([]);
    await expectJoined(sandbox);
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
    expect(searchForToken(sandbox.root).found).toEqual({});
  });
});
