import { FLEET_NAMESPACE, tenantNamespace } from "../../dashboards/rules/names";
import type { Statement } from "../../lib/iam";
import { centralNames, CONTRACT_PARAMETER, roleArn, stackNames, writerRoleName } from "../../lib/names";
import { boundaryArn, BOUNDARIES } from "../../lib/run-names";
import { ROUTE_PATH } from "../alerting/names";
import { queryNames } from "../jaeger/names";
import { RETENTION_PATH } from "../opensearch/names";
import { actionsOfService, GRANT_ACTIONS, ROLE_ACTIONS, withReads, type Place, type Rights } from "./rights";

type Condition = NonNullable<Statement["Condition"]>;

/** Everything that a stack makes carries its name; nobody may put another stack's on anything. */
const OWNER_TAG = "tenantscope:stack";

/** Things of these stacks. */
export const ownedBy = (...stacks: readonly string[]): Condition => ({
  StringEquals: { [`aws:ResourceTag/${OWNER_TAG}`]: stacks },
});

/** Things that the stack is about to make, or made. */
const ownedOnceMade = (stack: string): Condition => ({
  StringEqualsIfExists: { [`aws:ResourceTag/${OWNER_TAG}`]: stack },
});

const madeBy = (stack: string): Condition => ({ StringEquals: { [`aws:RequestTag/${OWNER_TAG}`]: stack } });

/** IAM roles that a tenant's stack makes in the central account. */
export function tenantCentralRoles(tenant: string): string[] {
  const { taskRole, executionRole } = queryNames(tenant);
  return [writerRoleName(tenant), `tenantscope-query-${tenant}`, taskRole, executionRole];
}

/**
 * What the runs of a tenant's stack may do in the central account: with things that bear the tenant's name, or, where
 * AWS gives the name or a name could begin like another tenant's, the stack's tag. They do not depend on the manifest, so
 * that no change of one needs another stack's run first.
 */
