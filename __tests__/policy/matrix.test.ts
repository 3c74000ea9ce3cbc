import { externalId } from "../../lib/names";
import { mixedFleet } from "../support/fleets";
import { ADMINISTRATOR, allow } from "../support/iam";
import { synth } from "../support/synth";
import { asText } from "../support/json";
import { resolve } from "../support/terraform";
import { actionsOf, roleOf, rolesOf } from "../support/world";

/**
 * Who may become which tenant's writer, and what a writer may do: every pair of tenants, decided by the policy
 * simulator on the synthesised documents.
 */
const fleet = mixedFleet();
const tree = synth(fleet);
const roles = rolesOf(tree);
const CENTRAL = fleet.central.accountId;

/** Task roles by tenant, written out: what the trust must name, and nothing else. */
const TASK_ROLES: Readonly<Record<string, readonly string[]>> = {
  acme: ["arn:aws:iam::222222222222:role/tenantscope/tenantscope-acme-orders-task"],
  globex: [
    "arn:aws:iam::333333333333:role/tenantscope/tenantscope-globex-checkout-task",
    "arn:aws:iam::333333333333:role/tenantscope/tenantscope-globex-catalog-task",
    "arn:aws:iam::333333333333:role/tenantscope/tenantscope-globex-mailer-task",
  ],
  initech: [
    "arn:aws:iam::444444444444:role/reports-task",
    "arn:aws:iam::444444444444:role/tenantscope/tenantscope-initech-ledger-task",
  ],
  umbrella: [
    "arn:aws:iam::505050505050:role/tenantscope/tenantscope-umbrella-labs-task",
    "arn:aws:iam::505050505050:role/tenantscope/tenantscope-umbrella-hive-task",
  ],
  wonka: [
    "arn:aws:iam::666666666666:role/tenantscope/tenantscope-wonka-candy-task",
    "arn:aws:iam::666666666666:role/teams/chocolate/river-task",
  ],
};
const TENANTS = Object.keys(TASK_ROLES);

/** Roles of the central services, written out: none of them is anybody's writer. */
const CENTRAL_ROLES = [
  "alert-router",
  "api-gateway-logs",
  "central-flow-logs",
  "exec-jaeger",
  "exec-jaeger-query",
  "gateway-exec",
  "gateway-task",
  "github-checkout",
  "grafana",
  "grafana-admin",
  "grafana-admin-schedule",
  "image-cache",
  "loki-0-task",
  "jaeger-collector",
  "jaeger-query",
  "loki-exec",
  "storage-admin",
  "storage-admin-schedule",
  "storage-proxy",
].map((name) => `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-${name}`);
/** Those that Grafana takes on: one in every tenant's account, and one for each workspace of a tenant's own. */
const GRAFANA_ROLES = [
  ...fleet.tenants
    .filter(({ lifecycle }) => lifecycle !== "offboarding")
    .map(({ name, accountId }) => `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${name}-grafana`),
  ...fleet.tenants
    .filter(({ isolation, lifecycle }) => isolation === "dedicated" && lifecycle !== "offboarding")
    .map(({ name }) => `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-query-${name}`),
];
const writerArn = (tenant: string): string =>
  `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-${tenant}`;
const idOf = new Map(fleet.tenants.map((tenant) => [tenant.name, externalId(fleet.central, tenant)]));

/** Principals of a tenant's account that are not its task roles, however much they look like them. */
const others = (accountId: string, taskRole: string): string[] => {
  const name = taskRole.split("/").pop() ?? "";
  const role = (path: string): string => `arn:aws:iam::${accountId}:role${path}`;
  return [
    `arn:aws:iam::${accountId}:root`,
    `arn:aws:iam::${accountId}:user/tenantscope/${name}`,
    role("/Admin"),
    role("/aws-reserved/sso.amazonaws.com/AWSReservedSSO_AdministratorAccess_0123456789abcdef"),
    role("/tenantscope/tenantscope-deploy"),
    role(`/elsewhere/${name}`),
    role(`/tenantscope/${name}2`),
    role(`/tenantscope/x-${name}`),
    role(`/tenantscope/${name.toUpperCase()}`),
    role("/tenantscope/*"),
  ];
};

const ALL_TASK_ROLES = new Set(Object.values(TASK_ROLES).flat());

