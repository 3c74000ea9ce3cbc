import { centralNames, tenantNames } from "../../lib/names";
import { LOKI_UNDO_DAYS } from "../../lib/retention";
import { hasJaegerSidecar } from "../../modules/jaeger/size";
import { chunksBucket } from "../../modules/loki/names";
import { TRACE_STORE } from "../../modules/opensearch/names";
import { addDays, centralPlace, days, type Leaving, type Remainder, tenantPlace } from "./types";

/** Amazon Managed Service for Prometheus, DeleteWorkspace: "permanently deleted within one month" (read 2026-11-21). */
const WORKSPACE_DELETION_DAYS = 31;
/** OpenSearch Service takes a snapshot every hour and keeps those of 14 days. */
const SNAPSHOT_DAYS = 14;
/** X-Ray keeps traces for 30 days, CloudWatch metrics for 15 months; neither deletes on demand. */
const XRAY_DAYS = 30;
const CLOUDWATCH_METRICS_DAYS = 455;

/** What the tenant has measured, logged and traced, wherever it is now. */
export const signalRemainders = (leaving: Leaving): readonly Remainder[] => [
  metrics(leaving),
  ...logs(leaving),
  ...traces(leaving),
  ...cloudwatchMetrics(leaving),
  ...exported(leaving),
];

function metrics(leaving: Leaving): Remainder {
  const { central, tenant, date } = leaving;
  const what = "metrics";
  if (tenant.isolation === "dedicated") {
    return {
      what,
      where: centralPlace(leaving, `workspace ${centralNames.tenantAmpAlias(tenant.name)}`),
      fate:
        "The workspace is deleted with all samples and rules; nobody can query or restore it. AWS has the data for up " +
        "to a month more. Samples from before the tenant was dedicated, if there are any, are in the pooled workspace.",
      until: addDays(date, WORKSPACE_DELETION_DAYS),
    };
  }
  const { retentionDays } = central.metrics;
  return {
    what,
    where: centralPlace(leaving, `pooled workspace ${centralNames.ampAlias}, label tenant="${tenant.name}"`),
    fate: `Kept for ${days(retentionDays)}, like those of all pooled tenants: the service deletes no single series.`,
    until: addDays(date, retentionDays),
  };
}

/** Without an entry of its own in `limits` a tenant's lines follow the central retention, the old ones as well. */
function logs(leaving: Leaving): Remainder[] {
  const { central, tenant, date } = leaving;
  const { retentionDays } = central.loki;
  if (
    !tenant.services.some(({ logs: { destinations } }) => destinations.some((each) => each !== "cloudwatch"))
  )
    return [];
  const own = tenant.limits.logRetentionDays ?? retentionDays;
  const change =
    own > retentionDays
      ? ` The tenant's own ${days(own)} end with the deployment of limits: lines older than ${days(retentionDays)} are deleted then.`
      : own < retentionDays
        ? ` The tenant's own ${days(own)} end with the deployment of limits: what is there then stays for ${days(retentionDays)}.`
        : "";
  return [
    {
      what: "logs in Loki",
      where: centralPlace(leaving, `Loki's tenant "${tenant.name}", bucket ${chunksBucket(central)}`),
      fate:
        `Can be queried for ${days(retentionDays)}; then S3 keeps what was deleted for ${days(LOKI_UNDO_DAYS)} more.${change}` +
        " Loki has no request to delete them earlier.",
      // Deletion runs some hours after the end, and expiration in S3 once a day.
      until: addDays(date, retentionDays + LOKI_UNDO_DAYS + 1),
    },
  ];
}

function traces(leaving: Leaving): Remainder[] {
  const { central, tenant, date } = leaving;
  const { retentionDays } = central.jaeger;
  const sending = tenant.services.map(({ traces: each }) => each);
  const has = (wanted: boolean) =>
    sending.some((each) => each.destinations.includes("jaeger") && hasJaegerSidecar(each) === wanted);
  const store = (name: string) => centralPlace(leaving, `OpenSearch domain ${TRACE_STORE.domain}, ${name}`);
  // Today's index and those of so many days before are kept.
  const until = addDays(date, retentionDays + 1 + SNAPSHOT_DAYS);
  const snapshots = `hourly snapshots have them for ${days(SNAPSHOT_DAYS)} more`;
  const own = tenant.limits.traceRetentionDays ?? retentionDays;
  const cut =
    own > retentionDays
      ? ` Those older than ${days(retentionDays)} go within six hours of the deployment: the tenant's own ${days(own)} end with it.`
      : "";
  return [
    ...(has(false)
      ? [
          {
            what: "traces in the shared Jaeger",
            where: store(`shared indices, attribute tenant.id="${tenant.name}"`),
            fate: `Deleted with their day's index after ${days(retentionDays)}; ${snapshots}.`,
            until,
          },
        ]
      : []),
    ...(has(true)
      ? [
          {
            what: "traces of the tenant's own Jaeger",
            where: store(`indices ${tenant.name}-jaeger-*`),
            fate:
              `Nobody can look at them any more: the query service goes. Deleted with their day's index after ${days(retentionDays)}; ` +
              `${snapshots}.${cut}`,
            until,
          },
        ]
      : []),
    ...(sending.some(({ destinations }) => destinations.includes("xray"))
      ? [
          {
            what: "traces in X-Ray",
            where: tenantPlace(leaving, "X-Ray"),
            fate: `AWS keeps them for ${days(XRAY_DAYS)}. The central account stops seeing them with the deployment.`,
            until: addDays(date, XRAY_DAYS),
          },
        ]
      : []),
  ];
}

function cloudwatchMetrics(leaving: Leaving): Remainder[] {
  const { tenant, date } = leaving;
  const spaces = [
    ...(tenant.services.some(({ mode }) => mode === "managed") ? ["AWS/ECS"] : []),
    ...(containerInsights(leaving) ? ["ECS/ContainerInsights"] : []),
    ...tenant.services.flatMap(({ exports }) => exports.emf?.namespace ?? []),
  ];
  if (spaces.length === 0) return [];
  return [
    {
      what: "CloudWatch metrics",
      where: tenantPlace(leaving, `namespaces ${[...new Set(spaces)].join(", ")}`),
      fate: "CloudWatch keeps them for 15 months, the longer the coarser, and deletes none on demand.",
      until: addDays(date, CLOUDWATCH_METRICS_DAYS),
    },
    ...(containerInsights(leaving)
      ? [
          {
            what: "Container Insights' log",
            where: tenantPlace(
              leaving,
              `log group /aws/ecs/containerinsights/${tenantNames(tenant.name).cluster}/performance`,
            ),
            fate: "ECS made this log group, so no stack deletes it.",
            until: null,
          },
        ]
      : []),
  ];
}

const containerInsights = ({ tenant: { cluster, services } }: Leaving): boolean =>
  cluster.kind === "created" &&
  cluster.containerInsights !== "disabled" &&
  services.some(({ mode }) => mode === "managed");

function exported({ tenant }: Leaving): Remainder[] {
  const endpoints = tenant.services.flatMap(({ exports }) => exports.otlp.map(({ endpoint }) => endpoint));
  if (endpoints.length === 0) return [];
  return [
    {
      what: "what was sent elsewhere",
      where: [...new Set(endpoints)].join(", "),
      fate: "It is with whoever runs these endpoints, for as long as they keep it.",
      until: null,
    },
  ];
}