export function tenantCentralRights(tenant: string, { accountId, region }: Place): Rights {
  const stack = stackNames.tenant(tenant);
  const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:${accountId}:${name}`;
  const parameter = (name: string): string => arn("ssm", `parameter${name}`);
  const roles = tenantCentralRoles(tenant).map((name) => roleArn(accountId, name));
  const jaeger = queryNames(tenant);
  const workspace = centralNames.tenantAmpAlias(tenant);
  const own = ownedBy(stack);
  const groups = [
    centralNames.ampLogGroup(workspace),
    centralNames.ampQueryLogGroup(workspace),
    jaeger.logGroup,
  ].flatMap((name) => [arn("logs", `log-group:${name}`), arn("logs", `log-group:${name}:*`)]);
  const securityGroups = [arn("ec2", "security-group/*"), arn("ec2", "security-group-rule/*")];

  return withReads([
    {
      Sid: "Contract",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParameters"],
      Resource: parameter(CONTRACT_PARAMETER),
    },
    {
      // None of these knows a resource, or a resource that the tenant's could be told from.
      Sid: "Find",
      Effect: "Allow",
      Action: [
        ...actionsOfService("aps", "ListWorkspaces"),
        ...actionsOfService("cloudwatch", "DescribeAlarms"),
        ...actionsOfService(
          "ec2",
          "DescribeNetworkInterfaces DescribeSecurityGroupRules DescribeSecurityGroups DescribeVpcs",
        ),
        ...actionsOfService("ecs", "DeregisterTaskDefinition DescribeTaskDefinition"),
        ...actionsOfService("kms", "ListAliases"),
        ...actionsOfService("logs", "DescribeLogGroups DescribeResourcePolicies ListLogDeliveries"),
        ...actionsOfService("servicediscovery", "GetOperation"),
        ...actionsOfService("ssm", "DescribeParameters"),
      ],
      Resource: "*",
    },
    {
      Sid: "Parameters",
      Effect: "Allow",
      Action: actionsOfService(
        "ssm",
        "AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource PutParameter RemoveTagsFromResource",
      ),
      Resource: [parameter(`${ROUTE_PATH}/${tenant}`), parameter(`${RETENTION_PATH}/${tenant}`)],
    },
    { Sid: "Roles", Effect: "Allow", Action: ROLE_ACTIONS, Resource: roles },
    {
      Sid: "RightsWithinTheBorder",
      Effect: "Allow",
      Action: GRANT_ACTIONS,
      Resource: roles,
      Condition: {
        ArnEquals: { "iam:PermissionsBoundary": boundaryArn(accountId, BOUNDARIES.tenant(tenant)) },
      },
    },
    {
      Sid: "PassRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [jaeger.taskRole, jaeger.executionRole].map((name) => roleArn(accountId, name)),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      Sid: "Rules",
      Effect: "Allow",
      Action: actionsOfService(
        "aps",
        "CreateRuleGroupsNamespace DeleteRuleGroupsNamespace DescribeRuleGroupsNamespace ListTagsForResource " +
          "PutRuleGroupsNamespace TagResource UntagResource",
      ),
      Resource: arn("aps", `rulegroupsnamespace/*/${tenantNamespace(tenant)}`),
    },
    {
      Sid: "MakeWorkspace",
      Effect: "Allow",
      Action: "aps:CreateWorkspace",
      Resource: "*",
      Condition: madeBy(stack),
    },
    {
      Sid: "TagWorkspace",
      Effect: "Allow",
      Action: "aps:TagResource",
      Resource: [arn("aps", "workspace/*"), arn("aps", `rulegroupsnamespace/*/${FLEET_NAMESPACE}`)],
      Condition: { ...madeBy(stack), ...ownedOnceMade(stack) },
    },
    {
      Sid: "Workspace",
      Effect: "Allow",
      Action: actionsOfService(
        "aps",
        "CreateAlertManagerDefinition CreateLoggingConfiguration CreateQueryLoggingConfiguration CreateRuleGroupsNamespace " +
          "DeleteAlertManagerDefinition DeleteLoggingConfiguration DeleteQueryLoggingConfiguration DeleteRuleGroupsNamespace " +
          "DeleteWorkspace DescribeAlertManagerDefinition DescribeLoggingConfiguration DescribeQueryLoggingConfiguration " +
          "DescribeRuleGroupsNamespace DescribeWorkspace DescribeWorkspaceConfiguration ListTagsForResource " +
          "PutAlertManagerDefinition PutRuleGroupsNamespace UpdateLoggingConfiguration UpdateQueryLoggingConfiguration " +
          "UpdateWorkspaceAlias UpdateWorkspaceConfiguration",
      ),
      Resource: [arn("aps", "workspace/*"), arn("aps", `rulegroupsnamespace/*/${FLEET_NAMESPACE}`)],
      Condition: own,
    },
    { Sid: "MakeKey", Effect: "Allow", Action: "kms:CreateKey", Resource: "*", Condition: madeBy(stack) },
    {
      Sid: "TagKey",
      Effect: "Allow",
      Action: "kms:TagResource",
      Resource: arn("kms", "key/*"),
      Condition: { ...madeBy(stack), ...ownedOnceMade(stack) },
    },
    {
      Sid: "Keys",
      Effect: "Allow",
      Action: actionsOfService(
        "kms",
        "CreateAlias CreateGrant Decrypt DeleteAlias DescribeKey DisableKey EnableKey EnableKeyRotation GenerateDataKey GetKeyPolicy " +
          "GetKeyRotationStatus ListResourceTags PutKeyPolicy ScheduleKeyDeletion UpdateAlias UpdateKeyDescription",
      ),
      Resource: arn("kms", "key/*"),
      Condition: own,
    },
    {
      Sid: "Aliases",
      Effect: "Allow",
      Action: actionsOfService("kms", "CreateAlias DeleteAlias UpdateAlias"),
      Resource: ["metrics", "metrics-logs"]
        .map((purpose) => centralNames.kmsAlias(workspace, purpose))
        .concat(jaeger.logsKeyAlias)
        .map((alias) => arn("kms", alias)),
    },
    {
      Sid: "LogGroups",
      Effect: "Allow",
      Action: actionsOfService(
        "logs",
        "AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteMetricFilter DescribeMetricFilters DisassociateKmsKey ListTagsForResource " +
          "PutMetricFilter PutRetentionPolicy TagResource UntagResource",
      ),
      Resource: groups,
    },
    {
      // Of Amazon Managed Prometheus, into the log groups above; AWS lets it be limited no further.
      Sid: "LogDelivery",
      Effect: "Allow",
      Action: actionsOfService(
        "logs",
        "CreateLogDelivery DeleteLogDelivery GetLogDelivery PutResourcePolicy UpdateLogDelivery",
      ),
      Resource: "*",
    },
    {
      Sid: "Alarms",
      Effect: "Allow",
      Action: actionsOfService(
        "cloudwatch",
        "DeleteAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource",
      ),
      Resource: [
        arn("cloudwatch", `alarm:${jaeger.securityGroup}-*`),
        arn("cloudwatch", `alarm:${workspace}-*`),
      ],
      Condition: ownedOnceMade(stack),
    },
    {
      Sid: "QueryService",
      Effect: "Allow",
      Action: actionsOfService(
        "ecs",
        "CreateService DeleteService DescribeServices ListTagsForResource RegisterTaskDefinition TagResource UntagResource " +
          "UpdateService",
      ),
      Resource: [
        arn("ecs", `service/${centralNames.cluster}/${jaeger.service}`),
        arn("ecs", `task-definition/${jaeger.family}:*`),
      ],
    },
    {
      Sid: "MakeSecurityGroup",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: arn("ec2", "security-group/*"),
      Condition: madeBy(stack),
    },
    {
      Sid: "InTheNetwork",
      Effect: "Allow",
      Action: "ec2:CreateSecurityGroup",
      Resource: arn("ec2", "vpc/*"),
    },
    {
      Sid: "TagSecurityGroup",
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: securityGroups,
      Condition: { ...madeBy(stack), ...ownedOnceMade(stack) },
    },
    {
      Sid: "SecurityGroups",
      Effect: "Allow",
      Action: actionsOfService(
        "ec2",
        "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress DeleteSecurityGroup DeleteTags ModifySecurityGroupRules " +
          "RevokeSecurityGroupEgress RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsEgress " +
          "UpdateSecurityGroupRuleDescriptionsIngress",
      ),
      Resource: securityGroups,
      Condition: ownedOnceMade(stack),
    },
    {
      Sid: "MakeName",
      Effect: "Allow",
      Action: "servicediscovery:CreateService",
      Resource: "*",
      Condition: madeBy(stack),
    },
    {
      Sid: "TagName",
      Effect: "Allow",
      Action: "servicediscovery:TagResource",
      Resource: "*",
      Condition: { ...madeBy(stack), ...ownedOnceMade(stack) },
    },
    {
      Sid: "Names",
      Effect: "Allow",
      Action: actionsOfService(
        "servicediscovery",
        "DeleteService GetService ListTagsForResource UpdateService",
      ),
      Resource: arn("servicediscovery", "service/*"),
      Condition: own,
    },
  ]);
}