const CALLERS: readonly string[] = [
  ...ALL_TASK_ROLES,
  // Execution roles, those of the central services, and every writer: it must not become another.
  ...[...roles.keys()].filter((arn) => !ALL_TASK_ROLES.has(arn)),
  ...fleet.tenants.flatMap(({ name, accountId }) => others(accountId, TASK_ROLES[name]?.[0] ?? "")),
  ...others(CENTRAL, "tenantscope-acme-orders-task"),
  ...others("999999999999", "tenantscope-acme-orders-task"),
  // The right names in the wrong accounts.
  `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-acme-orders-task`,
  "arn:aws:iam::999999999999:role/tenantscope/tenantscope-acme-orders-task",
  "arn:aws:iam::333333333333:role/tenantscope/tenantscope-acme-orders-task",
];

/**
 * External ids that a caller may try: everybody's, none, and near misses of the right one. Who is no task role at all
 * tries the right one and none.
 */
const attempts = (caller: string, right: string): readonly (string | undefined)[] => [
  right,
  undefined,
  ...(ALL_TASK_ROLES.has(caller) ? wrong(right) : []),
];
const wrong = (right: string): string[] => [
  ...[...idOf.values()].filter((id) => id !== right),
  right.slice(0, -1),
  `${right}0`,
  right.toUpperCase(),
  "*",
];

const assume = (caller: string, policies: readonly object[], writer: string, id: string | undefined) =>
  allow({
    principal: caller,
    identityPolicies: policies,
    action: "sts:AssumeRole",
    resource: writer,
    resourceAccount: CENTRAL,
    resourcePolicy: roleOf(roles, writer).trust,
    context: id === undefined ? {} : { "sts:ExternalId": id },
  });

test("the roles of the fleet are the ones that this test knows", () => {
  const made = Object.values(TASK_ROLES)
    .flat()
    .filter((arn) => arn.includes("/tenantscope/"));
  const executionRoles = made.map((arn) => arn.replace(/-task$/, "-exec"));
  expect([...roles.keys()].sort()).toEqual(
    [...made, ...executionRoles, ...CENTRAL_ROLES, ...GRAFANA_ROLES, ...TENANTS.map(writerArn)].sort(),
  );
  expect(new Set(idOf.values()).size).toBe(TENANTS.length);
});

const WORKSPACES = ["ws-tenantscope", "ws-tenantscope-initech", "ws-tenantscope-wonka", "ws-somebody-elses"];
const workspaceOf = (tenant: string): string =>
  ["initech", "wonka"].includes(tenant) ? `ws-tenantscope-${tenant}` : "ws-tenantscope";

/** What a collector does with a workspace, and Grafana. */
const WRITE_AND_READS = [
  "aps:RemoteWrite",
  "aps:GetLabels",
  "aps:GetMetricMetadata",
  "aps:GetSeries",
  "aps:QueryMetrics",
];

