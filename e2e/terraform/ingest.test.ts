import type * as openapi from "../../modules/ingest/openapi";
import { ingestDocument } from "../../modules/ingest/openapi";
import type * as resourcePolicy from "../../modules/ingest/resource-policy";
import { ingestResourcePolicy } from "../../modules/ingest/resource-policy";
import { only } from "./applied";
import { expectContract, expectDeployed } from "./contract";
import { callsIngest, expectLogs, ingestEndpoints } from "./logs";
import { applyAndPlanAgain, plannedChanges } from "./plans";
import { removeFolders, Sandbox, type Json } from "./sandbox";
import type { Changes, Resource, Stack } from "./stack";
import { needSimulated, steps } from "./steps";
import { prepareTerraform } from "./terraform";
import { expectServices } from "./values";

/** Changes of the central side under a tenant that sends logs: what each of them touches, and what it must not. */

jest.mock("../../modules/ingest/openapi", () => {
  const actual = jest.requireActual<typeof openapi>("../../modules/ingest/openapi");
  return { ...actual, ingestDocument: jest.fn(actual.ingestDocument) };
});
jest.mock("../../modules/ingest/resource-policy", () => {
  const actual = jest.requireActual<typeof resourcePolicy>("../../modules/ingest/resource-policy");
  return { ...actual, ingestResourcePolicy: jest.fn(actual.ingestResourcePolicy) };
});

const step = steps();
let sandbox: Sandbox;

afterAll(removeFolders);

const central = (): Stack => sandbox.stack("central");
const globex = (): Stack => sandbox.stack("tenant-globex");

/** Address of the only resource of the stack that matches. */
async function address(stack: Stack, matches: (resource: Resource) => boolean): Promise<string> {
  return only((await stack.state()).resources, matches).address;
}

/** Of the ingest API; the storage's has an address of its own. */
const ofApi = (type: string): Promise<string> =>
  address(
    central(),
    (resource) => resource.type === `aws_api_gateway_${type}` && resource.name.startsWith("ingest_"),
  );

/**
 * The API is changed and deployed anew. The simulated provider updates the deployment; for the real one other triggers
 * are another deployment, which the stage then serves by its reference (`expectDeployed`).
 */
const redeployed = async (): Promise<Changes> => ({
  [await ofApi("rest_api")]: "update",
  [await ofApi("deployment")]: "update",
});

/** New tasks for a service of `tenantscope-<family>`. */
async function rolled(stack: Stack, family: string, service: string): Promise<Changes> {
  return {
    [await address(stack, ({ values }) => values.family === `tenantscope-${family}`)]: "replace",
    [await address(stack, ({ type, values }) => type === "aws_ecs_service" && values.name === service)]:
      "update",
  };
}

step("a fleet of one tenant", async () => {
  const providers = await prepareTerraform();
  needSimulated(providers);
  sandbox = new Sandbox(providers);
  sandbox.remove("acme");
  sandbox.remove("initech");
  const stacks = sandbox.synth();
  expect(stacks.map(({ name }) => name)).toEqual(["central", "limits", "grafana", "tenant-globex"]);
  await sandbox.init(stacks);
  for (const stack of stacks) {
    await stack.plan();
    await stack.apply();
  }
  await expectDeployed(sandbox);
  await expectLogs(sandbox);
});

step("another size limit rolls the gateway and nothing else", async () => {
  sandbox.edit("central", { ingest: { maxBodyMiB: 3 } });
  expect(await plannedChanges(sandbox)).toEqual({ central: await rolled(central(), "gateway", "gateway") });
  await applyAndPlanAgain(central());
});

step("another document deploys the API anew", async () => {
  const { ingestDocument: render } = jest.requireActual<typeof openapi>("../../modules/ingest/openapi");
  jest.mocked(ingestDocument).mockImplementationOnce((target) => ({
    ...render(target),
    info: { title: "tenantscope ingest", version: "2" },
  }));
  expect(await plannedChanges(sandbox)).toEqual({ central: await redeployed() });
});

step("another resource policy deploys the API anew", async () => {
  const { ingestResourcePolicy: render } = jest.requireActual<typeof resourcePolicy>(
    "../../modules/ingest/resource-policy",
  );
  jest.mocked(ingestResourcePolicy).mockImplementationOnce((api) => {
    const { Statement, ...rest } = render(api);
    return { ...rest, Statement: [...Statement].reverse() };
  });
  expect(await plannedChanges(sandbox)).toEqual({ central: await redeployed() });
});

step("joined networks open the gateway and leave the API alone", async () => {
  sandbox.edit("central", { loki: { direct: [{ cidr: "10.9.0.0/16", tenant: "globex" }] } });
  const { central: changes = {}, ...others } = await plannedChanges(sandbox);
  expect(others).toEqual({});
  const gateway = await rolled(central(), "gateway", "gateway");
  expect(changes).toMatchObject(gateway);
  const more = Object.entries(changes).filter(([changed]) => !(changed in gateway));
  expect(more.map(([changed, action]) => [changed.split(".")[0], action]).sort()).toEqual([
    ["aws_lb_listener", "create"],
    ["aws_lb_target_group", "create"],
    ["aws_vpc_security_group_egress_rule", "create"],
    ["aws_vpc_security_group_ingress_rule", "create"],
    ["aws_vpc_security_group_ingress_rule", "create"],
  ]);
  await applyAndPlanAgain(central());
});

step("a service of such a network is told where Loki is", async () => {
  const services = sandbox.read("globex").services as Json[];
  sandbox.edit("globex", {
    services: services.map((service) =>
      service.name === "mailer" ? { ...service, logs: { destinations: ["loki-direct"] } } : service,
    ),
  });
  const { "tenant-globex": changes = {}, ...others } = await plannedChanges(sandbox);
  expect(others).toEqual({});
  expect(changes).toMatchObject(await rolled(globex(), "globex-mailer", "mailer"));
  await applyAndPlanAgain(globex());
  await expectLogs(sandbox);
});

step("a public API is deployed anew, and called by its own name; the endpoint goes", async () => {
  sandbox.edit("central", { ingest: { maxBodyMiB: 3, exposure: "public" } });
  const { resources } = await globex().state();
  const endpoint = only(ingestEndpoints(await globex().state()));
  const [group] = endpoint.values.security_group_ids as [string];
  const gone = resources.filter(
    ({ values }) =>
      values.id === endpoint.values.id || values.id === group || values.security_group_id === group,
  );
  const expected = await redeployed();
  const changes = await plannedChanges(sandbox);
  const senders = sandbox.fleet.tenants[0]?.services.filter(callsIngest) ?? [];
  expect(senders.map(({ name }) => name)).toEqual(["checkout", "catalog", "mailer"]);
  const rolls = await Promise.all(senders.map(({ name }) => rolled(globex(), `globex-${name}`, name)));
  expect(changes).toEqual({
    central: expected,
    "tenant-globex": Object.assign(
      Object.fromEntries(gone.map((resource) => [resource.address, "delete"])),
      ...rolls,
    ) as Changes,
  });
  for (const stack of [central(), globex()]) await applyAndPlanAgain(stack);
  await expectContract(sandbox);
  await expectDeployed(sandbox);
  await expectServices(sandbox);
  await expectLogs(sandbox);
});
