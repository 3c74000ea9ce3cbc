import { tenantNames } from "../../lib/names";

/** Names of the way from the alertmanagers to the tenants' topics, in the central account. */
export const ALERT_ROUTING = {
  topic: "tenantscope-alert-routing",
  topicKeyAlias: "alias/tenantscope-alert-routing",
  /** The function, and its role below the path of all our roles. */
  router: "tenantscope-alert-router",
  routerKeyAlias: "alias/tenantscope-alert-router",
  entry: "lambda/alert-router/lambda.ts",
  logGroup: "/tenantscope/central/alert-router",
  /** Alerts that could not be passed on to anybody. */
  failedQueue: "tenantscope-alert-routing-failed",
  failedKeyAlias: "alias/tenantscope-alert-routing-failed",
} as const;

/** Parameters below it say where tenants' alerts go; the tenants' stacks write them. */
export const ROUTE_PATH = "/tenantscope/alert-routes";

/** Alert topics of all tenants, in whatever account and Region: {@link tenantNames} makes their names. */
export const TENANT_TOPICS = "arn:aws:sns:*:*:tenantscope-*-alerts";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** The topic's ARN, which is known before the topic is made. */
export const routingTopicArn = ({ accountId, region }: Place): string =>
  `arn:aws:sns:${region}:${accountId}:${ALERT_ROUTING.topic}`;

/** Names of the function that tells a tenant's Slack or PagerDuty, in the tenant's account. */
export function notifierNames(tenant: string) {
  const { alertNotifier: name, kmsAlias, logGroupPrefix } = tenantNames(tenant);
  return {
    /** Of the function and its role. */
    name,
    entry: "lambda/alert-notifier/lambda.ts",
    keyAlias: kmsAlias("alert-notifier"),
    // No service of a tenant can be called so: their groups are one word, or end in /emf.
    logGroup: `${logGroupPrefix}_functions/alert-notifier`,
    failedQueue: `${name}-failed`,
    failedKeyAlias: kmsAlias("alert-notifier-failed"),
  };
}