describe.each(TENANTS)("the writer of %s", (tenant) => {
  const writer = writerArn(tenant);
  const right = idOf.get(tenant) ?? "";

  test("can be assumed by the tenant's task roles with its external id, and in no other way", async () => {
    const allowed: string[] = [];
    let asked = 0;
    for (const caller of CALLERS) {
      for (const id of attempts(caller, right)) {
        asked += 1;
        // The caller's own account is taken to allow it everything: only the trust policy stands in the way.
        if (await assume(caller, [ADMINISTRATOR], writer, id))
          allowed.push(`${caller} ${id ?? "without an id"}`);
      }
    }
    expect(asked).toBe(2 * CALLERS.length + 8 * ALL_TASK_ROLES.size);
    expect(allowed.sort()).toEqual((TASK_ROLES[tenant] ?? []).map((arn) => `${arn} ${right}`).sort());
  });

  test("may remote-write into its own workspace, and do nothing else in Prometheus", async () => {
    const allowed: string[] = [];
    const denied = new Set<string>();
    for (const { action, resource } of await actionsOf("aps")) {
      const target = resource({ accountId: CENTRAL, region: "eu-west-1" });
      for (const id of WORKSPACES) {
        const arn = target
          .replace("workspace/example", `workspace/${id}`)
          .replace("namespace/example", `namespace/${id}`);
        const request = {
          principal: writer,
          identityPolicies: roleOf(roles, writer).policies,
          action,
          resource: arn,
          resourceAccount: CENTRAL,
        };
        if (await allow(request)) allowed.push(`${action} ${arn}`);
        else denied.add(action);
      }
    }
    const write = `aps:RemoteWrite arn:aws:aps:eu-west-1:${CENTRAL}:workspace/${workspaceOf(tenant)}`;
    expect(allowed).toEqual(tenant === "umbrella" ? [] : [write]);
    expect([...denied]).toEqual(
      expect.arrayContaining([
        "aps:QueryMetrics",
        "aps:GetSeries",
        "aps:GetLabels",
        "aps:GetMetricMetadata",
        "aps:DescribeWorkspace",
        "aps:DeleteWorkspace",
        "aps:CreateRuleGroupsNamespace",
        "aps:PutAlertManagerDefinition",
        "aps:CreateWorkspace",
        "aps:RemoteWrite",
      ]),
    );
  });

  test("writes into no other workspace and reads none, whatever else it is given", async () => {
    // Workspaces have no policy of their own: in the central account only the writer's own Denies stand in the way.
    const { policies } = roleOf(roles, writer);
    const withAnything = [ADMINISTRATOR, ...policies];
    const ask = (action: string, id: string, identityPolicies: readonly object[]) =>
      allow({
        principal: writer,
        identityPolicies,
        action,
        resource: `arn:aws:aps:eu-west-1:${CENTRAL}:workspace/${id}`,
        resourceAccount: CENTRAL,
      });
    const allowed: string[] = [];
    for (const action of WRITE_AND_READS) {
      for (const id of WORKSPACES) {
        expect([action, id, await ask(action, id, [ADMINISTRATOR])]).toEqual([action, id, true]);
        if (await ask(action, id, withAnything)) allowed.push(`${action} ${id}`);
      }
    }
    expect(allowed).toEqual(tenant === "umbrella" ? [] : [`aps:RemoteWrite ${workspaceOf(tenant)}`]);
  });

  test("is what the tenant's task roles, and only they, are allowed to assume", async () => {
    // A trust that admits the whole account: only the callers' own policies stand in the way.
    const reached: string[] = [];
    for (const { arn, accountId, policies } of roles.values()) {
      const open = {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Open",
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${accountId}:root` },
            Action: "sts:AssumeRole",
          },
        ],
      };
      const request = {
        principal: arn,
        identityPolicies: policies,
        action: "sts:AssumeRole",
        resource: writer,
        resourceAccount: CENTRAL,
        resourcePolicy: open,
      };
      if (await allow(request)) reached.push(arn);
    }
    const made = (TASK_ROLES[tenant] ?? []).filter((arn) => roles.has(arn));
    expect(reached.sort()).toEqual([...made].sort());
  });

  test("is reached by the tenant's own tasks with the policies that they really have", async () => {
    for (const arn of TASK_ROLES[tenant] ?? []) {
      const role = roles.get(arn);
      // The team of an attached service merges the published statements into its own role.
      const policies = role?.policies ?? [{ Version: "2012-10-17", Statement: published(tenant) }];
      expect([arn, await assume(arn, policies, writer, right)]).toEqual([arn, true]);
    }
  });
});

/** Statements for the task role in the document of the tenant's attached service. */
function published(tenant: string): object[] {
  const stack = tree.stack(`tenant-${tenant}`);
  const [parameter] = Object.values(stack.resource("aws_ssm_parameter")).filter(({ name }) =>
    asText(name).endsWith("/sidecar"),
  );
  const text = resolve(tree, stack, asText(parameter?.insecure_value));
  return (JSON.parse(text) as { taskRoleStatements: object[] }).taskRoleStatements;
}

describe("a suspended tenant", () => {
  const writer = writerArn("umbrella");
  const write = (policies: readonly object[]) =>
    allow({
      principal: writer,
      identityPolicies: policies,
      action: "aps:RemoteWrite",
      resource: `arn:aws:aps:eu-west-1:${CENTRAL}:workspace/ws-tenantscope`,
      resourceAccount: CENTRAL,
    });

  test("is denied the write whatever else its writer is given", async () => {
    expect(await write([ADMINISTRATOR])).toBe(true);
    expect(await write([ADMINISTRATOR, ...roleOf(roles, writer).policies])).toBe(false);
  });

  test("keeps the right to assume it: a collector that cannot exits", async () => {
    const caller = TASK_ROLES.umbrella?.[0] ?? "";
    expect(await assume(caller, roleOf(roles, caller).policies, writer, idOf.get("umbrella"))).toBe(true);
  });
});
