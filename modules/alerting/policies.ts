import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { ROUTE_PATH, routingTopicArn, TENANT_TOPICS } from "./names";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** To publish to an encrypted topic, the publisher makes a data key and reads it again. */
const USE_KEY = ["kms:Decrypt", "kms:GenerateDataKey*"];

/** An alertmanager of this account: each works for its workspace. */
const fromAlertmanagers = ({ accountId, region }: Place): Statement["Condition"] => ({
  StringEquals: { "aws:SourceAccount": accountId },
  ArnLike: { "aws:SourceArn": `arn:aws:aps:${region}:${accountId}:workspace/*` },
});

/** Who publishes to the routing topic: the account's alertmanagers, the tenants' dedicated ones among them. */
export const routingTopicPolicy = (place: Place): PolicyDocument =>
  policy({
    Sid: "Alertmanagers",
    Effect: "Allow",
    Principal: { Service: "aps.amazonaws.com" },
    // The second is what it looks at before it sends.
    Action: ["sns:Publish", "sns:GetTopicAttributes"],
    Resource: routingTopicArn(place),
    Condition: fromAlertmanagers(place),
  });

export const routingKeyStatement = (place: Place): Statement => ({
  Sid: "Alertmanagers",
  Effect: "Allow",
  Principal: { Service: "aps.amazonaws.com" },
  Action: USE_KEY,
  // In a key policy "*" is the key itself.
  Resource: "*",
  Condition: fromAlertmanagers(place),
});

/** What the router may do. Which tenant's topic it publishes to is its own decision, and each topic's policy names it. */
export const routerStatements = (
  place: Place & { readonly organizationId: string },
  /** ARNs or references. */
  central: { readonly topicArn: string; readonly topicKeyArn: string },
): Statement[] => [
  {
    Sid: "ReadRoutes",
    Effect: "Allow",
    Action: "ssm:GetParameter",
    Resource: `arn:aws:ssm:${place.region}:${place.accountId}:parameter${ROUTE_PATH}/*`,
  },
  {
    Sid: "PublishToTenants",
    Effect: "Allow",
    Action: "sns:Publish",
    Resource: TENANT_TOPICS,
    Condition: { StringEquals: { "aws:ResourceOrgID": place.organizationId } },
  },
  {
    Sid: "UseTenantsTopicKeys",
    Effect: "Allow",
    Action: USE_KEY,
    // Keys have no names: which ones is said by the topic that they are used for.
    Resource: "arn:aws:kms:*:*:key/*",
    Condition: {
      StringEquals: { "aws:ResourceOrgID": place.organizationId },
      StringLike: { "kms:ViaService": "sns.*.amazonaws.com" },
      ArnLike: { "kms:EncryptionContext:aws:sns:topicArn": TENANT_TOPICS },
    },
  },
  { Sid: "PublishCentrally", Effect: "Allow", Action: "sns:Publish", Resource: central.topicArn },
  {
    Sid: "UseCentralTopicKey",
    Effect: "Allow",
    Action: USE_KEY,
    Resource: central.topicKeyArn,
    Condition: { StringEquals: { "kms:ViaService": `sns.${place.region}.amazonaws.com` } },
  },
];

/** What the notifier may do: read the secrets that the tenant named. */
export function notifierStatements(secrets: {
  readonly secretArns: readonly string[];
  readonly kmsKeyArns: readonly string[];
}): Statement[] {
  const { secretArns, kmsKeyArns } = secrets;
  const regions = [...new Set(secretArns.map((arn) => arn.split(":")[3] ?? ""))];
  return [
    {
      Sid: "ReadSecrets",
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: secretArns,
    },
    ...(kmsKeyArns.length === 0
      ? []
      : [
          {
            Sid: "DecryptSecrets",
            Effect: "Allow" as const,
            Action: "kms:Decrypt",
            Resource: kmsKeyArns,
            Condition: {
              StringEquals: {
                "kms:ViaService": regions.map((region) => `secretsmanager.${region}.amazonaws.com`),
                "kms:EncryptionContext:SecretARN": secretArns,
              },
            },
          },
        ]),
  ];
}

/** What SNS does for one topic; the account is in its ARN. */
const fromTopic = (topicArn: string): Statement["Condition"] => ({
  ArnEquals: { "aws:SourceArn": topicArn },
});

/** Who puts messages into the queue of failed ones, besides the function, whose own rights say so: SNS, for one topic. */
export const failedQueuePolicy = (queueArn: string, topicArn: string): PolicyDocument =>
  policy({
    Sid: "UndeliveredMessages",
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: fromTopic(topicArn),
  });

export const failedKeyStatement = (topicArn: string): Statement => ({
  Sid: "UndeliveredMessages",
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: USE_KEY,
  Resource: "*",
  Condition: fromTopic(topicArn),
});

/** What Lambda does with the function's role when the function has failed for good. */
export const keepFailedStatements = (
  region: string,
  /** ARNs or references. */
  queue: { readonly arn: string; readonly keyArn: string },
): Statement[] => [
  { Sid: "KeepFailed", Effect: "Allow", Action: "sqs:SendMessage", Resource: queue.arn },
  {
    Sid: "EncryptFailed",
    Effect: "Allow",
    Action: USE_KEY,
    Resource: queue.keyArn,
    Condition: { StringEquals: { "kms:ViaService": `sqs.${region}.amazonaws.com` } },
  },
];
