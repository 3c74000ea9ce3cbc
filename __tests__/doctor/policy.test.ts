import { accountOf, decide, letsThrough, statementsOf, UnknownPolicy } from "../../doctor/policy";
import type { Fields } from "../../lib/fields";
import { taskRoleArns } from "../../lib/names";
import { allow } from "../support/iam";
import { mixedFleet } from "../support/fleets";
import { synth } from "../support/synth";
import { resourcePolicy, roleOf, rolesOf } from "../support/world";

const fleet = mixedFleet();
const tree = synth(fleet);
const roles = rolesOf(tree);
const CENTRAL = fleet.central.accountId;
const all = (policies: readonly object[]): Fields[] => policies.flatMap((each) => [...statementsOf(each)]);

/** Both answers to one question. */
async function asked(
  principal: string,
  action: string,
  resource: string,
  { policy, trust, context }: { policy?: object; trust?: true; context?: Record<string, string> } = {},
): Promise<{ ours: boolean; simulator: boolean }> {
  const account = accountOf(resource) === "" ? CENTRAL : accountOf(resource);
  const identityPolicies = roles.get(principal)?.policies ?? [];
  const ours = decide(
    { principal, action, resource, resourceAccount: account, ...(context && { context }) },
    {
      identity: all(identityPolicies),
      ...(policy && { resource: statementsOf(policy) }),
      ...(trust && { trust }),
    },
  );
  const simulator = await allow({
    ...{ principal, identityPolicies, action, resource, resourceAccount: account },
    ...(policy && { resourcePolicy: policy }),
    ...(context && { context }),
  });
  return { ours: ours.allowed, simulator };
}

const writers = fleet.tenants.map(
  ({ name }) => `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-${name}`,
);
const grafana = `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-grafana`;

/** How often each answer was given: a question that is always answered no proves little. */
async function compared(questions: readonly Promise<{ ours: boolean; simulator: boolean }>[]) {
  const answers = await Promise.all(questions);
  expect(answers.map(({ ours }) => ours)).toEqual(answers.map(({ simulator }) => simulator));
  const allowed = answers.filter(({ ours }) => ours).length;
  return { allowed, denied: answers.length - allowed };
}

