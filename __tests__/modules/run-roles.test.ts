import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import { tenantAccountTemplate } from "../../modules/run-roles/template";
import { allow } from "../support/iam";
import { texts } from "../support/json";
import { replacedIn, templateIn } from "../support/template";
import { actionsOf } from "../support/world";

/** What CloudFormation makes in the account of a tenant, as the account would have it. */
const ISSUER = { hostname: "app.terraform.io", organization: "example", project: "tenantscope" };
const ACCOUNT = "222222222222";
const DOMAIN = { name: "telemetry.tenantscope.example", accountId: "111111111111" };
const template = tenantAccountTemplate(ISSUER, DOMAIN);

const { properties, role, policies } = templateIn(template, ACCOUNT, "acme");
const runBorder = properties("RunBoundary")["PolicyDocument"] as object;

const may = (id: string, action: string, resource: string, context: Record<string, string> = {}) =>
  allow({
    principal: `arn:aws:iam::${ACCOUNT}:role${role(id).Path}${role(id).RoleName}`,
    identityPolicies: policies(id),
    boundary: runBorder,
    action,
    resource,
    resourceAccount: ACCOUNT,
    context,
  });

test("the template has the trust in the tokens, three borders and two roles, and replaces nothing that it does not know", () => {
  expect(Object.entries(template.Resources).map(([id, { Type }]) => [id, Type])).toEqual([
    ["OidcProvider", "AWS::IAM::OIDCProvider"],
    ["RunBoundary", "AWS::IAM::ManagedPolicy"],
    ["ServicesBoundary", "AWS::IAM::ManagedPolicy"],
    ["ApplicationsBoundary", "AWS::IAM::ManagedPolicy"],
    ["ApplyNamed", "AWS::IAM::ManagedPolicy"],
    ["PlanRole", "AWS::IAM::Role"],
    ["ApplyRole", "AWS::IAM::Role"],
  ]);
  const text = JSON.stringify(template);
  expect(new Set(text.match(/\$\{[^}]*\}/g))).toEqual(new Set(["${AWS::AccountId}", "${Tenant}"]));
  expect(JSON.stringify(replacedIn(template, ACCOUNT, "acme"))).not.toContain("${");
  // Of CloudFormation, IAM's inline policies and IAM's managed policies.
  expect(text.length).toBeLessThan(51_200);
  const longest = templateIn(template, ACCOUNT, "a".repeat(21));
  const size = (value: unknown): number => JSON.stringify(value).length;
  for (const id of ["PlanRole", "ApplyRole"])
    expect(size(longest.role(id).Policies.map(({ PolicyDocument }) => PolicyDocument))).toBeLessThan(10_240);
  for (const id of ["RunBoundary", "ServicesBoundary", "ApplicationsBoundary", "ApplyNamed"])
    expect(size(longest.properties(id)["PolicyDocument"])).toBeLessThan(6_144);
});

test.each([
  ["PlanRole", "plan"],
  ["ApplyRole", "apply"],
])("%s trusts the tenant's workspace in its phase alone, within the border", (id, phase) => {
  expect(role(id)).toMatchObject({
    RoleName: `tenantscope-run-${phase}`,
    Path: "/tenantscope/run/",
    PermissionsBoundary: "made:RunBoundary",
  });
  expect(role(id).AssumeRolePolicyDocument).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Runs",
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/app.terraform.io` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "app.terraform.io:aud": "aws.workload.identity",
            "app.terraform.io:sub": `organization:example:project:tenantscope:workspace:tenantscope-tenant-acme:run_phase:${phase}`,
          },
        },
      },
    ],
  });
});

const actionsOfRole = (id: string): string[] =>
  policies(id).flatMap(({ Statement }) => Statement.flatMap(({ Action }) => texts(Action)));

test("planning only looks, and at no data; applying may all that planning may", () => {
  const plan = actionsOfRole("PlanRole");
  expect(plan.length).toBeGreaterThan(60);
  expect(plan.filter((action) => !/:((Describe|Get|List)[A-Za-z]+|GET)$/.test(action))).toEqual([
    "kms:Decrypt",
  ]);
  const data = /^(secretsmanager|s3|dynamodb):|^logs:(Get|Filter|StartQuery)|^sqs:Receive/;
  expect([...plan, ...actionsOfRole("ApplyRole")].filter((action) => data.test(action))).toEqual([]);
  // Of functions' environments alone, with keys of the stack.
  for (const id of ["PlanRole", "ApplyRole"]) {
    const decrypting = policies(id)
      .flatMap(({ Statement }) => Statement)
      .filter(({ Action }) => texts(Action).includes("kms:Decrypt"));
    expect(decrypting.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: { "aws:ResourceTag/tenantscope:stack": ["tenant-acme"] },
        StringLike: { "kms:ViaService": "lambda.*.amazonaws.com" },
      },
    ]);
  }
  expect(plan.filter((action) => !actionsOfRole("ApplyRole").includes(action))).toEqual([]);
});

test("every action exists", async () => {
  const services = [...new Set(actionsOfRole("ApplyRole").map((action) => action.split(":")[0] ?? ""))];
  const known = new Set(
    (
      await Promise.all(
        services.map(async (service) => (await actionsOf(service)).map(({ action }) => action)),
      )
    ).flat(),
  );
  expect(actionsOfRole("ApplyRole").filter((action) => !known.has(action))).toEqual([]);
});

test("applying gives rights to bounded roles of the program only, and leaves what runs are made of alone", async () => {
  const task = `arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-acme-orders-task`;
  const bound = { "iam:PermissionsBoundary": boundaryArn(ACCOUNT, BOUNDARIES.applications) };
  const foreign = { "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/wide` };
  for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"]) {
    expect([
      await may("ApplyRole", action, task, bound),
      await may("ApplyRole", action, task, foreign),
      await may("ApplyRole", action, task),
      await may("PlanRole", action, task, bound),
      await may(
        "ApplyRole",
        action,
        `arn:aws:iam::${ACCOUNT}:role/tenantscope/run/tenantscope-run-apply`,
        bound,
      ),
      await may("ApplyRole", action, `arn:aws:iam::${ACCOUNT}:role/Administrator`, bound),
    ]).toEqual([true, false, false, false, false, false]);
  }
  expect(await may("ApplyRole", "iam:DeleteRolePermissionsBoundary", task)).toBe(false);
  expect(await may("ApplyRole", "sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/Administrator`)).toBe(false);
  expect(
    await may("ApplyRole", "iam:PassRole", task, { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
  ).toBe(true);
  expect(await may("ApplyRole", "iam:PassRole", task, { "iam:PassedToService": "ec2.amazonaws.com" })).toBe(
    false,
  );
});

test("an account that trusts HCP Terraform already keeps its provider, whose ARN the roles trust", () => {
  const { Parameters, Conditions, Resources } = template;
  expect(Parameters["OidcProviderIs"]).toEqual({
    Type: "String",
    AllowedValues: ["make", "existing"],
    Default: "make",
  });
  expect(Conditions).toEqual({ MakesTrust: { "Fn::Equals": [{ Ref: "OidcProviderIs" }, "make"] } });
  const conditional = Object.keys(Resources).filter((id) => Resources[id]?.Condition !== undefined);
  expect(conditional).toEqual(["OidcProvider"]);
  expect(Resources["OidcProvider"]?.Condition).toBe("MakesTrust");
  // Whoever refers to it would have nothing to refer to.
  expect(JSON.stringify(Resources)).not.toMatch(/"(Ref|Fn::GetAtt)":\[?"OidcProvider"/);
});
