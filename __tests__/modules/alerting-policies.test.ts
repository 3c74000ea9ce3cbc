import { policy, type Statement } from "../../lib/iam";
import {
  notifierStatements,
  routerStatements,
  routingKeyStatement,
  routingTopicPolicy,
} from "../../modules/alerting/policies";
import { parseRoute } from "../../lambda/alert-router/routes";
import { centralNames, tenantNames } from "../../lib/names";
import { TENANT_TOPICS } from "../../modules/alerting/names";
import { allow } from "../support/iam";

const ACCOUNT = "111111111111";
const REGION = "eu-west-1";
const PLACE = { accountId: ACCOUNT, region: REGION, organizationId: "o-abcdefghij" };
const ROUTER = `arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-alert-router`;
const ROUTING = `arn:aws:sns:${REGION}:${ACCOUNT}:tenantscope-alert-routing`;
const CENTRAL = `arn:aws:sns:${REGION}:${ACCOUNT}:tenantscope-alerts`;
const CENTRAL_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/central`;
const ACME = "arn:aws:sns:eu-central-1:222222222222:tenantscope-acme-alerts";
const ACME_KEY = "arn:aws:kms:eu-central-1:222222222222:key/acme";
const TOPICS = "arn:aws:sns:*:*:tenantscope-*-alerts";
const USE_KEY = ["kms:Decrypt", "kms:GenerateDataKey*"];

describe("the routing topic", () => {
  const FROM = {
    StringEquals: { "aws:SourceAccount": ACCOUNT },
    ArnLike: { "aws:SourceArn": `arn:aws:aps:${REGION}:${ACCOUNT}:workspace/*` },
  };
  const ALERTMANAGERS = {
    Sid: "Alertmanagers",
    Effect: "Allow",
    Principal: { Service: "aps.amazonaws.com" },
  };

  test("is the alertmanagers' of this account and Region, and so is its key", () => {
    expect(routingTopicPolicy(PLACE)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...ALERTMANAGERS,
          Action: ["sns:Publish", "sns:GetTopicAttributes"],
          Resource: ROUTING,
          Condition: FROM,
        },
      ],
    });
    expect(routingKeyStatement(PLACE)).toEqual({
      ...ALERTMANAGERS,
      Action: USE_KEY,
      Resource: "*",
      Condition: FROM,
    });
  });

  test("takes messages of no other account's alertmanagers and of no other service", async () => {
    const asks = (context: Record<string, string>, principal = "aps.amazonaws.com"): Promise<boolean> =>
      allow({
        principal,
        action: "sns:Publish",
        resource: ROUTING,
        resourceAccount: ACCOUNT,
        resourcePolicy: routingTopicPolicy(PLACE),
        context,
      });
    const workspace = (account: string, region = REGION): Record<string, string> => ({
      "aws:SourceAccount": account,
      "aws:SourceArn": `arn:aws:aps:${region}:${account}:workspace/ws-1`,
    });
    expect(await asks(workspace(ACCOUNT))).toBe(true);
    expect(await asks(workspace("222222222222"))).toBe(false);
    expect(await asks(workspace(ACCOUNT, "us-east-1"))).toBe(false);
    expect(await asks({ ...workspace(ACCOUNT), "aws:SourceAccount": "222222222222" })).toBe(false);
    expect(await asks(workspace(ACCOUNT), "cloudwatch.amazonaws.com")).toBe(false);
    expect(await asks({})).toBe(false);
  });
});

describe("the router", () => {
  const statements = routerStatements(PLACE, { topicArn: CENTRAL, topicKeyArn: CENTRAL_KEY });

  test("has exactly these rights", () => {
    expect(statements).toEqual([
      {
        Sid: "ReadRoutes",
        Effect: "Allow",
        Action: "ssm:GetParameter",
        Resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/tenantscope/alert-routes/*`,
      },
      {
        Sid: "PublishToTenants",
        Effect: "Allow",
        Action: "sns:Publish",
        Resource: TOPICS,
        Condition: { StringEquals: { "aws:ResourceOrgID": "o-abcdefghij" } },
      },
      {
        Sid: "UseTenantsTopicKeys",
        Effect: "Allow",
        Action: USE_KEY,
        Resource: "arn:aws:kms:*:*:key/*",
        Condition: {
          StringEquals: { "aws:ResourceOrgID": "o-abcdefghij" },
          StringLike: { "kms:ViaService": "sns.*.amazonaws.com" },
          ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": TOPICS },
        },
      },
      { Sid: "PublishCentrally", Effect: "Allow", Action: "sns:Publish", Resource: CENTRAL },
      {
        Sid: "UseCentralTopicKey",
        Effect: "Allow",
        Action: USE_KEY,
        Resource: CENTRAL_KEY,
        Condition: { StringEquals: { "kms:ViaService": "sns.eu-west-1.amazonaws.com" } },
      },
    ] satisfies Statement[]);
  });

  /** Whether the role's own side allows it; the resource's side is open. */
  const asks = (action: string, resource: string, context: Record<string, string> = {}): Promise<boolean> => {
    const account = resource.split(":")[4] ?? "";
    const open = {
      Sid: "Open",
      Effect: "Allow" as const,
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: action,
      Resource: "*",
    };
    return allow({
      principal: ROUTER,
      identityPolicies: [policy(...statements)],
      action,
      resource,
      resourceAccount: account,
      // Within the account the role's own rights are what counts.
      ...(account === ACCOUNT && !action.startsWith("kms") ? {} : { resourcePolicy: policy(open) }),
      context,
    });
  };
  const ORG = { "aws:ResourceOrgID": PLACE.organizationId };

  test("may publish to a tenant's topic of the organisation and to the central one, and to no other", async () => {
    expect(await asks("sns:Publish", ACME, ORG)).toBe(true);
    expect(await asks("sns:Publish", CENTRAL)).toBe(true);
    expect(await asks("sns:Publish", ACME, { "aws:ResourceOrgID": "o-zzzzzzzzzz" })).toBe(false);
    expect(await asks("sns:Publish", ACME)).toBe(false);
    for (const name of ["tenantscope-acme", "acme-alerts", "payments", "tenantscope-acme-alerts-2"]) {
      expect(await asks("sns:Publish", `arn:aws:sns:eu-central-1:222222222222:${name}`, ORG)).toBe(false);
    }
    expect(await asks("sns:Publish", ROUTING, ORG)).toBe(false);
    expect(await asks("sns:Subscribe", ACME, ORG)).toBe(false);
  });

  test("may use the keys of these topics for publishing, and for nothing else", async () => {
    const key = (
      topic: string,
      service = "sns.eu-central-1.amazonaws.com",
      organization: string = PLACE.organizationId,
    ): Promise<boolean> =>
      asks("kms:GenerateDataKey", ACME_KEY, {
        "aws:ResourceOrgID": organization,
        "kms:ViaService": service,
        "kms:EncryptionContext:aws:sns:topicArn": topic,
      });
    expect(await key(ACME)).toBe(true);
    expect(await key("arn:aws:sns:eu-central-1:222222222222:payments")).toBe(false);
    expect(await key(ACME, "s3.eu-central-1.amazonaws.com")).toBe(false);
    expect(await key(ACME, "sns.eu-central-1.amazonaws.com", "o-zzzzzzzzzz")).toBe(false);
    expect(await asks("kms:Decrypt", ACME_KEY, ORG)).toBe(false);
    expect(await asks("kms:Decrypt", CENTRAL_KEY, { "kms:ViaService": "sns.eu-west-1.amazonaws.com" })).toBe(
      true,
    );
    expect(await asks("kms:Decrypt", CENTRAL_KEY)).toBe(false);
  });

  test("may read routes, and no other parameter", async () => {
    const parameter = (name: string): string => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;
    expect(await asks("ssm:GetParameter", parameter("/tenantscope/alert-routes/acme"))).toBe(true);
    expect(await asks("ssm:PutParameter", parameter("/tenantscope/alert-routes/acme"))).toBe(false);
    expect(await asks("ssm:GetParameter", parameter("/tenantscope/contract/v1"))).toBe(false);
  });
});

