import type { Statement } from "../../lib/iam";

/**
 * Roles by their ARNs, below the roots of their accounts. Named as principals they would have to exist already, and would
 * silently turn into dead ids when one is made anew.
 */
const only = (roleArns: readonly string[]) => ({
  Principal: {
    AWS: [...new Set(roleArns.map((arn) => `arn:aws:iam::${arn.split(":")[4] ?? ""}:root`))].sort(),
  },
  callers: { "aws:PrincipalArn": [...roleArns].sort() },
});

/** These roles may publish to the topic. */
export function publisherStatements(topicArn: string, roleArns: readonly string[]): Statement[] {
  if (roleArns.length === 0) return [];
  const { Principal, callers } = only(roleArns);
  return [
    {
      Sid: "Publishers",
      Effect: "Allow",
      Principal,
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: callers },
    },
  ];
}

/** They may use the topic's key through SNS: whoever publishes makes a data key and reads it again. */
export function publisherKeyStatements(region: string, roleArns: readonly string[]): Statement[] {
  if (roleArns.length === 0) return [];
  const { Principal, callers } = only(roleArns);
  return [
    {
      Sid: "Publishers",
      Effect: "Allow",
      Principal,
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { ...callers, "kms:ViaService": `sns.${region}.amazonaws.com` } },
    },
  ];
}
