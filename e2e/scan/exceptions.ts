import type { Finding } from "./checkov";

/** A failed check that is left as it is. */
export interface Exception {
  readonly check: string;
  /** Of `<stack> <address>`, such as `central aws_lb.gateway_load-balancer`; the whole of it. */
  readonly where: RegExp;
  readonly reason: string;
}

const INSIGHTS =
  "the collectors measure every task; Container Insights is charged by metric: the setting cluster.containerInsights for a tenant, not for the shared services, whose own metrics are in CloudWatch";
const TIMES_ARE_LOGGED =
  "X-Ray would take samples (the first request of a second and 5 % of the others) of how long API Gateway and its target took, which the access log has of every request, with its caller and how it ended";
const NEVER_TWICE = "its requests write or depend on who asks: an answer must never be given twice";
const DOWNSTREAM =
  "what is behind it is reached through the VPC link or by IAM, which no client certificate adds to";
const MASTERS =
  "the setting jaeger.storage.dedicatedMasters: a small fleet's two or three nodes elect one of themselves, at half the price";
const FUNCTIONS = /^(central|tenant-\w+) aws_lambda_function\.\S+/;
const CEILING =
  "the ceiling of a permissions boundary, which grants nothing: everything but what its other statements deny (__tests__/policy/runs-borders.test.ts)";

