import type { Statement } from "../../lib/iam";
import { CONTRACT_PARAMETER, IAM_PATH, stackNames } from "../../lib/names";
import { BOUNDARIES } from "../../lib/run-names";
import { configBucket } from "../loki/names";
import { readEnvironments } from "./keys";
import {
  actionsOfService,
  GRANT_ACTIONS,
  parameterRights,
  readsOf,
  ROLE_ACTIONS,
  withinBorder,
  withReads,
  type Place,
  type Rights,
} from "./rights";

const contract = ({ accountId, region }: Place): Statement => ({
  Sid: "Contract",
  Effect: "Allow",
  Action: ["ssm:GetParameter", "ssm:GetParameters"],
  Resource: `arn:aws:ssm:${region}:${accountId}:parameter${CONTRACT_PARAMETER}`,
});

/** `grafana`: what it makes is Grafana's; of AWS it only reads the contract. */
export const grafanaRights = (place: Place): Rights => withReads([contract(place)]);

/** `limits`: the limits of the shared workspace of metrics, and one object that Loki reads. */
export function limitsRights(place: Place): Rights {
  const { accountId, region } = place;
  const bucket = `arn:aws:s3:::${configBucket(place)}`;
  const key: Statement = {
    Sid: "KeyOfTheBucket",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
    Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
  };
  const { plan, apply } = withReads([
    contract(place),
    {
      Sid: "WorkspaceLimits",
      Effect: "Allow",
      Action: ["aps:DescribeWorkspaceConfiguration", "aps:UpdateWorkspaceConfiguration"],
      Resource: `arn:aws:aps:${region}:${accountId}:workspace/*`,
    },
    {
      Sid: "Overrides",
      Effect: "Allow",
      Action: actionsOfService(
        "s3",
        "DeleteObject DeleteObjectVersion GetObject GetObjectTagging ListBucket ListBucketVersions PutObject PutObjectTagging",
      ),
      Resource: [bucket, `${bucket}/*`],
    },
  ]);
  // The object is read with its key.
  return { plan: [...plan, { ...key, Action: "kms:Decrypt" }], apply: [...apply, key] };
}

/** Services of which `central` makes things, with all of their actions on things that it names. */
const MADE = [
  "acm",
  "apigateway",
  "application-autoscaling",
  "aps",
  "cloudwatch",
  "ec2",
  "ecr",
  "ecs",
  "elasticfilesystem",
  "elasticloadbalancing",
  "es",
  "grafana",
  "kms",
  "lambda",
  "logs",
  "oam",
  "ram",
  "route53",
  "scheduler",
  "servicediscovery",
  "sns",
  "sqs",
] as const;

/** What a plan reads of these services: configuration, never data. */
const READ = [
  "acm:DescribeCertificate",
  "apigateway:GET",
  "application-autoscaling:Describe*",
  "application-autoscaling:List*",
  "aps:Describe*",
  "aps:List*",
  "cloudwatch:Describe*",
  "cloudwatch:List*",
  "ec2:Describe*",
  "ecr:Describe*",
  "ecr:GetLifecyclePolicy",
  "ecr:GetRegistryPolicy",
  "ecr:GetRegistryScanningConfiguration",
  "ecr:GetRepositoryPolicy",
  "ecr:ListTagsForResource",
  "ecs:Describe*",
  "ecs:List*",
  "elasticfilesystem:Describe*",
  "elasticfilesystem:List*",
  "elasticloadbalancing:Describe*",
  "es:Describe*",
  "es:List*",
  "grafana:Describe*",
  "grafana:List*",
  "kms:Describe*",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:List*",
  "lambda:Get*",
  "lambda:List*",
  "logs:Describe*",
  "logs:List*",
  "oam:Get*",
  "oam:List*",
  "ram:Get*",
  "ram:List*",
  "route53:Get*",
  "route53:List*",
  "scheduler:Get*",
  "scheduler:List*",
  "servicediscovery:Get*",
  "servicediscovery:List*",
  "sns:Get*",
  "sns:List*",
  "sqs:Get*",
  "sqs:List*",
] as const;

