import { keyAdministration } from "../../lib/iam";
import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import { tenantAccountTemplate } from "../../modules/run-roles/template";
import { allow } from "../support/iam";
import { texts } from "../support/json";
import { templateIn } from "../support/template";
import { NOT_TOLD_APART } from "./allow-list-runs";
import { border, CENTRAL, tree } from "./runs-world";
import { BORDER, MAKER, OWNER, type Question } from "./runs-questions";
import { neededOfTenant, ofTheCustomer } from "./runs-tenant-questions";

/** What the runs of a tenant's stack can do in the tenant's own account, which is full of the customer's own things. */
const ISSUER = { hostname: "app.terraform.io", organization: "example", project: "observability" };
const domain = { name: tree.fleet.central.ingest.domain?.name ?? "", accountId: CENTRAL };
const template = tenantAccountTemplate(ISSUER, domain);

const worlds = tree.fleet.tenants
  .filter(({ name }) => ["stark", "wayne"].includes(name))
  .map(({ name, accountId }) => [name, accountId] as const);

const distinct = (questions: readonly Question[]): readonly Question[] => [
  ...new Map(questions.map((each) => [JSON.stringify(each), each])).values(),
];

describe.each(worlds)("in the account of %s", (tenant, accountId) => {
  const stack = `tenant-${tenant}`;
  const made = templateIn(template, accountId, tenant);
  const may = ([action, resource, context = {}]: Question): Promise<boolean> => {
    const { Path, RoleName } = made.role("ApplyRole");
    return allow({
      principal: `arn:aws:iam::${accountId}:role${Path}${RoleName}`,
      identityPolicies: made.policies("ApplyRole"),
      boundary: made.properties("RunBoundary")["PolicyDocument"] as object,
      action,
      resource,
      resourceAccount: accountId,
      ...(resource.includes(":key/")
        ? { resourcePolicy: { Version: "2012-10-17", Statement: [keyAdministration(accountId)] } }
        : {}),
      context,
    });
  };
  const arn = (service: string, name: string): string => `arn:aws:${service}:eu-west-1:${accountId}:${name}`;
  const questions = tree
    .stack(stack)
    .blocks.filter(
      (block) => block.type.startsWith("aws_") && tree.stack(stack).account(block).accountId === accountId,
    )
    .flatMap((block) => neededOfTenant(tree, stack, accountId, block));
  // The central account answers for its own.
  const own = distinct(questions.filter(([, resource]) => !resource.includes(`:${CENTRAL}:`)));

  test("its runs apply everything of its stack", async () => {
    expect(own.length).toBeGreaterThan(35);
    const denied: string[] = [];
    for (const question of own) {
      const [action, resource] = question;
      if (!(await may(question))) denied.push(`${action} ${resource}`);
    }
    expect(denied).toEqual([]);
  });

  test("nothing of the same kind that the customer has made is theirs to change", async () => {
    const allowed = new Set<string>();
    for (const question of distinct(own.flatMap((each) => ofTheCustomer(each, tenant)))) {
      if (await may(question)) allowed.add(question[0]);
    }
    expect(
      [...allowed].filter((action) => !(action in NOT_TOLD_APART) && !action.includes(":Describe")),
    ).toEqual([]);
  });

  test("what neither a name nor a tag tells from the customer's own is listed, with the reason", () => {
    const names = [`tenantscope-${tenant}`, `/tenantscope/${tenant}/`, domain.name];
    const changes = made
      .policies("ApplyRole")
      .flatMap(({ Statement }) => Statement)
      .filter(({ Condition }) => !/tenantscope:stack|RecordNames/.test(JSON.stringify(Condition ?? {})))
      .filter(({ Resource }) => !texts(Resource).every((each) => names.some((name) => each.includes(name))))
      .flatMap(({ Action }) => texts(Action))
      .filter((action) => !/:(Describe|Get|List|GET$)/.test(action));
    expect([...new Set(changes)].sort()).toEqual(Object.keys(NOT_TOLD_APART));
  });

  test("they put the stack's tag on nothing that the customer has made, where AWS tells", async () => {
    const tagged = { [MAKER]: stack };
    const claims: readonly Question[] = [
      ["ec2:CreateTags", arn("ec2", "security-group/sg-1"), tagged],
      ["ec2:CreateTags", arn("ec2", "vpc-endpoint/vpce-1"), tagged],
      ["ec2:CreateTags", arn("ec2", "instance/i-1"), tagged],
      ["ecs:TagResource", arn("ecs", "service/customer/customer"), tagged],
      ["kms:TagResource", arn("kms", "key/1"), { ...tagged, "kms:ResourceAliases": ["alias/customer"] }],
      ["kms:TagResource", arn("kms", "key/1"), { ...tagged, [OWNER]: "customer" }],
      ["kms:CreateGrant", arn("kms", "key/1"), { "kms:ViaService": "lambda.eu-west-1.amazonaws.com" }],
      ["kms:CreateGrant", arn("kms", "key/1"), { [OWNER]: stack }],
      ["oam:TagResource", arn("oam", "link/1"), { ...tagged, [OWNER]: "customer" }],
      ["sqs:TagQueue", arn("sqs", "customer"), tagged],
      ["xray:TagResource", arn("xray", "group/customer/1"), tagged],
    ];
    const claimed: string[] = [];
    for (const claim of claims) if (await may(claim)) claimed.push(`${claim[0]} ${claim[1]}`);
    expect(claimed).toEqual([]);
    // AWS does not tell these from what the run makes.
    expect(await may(["oam:TagResource", arn("oam", "link/1"), tagged])).toBe(true);
    expect(await may(["kms:TagResource", arn("kms", "key/1"), tagged])).toBe(true);
  });

  test("they give roles the border of the program's services, and that of applications to task roles only", async () => {
    const services = boundaryArn(accountId, BOUNDARIES.services);
    const applications = boundaryArn(accountId, BOUNDARIES.applications);
    const run = boundaryArn(accountId, BOUNDARIES.run);
    const allowed: string[] = [];
    for (const name of ["grafana", "tower-exec", "tower-task"]) {
      for (const action of [
        "CreateRole",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "AttachRolePolicy",
      ]) {
        for (const boundary of [services, applications, run]) {
          const role = `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${tenant}-${name}`;
          if (await may([`iam:${action}`, role, { [BORDER]: boundary }]))
            allowed.push(`${action} ${name} ${boundary.replace(/.*tenantscope-/, "")}`);
        }
      }
    }
    const given = (role: string, boundary: string, ...actions: readonly string[]): string[] =>
      actions.map((action) => `${action} ${role} ${boundary}`);
    const grants = ["CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy"];
    expect(allowed.sort()).toEqual(
      [
        ...given("grafana", "services", ...grants),
        ...given("tower-exec", "services", ...grants),
        ...given("tower-task", "services", ...grants),
        ...given("tower-task", "applications", ...grants, "AttachRolePolicy"),
      ].sort(),
    );
  });

  test("their tag on a rule of somebody else's security group opens nothing", async () => {
    const rule = arn("ec2", "security-group-rule/sgr-1");
    expect(await may(["ec2:CreateTags", rule, { [MAKER]: stack }])).toBe(true);
    for (const action of ["ModifySecurityGroupRules", "RevokeSecurityGroupIngress"]) {
      expect(await may([`ec2:${action}`, arn("ec2", "security-group/sg-1")])).toBe(false);
    }
  });
});

test("the border of runs is the same in every account but for its number", () => {
  const { properties } = templateIn(template, CENTRAL, "stark");
  expect(properties("RunBoundary")["PolicyDocument"]).toEqual(border(BOUNDARIES.run));
});
