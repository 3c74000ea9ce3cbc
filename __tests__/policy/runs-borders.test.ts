import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import {
  applicationsBoundary,
  NEVER_OF_APPLICATIONS,
  servicesBoundary,
} from "../../modules/run-roles/services-boundary";
import { ADMINISTRATOR, allow } from "../support/iam";
import { texts, type JsonObject } from "../support/json";
import { APIS, arn, BORDER, OWNER } from "./runs-questions";
import { border, boundaryOf, CENTRAL, may, roleIn, roles } from "./runs-world";

/** The borders of roles, by the policy simulator. */

test("no role that a run makes has the border of runs: it could make administrators with it", async () => {
  const runs = { [BORDER]: boundaryArn(CENTRAL, BOUNDARIES.run) };
  const allowed: string[] = [];
  for (const stack of ["central", "tenant-stark"]) {
    const made = roleIn(stack === "central" ? "grafana" : "writer-stark");
    for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"]) {
      if (await may(stack, "apply", action, made, runs)) allowed.push(`${stack} ${action}`);
    }
  }
  expect(allowed).toEqual([]);
});

/** Of somebody who was given everything. */
const within = (boundary: object, action: string, resource: string): Promise<boolean> =>
  allow({
    principal: roleIn("grafana"),
    identityPolicies: [ADMINISTRATOR],
    boundary,
    action,
    resource,
    resourceAccount: CENTRAL,
  });

test.each([
  [BOUNDARIES.run, border(BOUNDARIES.run), true],
  [BOUNDARIES.services, border(BOUNDARIES.services), false],
  [BOUNDARIES.applications, applicationsBoundary(), true],
])("within the border %s even everything is no way to more rights", async (name, boundary, isCeiling) => {
  const administrator = `arn:aws:iam::${CENTRAL}:role/OrganizationAccountAccessRole`;
  const allowed: string[] = [];
  for (const [action, resource] of [
    ["iam:CreateUser", `arn:aws:iam::${CENTRAL}:user/x`],
    ["iam:CreateAccessKey", `arn:aws:iam::${CENTRAL}:user/x`],
    ["iam:AttachUserPolicy", `arn:aws:iam::${CENTRAL}:user/x`],
    ["iam:CreatePolicyVersion", `arn:aws:iam::${CENTRAL}:policy/x`],
    ["iam:UpdateAssumeRolePolicy", administrator],
    ["iam:AttachRolePolicy", administrator],
    ["lambda:UpdateFunctionCode", arn("lambda", "function:somebody-elses")],
    ...(name === BOUNDARIES.run
      ? []
      : ([
          ["cloudformation:UpdateStackSet", arn("cloudformation", "stackset/x:1")],
          ["cloudformation:UpdateStack", arn("cloudformation", "stack/x/1")],
          ["ssm:SendCommand", arn("ssm", "document/x")],
          ["sts:AssumeRole", administrator],
          ["lambda:UpdateFunctionCode", arn("lambda", "function:tenantscope-grafana-admin")],
        ] as const)),
  ] as const) {
    if (await within(boundary, action, resource)) allowed.push(`${action} ${resource}`);
  }
  expect(allowed).toEqual([]);
  const look = within(boundary, "lambda:GetFunction", arn("lambda", "function:tenantscope-grafana-admin"));
  expect(await look).toBe(isCeiling);
});

test("the tenants' roles in the central account can do all that they should within their border", async () => {
  const asked: string[] = [];
  const denied: string[] = [];
  for (const role of roles.values()) {
    const tenant = ["stark", "wayne"].find((each) => role.arn.endsWith(`-${each}`));
    if (role.accountId !== CENTRAL || tenant === undefined) continue;
    for (const policy of role.policies) {
      for (const { Effect, Action, Resource } of (policy as { Statement: readonly JsonObject[] }).Statement) {
        if (Effect !== "Allow") continue;
        for (const action of texts(Action)) {
          for (const pattern of texts(Resource)) {
            const resource = pattern === "*" ? "*" : pattern.replaceAll("*", "x");
            asked.push(action);
            const owner = resource.endsWith(tenant) ? `tenant-${tenant}` : "central";
            const context: Record<string, string> = action.startsWith("aps:") ? { [OWNER]: owner } : {};
            const request = {
              principal: role.arn,
              identityPolicies: role.policies,
              boundary: border(BOUNDARIES.tenant(tenant)),
              action,
              resource,
              resourceAccount: CENTRAL,
              context,
            };
            if (!(await allow(request))) denied.push(`${role.arn} ${action} ${resource}`);
          }
        }
      }
    }
  }
  expect(new Set(asked).size).toBeGreaterThan(8);
  expect(denied).toEqual([]);
});

