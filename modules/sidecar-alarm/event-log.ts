import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import type { Construct } from "constructs";
import type { Tenant } from "../../fleet/types";
import { policy } from "../../lib/iam";
import { tenantNames } from "../../lib/names";
import { attribute } from "../../lib/terraform-text";

/** Log group that EventBridge may write a tenant's task events to; returns its ARN as a Terraform reference. */
export function eventLog(
  scope: Construct,
  props: { readonly tenant: Tenant; readonly retentionDays: number; readonly keyArn: string },
): string {
  const { tenant } = props;
  const name = tenantNames(tenant.name).eventLogGroup;
  const group = new CloudwatchLogGroup(scope, "event-log", {
    name,
    retentionInDays: props.retentionDays,
    kmsKeyId: props.keyArn,
  });
  new CloudwatchLogResourcePolicy(scope, "event-log-policy", {
    policyName: `${tenantNames(tenant.name).cluster}-events`,
    policyDocument: JSON.stringify(
      policy({
        Sid: "EventBridge",
        Effect: "Allow",
        Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `arn:aws:logs:${tenant.region}:${tenant.accountId}:log-group:${name}:*`,
        Condition: { StringEquals: { "aws:SourceAccount": tenant.accountId } },
      }),
    ),
  });
  return attribute(group, "arn");
}
