import type { Statement } from "../../lib/iam";
import { IAM_PATH } from "../../lib/names";
import {
  actionsOfService,
  ATTACH_ACTIONS,
  GRANT_ACTIONS,
  readsOf,
  ROLE_ACTIONS,
  type Rights,
} from "./rights";

/** Services of which a tenant's stack makes things in the tenant's account, with what it does there: never reading data. */
const SERVICES: Readonly<Record<string, string>> = {
  apigateway:
    "AddCertificateToDomain CreateAccessAssociation DELETE GET PATCH POST PUT RejectAccessAssociation",
  cloudwatch: "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource",
  ec2:
    "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup CreateTags CreateVpcEndpoint DeleteSecurityGroup " +
    "DeleteTags DeleteVpcEndpoints DescribeAvailabilityZones DescribeNetworkInterfaces DescribePrefixLists DescribeSecurityGroupRules " +
    "DescribeSecurityGroups DescribeSubnets DescribeTags DescribeVpcAttribute DescribeVpcEndpointAssociations " +
    "DescribeVpcEndpointServices DescribeVpcEndpoints DescribeVpcs ModifySecurityGroupRules ModifyVpcEndpoint " +
    "RevokeSecurityGroupEgress RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsEgress " +
    "UpdateSecurityGroupRuleDescriptionsIngress",
  ecs:
    "CreateCluster CreateService DeleteCluster DeleteService DeregisterTaskDefinition DescribeClusters DescribeServices " +
    "DescribeTaskDefinition ListTagsForResource PutClusterCapacityProviders RegisterTaskDefinition TagResource UntagResource " +
    "UpdateCluster UpdateClusterSettings UpdateService",
  elasticloadbalancing:
    "AddTags CreateRule CreateTargetGroup DeleteRule DeleteTargetGroup DescribeListeners DescribeLoadBalancers DescribeRules DescribeTags " +
    "DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth ModifyRule ModifyTargetGroup ModifyTargetGroupAttributes " +
    "RemoveTags SetRulePriorities",
  events:
    "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets TagResource UntagResource",
  kms:
    "CreateAlias CreateGrant CreateKey DeleteAlias DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListAliases " +
    "ListResourceTags PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription",
  lambda:
    "AddPermission CreateFunction DeleteFunction DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig GetFunction " +
    "GetFunctionCodeSigningConfig GetFunctionConfiguration GetFunctionEventInvokeConfig GetPolicy ListTags ListVersionsByFunction " +
    "PutFunctionConcurrency PutFunctionEventInvokeConfig RemovePermission TagResource UntagResource UpdateFunctionCode " +
    "UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig",
  logs:
    "AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteMetricFilter DeleteResourcePolicy DescribeLogGroups DescribeMetricFilters " +
    "DescribeResourcePolicies DisassociateKmsKey Link ListTagsForResource PutMetricFilter PutResourcePolicy PutRetentionPolicy " +
    "TagResource UntagResource",
  oam: "CreateLink DeleteLink GetLink ListLinks ListTagsForResource TagResource UntagResource UpdateLink",
  route53:
    "AssociateVPCWithHostedZone ChangeResourceRecordSets ChangeTagsForResource CreateHostedZone DeleteHostedZone GetChange GetHostedZone " +
    "ListHostedZones ListResourceRecordSets ListTagsForResource",
  sns:
    "CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource " +
    "SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe UntagResource",
  sqs: "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue",
  xray:
    "CreateGroup CreateSamplingRule DeleteGroup DeleteSamplingRule GetGroup GetGroups GetSamplingRules Link ListTagsForResource TagResource " +
    "UntagResource UpdateGroup UpdateSamplingRule",
};

/** A read that no verb tells. */
const FURTHER_READS = ["apigateway:GET"];

/**
 * What the runs of a tenant's stack may do in the tenant's own account. Everything there is this tenant's; roles are limited
 * to the program's path and names, and to those with a border.
 *
 * @param accountId of the tenant, or what stands for it
 */
export function tenantAccountRights(accountId: string): Rights {
  const roles = `arn:aws:iam::${accountId}:role${IAM_PATH}tenantscope-*`;
  const common: readonly Statement[] = [
    { Sid: "Roles", Effect: "Allow", Action: ROLE_ACTIONS, Resource: roles },
    {
      Sid: "Parameters",
      Effect: "Allow",
      Action: actionsOfService(
        "ssm",
        "AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource PutParameter RemoveTagsFromResource",
      ),
      Resource: `arn:aws:ssm:*:${accountId}:parameter/tenantscope/*`,
    },
    { Sid: "FindParameters", Effect: "Allow", Action: "ssm:DescribeParameters", Resource: "*" },
    ...Object.entries(SERVICES).map(([service, names]): Statement => ({
      Sid: `${service.charAt(0).toUpperCase()}${service.slice(1)}`,
      Effect: "Allow",
      Action: actionsOfService(service, names),
      Resource: "*",
    })),
  ];
  return {
    plan: [...readsOf(common), { Sid: "ReadApis", Effect: "Allow", Action: FURTHER_READS, Resource: "*" }],
    apply: [
      ...common,
      {
        Sid: "RightsWithinTheBorder",
        Effect: "Allow",
        Action: [...GRANT_ACTIONS, ...ATTACH_ACTIONS],
        Resource: roles,
      },
      {
        Sid: "PassRoles",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: roles,
        Condition: {
          StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"] },
        },
      },
    ],
  };
}
