/** What the environment says. */
export interface Settings {
  /** `https://host[:port]` of the domain. */
  readonly origin: string;
  /** Region of the domain, for the signature. */
  readonly region: string;
  /** Of a request's body after decompression, in bytes. */
  readonly maxBodyBytes: number;
  /** Of one bulk request to OpenSearch, in bytes. */
  readonly bulkPartBytes: number;
  /** Milliseconds from a request's arrival to the beginning of its answer. */
  readonly deadlineMs: number;
  /** Days before today whose indices may be written: no more than are kept. */
  readonly writePastDays: number;
  /** CloudWatch namespace of the metrics. */
  readonly metricsNamespace: string;
}

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/**
 * @throws Error with everything that is wrong
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const integer = (name: string, standard: number, least: number, most: number): number => {
    const given = env[name];
    if (given === undefined || given === "") return standard;
    const value = /^\d{1,12}$/.test(given) ? Number(given) : NaN;
    if (!(value >= least && value <= most)) {
      problems.push(`${name} must be a whole number from ${least} to ${most} (got "${given}")`);
    }
    return value;
  };
  const region = env["REGION"] ?? env["AWS_REGION"] ?? "";
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    problems.push(`REGION (or AWS_REGION) must be the domain's Region, as in eu-west-1 (got "${region}")`);
  }
  const metricsNamespace = env["METRICS_NAMESPACE"] ?? "Tenantscope/StorageProxy";
  if (!/^[A-Za-z0-9/_.#-]{1,255}$/.test(metricsNamespace)) {
    problems.push("METRICS_NAMESPACE must be a CloudWatch namespace of at most 255 characters");
  }
  const settings: Settings = {
    origin: origin(env["OPENSEARCH_URL"] ?? "", problems),
    region,
    maxBodyBytes: integer("MAX_BODY_MIB", 10, 1, 100) * 1024 * 1024,
    bulkPartBytes: integer("BULK_PART_BYTES", 3_000_000, 1_000, 100_000_000),
    deadlineMs: integer("DEADLINE_MS", 25_000, 1_000, 900_000),
    writePastDays: integer("WRITE_PAST_DAYS", 7, 1, 3650),
    metricsNamespace,
  };
  if (problems.length > 0) throw new Error(`The storage proxy cannot start: ${problems.join("; ")}.`);
  return settings;
}

function origin(text: string, problems: string[]): string {
  const problem = (expected: string) => {
    problems.push(`OPENSEARCH_URL must be ${expected} (got "${text.replace(/\/\/[^/]*@/, "//…@")}")`);
    return "";
  };
  if (!URL.canParse(text)) return problem("a URL, as in https://vpc-traces.eu-west-1.es.amazonaws.com");
  const url = new URL(text);
  const isLocal = LOOPBACK.includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) return problem("https");
  if (url.username !== "" || url.password !== "") return problem("without a user: requests are signed");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") return problem("without a path or query");
  return url.origin;
}
