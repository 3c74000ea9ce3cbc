import type { CentralAlerts } from "../../fleet/grafana-types";
import { above, alerting, byService, ofActive, recording } from "./expressions";
import { ERROR_RATIO, RECORDED, REQUESTS_IN, type Window } from "./names";
import type { AlertingRule, RecordingRule, RuleGroup } from "./types";

/** OpenTelemetry's stable conventions for HTTP servers. */
const DURATION = "http_server_request_duration_seconds";

/** Fewer requests say nothing: one failure among three would be a third of them. */
const MIN_REQUESTS = 20;
/** A service of which nearly every request fails is on fire, whatever the budget. */
const WORST_RATIO = 0.9;

interface Burn {
  readonly long: keyof typeof REQUESTS_IN;
  readonly short: Window;
  /** How many times faster than the budget allows. */
  readonly factor: number;
  readonly severity: "critical" | "warning";
  readonly for: string;
}

/**
 * The windows of the SRE workbook for a budget of 30 days: 2 % of it within an hour, 5 % within six hours, 10 % within
 * three days. The short window ends the alert soon after the failures end.
 */
const BURNS: readonly Burn[] = [
  { long: "1h", short: "5m", factor: 14.4, severity: "critical", for: "2m" },
  { long: "6h", short: "30m", factor: 6, severity: "critical", for: "5m" },
  { long: "3d", short: "6h", factor: 1, severity: "warning", for: "30m" },
];

const over = (window: Window): string =>
  `sum_over_time(${RECORDED.errors}[${window}]) / (sum_over_time(${RECORDED.requests}[${window}]) > 0)`;

const quantile = (share: number): string =>
  `histogram_quantile(${share}, ${byService("sum", `rate(${DURATION}_bucket[5m])`, "le")})`;

const ratio = (window: Window): RecordingRule => recording(ERROR_RATIO[window], over(window));
/** The recorded rates are a minute apart. */
const requestsIn = (window: keyof typeof REQUESTS_IN): RecordingRule =>
  recording(REQUESTS_IN[window], `60 * sum_over_time(${RECORDED.requests}[${window}])`);

function burnAlert({ thresholds, runbooksUrl }: CentralAlerts, burn: Burn): AlertingRule {
  const failing = (window: Window): string =>
    above(ERROR_RATIO[window], {
      threshold: "errorRatio",
      value: thresholds.errorRatio,
      factor: burn.factor,
      atMost: WORST_RATIO,
    });
  return alerting(runbooksUrl, {
    name: "ErrorBudgetBurn",
    expr: ofActive(
      `${failing(burn.long)} and ${failing(burn.short)} and ${REQUESTS_IN[burn.long]} >= ${MIN_REQUESTS}`,
    ),
    for: burn.for,
    labels: { severity: burn.severity, window: burn.long },
    summary: "{{ $labels.service }} fails too many requests",
    description:
      `{{ $value | humanizePercentage }} of the requests of the last ${burn.long} failed (5xx), and of the last ` +
      `${burn.short} as well: the error budget burns at least ${burn.factor} times too fast.`,
  });
}

/** Requests, failures and durations of HTTP servers, by tenant and service. */
export function httpGroups(alerts: CentralAlerts): RuleGroup[] {
  const { thresholds, runbooksUrl } = alerts;
  const slow = above(RECORDED.latencyP95, { threshold: "latencySeconds", value: thresholds.latencySeconds });
  return [
    {
      name: "http",
      interval: "1m",
      rules: [
        recording(RECORDED.requests, byService("sum", `rate(${DURATION}_count[5m])`)),
        // No series of failures is no failure, and not an unknown number of them.
        recording(
          RECORDED.errors,
          `${byService("sum", `rate(${DURATION}_count{http_response_status_code=~"5.."}[5m])`)} or 0 * ${RECORDED.requests}`,
        ),
        recording(ERROR_RATIO["5m"], `${RECORDED.errors} / (${RECORDED.requests} > 0)`),
        ratio("30m"),
        ratio("1h"),
        requestsIn("1h"),
        recording(RECORDED.latencyP50, quantile(0.5)),
        recording(RECORDED.latencyP95, quantile(0.95)),
        recording(RECORDED.latencyP99, quantile(0.99)),
      ],
    },
    {
      // Thousands of samples per service: less often, but within the five minutes for which a sample is current.
      name: "http-long",
      interval: "4m",
      rules: [ratio("6h"), requestsIn("6h"), ratio("3d"), requestsIn("3d")],
    },
    {
      name: "http-alerts",
      interval: "1m",
      rules: [
        ...BURNS.map((burn) => burnAlert(alerts, burn)),
        alerting(runbooksUrl, {
          name: "LatencyHigh",
          expr: ofActive(`${slow} and 300 * ${RECORDED.requests} >= ${MIN_REQUESTS}`),
          for: "10m",
          labels: { severity: "warning" },
          summary: "{{ $labels.service }} answers slowly",
          description: "One request in twenty takes longer than {{ $value | humanizeDuration }}.",
        }),
      ],
    },
  ];
}
