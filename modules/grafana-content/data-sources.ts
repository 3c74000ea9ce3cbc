import { PROMETHEUS_TYPE, XRAY_TYPE } from "../../lib/grafana-names";

/** A data source of Grafana. Everything is literal but `url`, which may be a reference. */
export interface DataSourceSpec {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  /** May be a reference. */
  readonly url?: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** With the workspace's own role, or with one that it takes on. */
export interface AssumedRole {
  readonly arn: string;
  readonly externalId: string;
}

/** The workspace's own role, as all plug-ins of AWS's services call it. None knows the `workspace-iam-role` of many examples. */
const WORKSPACE_ROLE = "ec2_iam_role";

/** A workspace of Amazon Managed Prometheus. `url` ends in a slash. */
export const metricsSource = (input: {
  readonly uid: string;
  readonly name: string;
  readonly url: string;
  readonly region: string;
  readonly role?: AssumedRole;
}): DataSourceSpec => ({
  uid: input.uid,
  name: input.name,
  type: PROMETHEUS_TYPE,
  url: input.url,
  json: {
    httpMethod: "POST",
    // How often sidecars write: the least step that shows something.
    timeInterval: "60s",
    // Rules and alerts are the workspace's own business; Grafana has no right to read them.
    manageAlerts: false,
    sigV4Auth: true,
    sigV4AuthType: WORKSPACE_ROLE,
    sigV4Region: input.region,
    ...(input.role === undefined
      ? {}
      : { sigV4AssumeRoleArn: input.role.arn, sigV4ExternalId: input.role.externalId }),
  },
});

/** An id of a trace, as OpenTelemetry's loggers and most others write it: `trace_id`, `traceId`, `otelTraceID`. */
const TRACE_ID = '[tT]race_?[iI][dD]"?[=:]\\s*"?([0-9a-f]{32})';

/** From a line to its trace: the id in its text, or beside it where an application sent the line by OTLP. */
function traceLinks(datasourceUid: string): readonly object[] {
  const link = { name: "trace", datasourceUid, url: "${__value.raw}", urlDisplayLabel: "Trace" };
  return [
    { ...link, matcherRegex: TRACE_ID },
    { ...link, name: "trace_id", matcherType: "label", matcherRegex: "^trace_id$" },
  ];
}

/** Loki as one tenant: it asks nobody who they are, so the header decides. */
export const lokiSource = (input: {
  readonly uid: string;
  readonly name: string;
  readonly url: string;
  readonly tenant: string;
  /** Uid of the data source that shows a trace; none where there is none. */
  readonly jaegerUid?: string;
}): DataSourceSpec => ({
  uid: input.uid,
  name: input.name,
  type: "loki",
  url: input.url,
  headers: { "X-Scope-OrgID": input.tenant },
  json: {
    maxLines: 1000,
    derivedFields: input.jaegerUid === undefined ? [] : traceLinks(input.jaegerUid),
  },
});

export interface JaegerSourceInput {
  readonly uid: string;
  readonly name: string;
  readonly url: string;
  /** Where a span's lines and its service's metrics are. */
  readonly lokiUid?: string;
  readonly metrics?: { readonly uid: string; readonly tenant?: string };
}

/** What a span's `service.name` is called in metrics and logs. */
const SERVICE_TAG = (label: string) => [{ key: "service.name", value: label }];
const SHIFT = { spanStartTimeShift: "-5m", spanEndTimeShift: "5m" };

export function jaegerSource({ uid, name, url, lokiUid, metrics }: JaegerSourceInput): DataSourceSpec {
  const scope = metrics?.tenant === undefined ? "" : `tenant="${metrics.tenant}",`;
  const duration = "http_server_request_duration_seconds";
  return {
    uid,
    name,
    type: "jaeger",
    url,
    json: {
      nodeGraph: { enabled: true },
      ...(lokiUid === undefined
        ? {}
        : {
            tracesToLogsV2: {
              datasourceUid: lokiUid,
              ...SHIFT,
              tags: SERVICE_TAG("service_name"),
              filterByTraceID: true,
              filterBySpanID: false,
            },
          }),
      ...(metrics === undefined
        ? {}
        : {
            tracesToMetrics: {
              datasourceUid: metrics.uid,
              ...SHIFT,
              tags: SERVICE_TAG("job"),
              queries: [
                { name: "Requests", query: `sum(rate(${duration}_count{${scope}$__tags}[5m]))` },
                {
                  name: "95th percentile",
                  query: `histogram_quantile(0.95, sum by (le) (rate(${duration}_bucket{${scope}$__tags}[5m])))`,
                },
              ],
            },
          }),
    },
  };
}

/** CloudWatch's metrics and logs, with links from its logs to X-Ray. */
export const cloudwatchSource = (input: {
  readonly uid: string;
  readonly name: string;
  readonly region: string;
  readonly role?: AssumedRole;
  readonly xrayUid?: string;
}): DataSourceSpec => ({
  uid: input.uid,
  name: input.name,
  type: "cloudwatch",
  json: {
    ...awsSettings(input),
    ...(input.xrayUid === undefined ? {} : { tracingDatasourceUid: input.xrayUid }),
  },
});

export const xraySource = (input: {
  readonly uid: string;
  readonly name: string;
  readonly region: string;
  readonly role?: AssumedRole;
}): DataSourceSpec => ({
  uid: input.uid,
  name: input.name,
  type: XRAY_TYPE,
  json: awsSettings(input),
});

const awsSettings = ({ region, role }: { readonly region: string; readonly role?: AssumedRole }) => ({
  authType: WORKSPACE_ROLE,
  defaultRegion: region,
  ...(role === undefined ? {} : { assumeRoleArn: role.arn, externalId: role.externalId }),
});
