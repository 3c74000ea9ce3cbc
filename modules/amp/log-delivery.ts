import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import type { Construct } from "constructs";
import { policy } from "../../lib/iam";
import { centralNames } from "../../lib/names";

/**
 * Lets Prometheus deliver logs to the log groups of all our workspaces. One for the account, made by the central
 * stack: AWS allows ten such policies per Region, too few for one per dedicated workspace. Without it AWS makes one
 * by itself, for every log group of the account.
 */
export function ampLogDelivery(
  scope: Construct,
  account: { readonly accountId: string; readonly region: string },
): CloudwatchLogResourcePolicy {
  const logs = `arn:aws:logs:${account.region}:${account.accountId}`;
  return new CloudwatchLogResourcePolicy(scope, "amp-log-delivery", {
    policyName: "tenantscope-prometheus-logs",
    policyDocument: JSON.stringify(
      policy({
        Sid: "PrometheusLogDelivery",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${logs}:log-group:${centralNames.ampLogGroup(`${centralNames.ampAlias}*`)}:log-stream:*`,
        Condition: {
          StringEquals: { "aws:SourceAccount": account.accountId },
          ArnLike: { "aws:SourceArn": `${logs}:*` },
        },
      }),
    ),
  });
}
