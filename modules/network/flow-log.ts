import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { policy, type PolicyDocument } from "../../lib/iam";
import { centralNames, IAM_PATH } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";

export interface FlowLogSettings {
  /** Connections that were refused, or all of them, which costs in proportion to the traffic. */
  readonly traffic: "REJECT" | "ALL";
  readonly logGroup: string;
  readonly retentionDays: number;
}

export interface VpcFlowLogProps extends FlowLogSettings {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly vpcId: string;
}

/** The flow log service may take the role for flow logs of this account and Region only. */
export const flowLogTrust = (accountId: string, region: string): PolicyDocument =>
  policy({
    Sid: "FlowLogs",
    Effect: "Allow",
    Principal: { Service: "vpc-flow-logs.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:ec2:${region}:${accountId}:vpc-flow-log/*` },
    },
  });

/** AWS's own example adds the right to make and list log groups; the group is there already. */
export function flowLogPolicy(accountId: string, region: string, logGroup: string): PolicyDocument {
  const group = `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}`;
  return policy(
    {
      Sid: "FindStreams",
      Effect: "Allow",
      Action: "logs:DescribeLogStreams",
      Resource: [group, `${group}:*`],
    },
    {
      Sid: "WriteStreams",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${group}:log-stream:*`,
    },
  );
}

/** Who talked to whom in a VPC, in an encrypted log group. */
export class VpcFlowLog extends Construct {
  constructor(scope: Construct, id: string, props: VpcFlowLogProps) {
    super(scope, id);
    const { accountId, region, logGroup } = props;
    const key = new EncryptionKey(this, "key", {
      alias: centralNames.kmsAlias(props.name, "flow-logs"),
      description: `Flow logs of the VPC ${props.name}`,
      accountId,
      region,
      statements: [logsStatement(region, accountId, [logGroup])],
      usedThrough: ["logs"],
    });
    const group = new CloudwatchLogGroup(this, "log", {
      name: logGroup,
      retentionInDays: props.retentionDays,
      kmsKeyId: key.arn,
    });
    const role = new IamRole(this, "role", {
      name: `${props.name}-flow-logs`,
      path: IAM_PATH,
      description: "Writes the VPC's flow log",
      assumeRolePolicy: JSON.stringify(flowLogTrust(accountId, region)),
    });
    const rights = new IamRolePolicy(this, "policy", {
      name: "write",
      role: attribute(role, "name"),
      policy: JSON.stringify(flowLogPolicy(accountId, region, logGroup)),
    });
    const log = new FlowLog(this, "flow-log", {
      vpcId: props.vpcId,
      trafficType: props.traffic,
      logDestinationType: "cloud-watch-logs",
      logDestination: attribute(group, "arn"),
      iamRoleArn: attribute(role, "arn"),
      maxAggregationInterval: 600,
      tags: { Name: props.name },
    });
    createAfter(log, rights);
  }
}
