import { only } from "../support/census";
import { policyOf, withoutHashes } from "../support/module-stack";
import { created, FLOW_LOGS, network } from "../support/network";

describe("flow logs", () => {
  const { stack } = network(created());

  test("of the refused connections, to the log group", () => {
    expect(withoutHashes(only(stack, "aws_flow_log"))).toEqual({
      vpc_id: "${aws_vpc.network_vpc.id}",
      traffic_type: "REJECT",
      log_destination_type: "cloud-watch-logs",
      log_destination: "${aws_cloudwatch_log_group.network_flow-logs_log.arn}",
      iam_role_arn: "${aws_iam_role.network_flow-logs_role.arn}",
      max_aggregation_interval: 600,
      tags: { Name: "tenantscope-central" },
      depends_on: ["aws_iam_role_policy.network_flow-logs_policy"],
    });
    const all = network(created({ flowLogs: { ...FLOW_LOGS, traffic: "ALL" } })).stack;
    expect(only(all, "aws_flow_log").traffic_type).toBe("ALL");
  });

  test("kept as long as asked for, under a key of their own", () => {
    expect(withoutHashes(only(stack, "aws_cloudwatch_log_group"))).toEqual({
      name: "/tenantscope/central/flow-logs",
      retention_in_days: 30,
      kms_key_id: "${aws_kms_key.network_flow-logs_key.arn}",
    });
    expect(only(stack, "aws_kms_alias").name).toBe("alias/tenantscope-central-flow-logs");
    expect(policyOf(only(stack, "aws_kms_key"))).toMatchObject({
      Statement: [
        { Sid: "AccountAdministration" },
        { Sid: "OnlyThroughServices" },
        {
          Sid: "CloudWatchLogs",
          Principal: { Service: "logs.eu-west-1.amazonaws.com" },
          Condition: {
            ArnEquals: {
              "kms:EncryptionContext:aws:logs:arn": [
                "arn:aws:logs:eu-west-1:111111111111:log-group:/tenantscope/central/flow-logs",
              ],
            },
          },
        },
      ],
    });
  });

  test("the role is the service's, for this account, and writes this log group", () => {
    expect(only(stack, "aws_iam_role")).toEqual({
      assume_role_policy: expect.any(String) as string,
      name: "tenantscope-central-flow-logs",
      path: "/tenantscope/",
      description: "Writes the VPC's flow log",
    });
    expect(policyOf(only(stack, "aws_iam_role"), "assume_role_policy")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "FlowLogs",
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": "111111111111" },
            ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-west-1:111111111111:vpc-flow-log/*" },
          },
        },
      ],
    });
    const group = "arn:aws:logs:eu-west-1:111111111111:log-group:/tenantscope/central/flow-logs";
    expect(policyOf(only(stack, "aws_iam_role_policy"))).toEqual({
      Version: "2012-10-17",
      Statement: [
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
      ],
    });
  });
});