test("a tenant's topic, as its stack names it, is one that the router publishes to and may publish to", () => {
  for (const tenant of ["acme", "a1", `a${"b".repeat(20)}`, "acme-alerts"]) {
    const topicArn = `arn:aws:sns:eu-central-1:222222222222:${tenantNames(tenant).alertTopic}`;
    expect(parseRoute(tenant, JSON.stringify({ topicArn }))).toEqual({ topicArn, region: "eu-central-1" });
    expect(topicArn).toMatch(new RegExp(`^${TENANT_TOPICS.replaceAll("*", ".*")}$`));
  }
  // The central one is no tenant's.
  expect(centralNames.alertTopic).not.toMatch(/^tenantscope-.*-alerts$/);
});

describe("the notifier", () => {
  const SLACK = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:slack-AbCdEf";
  const PAGER = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:pager-AbCdEf";

  test("may read exactly the secrets that are named", () => {
    expect(notifierStatements({ secretArns: [SLACK], kmsKeyArns: [] })).toEqual([
      { Sid: "ReadSecrets", Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [SLACK] },
    ]);
  });

  test("may decrypt them, and nothing else, with their keys", async () => {
    const statements = notifierStatements({ secretArns: [SLACK, PAGER], kmsKeyArns: [ACME_KEY] });
    expect(statements[1]).toEqual({
      Sid: "DecryptSecrets",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: [ACME_KEY],
      Condition: {
        StringEquals: {
          "kms:ViaService": [
            "secretsmanager.eu-central-1.amazonaws.com",
            "secretsmanager.eu-west-1.amazonaws.com",
          ],
          "kms:EncryptionContext:SecretARN": [SLACK, PAGER],
        },
      },
    });
    const principal = "arn:aws:iam::222222222222:role/tenantscope/tenantscope-acme-alert-notifier";
    const decrypts = (secret: string): Promise<boolean> =>
      allow({
        principal,
        identityPolicies: [policy(...statements)],
        action: "kms:Decrypt",
        resource: ACME_KEY,
        resourceAccount: "222222222222",
        resourcePolicy: policy({
          Sid: "Account",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::222222222222:root" },
          Action: "kms:*",
          Resource: "*",
        }),
        context: {
          "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com",
          "kms:EncryptionContext:SecretARN": secret,
        },
      });
    expect([await decrypts(SLACK), await decrypts(`${SLACK}2`)]).toEqual([true, false]);
  });
});
