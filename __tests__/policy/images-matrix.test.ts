import { cachedRepository, namedImages } from "../../lib/image-cache";
import { everyOptionFleet } from "../support/every-option-fleet";
import { S3_BACKEND } from "../support/fleets";
import { ADMINISTRATOR, allow } from "../support/iam";
import { asObject, asText, objects, texts, type Json } from "../support/json";
import { synth } from "../support/synth";
import { resourcePolicy, roleOf, rolesOf } from "../support/world";

/** Who pulls, fills and pushes which image, by the policy simulator on the synthesised documents. */
const fleet = everyOptionFleet(S3_BACKEND);
const tree = synth(fleet);
const central = tree.stack("central");
const roles = rolesOf(tree);
const CENTRAL = fleet.central.accountId;
const OURS = { "aws:PrincipalOrgID": fleet.central.organizationId };
const THEIRS = { "aws:PrincipalOrgID": "o-another0000" };
const STARK = "777777777777";
const WAYNE = "888888888888";

const repository = (name: string): string => `arn:aws:ecr:eu-west-1:${CENTRAL}:repository/${name}`;
const BASE = repository("shared/base");
const GATEWAY = repository("restricted/gateway");
const LOKI = repository("tenantscope/docker-hub/grafana/loki");
const COLLECTOR = repository("tenantscope/ecr-public/aws-observability/aws-otel-collector");

const PULLS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const PUSHES = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];
const FILLS = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

/** A repository's policy says nothing of a resource: it is the repository. */
const withResource = (document: object, resource: string): object => ({
  ...document,
  Statement: objects(asObject(document as Json).Statement).map((statement) => ({
    Resource: resource,
    ...statement,
  })),
});
const policyIn = (type: string, id: RegExp, attribute: string): object =>
  resourcePolicy(tree, central, type, id, attribute);
const registry = policyIn("aws_ecr_registry_policy", /./, "policy");

/** What decides about a repository beside the caller's own rights: its policy, and for filling the registry's. */
const policies: Readonly<Record<string, object>> = {
  [BASE]: policyIn("aws_ecr_repository_policy", /shared--base/, "policy"),
  [GATEWAY]: policyIn("aws_ecr_repository_policy", /restricted--gateway/, "policy"),
  [LOKI]: policyIn("aws_ecr_repository_creation_template", /docker-hub/, "repository_policy"),
  [COLLECTOR]: policyIn("aws_ecr_repository_creation_template", /ecr-public/, "repository_policy"),
};

const may = (
  principal: string,
  action: string,
  resource: string,
  context: Record<string, string> = OURS,
  identityPolicies: readonly object[] = [ADMINISTRATOR],
) =>
  allow({
    principal,
    identityPolicies,
    action,
    resource,
    resourceAccount: CENTRAL,
    resourcePolicy: FILLS.includes(action) ? registry : withResource(policies[resource] ?? {}, resource),
    context,
  });

const admin = (accountId: string): string => `arn:aws:iam::${accountId}:role/Admin`;
const role = (accountId: string, name: string): string =>
  `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${name}`;
const github = (name: string): string => role(CENTRAL, `github-${name}`);

/** Repositories at which the caller may do all of the actions; some of them only is an error. */
async function all(
  principal: string,
  actions: readonly string[],
  context?: Record<string, string>,
  identity?: readonly object[],
): Promise<string[]> {
  const found: string[] = [];
  for (const resource of [BASE, GATEWAY, LOKI, COLLECTOR]) {
    const answers: boolean[] = [];
    for (const action of actions) answers.push(await may(principal, action, resource, context, identity));
    if (new Set(answers).size > 1) throw new Error(`${principal} at ${resource}: ${answers.join()}`);
    if (answers[0] === true) found.push(resource);
  }
  return found;
}

test("a tenant's account pulls what is for it, whatever rights it gives itself, and another organization's nothing", async () => {
  expect(await all(admin(STARK), PULLS)).toEqual([BASE, GATEWAY, LOKI, COLLECTOR]);
  expect(await all(admin(WAYNE), PULLS)).toEqual([BASE, LOKI, COLLECTOR]);
  for (const account of [STARK, WAYNE, "999999999999"]) {
    expect(await all(admin(account), PULLS, THEIRS)).toEqual([]);
    expect(await all(admin(account), PULLS, {})).toEqual([]);
    expect(await all(admin(account), FILLS, THEIRS)).toEqual([]);
  }
});

test("only GitHub's roles push, each to its own repositories; no tenant and no administrator does", async () => {
  for (const caller of [admin(STARK), admin(WAYNE), admin(CENTRAL), role(CENTRAL, "loki-exec")]) {
    expect((await all(caller, PUSHES)).filter((each) => each === BASE || each === GATEWAY)).toEqual([]);
  }
  for (const account of [STARK, WAYNE]) expect(await all(admin(account), PUSHES)).toEqual([]);
  const asItIs = (name: string) => all(github(name), PUSHES, OURS, roleOf(roles, github(name)).policies);
  expect(await asItIs("base")).toEqual([BASE]);
  expect(await asItIs("gateway")).toEqual([BASE, GATEWAY]);
});

