import { externalId } from "../../lib/names";
import { mixedFleet } from "../support/fleets";
import { ADMINISTRATOR, allow } from "../support/iam";
import { atWorst, ingestApiOf } from "../support/ingest";
import { synth } from "../support/synth";
import { actionsOf, roleOf, rolesOf } from "../support/world";

/**
 * Who may call which path of the ingest API: every ordered pair of tenants, decided by the policy simulator on the
 * synthesised documents, the API's own policy included.
 */
const fleet = mixedFleet();
const tree = synth(fleet);
const roles = rolesOf(tree);
const CENTRAL = fleet.central.accountId;
const { executionArn: API, policy: AS_WRITTEN } = ingestApiOf(tree);
const READINGS = [
  ["as written", AS_WRITTEN],
  ["at worst", atWorst(AS_WRITTEN, CENTRAL)],
] as const;

const TENANTS = fleet.tenants.map(({ name }) => name);
const ACTIVE = TENANTS.filter((name) => name !== "umbrella");
const ROUTES = ["otlp/v1/logs", "v1/traces"];
const method = (tenant: string, route: string): string => `${API}/v1/POST/t/${tenant}/${route}`;
const writerArn = (tenant: string, account = CENTRAL): string =>
  `arn:aws:iam::${account}:role/tenantscope/tenantscope-writer-${tenant}`;

/** Every path of every tenant. */
const EVERY_METHOD = TENANTS.flatMap((tenant) => ROUTES.map((route) => method(tenant, route)));

const invoke = (
  principal: string,
  identityPolicies: readonly object[],
  resource: string,
  resourcePolicy: object,
) =>
  allow({
    principal,
    identityPolicies,
    action: "execute-api:Invoke",
    resource,
    resourceAccount: CENTRAL,
    resourcePolicy,
  });

async function reachedBy(
  principal: string,
  policies: readonly object[],
  resources: readonly string[],
  resourcePolicy: object,
): Promise<string[]> {
  const reached: string[] = [];
  for (const resource of resources) {
    if (await invoke(principal, policies, resource, resourcePolicy)) reached.push(resource);
  }
  return reached;
}

/** What an ARN of the own path could be bent to. A pattern would match literally, or not at all. */
const bent = (own: string, other: string): string[] => [
  // Encoded slashes and dots.
  ...["%2F", "%2f", "%252F", "%5C"].flatMap((slash) => [
    `${API}/v1/POST/t/${own}${slash}otlp/v1/logs`,
    `${API}/v1/POST/t/${own}/..${slash}${other}/otlp/v1/logs`,
    `${API}/v1/POST/t/${other}${slash}..${slash}${own}/otlp/v1/logs`,
  ]),
  `${API}/v1/POST/t/${own}/%2e%2e/${other}/otlp/v1/logs`,
  // Dot segments.
  `${API}/v1/POST/t/${own}/../${other}/otlp/v1/logs`,
  `${API}/v1/POST/t/${other}/../${own}/otlp/v1/logs`,
  `${API}/v1/POST/t/./${own}/otlp/v1/logs`,
  `${API}/v1/POST/t/${own}/otlp/v1/logs/../../../../${other}/otlp/v1/logs`,
  // Case.
  `${API}/v1/POST/t/${own.toUpperCase()}/otlp/v1/logs`,
  `${API}/v1/POST/T/${own}/otlp/v1/logs`,
  `${API}/v1/POST/t/${own}/OTLP/v1/logs`,
  `${API}/v1/post/t/${own}/otlp/v1/logs`,
  // Double slashes and what stands before or behind.
  `${API}/v1/POST//t/${own}/otlp/v1/logs`,
  `${API}/v1/POST/t//${own}/otlp/v1/logs`,
  `${API}/v1/POST/t/${own}//otlp/v1/logs`,
  `${API}/v1/POST/t/${own}/otlp/v1/logs/`,
  `${API}/v1/POST/t/${own}/otlp/v1/logsx`,
  `${API}/v1/POST/t/${own}2/otlp/v1/logs`,
  `${API}/v1/POST/t/${own.slice(0, -1)}/otlp/v1/logs`,
  `${API}/v1/POST/t/x${own}/otlp/v1/logs`,
  `${API}/v1/POST/t/${own}/t/${other}/otlp/v1/logs`,
  `${API}/v1/POST/t/${own},${other}/otlp/v1/logs`,
  // Other methods, stages, routes and APIs.
  ...["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"].map(
    (verb) => `${API}/v1/${verb}/t/${own}/otlp/v1/logs`,
  ),
  ...["v2", "test-invoke-stage", "V1", "$default"].map(
    (stage) => `${API}/${stage}/POST/t/${own}/otlp/v1/logs`,
  ),
  ...["otlp/v1/traces", "v1/logs", "otlp/v1/metrics", "loki/api/v1/push", "otlp/v1", ""].map((route) =>
    method(own, route),
  ),
  `${API}0/v1/POST/t/${own}/otlp/v1/logs`,
  `arn:aws:execute-api:us-east-1:${CENTRAL}:${API.split(":")[5] ?? ""}/v1/POST/t/${own}/otlp/v1/logs`,
  `arn:aws:execute-api:eu-west-1:${CENTRAL}:another1234/v1/POST/t/${own}/otlp/v1/logs`,
];

