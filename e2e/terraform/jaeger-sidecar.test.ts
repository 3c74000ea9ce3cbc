import { ofType } from "./applied";
import { expectContract, expectDeployed, expectOffboarded, expectWayOut } from "./contract";
import { archivesOf, Elsewhere } from "./functions";
import { expectDomain, expectStores } from "./jaeger";
import { expectJoined } from "./joined";
import { addTenant, all, applyAndPlanAgain, applyFirst, contents, plannedChanges } from "./plans";
import { inParallel } from "./processes";
import { inAccount, removeFolders, Sandbox, type Json } from "./sandbox";
import type { Stack } from "./stack";
import { needSimulated, steps } from "./steps";
import { prepareTerraform, WIDTH } from "./terraform";
import { expectGrantsFirst } from "./values";

/** Tenants with a Jaeger in their tasks and traces of their own, beside one whose spans go to the shared Jaeger. */

const step = steps();
let sandbox: Sandbox;

afterAll(removeFolders);

const central = (): Stack => sandbox.stack("central");
const tenantStack = (tenant: string): Stack => sandbox.stack(`tenant-${tenant}`);

const DOMAIN = {
  name: "telemetry.tenantscope.example",
  certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
};

async function expectValues(): Promise<void> {
  await expectJoined(sandbox);
  await expectStores(sandbox);
}

step("a fleet with a private domain initialises, and every stack is valid", async () => {
  const providers = await prepareTerraform();
  needSimulated(providers);
  sandbox = new Sandbox(providers);
  // Its Region is not the domain's.
  sandbox.remove("initech");
  sandbox.edit("central", { ingest: { domain: DOMAIN } });
  const [orders] = sandbox.read("acme").services as [Json];
  sandbox.edit("acme", {
    services: [
      { ...orders, traces: { jaeger: "sidecar" } },
      // One of the same tenant that sends its spans to the shared Jaeger.
      { ...orders, name: "invoices" },
    ],
    limits: { traceRetentionDays: 21 },
  });
  const stacks = sandbox.synth();
  expect(stacks.map(({ name }) => name)).toEqual([
    "central",
    "limits",
    "grafana",
    "tenant-acme",
    "tenant-globex",
  ]);
  await sandbox.init(stacks);
  const findings = await inParallel(stacks, WIDTH, (stack) => stack.validate());
  expect(findings.flat()).toEqual([]);
});

step("applies, the central stack first; nothing is hidden and nothing left to do", async () => {
  const stacks = sandbox.synth();
  await applyFirst([stacks.slice(0, 1), stacks.slice(1)]);
});

step("publishes the domain in the contract", () => expectContract(sandbox));
step("leads the domain to both APIs", async () => {
  await expectDomain(sandbox);
  await expectDeployed(sandbox);
  await expectWayOut(sandbox);
});
step(
  "keeps every resource in its account and Region; joins Jaegers, trust, rights, endpoints and query services",
  expectValues,
);
step("starts no service before its grants and endpoints", () => expectGrantsFirst(sandbox));

step("another machine packs the same functions, and only other code changes them", async () => {
  const places = ["Pacific/Kiritimati", "America/Anchorage"].map((zone) => new Elsewhere(sandbox, zone));
  const stacks = await inParallel(places, WIDTH, (place) => place.synth());
  const archives = archivesOf(central());
  expect(Object.keys(archives).sort()).toEqual([
    "tenantscope-alert-router",
    "tenantscope-grafana-admin",
    "tenantscope-storage-admin",
    "tenantscope-storage-proxy",
  ]);
  for (const stack of stacks) expect([stack.folder, archivesOf(stack)]).toEqual([stack.folder, archives]);

  const [place] = places as [Elsewhere];
  const [stack] = stacks as [Stack];
  place.takeState();
  await stack.init();
  expect((await stack.plan()).changes).toEqual({});

  place.append("lambda/shared/sign.ts", '\nObject.assign(globalThis, { other: "code" });\n');
  await place.synth();
  const others = archivesOf(stack);
  expect(Object.keys(others).filter((name) => others[name] === archives[name])).toEqual([]);
  const { resources } = await central().state();
  const changing = ["aws_lambda_function", "aws_lambda_invocation"].flatMap((type) =>
    ofType({ resources, outputs: {} }, type).map(({ address }) => address),
  );
  // Four functions, two of which are called for what they set up.
  expect(changing).toHaveLength(6);
  expect((await stack.plan()).changes).toEqual(all(changing, "update"));
});

step("a second tenant with a Jaeger changes no other stack", async () => {
  sandbox.write("hooli", {
    ...inAccount("555555555555", sandbox.read("acme")),
    name: "hooli",
    network: { vpcId: "vpc-0a1b2c3d4e5f60009", privateSubnetIds: ["subnet-0a1b2c3d4e5f60009"] },
    limits: {},
    alerts: {
      emails: ["oncall@hooli.example"],
      // Not Terraform's to fill in.
      httpsUrls: ["https://alerts.hooli.example/sns?for=${team}"],
      slackSecretArn: "arn:aws:secretsmanager:eu-west-1:555555555555:secret:slack-AbCdEf",
    },
    // What it may see of others: the shared traces it does not need, the pooled metrics it gets.
    grafana: { sharedQueries: ["metrics"] },
  });
  // Only the endpoint's name has to be looked up once there is one.
  expect(await addTenant(sandbox, "hooli")).toEqual([expect.stringMatching(/^data\.aws_vpc_endpoint\./)]);
  await expectValues();
});

step("offboarding removes a tenant with a Jaeger from both accounts, and nothing else", async () => {
  sandbox.edit("acme", { lifecycle: "offboarding" });
  const before = await contents(tenantStack("acme"));
  for (const type of ["aws_ecs_service.jaeger-query", "aws_route53_zone.", "aws_ssm_parameter.trace"]) {
    expect([type, before.filter((address) => address.startsWith(type))]).toEqual([
      type,
      [expect.any(String)],
    ]);
  }
  expect(await plannedChanges(sandbox)).toEqual({ "tenant-acme": all(before, "delete") });
  await applyAndPlanAgain(tenantStack("acme"));
  await expectOffboarded(tenantStack("acme"));
  for (const stack of ["central", "limits", "grafana", "tenant-globex", "tenant-hooli"]) {
    const state = JSON.stringify(await sandbox.stack(stack).state());
    const left = ["acme", "222222222222"].filter((name) => state.includes(name));
    expect([stack, left]).toEqual([stack, []]);
  }
  await expectStores(sandbox);
});
