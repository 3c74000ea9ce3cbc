import { FLEET_NAMESPACE, tenantNamespace } from "../../dashboards/rules/names";
import { centralNames, CONTRACT_PARAMETER, roleArn, stackNames, writerRoleName } from "../../lib/names";
import { BOUNDARIES } from "../../lib/run-names";
import { ROUTE_PATH } from "../alerting/names";
import { queryNames } from "../jaeger/names";
import { RETENTION_PATH } from "../opensearch/names";
import { KEYS, keyRights, keyUse, LOOK_AT_KEYS } from "./keys";
import { rightsOn, taggedAs, type ArnOf } from "./ownership";
import {
  actionsOfService,
  GRANT_ACTIONS,
  parameterRights,
  ROLE_ACTIONS,
  withinBorder,
  withReads,
  type Place,
  type Rights,
} from "./rights";
import { inNetwork, SECURITY_GROUPS, securityGroupRules } from "./security-groups";

/** What a tenant's stack does with the workspace of metrics that it makes. */
const WORKSPACE =
  "CreateAlertManagerDefinition CreateLoggingConfiguration CreateQueryLoggingConfiguration CreateRuleGroupsNamespace " +
  "DeleteAlertManagerDefinition DeleteLoggingConfiguration DeleteQueryLoggingConfiguration DeleteRuleGroupsNamespace " +
  "DeleteWorkspace DescribeAlertManagerDefinition DescribeLoggingConfiguration DescribeQueryLoggingConfiguration " +
  "DescribeRuleGroupsNamespace DescribeWorkspace DescribeWorkspaceConfiguration ListTagsForResource " +
  "PutAlertManagerDefinition PutRuleGroupsNamespace UntagResource UpdateLoggingConfiguration " +
  "UpdateQueryLoggingConfiguration UpdateWorkspaceAlias UpdateWorkspaceConfiguration";

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
  const arn: ArnOf = (service, name) => `arn:aws:${service}:${region}:${accountId}:${name}`;
  const parameter = (name: string): string => arn("ssm", `parameter${name}`);
  const roles = tenantCentralRoles(tenant).map((name) => roleArn(accountId, name));
  const jaeger = queryNames(tenant);
  const workspace = centralNames.tenantAmpAlias(tenant);
  const groups = [
    centralNames.ampLogGroup(workspace),
    centralNames.ampQueryLogGroup(workspace),
    jaeger.logGroup,
  ].flatMap((name) => [arn("logs", `log-group:${name}`), arn("logs", `log-group:${name}:*`)]);

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
        ...actionsOfService("kms", LOOK_AT_KEYS),
        ...actionsOfService("logs", "DescribeLogGroups DescribeResourcePolicies ListLogDeliveries"),
        ...actionsOfService("servicediscovery", "GetOperation ListTagsForResource"),
        ...actionsOfService("ssm", "DescribeParameters"),
      ],
      Resource: "*",
    },
    parameterRights([parameter(`${ROUTE_PATH}/${tenant}`), parameter(`${RETENTION_PATH}/${tenant}`)]),
    { Sid: "Roles", Effect: "Allow", Action: ROLE_ACTIONS, Resource: roles },
    {
      Sid: "RightsWithinTheBorder",
      Effect: "Allow",
      Action: GRANT_ACTIONS,
      Resource: roles,
      Condition: withinBorder(accountId, BOUNDARIES.tenant(tenant)),
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
    ...rightsOn(stack, [
      {
        service: "aps",
        make: "CreateWorkspace",
        tag: "TagResource",
        firstTagOn: [arn("aps", "workspace/*"), arn("aps", `rulegroupsnamespace/*/${FLEET_NAMESPACE}`)],
        change: WORKSPACE,
      },
      {
        service: "cloudwatch",
        make: "",
        tag: "PutMetricAlarm TagResource",
        firstTagOn: [jaeger.securityGroup, workspace].map((name) => arn("cloudwatch", `alarm:${name}-*`)),
        change: "DeleteAlarms ListTagsForResource UntagResource",
      },
      KEYS,
      SECURITY_GROUPS,
      securityGroupRules(arn),
      {
        service: "servicediscovery",
        make: "CreateService",
        tag: "",
        change: "DeleteService GetService UpdateService",
      },
    ]),
    ...keyRights(stack, arn, [
      ...["metrics", "metrics-logs"].map((purpose) => centralNames.kmsAlias(workspace, purpose)),
      jaeger.logsKeyAlias,
    ]),
    keyUse(stack, "CreateGrant Decrypt GenerateDataKey", `aps.${region}.amazonaws.com`),
    ...inNetwork(arn),
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
      // AWS knows neither the resource nor its tags when a Cloud Map service is tagged: only that no name but ours is put on it.
      Sid: "TagName",
      Effect: "Allow",
      Action: "servicediscovery:TagResource",
      Resource: "*",
      Condition: taggedAs(stack),
    },
  ]);
}