test("GitHub's roles delete, change and fill nothing", async () => {
  const { policies: own } = roleOf(roles, github("gateway"));
  for (const action of [
    ...["BatchDeleteImage", "DeleteRepository", "PutImageTagMutability", "PutLifecyclePolicy"],
    ...["SetRepositoryPolicy", "DeleteRepositoryPolicy", "TagResource"],
  ]) {
    expect([action, await may(github("gateway"), `ecr:${action}`, GATEWAY, OURS, own)]).toEqual([
      action,
      false,
    ]);
  }
  for (const resource of [BASE, LOKI]) {
    expect(await may(github("gateway"), "ecr:CreateRepository", resource, OURS, own)).toBe(false);
  }
  // Nor do they pull what they do not push, or anybody in the account because it is there.
  expect(await all(github("base"), PULLS, OURS, roleOf(roles, github("base")).policies)).toEqual([BASE]);
  expect(
    await all(role(CENTRAL, "grafana"), PULLS, OURS, roleOf(roles, role(CENTRAL, "grafana")).policies),
  ).toEqual([]);
});

test("the cache is filled with the images in use and no others", async () => {
  const wanted = namedImages(fleet.central).flatMap((image) => cachedRepository(image) ?? []);
  expect([...new Set(wanted)]).toHaveLength(7);
  for (const action of FILLS) {
    for (const name of wanted)
      expect([name, await may(admin(STARK), action, repository(name))]).toEqual([name, true]);
    for (const name of [
      ...["tenantscope/docker-hub/evil/image", "tenantscope/docker-hub/grafana/loki2", "shared/base", "x"],
      "tenantscope/ecr-public/docker/library/alpine",
    ]) {
      expect([name, await may(admin(STARK), action, repository(name))]).toEqual([name, false]);
    }
  }
});

test("no tenant has ECR expire a copy that others run by having old tags copied: nothing counts them", async () => {
  // The registry's policy knows repositories and no tags, so each may bring in as many releases as there are.
  expect(await may(admin(STARK), "ecr:BatchImportUpstreamImage", COLLECTOR)).toBe(true);
  const templates = Object.values(central.resource("aws_ecr_repository_creation_template"));
  const rules = templates.map((template) =>
    objects(asObject(JSON.parse(asText(template.lifecycle_policy)) as Json).rules).map(({ selection }) => {
      const { tagStatus, countType } = asObject(selection);
      return [tagStatus, countType];
    }),
  );
  expect(rules).toEqual([[["untagged", "sinceImagePushed"]], [["untagged", "sinceImagePushed"]]]);
});

test("an execution role fills and pulls its sidecars' images, and the task itself none", async () => {
  const exec = role(STARK, "stark-gateway-exec");
  const task = role(STARK, "stark-gateway-task");
  expect(await all(exec, PULLS, OURS, roleOf(roles, exec).policies)).toEqual([COLLECTOR]);
  expect(await all(exec, FILLS, OURS, roleOf(roles, exec).policies)).toEqual([COLLECTOR]);
  expect(await all(exec, PUSHES, OURS, roleOf(roles, exec).policies)).toEqual([]);
  expect(await all(task, PULLS, OURS, roleOf(roles, task).policies)).toEqual([]);
});

const ISSUER = "token.actions.githubusercontent.com";

/** Whether the role takes a token: the simulator knows no federated principal. */
function accepts(name: string, subject: string, audience = "sts.amazonaws.com"): boolean {
  const [statement, ...others] = objects(asObject(roleOf(roles, github(name)).trust as Json).Statement);
  if (statement === undefined || others.length > 0) throw new Error("not one statement");
  const { StringEquals, ...more } = asObject(statement.Condition);
  expect(more).toEqual({});
  expect(statement.Principal).toEqual({ Federated: `arn:aws:iam::${CENTRAL}:oidc-provider/${ISSUER}` });
  const keys = asObject(StringEquals);
  return asText(keys[`${ISSUER}:aud`]) === audience && texts(keys[`${ISSUER}:sub`]).includes(subject);
}

test("a GitHub role takes the tokens of its own branches and environments only", () => {
  const own: Readonly<Record<string, readonly string[]>> = {
    base: [
      "repo:platform-example/base:ref:refs/heads/main",
      "repo:platform-example/base:ref:refs/heads/release/1.x",
    ],
    gateway: ["repo:platform-example@123456/gateway@456789:environment:production"],
  };
  const strangers = [
    "repo:platform-example/base:pull_request",
    "repo:platform-example/base:ref:refs/heads/main2",
    "repo:platform-example/base:ref:refs/tags/main",
    "repo:platform-example/base:environment:production",
    "repo:platform-example/base-fork:ref:refs/heads/main",
    "repo:other-example/base:ref:refs/heads/main",
    "repo:platform-example@999/gateway@456789:environment:production",
    "repo:platform-example@123456/gateway@456789:ref:refs/heads/main",
    "repo:platform-example@123456/gateway@456789:environment:staging",
    "repo:*",
  ];
  const every = [...Object.values(own).flat(), ...strangers];
  for (const [name, subjects] of Object.entries(own)) {
    expect(every.filter((subject) => accepts(name, subject))).toEqual(subjects);
    expect(every.filter((subject) => accepts(name, subject, "https://github.com/platform-example"))).toEqual(
      [],
    );
  }
});
