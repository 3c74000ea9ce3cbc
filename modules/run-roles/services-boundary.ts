import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { CACHE_ROOT } from "../../lib/image-cache";
import { IAM_PATH, IMAGE_CACHE_KEY } from "../../lib/names";
import { actionsOfService } from "./rights";

const OWN_ROLES = `arn:aws:iam::*:role${IAM_PATH}tenantscope-*`;

/** What this program's own services ever do with things that it names; a test compares it with what they are given. */
const WITH_OWN: readonly (readonly [
  sid: string,
  service: string,
  actions: string,
  resources: readonly string[],
])[] = [
  ["Roles", "sts", "AssumeRole", [OWN_ROLES]],
  ["Functions", "lambda", "InvokeFunction", ["arn:aws:lambda:*:*:function:tenantscope-*"]],
  ["Topics", "sns", "Publish", ["arn:aws:sns:*:*:tenantscope-*"]],
  ["Queues", "sqs", "SendMessage", ["arn:aws:sqs:*:*:tenantscope-*"]],
  [
    "Buckets",
    "s3",
    "AbortMultipartUpload DeleteObject GetObject ListBucket PutObject",
    ["arn:aws:s3:::tenantscope-*"],
  ],
  [
    "Traces",
    "es",
    "ESHttpDelete ESHttpGet ESHttpHead ESHttpPost ESHttpPut",
    ["arn:aws:es:*:*:domain/tenantscope-*"],
  ],
  [
    "Copies",
    "ecr",
    "BatchImportUpstreamImage CreateRepository TagResource",
    [`arn:aws:ecr:*:*:repository/${CACHE_ROOT}/*`],
  ],
  [
    "Token",
    "secretsmanager",
    "DescribeSecret PutSecretValue",
    ["arn:aws:secretsmanager:*:*:secret:tenantscope/*"],
  ],
];

/** With things that AWS or the manifest names. */
const WITH_ANY: Readonly<Record<string, string>> = {
  aps: "GetLabels GetMetricMetadata GetSeries QueryMetrics",
  cloudwatch: "GetMetricData ListMetrics",
  // A function's way into the network.
  ec2:
    "AssignPrivateIpAddresses CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DescribeRegions DescribeSubnets " +
    "UnassignPrivateIpAddresses",
  // Pushing is for the roles of GitHub's workflows; policies of repositories keep out everybody else.
  ecr:
    "BatchCheckLayerAvailability BatchGetImage CompleteLayerUpload GetAuthorizationToken GetDownloadUrlForLayer InitiateLayerUpload " +
    "PutImage UploadLayerPart",
  elasticfilesystem: "ClientMount ClientWrite",
  "execute-api": "Invoke",
  grafana:
    "CreateWorkspaceServiceAccountToken DeleteWorkspaceServiceAccountToken ListWorkspaceServiceAccountTokens",
  kms: "Decrypt GenerateDataKey*",
  // API Gateway makes log groups and reads them; Grafana asks those of the tenants.
  logs:
    "CreateLogGroup CreateLogStream DescribeLogGroups DescribeLogStreams FilterLogEvents GetLogEvents GetLogGroupFields GetQueryResults " +
    "PutLogEvents StartQuery StopQuery",
  oam: "ListAttachedLinks ListSinks",
  // Of the containers that the manifest tells.
  secretsmanager: "GetSecretValue",
  ssm: "GetParameter GetParameters GetParametersByPath",
  xray:
    "BatchGetTraces GetGroups GetInsight GetInsightSummaries GetServiceGraph GetTimeSeriesServiceStatistics GetTraceGraph " +
    "GetTraceSummaries",
};

/**
 * Border of the roles of this program's own services: what they do, and nothing else, whatever a run that is taken over gives
 * them.
 */
export const servicesBoundary = (): PolicyDocument =>
  policy(
    ...WITH_OWN.map(([sid, service, actions, resources]): Statement => ({
      Sid: `Own${sid}`,
      Effect: "Allow",
      Action: actionsOfService(service, actions),
      Resource: resources,
    })),
    {
      // Nothing else than the name tells the key of copied images from others.
      Sid: "OwnKeyOfCopies",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
      Resource: "*",
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": IMAGE_CACHE_KEY } },
    },
    {
      Sid: "Services",
      Effect: "Allow",
      Action: Object.entries(WITH_ANY).flatMap(([service, actions]) => actionsOfService(service, actions)),
      Resource: "*",
    },
  );

/**
 * What no application may do, whatever its policies say: identities and organizations, and what acts with the rights of a
 * role that somebody else has set up. An administrator's stack, build or automation would be a way around the border.
 */
export const NEVER_OF_APPLICATIONS: readonly string[] = [
  "account:*",
  "cloudformation:*",
  "codebuild:*",
  "codedeploy:*",
  "codepipeline:*",
  "controltower:*",
  "ec2-instance-connect:*",
  "ecs:ExecuteCommand",
  "iam:*",
  "identitystore:*",
  "lambda:AddPermission",
  "lambda:CreateFunction",
  "lambda:UpdateFunction*",
  "organizations:*",
  "ram:*",
  "servicecatalog:*",
  "ssm:SendCommand",
  "ssm:StartAutomationExecution",
  "ssm:StartSession",
  "sso:*",
  "sso-directory:*",
];

/**
 * Border of the task roles of a tenant's applications. What those need is the customer's to say, in policies that the
 * manifest only names (`taskPolicyArns`), so it cannot be a list of what is allowed: nothing that makes rights, and no
 * other roles than those of this program.
 */
export const applicationsBoundary = (): PolicyDocument =>
  policy(
    { Sid: "Ceiling", Effect: "Allow", Action: "*", Resource: "*" },
    { Sid: "NothingThatMakesRights", Effect: "Deny", Action: NEVER_OF_APPLICATIONS, Resource: "*" },
    { Sid: "OnlyRolesOfThisProgram", Effect: "Deny", Action: "sts:AssumeRole", NotResource: OWN_ROLES },
  );