/** Every failed check that there may be, and why. One that matches nothing fails the scan. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    check: "CKV_AWS_393",
    where: /^central aws_iam_role\.github_role-(gateway|checkout)$/,
    reason:
      "the subject is exact; the check does not know GitHub's subjects with the ids of owner and repository (owner@1/name@2), which are safer",
  },
  {
    check: "CKV_AWS_338",
    where: /^(central|tenant-\w+) aws_cloudwatch_log_group\.\S+/,
    reason:
      "how long logs are kept is the setting logRetentionDays; a year of debug output is nobody's default",
  },
  {
    check: "CKV2_AWS_34",
    where: /^(central|tenant-\w+) aws_ssm_parameter\.\S+/,
    reason:
      "configuration for other stacks, this program's functions and the teams of attached services, without any secret (rule: parameters hold no secret); a SecureString would hide it in every plan (docs/KEYS.md)",
  },
  {
    check: "CKV_AWS_61",
    where: /^tenant-\w+ aws_iam_role\.(grafana-query|grafana-read|writer)_role/,
    reason:
      "an account's root with a condition that names exact roles: a role as principal would have to be there first (DECISIONS 12)",
  },
  {
    check: "CKV_AWS_116",
    where: FUNCTIONS,
    reason:
      "alerts that a function could not deal with go to a queue by its event invoke configuration; the others are called synchronously or by a schedule that calls again, and have alarms",
  },
  {
    check: "CKV_AWS_272",
    where: FUNCTIONS,
    reason:
      "the code is bundled by the run that deploys it, with its hash in the plan; a signing profile would be in the same hands",
  },
  {
    check: "CKV_AWS_115",
    where: /^(central|tenant-\w+) aws_lambda_function\.(?!traces_proxy_)\S+/,
    reason:
      "SNS, a schedule or Terraform calls it, and what cannot be run at once is tried again: a reservation would be taken from the account's 1,000 for nothing",
  },
  {
    check: "CKV_AWS_117",
    where:
      /^(central|tenant-\w+) aws_lambda_function\.(alert-routing_router|grafana_token_admin|notifier_subscriber)_function/,
    reason:
      "calls AWS's public APIs, Grafana, Slack or PagerDuty and nothing inside a VPC; the Grafana admin is in one where the workspace is restricted",
  },
  {
    check: "CKV_AWS_297",
    where: /^central aws_scheduler_schedule\.(grafana|traces)_\S+/,
    reason: "the key would be for the payload, which is the name of a task of this program",
  },
  { check: "CKV_AWS_65", where: /^(central|tenant-\w+) aws_ecs_cluster\.cluster/, reason: INSIGHTS },
  {
    check: "CKV_AWS_225",
    where: /^central aws_api_gateway_method_settings\.(ingest|storage-api)_settings/,
    reason: NEVER_TWICE,
  },
  {
    check: "CKV_AWS_120",
    where: /^central aws_api_gateway_stage\.(ingest|storage-api)_stage/,
    reason: NEVER_TWICE,
  },
  {
    check: "CKV_AWS_237",
    where: /^central aws_api_gateway_rest_api\.(ingest_api|storage-api)/,
    reason: "its id is part of every tenant's configuration: a second one beside it would serve nobody",
  },
  {
    check: "CKV_AWS_73",
    where: /^central aws_api_gateway_stage\.(ingest|storage-api)_stage/,
    reason: TIMES_ARE_LOGGED,
  },
  {
    check: "CKV2_AWS_51",
    where: /^central aws_api_gateway_stage\.(ingest|storage-api)_stage/,
    reason: DOWNSTREAM,
  },
  {
    check: "CKV2_AWS_4",
    where: /^central aws_api_gateway_stage\.(ingest|storage-api)_stage/,
    reason:
      "API Gateway makes the group of its execution logs itself, without our key and kept for ever; the access log has who, what, how it ended and why API Gateway refused, but not the text of an error",
  },
  {
    check: "CKV2_AWS_29",
    where: /^central aws_api_gateway_stage\.ingest_stage/,
    reason:
      "only where ingest.exposure is public, which is not the default: the API's resource policy and IAM admit the tenants' writers alone. A firewall could also refuse by address and rate, for a price on every batch; without one there is API Gateway's own throttling against floods from outside, which all tenants share (docs/SECURITY.md)",
  },
  {
    check: "CKV_AWS_18",
    where: /^central aws_s3_bucket\.loki_(chunks|config)_bucket/,
    reason:
      "S3 delivers access logs only to buckets without a customer-managed key; who reads objects is recorded where the account's own CloudTrail has data events, which this program does not switch on (docs/SECURITY.md)",
  },
  {
    check: "CKV_AWS_144",
    where: /^central aws_s3_bucket\.loki_(chunks|config)_bucket/,
    reason:
      "logs are for operating, kept for weeks and versioned; a second copy doubles their price and has tenants' data leave their Region",
  },
  {
    check: "CKV2_AWS_62",
    where: /^central aws_s3_bucket\.loki_(chunks|config)_bucket/,
    reason: "Loki writes and reads its own objects; nobody waits for an event of them",
  },
  {
    check: "CKV2_AWS_57",
    where: /^central aws_secretsmanager_secret\.grafana_token_kept_secret/,
    reason:
      "a schedule of EventBridge renews it every week, with alarms; Secrets Manager's rotation cannot also look daily whether it works",
  },
  {
    check: "CKV_AWS_150",
    where: /^central aws_lb\.gateway_load-balancer/,
    reason: "it keeps nothing, and whoever runs destroy has said so; a replacement is made in minutes",
  },
  {
    check: "CKV_AWS_91",
    where: /^central aws_lb\.gateway_load-balancer/,
    reason:
      "a network load balancer logs TLS listeners only and this one passes TCP on; behind it nginx logs each request with its tenant, and API Gateway or, with loki.direct, the client's address tells who it was",
  },
  {
    check: "CKV2_AWS_20",
    where: /^central aws_lb\.gateway_load-balancer/,
    reason:
      "a network load balancer, which redirects nothing: TCP from the VPC link and, where central.json says so, private networks",
  },
  {
    check: "CKV_AWS_378",
    where: /^tenant-\w+ aws_lb_target_group\.service-\S+_target-group/,
    reason:
      "from the tenant's own load balancer, whose listener says whether TLS ends there, to a task that admits that load balancer's security group and those of allowFromSecurityGroups",
  },
  {
    check: "CKV_AWS_318",
    where: /^central aws_opensearch_domain\.traces_domain/,
    reason: MASTERS,
  },
  {
    check: "CKV2_AWS_59",
    where: /^central aws_opensearch_domain\.traces_domain/,
    reason: MASTERS,
  },
  ...["62", "63", "286", "287", "288", "289", "290", "355"].map((number) => ({
    check: `CKV_AWS_${number}`,
    where: /^workspaces aws_iam_policy\.trust_(run|services)-boundary/,
    reason: CEILING,
  })),
  {
    check: "CKV2_AWS_40",
    where: /^workspaces aws_iam_policy\.trust_(run|services)-boundary/,
    reason: CEILING,
  },
  {
    check: "CKV_AWS_355",
    where: /^workspaces aws_iam_policy\.boundary-\w+/,
    reason: CEILING,
  },
  ...["286", "287", "289", "290"].map((number) => ({
    check: `CKV_AWS_${number}`,
    where: /^workspaces aws_iam_role_policy\.run-central_apply-policy/,
    reason:
      "the role that makes the central account's roles, keys and functions; what it may pass on is bounded (__tests__/policy/runs-borders.test.ts)",
  })),
  {
    check: "CKV_AWS_355",
    where: /^workspaces aws_iam_role_policy\.run-(central|tenant-\w+)_(plan|apply)-policy/,
    reason:
      "reads of Terraform's that IAM cannot limit to a resource, and what the services make under names of their own; listed in __tests__/policy/allow-list-runs.ts",
  },
  {
    check: "CKV_AWS_355",
    where: /^tenant-\w+ aws_iam_role_policy\.grafana-read_policy/,
    reason:
      "reads of metrics and traces that cannot be limited to a resource, in the tenant's own account (__tests__/policy/allow-list-people.ts)",
  },
  {
    check: "CKV_AWS_336",
    where: /^tenant-\w+ aws_ecs_task_definition\.service-\w+_task/,
    reason:
      "the tenant's containers as their manifest says, since only the team knows what its image writes, and the log router, into which ECS puts FireLens' configuration; the other sidecars are read-only (__tests__/policy/rules/containers.ts)",
  },
  ...["CKV_AWS_150", "CKV2_AWS_20"].map((check) => ({
    check,
    where: /^central aws_lb\.vpn-(jaeger|loki)_load-balancer/,
    reason: "inside the VPC, for people whom the VPN has let in; it passes TCP on and keeps nothing",
  })),
  {
    check: "CKV_AWS_91",
    where: /^central aws_lb\.vpn-(jaeger|loki)_load-balancer/,
    reason:
      "a network load balancer logs TLS listeners only and this one passes TCP on; the VPN logs who was connected and nobody what they asked (docs/SECURITY.md)",
  },
  {
    check: "CKV_AWS_260",
    where: /^central aws_vpc_security_group_ingress_rule\.vpn_(jaeger|loki)-in/,
    reason: "the rule admits the VPN's security group and no addresses, which checkov takes for all of them",
  },
  {
    check: "CKV2_AWS_23",
    where: /^central aws_route53_record\.vpn-names_(jaeger|loki)/,
    reason:
      "the fixed private addresses of a load balancer of the same stack, in a private zone: numbers, which nothing can follow",
  },
];

/** The findings that no exception is about, and the exceptions that no finding matches. */
export function judged(
  findings: readonly Finding[],
  exceptions: readonly Exception[] = EXCEPTIONS,
): { readonly unlisted: readonly Finding[]; readonly idle: readonly Exception[] } {
  const used = new Set<Exception>();
  const unlisted = findings.filter((finding) => {
    const exception = exceptions.find((each) => isAbout(each, finding));
    if (exception !== undefined) used.add(exception);
    return exception === undefined;
  });
  return { unlisted, idle: exceptions.filter((each) => !used.has(each)) };
}

function isAbout({ check, where }: Exception, finding: Finding): boolean {
  const place = `${finding.stack.slice(finding.stack.lastIndexOf("/") + 1)} ${finding.address}`;
  return check === finding.check && where.exec(place)?.[0] === place;
}
