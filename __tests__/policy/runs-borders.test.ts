import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import { NEVER_OF_SERVICES } from "../../modules/run-roles/boundaries";
import { allow } from "../support/iam";
import { texts, type JsonObject } from "../support/json";
import { APIS, arn, BORDER, OWNER } from "./runs-questions";
import { border, CENTRAL, may, roleIn, roles } from "./runs-world";

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

test.each([BOUNDARIES.run, BOUNDARIES.services])(
  "within the border %s even everything is no way to more rights",
  async (name) => {
    const everything = {
      Version: "2012-10-17",
      Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }],
    };
    const within = (action: string, resource: string) =>
      allow({
        principal: roleIn("grafana"),
        identityPolicies: [everything],
        boundary: border(name),
        action,
        resource,
        resourceAccount: CENTRAL,
      });
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
      if (await within(action, resource)) allowed.push(`${action} ${resource}`);
    }
    expect(allowed).toEqual([]);
    expect(await within("lambda:GetFunction", arn("lambda", "function:tenantscope-grafana-admin"))).toBe(
      true,
    );
  },
);

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
  const all = {
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }],
  };
  const within = (action: string, resource: string, context = {}) =>
    allow({
      principal: roleIn("writer-stark"),
      identityPolicies: [all],
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

test("no service has a right that its border takes away", () => {
  const statements = [...roles.values()]
    .filter((role) => !role.arn.includes("/run/"))
    .flatMap(({ policies }) => policies)
    .flatMap((policy) => (policy as { Statement: readonly JsonObject[] }).Statement)
    .filter(({ Effect }) => Effect === "Allow");
  const actions = statements.flatMap(({ Action }) => texts(Action));
  const never = new RegExp(
    `^(${NEVER_OF_SERVICES.map((each) => each.replaceAll("*", ".*")).join("|")})$`,
    "i",
  );
  expect(never.test("iam:PassRole")).toBe(true);
  expect(actions.filter((action) => never.test(action))).toEqual([]);
  const assumed = statements
    .filter(({ Action }) => texts(Action).includes("sts:AssumeRole"))
    .flatMap(({ Resource }) => texts(Resource));
  expect(assumed.length).toBeGreaterThan(3);
  expect(
    assumed.filter((each) => !/^arn:aws:iam::(\*|\d{12}):role\/tenantscope\/tenantscope-/.test(each)),
  ).toEqual([]);
});