describe("the same answers as the policy simulator", () => {
  test("who may become which writer", async () => {
    const principals = [...fleet.tenants.flatMap((tenant) => taskRoleArns(tenant)), grafana].filter((arn) =>
      roles.has(arn),
    );
    const externalIds = ["other", ...fleet.tenants.map(({ name }) => idOf(name))];
    const questions = principals.flatMap((principal) =>
      writers.flatMap((writer) =>
        externalIds.map((id) =>
          asked(principal, "sts:AssumeRole", writer, {
            policy: roleOf(roles, writer).trust,
            trust: true,
            context: { "sts:ExternalId": id },
          }),
        ),
      ),
    );
    const { allowed, denied } = await compared(questions);
    expect(allowed).toBe(principals.length - 1);
    expect(denied).toBeGreaterThan(100);
  });

  test("who may write to which workspace", async () => {
    const workspaces = ["ws-tenantscope", "ws-tenantscope-initech", "ws-tenantscope-wonka"].map(
      (id) => `arn:aws:aps:eu-west-1:${CENTRAL}:workspace/${id}`,
    );
    const questions = writers.flatMap((writer) =>
      workspaces.flatMap((workspace) =>
        ["aps:RemoteWrite", "aps:QueryMetrics"].map((action) => asked(writer, action, workspace)),
      ),
    );
    expect(await compared(questions)).toEqual({ allowed: 4, denied: 26 });
  });

  test("who may call which method of the two APIs", async () => {
    const central = tree.stack("central");
    const jaegers = ["jaeger-collector", "jaeger-query", "storage-proxy"].map(
      (name) => `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-${name}`,
    );
    const callers = [...writers, ...jaegers.filter((arn) => roles.has(arn)), grafana];
    const apis = [
      [
        /^ingest_api/,
        [
          "POST/t/acme/otlp/v1/logs",
          "POST/t/globex/v1/traces",
          "GET/t/acme/v1/traces",
          "POST/t/umbrella/v1/traces",
        ],
      ],
      [
        /^storage-api/,
        [
          "GET/s/central",
          "POST/s/central/_bulk",
          "GET/s/central/_msearch",
          "POST/s/acme/_bulk",
          "DELETE/s/central",
        ],
      ],
    ] as const;
    const questions = apis.flatMap(([id, methods]) => {
      const apiId =
        Object.keys(central.resource("aws_api_gateway_rest_api")).find((each) => id.test(each)) ?? "";
      const api = apiId.toLowerCase().replace(/[^a-z0-9]/g, "");
      const execution = `arn:aws:execute-api:eu-west-1:${CENTRAL}:${api}`;
      // The simulator takes a wildcard in the place of the id for no match.
      const policy = JSON.parse(
        JSON.stringify(resourcePolicy(tree, central, "aws_api_gateway_rest_api", id, "policy"))
          .replaceAll(`:${CENTRAL}:*`, `:${CENTRAL}:${api}`)
          .replaceAll(`:${api}"`, `:${api}/*"`),
      ) as object;
      return callers.flatMap((caller) =>
        methods.map((method) => asked(caller, "execute-api:Invoke", `${execution}/v1/${method}`, { policy })),
      );
    });
    const { allowed, denied } = await compared(questions);
    expect(allowed).toBe(6);
    expect(denied).toBeGreaterThan(50);
  });

  test("what Grafana may become", async () => {
    const targets = [...roles.keys()].filter(
      (arn) => /-grafana$|tenantscope-query-/.test(arn) && arn !== grafana,
    );
    const ids = ["other", ...fleet.tenants.map(({ name }) => idOf(name))];
    const questions = targets.flatMap((target) =>
      ids.map((id) =>
        asked(grafana, "sts:AssumeRole", target, {
          policy: roleOf(roles, target).trust,
          trust: true,
          context: { "sts:ExternalId": id, "aws:ResourceOrgID": fleet.central.organizationId },
        }),
      ),
    );
    const { allowed } = await compared(questions);
    expect(allowed).toBe(targets.length);
  });
});

/** What the trust of a tenant's writer asks for. */
function idOf(tenant: string): string {
  const trust = JSON.stringify(
    roleOf(roles, `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-${tenant}`).trust,
  );
  return /"sts:ExternalId":"([^"]+)"/.exec(trust)?.[1] ?? "";
}

describe("what it says and what it refuses to judge", () => {
  const ROLE = "arn:aws:iam::222222222222:role/x";
  const request = {
    principal: ROLE,
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k",
    resourceAccount: "222222222222",
  };
  const statement = (more: object): Fields => ({
    Sid: "One",
    Effect: "Allow",
    Action: "s3:Get*",
    Resource: "*",
    ...more,
  });

  test("the statement that denies is named, and an endpoint without a policy lets all through", () => {
    const identity = [
      statement({}),
      statement({ Sid: "Two", Effect: "Deny", NotResource: "arn:aws:s3:::c/?", Resource: undefined }),
    ];
    expect(decide(request, { identity })).toEqual({
      allowed: false,
      reason: "explicit Deny by the statement Two",
    });
    expect(letsThrough(request, undefined).allowed).toBe(true);
    expect(letsThrough(request, { Statement: [] })).toEqual({
      allowed: false,
      reason: "no statement of the endpoint's policy lets it through",
    });
  });

  test.each([
    [
      "an unknown operator",
      { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
      "the condition operator IpAddress",
    ],
    ["NotPrincipal", { NotPrincipal: { AWS: ROLE } }, "NotPrincipal"],
  ])("%s", (_, more, message) => {
    expect(() =>
      decide(request, {
        identity: [],
        resource: [statement(more), statement({ Principal: "*" })].map((each) => ({
          Principal: "*",
          ...each,
        })),
      }),
    ).toThrow(new UnknownPolicy(message));
  });
});