test("a tenant's border keeps its roles from every other tenant's paths and workspaces", async () => {
  const stark = border(BOUNDARIES.tenant("stark"));
  const within = (action: string, resource: string, context = {}) =>
    allow({
      principal: roleIn("writer-stark"),
      identityPolicies: [ADMINISTRATOR],
      boundary: stark,
      action,
      resource,
      resourceAccount: CENTRAL,
      context,
    });
  expect(
    await within("execute-api:Invoke", arn("execute-api", `${APIS[0] ?? ""}/v1/POST/t/stark/v1/traces`)),
  ).toBe(true);
  expect(
    await within("execute-api:Invoke", arn("execute-api", `${APIS[0] ?? ""}/v1/POST/t/wayne/v1/traces`)),
  ).toBe(false);
  expect(await within("aps:RemoteWrite", arn("aps", "workspace/w"), { [OWNER]: "central" })).toBe(true);
  expect(await within("aps:RemoteWrite", arn("aps", "workspace/w"), { [OWNER]: "tenant-wayne" })).toBe(false);
  expect(await within("aps:QueryMetrics", arn("aps", "workspace/w"), { [OWNER]: "central" })).toBe(false);
  expect(await within("iam:CreateUser", `arn:aws:iam::${CENTRAL}:user/x`)).toBe(false);
  expect(await within("sts:AssumeRole", roleIn("writer-wayne"))).toBe(false);
});

/** Roles of the program's own services, whose border they have in common. */
const ofServices = [...roles.values()].filter(({ arn: each, accountId }) => {
  return boundaryOf.get(each) === boundaryArn(accountId, BOUNDARIES.services);
});

const allowedTo = (of: typeof ofServices): JsonObject[] =>
  of
    .flatMap(({ policies }) => policies)
    .flatMap((policy) => (policy as { Statement: readonly JsonObject[] }).Statement)
    .filter(({ Effect }) => Effect === "Allow");

test("the program's own services can do all that they should within their border, which allows nothing besides", async () => {
  const statements = allowedTo(ofServices);
  const anywhere = servicesBoundary()
    .Statement.filter(({ Resource }) => Resource === "*")
    .flatMap(({ Action }) => Action);
  const denied: string[] = [];
  let asked = 0;
  for (const { Action, Resource } of statements) {
    for (const action of texts(Action)) {
      if (anywhere.some((each) => action.startsWith(each.replace(/\*$/, "")))) continue;
      for (const pattern of texts(Resource)) {
        asked++;
        const resource = pattern
          .replace(/:\*:role/, `:${CENTRAL}:role`)
          .replace(":*:*:", `:eu-west-1:${CENTRAL}:`);
        if (!(await within(servicesBoundary(), action, resource.replaceAll("*", "x"))))
          denied.push(`${action} ${resource}`);
      }
    }
  }
  expect(asked).toBeGreaterThan(15);
  expect(denied).toEqual([]);
  const used = new Set(statements.flatMap(({ Action }) => texts(Action)));
  const unused = servicesBoundary()
    .Statement.flatMap(({ Action }) => Action)
    .filter((action) => !used.has(action));
  expect(unused).toEqual([]);
});

test("a service that was given everything reaches nothing of the account but what the program names", async () => {
  const allowed: string[] = [];
  for (const [action, resource] of [
    ["dynamodb:GetItem", arn("dynamodb", "table/orders")],
    ["ecr:BatchDeleteImage", arn("ecr", "repository/tenantscope/docker-hub/grafana/loki")],
    ["ecr:CreateRepository", arn("ecr", "repository/orders")],
    ["ecr:SetRepositoryPolicy", arn("ecr", "repository/tenantscope/docker-hub/grafana/loki")],
    ["ec2:TerminateInstances", arn("ec2", "instance/i-1")],
    ["es:ESHttpGet", arn("es", "domain/orders/x")],
    ["kms:CreateGrant", arn("kms", "key/1")],
    ["kms:ScheduleKeyDeletion", arn("kms", "key/1")],
    ["lambda:InvokeFunction", arn("lambda", "function:orders")],
    ["s3:GetObject", "arn:aws:s3:::orders/x"],
    ["s3:PutBucketPolicy", "arn:aws:s3:::tenantscope-x"],
    ["secretsmanager:PutSecretValue", arn("secretsmanager", "secret:orders-AbCdEf")],
    ["sns:Publish", arn("sns", "orders")],
    ["sqs:ReceiveMessage", arn("sqs", "tenantscope-x")],
    ["sqs:SendMessage", arn("sqs", "orders")],
    ["ssm:PutParameter", arn("ssm", "parameter/tenantscope/contract/v1")],
    ["sts:AssumeRole", roleIn("x").replace("/tenantscope/", "/tenantscope/run/")],
  ] as const) {
    if (await within(servicesBoundary(), action, resource)) allowed.push(action);
  }
  expect(allowed).toEqual([]);
});

test("no application's role is given a right that its border takes away", () => {
  const tasks = [...roles.values()].filter(
    ({ arn: each, accountId }) => accountId !== CENTRAL && each.endsWith("-task"),
  );
  const statements = allowedTo(tasks);
  const never = new RegExp(
    `^(${NEVER_OF_APPLICATIONS.map((each) => each.replaceAll("*", ".*")).join("|")})$`,
    "i",
  );
  expect(never.test("iam:PassRole")).toBe(true);
  expect(statements.flatMap(({ Action }) => texts(Action)).filter((action) => never.test(action))).toEqual(
    [],
  );
  const assumed = statements
    .filter(({ Action }) => texts(Action).includes("sts:AssumeRole"))
    .flatMap(({ Resource }) => texts(Resource));
  expect(assumed.length).toBeGreaterThan(1);
  expect(
    assumed.filter((each) => !/^arn:aws:iam::(\*|\d{12}):role\/tenantscope\/tenantscope-/.test(each)),
  ).toEqual([]);
});
