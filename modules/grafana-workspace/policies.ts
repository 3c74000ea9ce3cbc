import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { GRAFANA_READ_ROLES } from "../../lib/grafana-names";
import { roleArn } from "../../lib/names";
import { METRIC_READS } from "../amp/reads";
import { XRAY_READS } from "../xray/reads";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Grafana may take the role for workspaces of this account and Region. The workspace's id is not known before its role. */
export const grafanaTrust = ({ accountId, region }: Place): PolicyDocument =>
  policy({
    Sid: "Grafana",
    Effect: "Allow",
    Principal: { Service: "grafana.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:grafana:${region}:${accountId}:/workspaces/*` },
    },
  });

export interface GrafanaRights extends Place {
  readonly organizationId: string;
  /** Of the pooled workspace of Amazon Managed Service for Prometheus; reference. */
  readonly metricsWorkspaceArn: string;
  /** Topic to which Grafana's own alerts go, and its key; references. */
  readonly alertTopicArn: string;
  readonly alertTopicKeyArn: string;
}

/**
 * What Grafana's data sources may do. In this account CloudWatch and X-Ray show what all tenants share with it: the data
 * sources that use this role directly are the platform team's. A tenant's use a role in the tenant's own account.
 */
export const grafanaPolicy = (rights: GrafanaRights): PolicyDocument =>
  policy(
    {
      Sid: "QueryMetrics",
      Effect: "Allow",
      Action: [...METRIC_READS],
      Resource: rights.metricsWorkspaceArn,
    },
    ...cloudWatch(rights),
    {
      Sid: "ReadTraces",
      Effect: "Allow",
      Action: [...XRAY_READS],
      Resource: "*",
    },
    // The data sources' lists of Regions; no resource either, and no data of the account.
    { Sid: "ListRegions", Effect: "Allow", Action: "ec2:DescribeRegions", Resource: "*" },
    ...otherRoles(rights),
    ...alerts(rights),
  );

function cloudWatch({ accountId }: Place): Statement[] {
  return [
    {
      Sid: "ReadCloudWatchMetrics",
      Effect: "Allow",
      Action: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"],
      // Metrics have no ARN.
      Resource: "*",
    },
    {
      Sid: "FindLogGroups",
      Effect: "Allow",
      // A list of everything, and a query that is known by its id alone: both know no resource.
      Action: ["logs:DescribeLogGroups", "logs:StopQuery"],
      Resource: "*",
    },
    {
      Sid: "QueryLogGroups",
      Effect: "Allow",
      Action: ["logs:GetLogEvents", "logs:GetLogGroupFields", "logs:GetQueryResults", "logs:StartQuery"],
      // A linked account's log group has that account's ARN; which accounts and Regions these are, the tenants' stacks
      // decide by their links. Only log groups of this program.
      Resource: "arn:aws:logs:*:*:log-group:/tenantscope/*",
    },
    // Which accounts are linked. The first knows no resource; sinks have ids that AWS gives, one in each Region.
    { Sid: "ListSinks", Effect: "Allow", Action: "oam:ListSinks", Resource: "*" },
    {
      Sid: "ListLinkedAccounts",
      Effect: "Allow",
      Action: "oam:ListAttachedLinks",
      Resource: `arn:aws:oam:*:${accountId}:sink/*`,
    },
  ];
}

/** Roles that tenants' data sources read with. Each trusts this role by its own policy; onboarding changes nothing here. */
const otherRoles = ({ accountId, organizationId }: GrafanaRights): Statement[] => [
  {
    Sid: "ReadInTenantAccounts",
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: GRAFANA_READ_ROLES,
    Condition: { StringEquals: { "aws:ResourceOrgID": organizationId } },
  },
  {
    Sid: "QueryDedicatedWorkspaces",
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: roleArn(accountId, "tenantscope-query-*"),
  },
];

const alerts = ({ region, alertTopicArn, alertTopicKeyArn }: GrafanaRights): Statement[] => [
  { Sid: "SendAlerts", Effect: "Allow", Action: "sns:Publish", Resource: alertTopicArn },
  {
    Sid: "EncryptAlerts",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: alertTopicKeyArn,
    Condition: { StringEquals: { "kms:ViaService": `sns.${region}.amazonaws.com` } },
  },
];
