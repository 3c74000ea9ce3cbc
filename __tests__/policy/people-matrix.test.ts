import { externalId } from "../../lib/names";
import { mixedFleet } from "../support/fleets";
import { ADMINISTRATOR, allow } from "../support/iam";
import { synth } from "../support/synth";
import { resourcePolicy, roleOf, rolesOf } from "../support/world";

/**
 * Who reads a tenant's account and workspace, and whose alerts reach whose topic: every role of the fleet against every
 * tenant, decided by the policy simulator on the synthesised documents.
 */
const fleet = mixedFleet();
const tree = synth(fleet);
const roles = rolesOf(tree);
const CENTRAL = fleet.central.accountId;
const present = fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding");
const dedicated = present.filter(({ isolation }) => isolation === "dedicated");

const centralRole = (name: string): string => `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-${name}`;
const GRAFANA = centralRole("grafana");
const ROUTER = centralRole("alert-router");
const ORGANIZATION = { "aws:ResourceOrgID": fleet.central.organizationId };
const idOf = new Map(fleet.tenants.map((tenant) => [tenant.name, externalId(fleet.central, tenant)]));

/** Roles that Grafana takes on: tenant, ARN and account. */
const READ = present.map(({ name, accountId }) => ({
  name,
  accountId,
  arn: `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${name}-grafana`,
}));
const QUERY = dedicated.map(({ name }) => ({ name, accountId: CENTRAL, arn: centralRole(`query-${name}`) }));

/** Every role of the fleet, and administrators of every account. */
const CALLERS = [
  ...roles.keys(),
  ...[CENTRAL, ...fleet.tenants.map(({ accountId }) => accountId), "999999999999"].flatMap((accountId) => [
    `arn:aws:iam::${accountId}:role/Admin`,
    `arn:aws:iam::${accountId}:role/tenantscope-grafana`,
    `arn:aws:iam::${accountId}:root`,
  ]),
  "arn:aws:iam::999999999999:role/tenantscope/tenantscope-grafana",
];

const assume = (
  caller: string,
  target: { readonly arn: string; readonly accountId: string },
  id: string | undefined,
  identityPolicies: readonly object[],
) =>
  allow({
    principal: caller,
    identityPolicies,
    action: "sts:AssumeRole",
    resource: target.arn,
    resourceAccount: target.accountId,
    resourcePolicy: roleOf(roles, target.arn).trust,
    context: { ...ORGANIZATION, ...(id === undefined ? {} : { "sts:ExternalId": id }) },
  });

test("there is a role for every tenant, and one more for every workspace of a tenant's own", () => {
  expect(READ.length).toBeGreaterThan(3);
  expect(QUERY.map(({ name }) => name)).toEqual(["initech", "wonka"]);
});

describe.each([...READ, ...QUERY])("$arn", (target) => {
  test("is taken on by Grafana with the tenant's external id, and in no other way", async () => {
    const taken: string[] = [];
    for (const caller of CALLERS) {
      for (const id of caller === GRAFANA ? [...idOf.values(), undefined] : [idOf.get(target.name)]) {
        if (await assume(caller, target, id, [ADMINISTRATOR])) taken.push(`${caller} ${id ?? "without"}`);
      }
    }
    expect(taken).toEqual([`${GRAFANA} ${idOf.get(target.name) ?? ""}`]);
    // And as it is, without an administrator's rights.
    const { policies } = roleOf(roles, GRAFANA);
    expect(await assume(GRAFANA, target, idOf.get(target.name), policies)).toBe(true);
  });
});

test("Grafana becomes nobody else: no writer, no task, no function", async () => {
  const { policies } = roleOf(roles, GRAFANA);
  const known = new Set([...READ, ...QUERY].map(({ arn }) => arn));
  const taken: string[] = [];
  for (const { arn, accountId, trust } of roles.values()) {
    if (known.has(arn)) continue;
    for (const id of idOf.values()) {
      const request = {
        principal: GRAFANA,
        identityPolicies: policies,
        action: "sts:AssumeRole",
        resource: arn,
        resourceAccount: accountId,
        resourcePolicy: trust,
        context: { ...ORGANIZATION, "sts:ExternalId": id },
      };
      if (await allow(request)) taken.push(arn);
    }
  }
  expect(taken).toEqual([]);
});

test("Grafana's own role queries the pooled workspace and no tenant's own", async () => {
  const queried: string[] = [];
  for (const id of ["ws-tenantscope", "ws-tenantscope-initech", "ws-tenantscope-wonka"]) {
    const resource = `arn:aws:aps:eu-west-1:${CENTRAL}:workspace/${id}`;
    for (const [principal, name] of [
      [GRAFANA, "pooled"],
      ...QUERY.map(({ arn, name: tenant }) => [arn, tenant] as const),
    ] as const) {
      const request = {
        principal,
        identityPolicies: roleOf(roles, principal).policies,
        action: "aps:QueryMetrics",
        resource,
        resourceAccount: CENTRAL,
      };
      if (await allow(request)) queried.push(`${name} ${id}`);
    }
  }
  expect(queried).toEqual([
    "pooled ws-tenantscope",
    "initech ws-tenantscope-initech",
    "wonka ws-tenantscope-wonka",
  ]);
});

describe.each(present)("the alert topic of $name", ({ name, accountId, region }) => {
  const stack = tree.stack(`tenant-${name}`);
  const topic = `arn:aws:sns:${region}:${accountId}:tenantscope-${name}-alerts`;
  const policy = resourcePolicy(tree, stack, "aws_sns_topic_policy", /^alerts_policy/, "policy");

  test("takes messages of the central router, and of no other role of another account", async () => {
    const published: string[] = [];
    for (const principal of CALLERS.filter((arn) => arn.split(":")[4] !== accountId)) {
      const request = {
        principal,
        identityPolicies: [ADMINISTRATOR],
        action: "sns:Publish",
        resource: topic,
        resourceAccount: accountId,
        resourcePolicy: policy,
        context: ORGANIZATION,
      };
      if (await allow(request)) published.push(principal);
    }
    expect(published).toEqual([ROUTER]);
  });

  test("the router may as it is, within the organization only", async () => {
    const publish = (context: Record<string, string>) =>
      allow({
        principal: ROUTER,
        identityPolicies: roleOf(roles, ROUTER).policies,
        action: "sns:Publish",
        resource: topic,
        resourceAccount: accountId,
        resourcePolicy: policy,
        context,
      });
    expect(await publish(ORGANIZATION)).toBe(true);
    expect(await publish({ "aws:ResourceOrgID": "o-somebodyelse" })).toBe(false);
  });
});