describe.each(READINGS)("the API's policy %s", (_, resourcePolicy) => {
  test.each(TENANTS)(
    "the writer of %s reaches its own two methods, or none when suspended",
    async (tenant) => {
      const { policies } = roleOf(roles, writerArn(tenant));
      const own = ACTIVE.includes(tenant) ? ROUTES.map((route) => method(tenant, route)) : [];
      expect(await reachedBy(writerArn(tenant), policies, EVERY_METHOD, resourcePolicy)).toEqual(own);
      // Whatever else somebody in the central account gives the role.
      expect(
        await reachedBy(writerArn(tenant), [...policies, ADMINISTRATOR], EVERY_METHOD, resourcePolicy),
      ).toEqual(own);
    },
  );

  test.each(TENANTS)("no other spelling of a path helps the writer of %s", async (tenant) => {
    const { policies } = roleOf(roles, writerArn(tenant));
    const paths = TENANTS.filter((other) => other !== tenant).flatMap((other) => bent(tenant, other));
    expect(await reachedBy(writerArn(tenant), policies, [...new Set(paths)], resourcePolicy)).toEqual([]);
    expect(
      await reachedBy(writerArn(tenant), [...policies, ADMINISTRATOR], [...new Set(paths)], resourcePolicy),
    ).toEqual([]);
  });

  test("no principal of a tenant's account reaches anything, whatever its administrator grants or names", async () => {
    const reached: string[] = [];
    let asked = 0;
    for (const { name, accountId } of fleet.tenants) {
      const made = [...roles.values()].filter((role) => role.accountId === accountId).map(({ arn }) => arn);
      const callers = [
        ...made,
        `arn:aws:iam::${accountId}:root`,
        `arn:aws:iam::${accountId}:role/Admin`,
        `arn:aws:iam::${accountId}:user/tenantscope/tenantscope-writer-${name}`,
        ...TENANTS.map((tenant) => writerArn(tenant, accountId)),
      ];
      for (const caller of callers) {
        const identity = [ADMINISTRATOR];
        asked += EVERY_METHOD.length;
        const found = await reachedBy(caller, identity, EVERY_METHOD, resourcePolicy);
        reached.push(...found.map((resource) => `${caller} ${resource}`));
      }
    }
    expect(asked).toBeGreaterThan(400);
    expect(reached).toEqual([]);
  });

  test("no other role of the central account reaches anything, even as administrator", async () => {
    const writers = new Set(TENANTS.map((tenant) => writerArn(tenant)));
    const callers = [
      ...[...roles.values()]
        .filter(({ arn, accountId }) => accountId === CENTRAL && !writers.has(arn))
        .map(({ arn }) => arn),
      `arn:aws:iam::${CENTRAL}:role/Admin`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope-deploy`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope-writer-acme`,
      `arn:aws:iam::${CENTRAL}:role/elsewhere/tenantscope-writer-acme`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-acme/x`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-/tenantscope-writer-acme`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer`,
      `arn:aws:iam::${CENTRAL}:user/tenantscope/tenantscope-writer-acme`,
      `arn:aws:iam::${CENTRAL}:root`,
    ];
    const reached: string[] = [];
    for (const caller of callers) {
      const policies = [...(roles.get(caller)?.policies ?? []), ADMINISTRATOR];
      const found = await reachedBy(caller, policies, EVERY_METHOD, resourcePolicy);
      reached.push(...found.map((resource) => `${caller} ${resource}`));
    }
    expect(callers).toHaveLength(30);
    expect(reached).toEqual([]);
  });

  test("nobody without a role: a request that is not signed carries no aws:PrincipalArn", async () => {
    // The simulator knows no anonymous caller; a service's request carries no such key either.
    expect(await reachedBy("events.amazonaws.com", [], EVERY_METHOD, resourcePolicy)).toEqual([]);
  });
});

/** API Gateway uses one ARN for several types of resources; the simulator then refuses to choose. */
const unlessAmbiguous = (error: unknown): boolean => {
  if (error instanceof Error && error.message.includes("multiple.resource.types")) return false;
  throw error;
};

test("a writer may do nothing else with any API", async () => {
  for (const tenant of TENANTS) {
    const { policies } = roleOf(roles, writerArn(tenant));
    const allowed: string[] = [];
    for (const service of ["execute-api", "apigateway"]) {
      for (const { action, resource } of await actionsOf(service)) {
        const request = {
          principal: writerArn(tenant),
          identityPolicies: policies,
          action,
          resource: resource({ accountId: CENTRAL, region: "eu-west-1" }),
          resourceAccount: CENTRAL,
        };
        if (await allow(request).catch(unlessAmbiguous)) allowed.push(action);
      }
    }
    expect([tenant, allowed]).toEqual([tenant, []]);
  }
});

describe("a suspended tenant", () => {
  const writer = writerArn("umbrella");
  const umbrella = fleet.tenants.find(({ name }) => name === "umbrella");

  test("is denied its own paths: without its policy an administrator's would do", async () => {
    const own = ROUTES.map((route) => method("umbrella", route));
    expect(await reachedBy(writer, [ADMINISTRATOR], own, AS_WRITTEN)).toEqual(own);
    const { policies } = roleOf(roles, writer);
    expect(await reachedBy(writer, [...policies, ADMINISTRATOR], own, AS_WRITTEN)).toEqual([]);
  });

  test("still becomes its writer: a collector that cannot exits", async () => {
    const caller = "arn:aws:iam::505050505050:role/tenantscope/tenantscope-umbrella-labs-task";
    expect(umbrella?.lifecycle).toBe("suspended");
    expect(
      await allow({
        principal: caller,
        identityPolicies: roleOf(roles, caller).policies,
        action: "sts:AssumeRole",
        resource: writer,
        resourceAccount: CENTRAL,
        resourcePolicy: roleOf(roles, writer).trust,
        context: umbrella === undefined ? {} : { "sts:ExternalId": externalId(fleet.central, umbrella) },
      }),
    ).toBe(true);
  });
});

describe("each half holds when the other is careless", () => {
  const careless = {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "All",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "execute-api:Invoke",
        Resource: `${API}/*`,
      },
    ],
  };

  test("a writer's own policy keeps it on its paths", async () => {
    for (const tenant of TENANTS) {
      const { policies } = roleOf(roles, writerArn(tenant));
      const own = ACTIVE.includes(tenant) ? ROUTES.map((route) => method(tenant, route)) : [];
      expect(await reachedBy(writerArn(tenant), policies, EVERY_METHOD, careless)).toEqual(own);
      expect(await reachedBy(writerArn(tenant), [], EVERY_METHOD, careless)).toEqual(EVERY_METHOD);
    }
  });

  test("the API's policy keeps out whom it does not know", async () => {
    const admin = `arn:aws:iam::${CENTRAL}:role/Admin`;
    expect(await reachedBy(admin, [ADMINISTRATOR], EVERY_METHOD, careless)).toEqual(EVERY_METHOD);
    expect(await reachedBy(admin, [ADMINISTRATOR], EVERY_METHOD, AS_WRITTEN)).toEqual([]);
  });
});
