import { UserError } from "../lib/errors";
import { meant } from "./meant";

interface Assumption {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
}

const assumption = (value: number, unit: string, what: string): Assumption => ({ value, unit, what });

/** What no manifest says and a bill depends on. Each can be given by `--assume name=value`. */
export const ASSUMPTIONS = {
  hoursPerMonth: assumption(730, "h", "hours that everything runs"),
  regionFactor: assumption(1, "", "by how much the Regions are dearer than that of the prices"),
  attachedTasks: assumption(1, "tasks", "running tasks of a service that the team runs itself"),
  otlpSeriesPerTask: assumption(200, "series", "that an application sends by OTLP"),
  otlpIntervalSeconds: assumption(60, "s", "between two samples of such a series"),
  statsdSeriesPerTask: assumption(50, "series", "that an application sends by StatsD"),
  scrapedSeriesPerTask: assumption(200, "series", "on a page of metrics that is scraped"),
  sidecarSeriesPerTask: assumption(40, "series", "that the sidecar has about itself"),
  bytesPerSample: assumption(1.5, "B", "of a sample that is kept"),
  wireBytesPerSample: assumption(6, "B", "of a sample on its way, compressed"),
  ruleSamplesPerSeries: assumption(10, "samples", "that the rules read of a series every minute"),
  querySamplesPerUser: assumption(5e9, "samples", "that a user's dashboards read in a month"),
  logLinesPerSecond: assumption(5, "lines/s", "of a task"),
  bytesPerLine: assumption(300, "B", "of a line of the log"),
  logCompression: assumption(8, "times", "smaller are logs on their way and in Loki's storage"),
  requestsPerSecond: assumption(5, "requests/s", "that begin a trace, of a task"),
  spansPerTrace: assumption(8, "spans", "of a trace"),
  errorRatio: assumption(0.01, "", "traces with an error, which sampling keeps where the manifest says so"),
  slowRatio: assumption(0.01, "", "slow traces, which sampling keeps where the manifest says so"),
  wireBytesPerSpan: assumption(150, "B", "of a span on its way, compressed"),
  storedBytesPerSpan: assumption(600, "B", "of a span in OpenSearch, with its index, one copy"),
  bulkBytes: assumption(250_000, "B", "that Jaeger sends to its storage at once"),
  proxySeconds: assumption(0.1, "s", "that the function in front of OpenSearch takes for one request"),
  bytesPerOtlpPoint: assumption(
    500,
    "B",
    "that CloudWatch counts of a sample by OTLP: name, labels, resource, time and value",
  ),
  bytesPerSpan: assumption(1000, "B", "that CloudWatch's Transaction Search counts of a span"),
  apiLogBytes: assumption(1000, "B", "that the APIs, the gateway and the functions log of one request"),
  tracesLookedAt: assumption(0.01, "", "share of X-Ray's traces that somebody looks at or searches"),
  logsSearched: assumption(1, "times", "that a byte in CloudWatch Logs is searched"),
  cloudWatchStoredShare: assumption(0.15, "", "what CloudWatch's compression leaves of a log"),
  viewersPerTenant: assumption(2, "users", "of Grafana, of a tenant with groups of its own"),
  platformEditors: assumption(3, "users", "of Grafana in the platform team"),
  vpnHoursPerMonth: assumption(60, "h", "of all connections to the VPN together"),
  alarmsPerService: assumption(
    8,
    "alarms",
    "in CloudWatch that do what the rules of the fleet do for a service",
  ),
  opensearchSpansPerSecond: assumption(1500, "spans/s", "that one data node takes"),
  opensearchVolumeShare: assumption(
    1,
    "",
    "of the largest volume of a type of node, up to which volumes grow before nodes are added",
  ),
  opensearchFull: assumption(0.75, "", "share of a volume that may be used"),
  jaegerSpansPerSecond: assumption(4000, "spans/s", "that one task of the Jaeger collector takes"),
  lokiMiBPerSecond: assumption(8, "MiB/s", "that one task of Loki takes"),
  gatewayRequestsPerSecond: assumption(400, "requests/s", "that one task of the gateway takes"),
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof ASSUMPTIONS;
export type Assumptions = Readonly<Record<AssumptionName, number>>;

const NAMES = Object.keys(ASSUMPTIONS) as AssumptionName[];

export const DEFAULT_ASSUMPTIONS = Object.fromEntries(
  NAMES.map((name) => [name, ASSUMPTIONS[name].value]),
) as Assumptions;

/** Shares: more than all there is makes no sense. */
const isShare = (name: AssumptionName): boolean =>
  [
    "errorRatio",
    "slowRatio",
    "tracesLookedAt",
    "cloudWatchStoredShare",
    "opensearchFull",
    "opensearchVolumeShare",
  ].includes(name);

/** What is divided by, or makes everything nothing. */
const isDivisor = (name: AssumptionName): boolean =>
  /Seconds$|Compression$|^hoursPerMonth$|^regionFactor$|^bulkBytes$|^opensearch|^jaegerSpans|^lokiMiB|^gatewayRequests/.test(
    name,
  );

/** Sums stay exact below it. */
const MOST = 1e12;
const MOST_HOURS = 744;
/** No sign, no spaces, no `1e9`, no `0x10`: what a person writes for a quantity. */
const DECIMAL = /^\d+(\.\d+)?$/;

/** Reads `name=value` words. Throws one `UserError` with everything that is wrong. */
export function readAssumptions(words: readonly string[]): Assumptions {
  const wrong: string[] = [];
  const given: Partial<Record<AssumptionName, number>> = {};
  for (const word of words) {
    const [, name = word, text = ""] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    const known = NAMES.find((each) => each === name);
    const twice = known !== undefined && given[known] !== undefined;
    const problem =
      known === undefined ? unknown(name) : twice ? "is given twice" : valueProblem(known, text);
    if (problem !== undefined) wrong.push(`--assume ${word}: ${problem}`);
    else if (known !== undefined) given[known] = Number(text);
  }
  if (wrong.length > 0) throw new UserError(wrong.join("\n"));
  return { ...DEFAULT_ASSUMPTIONS, ...given };
}

const unknown = (name: string): string => `there is no assumption "${name}", ${meant(name, NAMES)}`;

function valueProblem(name: AssumptionName, text: string): string | undefined {
  const value = Number(text);
  const { unit } = ASSUMPTIONS[name];
  if (!DECIMAL.test(text)) {
    return `needs a decimal number from 0, such as ${name}=${String(ASSUMPTIONS[name].value)}${unit === "" ? "" : ` (${unit})`}`;
  }
  if (value === 0 && isDivisor(name)) return "must be more than 0";
  if (value > 1 && isShare(name)) return "is a share: at most 1";
  if (name === "hoursPerMonth" && value > MOST_HOURS)
    return `a month has at most ${String(MOST_HOURS)} hours`;
  if (value > MOST) return `is at most ${String(MOST)}`;
  return undefined;
}