/** `central`: it makes the shared services of the whole account. Its border keeps it from the runs' own roles. */
export function centralRights({ accountId, region }: Place): Rights {
  const roles = `arn:aws:iam::${accountId}:role${IAM_PATH}tenantscope-*`;
  const parameters = `arn:aws:ssm:${region}:${accountId}:parameter/tenantscope/*`;
  const secrets = `arn:aws:secretsmanager:${region}:${accountId}:secret:tenantscope/*`;
  const buckets = "arn:aws:s3:::tenantscope-*";
  const common: readonly Statement[] = [
    { Sid: "Roles", Effect: "Allow", Action: ROLE_ACTIONS, Resource: roles },
    parameterRights(parameters),
    {
      // Not the value: whoever fetches the token is named in the secret's own policy.
      Sid: "Secret",
      Effect: "Allow",
      Action: actionsOfService(
        "secretsmanager",
        "CreateSecret DeleteResourcePolicy DeleteSecret DescribeSecret GetResourcePolicy ListSecretVersionIds PutResourcePolicy " +
          "TagResource UntagResource UpdateSecret ValidateResourcePolicy",
      ),
      Resource: secrets,
    },
    {
      Sid: "Organization",
      Effect: "Allow",
      Action: actionsOfService(
        "organizations",
        "DescribeOrganization ListAWSServiceAccessForOrganization ListDelegatedAdministrators ListRoots",
      ),
      Resource: "*",
    },
    {
      // What ECR does on behalf of whoever turns enhanced scanning on or off.
      Sid: "Inspector",
      Effect: "Allow",
      Action: actionsOfService("inspector2", "Disable Enable ListAccountPermissions ListCoverage"),
      Resource: "*",
    },
    {
      Sid: "FindParameters",
      Effect: "Allow",
      Action: "ssm:DescribeParameters",
      Resource: "*",
    },
  ];
  return {
    plan: [
      { Sid: "Read", Effect: "Allow", Action: READ, Resource: "*" },
      {
        Sid: "ReadBuckets",
        Effect: "Allow",
        Action: [
          "s3:GetAccelerateConfiguration",
          "s3:GetBucket*",
          "s3:GetEncryptionConfiguration",
          "s3:GetLifecycleConfiguration",
          "s3:GetReplicationConfiguration",
          "s3:ListBucket",
        ],
        Resource: buckets,
      },
      readEnvironments(stackNames.central, region),
      ...readsOf(common),
    ],
    apply: [
      { Sid: "Make", Effect: "Allow", Action: MADE.map((service) => `${service}:*`), Resource: "*" },
      { Sid: "Buckets", Effect: "Allow", Action: "s3:*", Resource: [buckets, `${buckets}/*`] },
      ...common,
      {
        Sid: "RightsWithinTheBorder",
        Effect: "Allow",
        Action: GRANT_ACTIONS,
        Resource: roles,
        Condition: withinBorder(accountId, BOUNDARIES.services),
      },
      {
        Sid: "PassRoles",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: roles,
        Condition: {
          StringEquals: {
            "iam:PassedToService": [
              "apigateway.amazonaws.com",
              "ecr.amazonaws.com",
              "ecs-tasks.amazonaws.com",
              "grafana.amazonaws.com",
              "lambda.amazonaws.com",
              "scheduler.amazonaws.com",
              "vpc-flow-logs.amazonaws.com",
            ],
          },
        },
      },
      {
        Sid: "ServicesOwnRoles",
        Effect: "Allow",
        Action: actionsOfService(
          "iam",
          "CreateServiceLinkedRole DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus",
        ),
        Resource: `arn:aws:iam::${accountId}:role/aws-service-role/*`,
      },
      {
        // What Managed Grafana does on behalf of whoever makes a workspace and lets groups in.
        Sid: "SignIn",
        Effect: "Allow",
        Action: actionsOfService(
          "sso",
          "AssociateProfile CreateManagedApplicationInstance DeleteManagedApplicationInstance DescribeRegisteredRegions " +
            "DisassociateProfile GetManagedApplicationInstance GetProfile GetSharedSsoConfiguration ListDirectoryAssociations " +
            "ListProfileAssociations ListProfiles",
        ),
        Resource: "*",
      },
    ],
  };
}
