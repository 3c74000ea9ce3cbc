import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import type { Construct } from "constructs";
import type { Tenant } from "../../fleet/types";
import { policy } from "../../lib/iam";
import { tenantNames } from "../../lib/names";
import { attribute } from "../../lib/terraform-text";

export interface EventLog {
  /** ARN of the log group; Terraform reference. */
  readonly arn: string;
  /** Without it EventBridge drops the events. */
  readonly policy: CloudwatchLogResourcePolicy;
}

/** Log group that EventBridge may write the events of a tenant's tasks and services to. */
export function eventLog(
  scope: Construct,
  props: {
    readonly tenant: Tenant;
    /** Names of the rules that may write; `*` stands for any end. */
    readonly rules: readonly string[];
    readonly retentionDays: number;
    readonly keyArn: string;
  },
): EventLog {
  const { tenant } = props;
  const name = tenantNames(tenant.name).eventLogGroup;
  const Principal = { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] };
  const Resource = `arn:aws:logs:${tenant.region}:${tenant.accountId}:log-group:${name}:*`;
  const group = new CloudwatchLogGroup(scope, "event-log", {
    name,
    retentionInDays: props.retentionDays,
    kmsKeyId: props.keyArn,
  });
  const resourcePolicy = new CloudwatchLogResourcePolicy(scope, "event-log-policy", {
    policyName: `${tenantNames(tenant.name).cluster}-events`,
    policyDocument: JSON.stringify(
      policy(
        {
          Sid: "CreateStreams",
          Effect: "Allow",
          Principal,
          Action: "logs:CreateLogStream",
          Resource,
          // Not the rule's ARN: EventBridge names it only when it writes (aws-samples/serverless-patterns, pull request
          // 618). Nor does AWS say that it names the account, hence `IfExists`.
          Condition: { StringEqualsIfExists: { "aws:SourceAccount": tenant.accountId } },
        },
        {
          Sid: "WriteEvents",
          Effect: "Allow",
          Principal,
          Action: "logs:PutLogEvents",
          Resource,
          Condition: {
            ArnLike: {
              "aws:SourceArn": props.rules.map(
                (rule) => `arn:aws:events:${tenant.region}:${tenant.accountId}:rule/${rule}`,
              ),
            },
          },
        },
      ),
    ),
  });
  return { arn: attribute(group, "arn"), policy: resourcePolicy };
}
