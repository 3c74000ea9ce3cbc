/** What the environment says. */
export interface Settings {
  /** `https://host[:port]` of the domain. */
  readonly origin: string;
  /** Region of the domain and of the parameters, for the signatures. */
  readonly region: string;
  /** Where parameters are read: `https://host[:port]`. */
  readonly parametersOrigin: string;
  /** The parameters of tenants' retentions are directly below it. */
  readonly retentionPath: string;
  /** Days that are kept besides today, where no tenant says otherwise. */
  readonly retentionDays: number;
  /** Full hours before now whose dependencies are computed anew in each run. */
  readonly dependencyHours: number;
  /** Spans of one owner and hour that are read at most. */
  readonly dependencyMaxSpans: number;
  /** CloudWatch namespace of the metrics. */
  readonly metricsNamespace: string;
}

/** The longest retention that anything may ask for, in days. */
export const MAX_RETENTION_DAYS = 3650;
/** A day: further back than that nobody waits for. */
export const MAX_DEPENDENCY_HOURS = 24;

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/**
 * @throws Error with everything that is wrong
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const text = (name: string, standard: string, pattern: RegExp, expected: string): string => {
    const value = env[name] ?? standard;
    if (!pattern.test(value)) problems.push(`${name} must be ${expected} (got "${value}")`);
    return value;
  };
  const integer = (name: string, standard: string, least: number, most: number): number => {
    const given = env[name] ?? standard;
    const value = /^\d{1,9}$/.test(given) ? Number(given) : NaN;
    if (!(value >= least && value <= most)) {
      problems.push(`${name} must be a whole number from ${least} to ${most} (got "${given}")`);
    }
    return value;
  };
  const region = text(
    "REGION",
    env["AWS_REGION"] ?? "",
    /^[a-z]{2}(-[a-z]+)+-\d$/,
    "the domain's Region, as in eu-west-1",
  );
  const settings: Settings = {
    origin: origin("OPENSEARCH_URL", env["OPENSEARCH_URL"] ?? "", problems),
    region,
    parametersOrigin: origin("SSM_URL", env["SSM_URL"] ?? `https://ssm.${region}.amazonaws.com`, problems),
    retentionPath: text(
      "RETENTION_PATH",
      "/tenantscope/traces/retention",
      /^(\/[A-Za-z0-9_.-]+)+$/,
      "a path without a slash at its end",
    ),
    // No default: whoever deploys this decides what is deleted.
    retentionDays: integer("RETENTION_DAYS", "", 1, MAX_RETENTION_DAYS),
    dependencyHours: integer("DEPENDENCY_HOURS", "2", 1, MAX_DEPENDENCY_HOURS),
    dependencyMaxSpans: integer("DEPENDENCY_MAX_SPANS", "200000", 1_000, 1_000_000),
    metricsNamespace: text(
      "METRICS_NAMESPACE",
      "Tenantscope/StorageAdmin",
      /^[A-Za-z0-9/_.#-]{1,255}$/,
      "a CloudWatch namespace of at most 255 characters",
    ),
  };
  if (problems.length > 0) throw new Error(`The storage admin cannot start: ${problems.join("; ")}.`);
  return settings;
}

/** Only HTTPS, and no user or path: everything that is sent is signed for a host and a path of our own. */
function origin(name: string, given: string, problems: string[]): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname));
  const isBare =
    url?.username === "" && url.password === "" && `${url.pathname}${url.search}${url.hash}` === "/";
  if (isSafe && isBare) return url.origin;
  problems.push(`${name} must be https://host[:port] (got "${given.replace(/\/\/[^/]*@/, "//…@")}")`);
  return "";
}
