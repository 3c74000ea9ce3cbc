import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import { asText, texts, type JsonObject } from "../support/json";
import type { Block, Tree } from "../support/synth";
import { resolve } from "../support/terraform";

/** What the tests of runs ask, and of whom. */
const CENTRAL = "111111111111";

export const arn = (service: string, name: string): string =>
  `arn:aws:${service}:eu-west-1:${CENTRAL}:${name}`;

/** The APIs of the fleet. The simulator, unlike AWS, takes no wildcard in place of one's id. */
export const APIS = ["ingestapi55bea9d1", "storageapice3aedf1"];
export const namedApis = (document: { readonly Statement: readonly JsonObject[] }): object => ({
  ...document,
  Statement: document.Statement.map((statement) => ({
    ...statement,
    ...("Resource" in statement && {
      Resource: texts(statement.Resource).flatMap((resource) =>
        resource.includes(":*/v1/") ? APIS.map((id) => resource.replace(":*/", `:${id}/`)) : [resource],
      ),
    }),
  })),
});

export const OWNER = "aws:ResourceTag/tenantscope:stack";
export const MAKER = "aws:RequestTag/tenantscope:stack";
export const BORDER = "iam:PermissionsBoundary";

export type Question = readonly [
  action: string,
  resource: string,
  context?: Record<string, string | string[]>,
];

/** What applying a block asks of the central account. A new type of block is a decision about rights. */
export function needed(tree: Tree, stack: string, block: Block): readonly Question[] {
  const { attributes } = block;
  const text = (key: string): string => asText(attributes[key]);
  const owned = { [OWNER]: stack };
  const tenant = stack.replace("tenant-", "");
  const inBorder = { [BORDER]: boundaryArn(CENTRAL, BOUNDARIES.tenant(tenant)) };
  const one = (...question: Question): readonly Question[] => [question];
  switch (block.type) {
    case "aws_cloudwatch_log_group":
      return [
        ["logs:CreateLogGroup", arn("logs", `log-group:${text("name")}`)],
        ["logs:DeleteLogGroup", arn("logs", `log-group:${text("name")}`)],
      ];
    case "aws_cloudwatch_log_metric_filter":
      return one(
        "logs:PutMetricFilter",
        arn("logs", `log-group:/tenantscope/central/jaeger-query-${tenant}`),
      );
    case "aws_cloudwatch_metric_alarm":
      return one("cloudwatch:PutMetricAlarm", arn("cloudwatch", `alarm:${text("alarm_name")}`), owned);
    case "aws_ecs_service":
      return one("ecs:UpdateService", arn("ecs", `service/tenantscope-central/${text("name")}`));
    case "aws_ecs_task_definition":
      return one("ecs:RegisterTaskDefinition", arn("ecs", `task-definition/${text("family")}:1`));
    case "aws_iam_role":
      return [
        ["iam:CreateRole", `arn:aws:iam::${CENTRAL}:role${text("path")}${text("name")}`, inBorder],
        ["iam:UpdateAssumeRolePolicy", `arn:aws:iam::${CENTRAL}:role${text("path")}${text("name")}`],
      ];
    case "aws_iam_role_policy": {
      const name = resolve(tree, block.stack, text("role"));
      return one("iam:PutRolePolicy", `arn:aws:iam::${CENTRAL}:role/tenantscope/${name}`, inBorder);
    }
    case "aws_kms_alias":
      return one("kms:CreateAlias", arn("kms", text("name")));
    case "aws_kms_key":
      return [
        ["kms:CreateKey", "*", { [MAKER]: stack }],
        ["kms:PutKeyPolicy", arn("kms", "key/made"), owned],
      ];
    case "aws_prometheus_alert_manager_definition":
      return one("aps:PutAlertManagerDefinition", arn("aps", "workspace/ws-1"), owned);
    case "aws_prometheus_query_logging_configuration":
      return one("aps:UpdateQueryLoggingConfiguration", arn("aps", "workspace/ws-1"), owned);
    case "aws_prometheus_rule_group_namespace":
      return one(
        "aps:PutRuleGroupsNamespace",
        arn("aps", `rulegroupsnamespace/ws-1/${text("name")}`),
        // The namespace in the shared workspace is known by its name.
        text("name") === stack ? {} : owned,
      );
    case "aws_prometheus_workspace":
      return [
        ["aps:CreateWorkspace", "*", { [MAKER]: stack }],
        ["aps:DeleteWorkspace", arn("aps", "workspace/ws-1"), owned],
      ];
    case "aws_prometheus_workspace_configuration":
      return one("aps:UpdateWorkspaceConfiguration", arn("aps", "workspace/ws-1"), owned);
    case "aws_security_group":
      return one("ec2:DeleteSecurityGroup", arn("ec2", "security-group/sg-1"), owned);
    case "aws_vpc_security_group_egress_rule":
      return one("ec2:AuthorizeSecurityGroupEgress", arn("ec2", "security-group/sg-1"), owned);
    case "aws_vpc_security_group_ingress_rule":
      return one("ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-1"), owned);
    case "aws_service_discovery_service":
      return one("servicediscovery:DeleteService", arn("servicediscovery", "service/srv-1"), owned);
    case "aws_ssm_parameter":
      return block.kind === "data"
        ? one("ssm:GetParameter", arn("ssm", `parameter${text("name")}`))
        : one("ssm:PutParameter", arn("ssm", `parameter${text("name")}`));
    default:
      throw new Error(`who may make ${block.type} in the central account?`);
  }
}

/** Of HCP Terraform's tokens; throws on every condition that it does not know. */
export function accepts(trust: object, subject: string, audience: string): boolean {
  const { Statement: statements } = trust as { Statement: readonly JsonObject[] };
  return statements.some((statement) => {
    const { Effect, Action, Principal, Condition } = statement as {
      Effect: string;
      Action: string;
      Principal: object;
      Condition: { StringEquals: Record<string, string> };
    };
    expect([Effect, Action]).toEqual(["Allow", "sts:AssumeRoleWithWebIdentity"]);
    expect(Principal).toEqual({ Federated: `arn:aws:iam::${CENTRAL}:oidc-provider/app.terraform.io` });
    expect(Object.keys(Condition)).toEqual(["StringEquals"]);
    const given: Record<string, string> = {
      "app.terraform.io:aud": audience,
      "app.terraform.io:sub": subject,
    };
    return Object.entries(Condition.StringEquals).every(([key, value]) => given[key] === value);
  });
}
