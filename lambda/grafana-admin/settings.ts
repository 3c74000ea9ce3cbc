/** What the environment says. */
export interface Settings {
  /** Region of the workspace and of the secret, for the signatures. */
  readonly region: string;
  /** `g-` and ten hexadecimal digits. */
  readonly workspaceId: string;
  readonly serviceAccountId: string;
  /** Where the workspace's HTTP API is: `https://host[:port]`. */
  readonly grafanaOrigin: string;
  /** Where AWS manages workspaces and their tokens. */
  readonly controlPlaneOrigin: string;
  readonly secretArn: string;
  readonly secretsOrigin: string;
  /** CloudWatch namespace of the metrics. */
  readonly metricsNamespace: string;
}

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
  const origin = (name: string, standard: string): string => {
    const value = env[name] ?? standard;
    const found = originOf(value);
    if (found === undefined) {
      problems.push(`${name} must be https://host[:port] (got "${value.replace(/\/\/[^/]*@/, "//…@")}")`);
    }
    return found ?? "";
  };
  const region = text(
    "REGION",
    env["AWS_REGION"] ?? "",
    /^[a-z]{2}(-[a-z]+)+-\d$/,
    "the workspace's Region, as in eu-west-1",
  );
  const settings: Settings = {
    region,
    workspaceId: text("WORKSPACE_ID", "", /^g-[0-9a-f]{10}$/, "the workspace's id, as in g-0123456789"),
    serviceAccountId: text("SERVICE_ACCOUNT_ID", "", /^[A-Za-z0-9_-]{1,64}$/, "the service account's id"),
    grafanaOrigin: origin("GRAFANA_URL", ""),
    controlPlaneOrigin: origin("CONTROL_PLANE_URL", `https://grafana.${region}.amazonaws.com`),
    secretArn: text(
      "SECRET_ARN",
      "",
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/,
      "the secret's ARN",
    ),
    secretsOrigin: origin("SECRETS_URL", `https://secretsmanager.${region}.amazonaws.com`),
    metricsNamespace: text(
      "METRICS_NAMESPACE",
      "Tenantscope/GrafanaAdmin",
      /^[A-Za-z0-9/_.#-]{1,255}$/,
      "a CloudWatch namespace of at most 255 characters",
    ),
  };
  if (problems.length > 0) throw new Error(`The Grafana admin cannot start: ${problems.join("; ")}.`);
  return settings;
}

/** Only HTTPS, and no user or path: a token or a signature goes to a host and a path of our own. */
function originOf(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname));
  const isBare =
    url?.username === "" && url.password === "" && `${url.pathname}${url.search}${url.hash}` === "/";
  return isSafe && isBare ? url.origin : undefined;
}
