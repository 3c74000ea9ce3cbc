import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { IAM_PATH } from "../../lib/names";
import { attribute } from "../../lib/terraform-text";
import { METRIC_READS } from "../amp/reads";
import { XRAY_READS } from "../xray/reads";

/**
 * Grafana's own role, with the tenant's external id. The principal is the account root, narrowed by `aws:PrincipalArn`:
 * a role that is made anew under the same name stays trusted.
 */
export const accessTrust = (input: {
  readonly centralAccountId: string;
  readonly grafanaRoleArn: string;
  readonly externalId: string;
}): PolicyDocument =>
  policy({
    Sid: "Grafana",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${input.centralAccountId}:root` },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "sts:ExternalId": input.externalId, "aws:PrincipalArn": input.grafanaRoleArn },
    },
  });

/** What Grafana reads in a tenant's account: its metrics and traces, and the log groups of the program's services. */
export function readStatements(input: {
  readonly accountId: string;
  readonly region: string;
  /** Beginnings of the names of log groups. */
  readonly logGroupPrefix: string;
}): Statement[] {
  const groups = `arn:aws:logs:${input.region}:${input.accountId}:log-group:${input.logGroupPrefix}*`;
  return [
    {
      // None of these can be limited to a resource; all of them are this account's, which is this tenant's.
      Sid: "ReadMetricsAndTraces",
      Effect: "Allow",
      Action: [
        "cloudwatch:GetMetricData",
        "cloudwatch:ListMetrics",
        "logs:DescribeLogGroups",
        "logs:GetQueryResults",
        "logs:StopQuery",
        ...XRAY_READS,
      ],
      Resource: "*",
    },
    {
      Sid: "ReadTheServicesLogs",
      Effect: "Allow",
      Action: ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogGroupFields", "logs:StartQuery"],
      Resource: [groups, `${groups}:log-stream:*`],
    },
  ];
}

/** What Grafana asks of a tenant's own workspace of metrics. */
export const queryStatements = (workspaceArn: string): Statement[] => [
  {
    Sid: "QueryMetrics",
    Effect: "Allow",
    Action: [...METRIC_READS],
    Resource: workspaceArn,
  },
];

export interface GrafanaAccessRoleProps {
  readonly name: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly statements: readonly Statement[];
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** A role that the Grafana workspace takes on in order to read. */
export class GrafanaAccessRole extends Construct {
  constructor(scope: Construct, id: string, props: GrafanaAccessRoleProps) {
    super(scope, id);
    const { provider } = props;
    const role = new IamRole(this, "role", {
      provider,
      name: props.name,
      path: IAM_PATH,
      description: props.description,
      // Role chaining cannot have longer sessions.
      maxSessionDuration: 3600,
      assumeRolePolicy: JSON.stringify(props.trust),
    });
    new IamRolePolicy(this, "policy", {
      provider,
      role: attribute(role, "name"),
      name: "read",
      policy: JSON.stringify(policy(...props.statements)),
    });
  }
}
