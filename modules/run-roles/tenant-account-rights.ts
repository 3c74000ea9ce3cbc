import type { Statement } from "../../lib/iam";
import { IAM_PATH, stackNames, tenantNames } from "../../lib/names";
import { BOUNDARIES } from "../../lib/run-names";
import { domainRights, type DomainProps } from "./domain-rights";
import { keyRights, keyUse, LOOK_AT_KEYS, readEnvironments } from "./keys";
import type { ArnOf } from "./ownership";
import {
  actionsOfService,
  ATTACH_ACTIONS,
  GRANT_ACTIONS,
  parameterRights,
  readsOf,
  ROLE_ACTIONS,
  withinBorder,
  type Rights,
} from "./rights";
import { taggedRights } from "./tagged-rights";

/** Looking, where AWS knows no resource, or where the tenant's own services are found among others. */
const FIND: Readonly<Record<string, string>> = {
  cloudwatch: "DescribeAlarms",
  ec2:
    "DescribeAvailabilityZones DescribeNetworkInterfaces DescribePrefixLists DescribeSecurityGroupRules DescribeSecurityGroups " +
    "DescribeSubnets DescribeTags DescribeVpcAttribute DescribeVpcEndpointAssociations DescribeVpcEndpointServices " +
    "DescribeVpcEndpoints DescribeVpcs",
  ecs: "DescribeClusters DescribeServices DescribeTaskDefinition ListTagsForResource",
  elasticloadbalancing:
    "DescribeListeners DescribeLoadBalancers DescribeRules DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups " +
    "DescribeTargetHealth",
  kms: LOOK_AT_KEYS,
  logs: "DescribeLogGroups DescribeResourcePolicies",
  oam: "GetLink ListLinks ListTagsForResource",
  ssm: "DescribeParameters",
  xray: "GetGroups GetSamplingRules ListTagsForResource",
};

/** Changes for which AWS knows no resource. */
const OF_THE_ACCOUNT: Readonly<Record<string, string>> = {
  ecs: "DeregisterTaskDefinition",
  logs: "DeleteResourcePolicy Link PutResourcePolicy",
  xray: "Link",
};

/** What things with a name of the tenant's take, never reading data. */
const NAMED: Readonly<Record<string, string>> = {
  cloudwatch: "DeleteAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource",
  events:
    "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets TagResource UntagResource",
  ecs:
    "CreateCluster DeleteCluster PutClusterCapacityProviders RegisterTaskDefinition TagResource UntagResource UpdateCluster " +
    "UpdateClusterSettings",
  lambda:
    "AddPermission CreateFunction DeleteFunction DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig GetFunction " +
    "GetFunctionCodeSigningConfig GetFunctionConfiguration GetFunctionEventInvokeConfig GetPolicy ListTags ListVersionsByFunction " +
    "PutFunctionConcurrency PutFunctionEventInvokeConfig RemovePermission TagResource UntagResource UpdateFunctionCode " +
    "UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig",
  logs:
    "AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteMetricFilter DescribeMetricFilters DisassociateKmsKey ListTagsForResource " +
    "PutMetricFilter PutRetentionPolicy TagResource UntagResource",
  sns:
    "CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource " +
    "SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe UntagResource",
  sqs: "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue",
};

const allOf = (services: Readonly<Record<string, string>>): string[] =>
  Object.entries(services).flatMap(([service, names]) => actionsOfService(service, names));

/** Where the rights hold, and what is named there; every part may be what stands for it in a template. */
export interface TenantAccountProps {
  readonly accountId: string;
  readonly tenant: string;
  /** Where there is one. */
  readonly domain?: DomainProps;
}

export interface TenantAccountRights extends Rights {
  /** What applying may do besides, by names. In one policy they would be more than IAM takes. */
  readonly named: readonly Statement[];
}

/**
 * What the runs of a tenant's stack may do in the tenant's own account, which is full of the tenant's own things: with
 * what bears the name of tenantscope and the tenant, or, where AWS gives the name, the stack's tag.
 */
export function tenantAccountRights({ accountId, tenant, domain }: TenantAccountProps): TenantAccountRights {
  const arn: ArnOf = (service, name) => `arn:aws:${service}:*:${accountId}:${name}`;
  const stack = stackNames.tenant(tenant);
  const { cluster, kmsAlias } = tenantNames(tenant);
  const roles = `arn:aws:iam::${accountId}:role${IAM_PATH}${cluster}-*`;
  const named: readonly Statement[] = [
    { Sid: "Find", Effect: "Allow", Action: allOf(FIND), Resource: "*" },
    { Sid: "OfTheAccount", Effect: "Allow", Action: allOf(OF_THE_ACCOUNT), Resource: "*" },
    { Sid: "Named", Effect: "Allow", Action: allOf(NAMED), Resource: namesOf(tenant, arn) },
    parameterRights(arn("ssm", `parameter/tenantscope/${tenant}/*`)),
    { Sid: "Roles", Effect: "Allow", Action: ROLE_ACTIONS, Resource: roles },
  ];
  const tagged: readonly Statement[] = [
    ...taggedRights(stack, arn),
    ...keyRights(stack, arn, [kmsAlias("*")]),
    // The environment of a function, to write it and to see what is there.
    keyUse(stack, "CreateGrant Decrypt Encrypt", "lambda.*.amazonaws.com"),
    ...(domain === undefined ? [] : domainRights(domain, stack, accountId)),
  ];
  return {
    plan: [...readsOf([...named, ...tagged]), readEnvironments(stack, "*")],
    named,
    apply: [
      ...tagged,
      {
        Sid: "RightsWithinTheBorder",
        Effect: "Allow",
        Action: GRANT_ACTIONS,
        Resource: roles,
        Condition: withinBorder(accountId, BOUNDARIES.services),
      },
      {
        Sid: "RightsOfApplications",
        Effect: "Allow",
        Action: [...GRANT_ACTIONS, ...ATTACH_ACTIONS],
        Resource: `${roles}-task`,
        Condition: withinBorder(accountId, BOUNDARIES.applications),
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

/** What `lib/names.ts` calls the tenant's things, by AWS's pattern. */
function namesOf(tenant: string, arn: ArnOf): string[] {
  const { cluster: base, serviceRulePrefix, eventLogGroup, logGroupPrefix } = tenantNames(tenant);
  return [
    arn("cloudwatch", `alarm:${base}-*`),
    arn("cloudwatch", `alarm:${serviceRulePrefix}*`),
    arn("events", `rule/${base}-*`),
    arn("events", `rule/${serviceRulePrefix}*`),
    arn("ecs", `cluster/${base}`),
    arn("ecs", `task-definition/${base}-*`),
    arn("lambda", `function:${base}-*`),
    arn("logs", `log-group:${logGroupPrefix}*`),
    arn("logs", `log-group:${eventLogGroup}`),
    arn("logs", `log-group:${eventLogGroup}:*`),
    arn("sns", `${base}-*`),
    arn("sqs", `${base}-*`),
  ];
}
