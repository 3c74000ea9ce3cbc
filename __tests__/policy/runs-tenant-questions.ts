import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import { asText } from "../support/json";
import type { Block, Tree } from "../support/synth";
import { resolve } from "../support/terraform";
import { BORDER, MAKER, OWNER, type Question } from "./runs-questions";

/** What applying a block asks of the tenant's own account. A new type of block is a decision about rights. */
export function neededOfTenant(
  tree: Tree,
  stack: string,
  accountId: string,
  block: Block,
): readonly Question[] {
  const { attributes } = block;
  const resolved = (key: string): string => resolve(tree, block.stack, asText(attributes[key]));
  const arn = (service: string, name: string): string => `arn:aws:${service}:eu-west-1:${accountId}:${name}`;
  const role = (name: string): string => `arn:aws:iam::${accountId}:role/tenantscope/${name}`;
  const made = { [MAKER]: stack };
  const owned = { [OWNER]: stack };
  const alias = `alias/tenantscope-${stack.replace("tenant-", "")}-x`;
  const ownKey = { ...owned, "kms:ResourceAliases": [alias] };
  const inBorder = (name: string) => ({
    [BORDER]: boundaryArn(accountId, name.endsWith("-task") ? BOUNDARIES.applications : BOUNDARIES.services),
  });
  const elb = (name: string): string => arn("elasticloadbalancing", name);
  switch (block.type) {
    case "aws_api_gateway_domain_name_access_association":
      return [
        ["apigateway:POST", arn("apigateway", "/domainnameaccessassociations"), made],
        [
          "apigateway:DELETE",
          arn(
            "apigateway",
            "/domainnameaccessassociations/domainname/telemetry.tenantscope.example+a/vpcesource/vpce-1",
          ),
        ],
        [
          "apigateway:CreateAccessAssociation",
          "arn:aws:apigateway:eu-west-1:111111111111:/domainnames/telemetry.tenantscope.example+abc",
        ],
      ];
    case "aws_cloudwatch_event_rule":
      return [
        ["events:PutRule", arn("events", `rule/${resolved("name")}`)],
        ["events:DeleteRule", arn("events", `rule/${resolved("name")}`)],
      ];
    case "aws_cloudwatch_event_target":
      return [["events:PutTargets", arn("events", `rule/${resolved("rule")}`)]];
    case "aws_cloudwatch_log_group":
      return ["CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy"].map((action) => [
        `logs:${action}`,
        arn("logs", `log-group:${resolved("name")}`),
      ]);
    case "aws_cloudwatch_log_resource_policy":
      return [["logs:PutResourcePolicy", "*"]];
    case "aws_cloudwatch_metric_alarm":
      return [
        ["cloudwatch:PutMetricAlarm", arn("cloudwatch", `alarm:${resolved("alarm_name")}`)],
        ["cloudwatch:DeleteAlarms", arn("cloudwatch", `alarm:${resolved("alarm_name")}`)],
      ];
    case "aws_ecs_cluster":
      return [["ecs:DeleteCluster", arn("ecs", `cluster/${resolved("name")}`)]];
    case "aws_ecs_service":
      return [
        ["ecs:CreateService", arn("ecs", `service/some/${resolved("name")}`), made],
        ["ecs:UpdateService", arn("ecs", `service/some/${resolved("name")}`), owned],
        ["ecs:DeleteService", arn("ecs", `service/some/${resolved("name")}`), owned],
      ];
    case "aws_ecs_task_definition":
      return [["ecs:RegisterTaskDefinition", arn("ecs", `task-definition/${resolved("family")}:1`)]];
    case "aws_iam_role":
      return [
        ["iam:CreateRole", role(resolved("name")), inBorder(resolved("name"))],
        ["iam:DeleteRole", role(resolved("name"))],
      ];
    case "aws_iam_role_policy":
      return [["iam:PutRolePolicy", role(resolved("role")), inBorder(resolved("role"))]];
    case "aws_iam_role_policy_attachment":
      return [["iam:AttachRolePolicy", role(resolved("role")), inBorder(resolved("role"))]];
    case "aws_kms_alias":
      return [
        ["kms:CreateAlias", arn("kms", resolved("name"))],
        ["kms:CreateAlias", arn("kms", "key/made"), owned],
      ];
    case "aws_kms_key":
      return [
        ["kms:CreateKey", "*", made],
        ["kms:TagResource", arn("kms", "key/made"), made],
        ["kms:PutKeyPolicy", arn("kms", "key/made"), ownKey],
        ["kms:ScheduleKeyDeletion", arn("kms", "key/made"), owned],
      ];
    case "aws_lambda_function":
      return [
        ["lambda:UpdateFunctionCode", arn("lambda", `function:${resolved("function_name")}`)],
        [
          "kms:CreateGrant",
          arn("kms", "key/made"),
          { ...owned, "kms:ViaService": "lambda.eu-west-1.amazonaws.com" },
        ],
      ];
    case "aws_lambda_function_event_invoke_config":
      return [
        ["lambda:PutFunctionEventInvokeConfig", arn("lambda", `function:${resolved("function_name")}`)],
      ];
    case "aws_lambda_permission":
      return [["lambda:AddPermission", arn("lambda", `function:${resolved("function_name")}`)]];
    case "aws_lb_listener_rule":
      return [
        ["elasticloadbalancing:CreateRule", elb("listener/app/public/1/2"), made],
        ["elasticloadbalancing:DeleteRule", elb("listener-rule/app/public/1/2/3"), owned],
      ];
    case "aws_lb_target_group":
      return [
        ["elasticloadbalancing:CreateTargetGroup", elb(`targetgroup/${resolved("name")}/1`), made],
        ["elasticloadbalancing:DeleteTargetGroup", elb(`targetgroup/${resolved("name")}/1`), owned],
      ];
    case "aws_oam_link":
      return [
        ["oam:CreateLink", "arn:aws:oam:eu-west-1:111111111111:sink/1", made],
        ["oam:DeleteLink", arn("oam", "link/1"), owned],
      ];
    case "aws_route53_record":
      return [
        [
          "route53:ChangeResourceRecordSets",
          "arn:aws:route53:::hostedzone/Z1",
          { [RECORD_NAMES]: [resolved("name")], [RECORD_TYPES]: ["A"] },
        ],
      ];
    case "aws_route53_zone":
      return [
        ["route53:CreateHostedZone", "*"],
        ["route53:DeleteHostedZone", "arn:aws:route53:::hostedzone/Z1"],
      ];
    case "aws_security_group":
      return [
        ["ec2:CreateSecurityGroup", arn("ec2", "security-group/sg-1"), made],
        [
          "ec2:CreateTags",
          arn("ec2", "security-group/sg-1"),
          { ...made, "ec2:CreateAction": "CreateSecurityGroup" },
        ],
        ["ec2:DeleteSecurityGroup", arn("ec2", "security-group/sg-1"), owned],
      ];
    case "aws_sns_topic":
      return ["CreateTopic", "DeleteTopic"].map((action) => [`sns:${action}`, arn("sns", resolved("name"))]);
    case "aws_sns_topic_policy":
      return [["sns:SetTopicAttributes", resolved("arn")]];
    case "aws_sns_topic_subscription":
      return [["sns:Subscribe", resolved("topic_arn")]];
    case "aws_sqs_queue":
      return ["CreateQueue", "DeleteQueue"].map((action) => [`sqs:${action}`, arn("sqs", resolved("name"))]);
    case "aws_sqs_queue_policy":
      return [["sqs:SetQueueAttributes", arn("sqs", resolved("queue_url").replace(/^.*[:/]/, ""))]];
    case "aws_ssm_parameter":
      return [["ssm:PutParameter", arn("ssm", `parameter${resolved("name")}`)]];
    case "aws_vpc":
      return [["ec2:DescribeVpcs", "*"]];
    case "aws_vpc_endpoint":
      return block.kind === "data"
        ? [["ec2:DescribeVpcEndpoints", "*"]]
        : [
            ["ec2:CreateVpcEndpoint", arn("ec2", "vpc-endpoint/vpce-1"), made],
            ["ec2:CreateVpcEndpoint", arn("ec2", "subnet/subnet-1")],
            ["ec2:DeleteVpcEndpoints", arn("ec2", "vpc-endpoint/vpce-1"), owned],
          ];
    case "aws_vpc_security_group_egress_rule":
      return [["ec2:AuthorizeSecurityGroupEgress", arn("ec2", "security-group/sg-1"), owned]];
    case "aws_vpc_security_group_ingress_rule":
      return [["ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-1"), owned]];
    case "aws_xray_group":
      return [
        ["xray:CreateGroup", arn("xray", `group/${resolved("group_name")}/1`), made],
        ["xray:DeleteGroup", arn("xray", `group/${resolved("group_name")}/1`), owned],
      ];
    case "aws_xray_sampling_rule":
      return [
        ["xray:CreateSamplingRule", arn("xray", `sampling-rule/${resolved("rule_name")}`), made],
        ["xray:DeleteSamplingRule", arn("xray", `sampling-rule/${resolved("rule_name")}`), owned],
      ];
    default:
      throw new Error(`who may make ${block.type} in a tenant's account?`);
  }
}

export const RECORD_NAMES = "route53:ChangeResourceRecordSetsNormalizedRecordNames";
export const RECORD_TYPES = "route53:ChangeResourceRecordSetsRecordTypes";

/** The same of a thing that the customer has made, with a name and tags of its own, or with no tags at all. */
export function ofTheCustomer([action, resource, context = {}]: Question, tenant: string): Question[] {
  const renamed = resource
    .replaceAll(`tenantscope-${tenant}`, "customer")
    .replaceAll(`tenantscope/${tenant}`, "customer")
    .replaceAll(`ts-${tenant}`, "customer")
    .replace("telemetry.tenantscope", "www.customer");
  const others = Object.fromEntries(
    Object.entries(context)
      .filter(([key]) => ![OWNER, MAKER, "ec2:CreateAction"].includes(key))
      .map(([key, value]) => [
        key,
        key === RECORD_NAMES
          ? ["www.customer.example"]
          : key === "kms:ResourceAliases"
            ? ["alias/customer"]
            : value,
      ]),
  );
  const tagged = Object.keys(context).filter((key) => [OWNER, MAKER].includes(key));
  return [
    [action, renamed, others],
    ...tagged.map((key): Question => [action, renamed, { ...others, [key]: "customer" }]),
  ];
}
