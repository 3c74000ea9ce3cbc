import type { LogDestination } from "../../fleet/types";

/** What the router's configuration depends on; plain values. */
export interface RouterInput {
  readonly destinations: readonly LogDestination[];
  /** OTLP/HTTP port of the sidecar. */
  readonly otlpHttpPort: number;
  readonly tenant: string;
  /** Region of the task. */
  readonly region: string;
  /** Log group of the service, for `cloudwatch`. */
  readonly logGroup: string;
}

/** Fluent Bit reads its environment as `${NAME}`: where Loki is for joined networks, which only a deployment knows. */
export const DIRECT_HOST_VARIABLE = "LOKI_DIRECT_HOST";

/** One section of a classic Fluent Bit file. */
export interface Section {
  readonly kind: "OUTPUT";
  readonly entries: readonly (readonly [key: string, value: string])[];
}

/** Tags that FireLens gives to the containers' output: `<container>-firelens-<task id>`. */
const CONTAINER_OUTPUT = "*-firelens-*";

/** Attempts for a chunk; the wait between them grows to about half a minute. */
const RETRIES = "20";

const output = (name: string, ...entries: Section["entries"]): Section => ({
  kind: "OUTPUT",
  entries: [["Name", name], ["Match", CONTAINER_OUTPUT], ...entries, ["Retry_Limit", RETRIES]],
});

/** To the sidecar, which signs and holds what cannot be sent. What FireLens knows becomes attributes of the record. */
const toSidecar = ({ otlpHttpPort }: RouterInput): Section =>
  output(
    "opentelemetry",
    ["Host", "127.0.0.1"],
    ["Port", String(otlpHttpPort)],
    ["Logs_uri", "/v1/logs"],
    ["Logs_body_key", "$log"],
    ["Logs_body_key_attributes", "true"],
  );

/** Keys of a record that become its labels. */
const DIRECT_LABELS = ["container_name", "ecs_task_definition", "source", "ecs_cluster"];

/** Straight to Loki, with the labels, the line format and the removed keys of the seed (COVERAGE.md, A3). */
const toLoki = ({ tenant }: RouterInput): Section =>
  output(
    "loki",
    ["Host", `\${${DIRECT_HOST_VARIABLE}}`],
    ["Port", "80"],
    ["Uri", "/loki/api/v1/push"],
    // For people who read the request: the gateway takes the tenant from the address it comes from.
    ["Tenant_ID", tenant],
    // These alone: the label job=fluent-bit, which its documentation calls the default, Fluent Bit (1.9 to 5.1) gives only
    // to a record that has none of them, since Loki takes no line without a label.
    ["Labels", DIRECT_LABELS.map((label) => `${label}=$${label}`).join(", ")],
    ["Remove_Keys", "container_id,ecs_task_arn"],
    ["Line_Format", "key_value"],
  );

const toCloudWatch = ({ region, logGroup }: RouterInput): Section =>
  output(
    "cloudwatch_logs",
    ["region", region],
    ["log_group_name", logGroup],
    ["log_stream_prefix", "firelens/"],
    ["auto_create_group", "false"],
    ["log_key", "log"],
  );

const OUTPUTS: Readonly<Record<LogDestination, (input: RouterInput) => Section>> = {
  loki: toSidecar,
  "loki-direct": toLoki,
  cloudwatch: toCloudWatch,
};

/** What the log router adds to the configuration that FireLens writes for it: an output per destination. Pure. */
export const routerSections = (input: RouterInput): Section[] =>
  input.destinations.map((destination) => OUTPUTS[destination](input));

/** The sections as the text of a classic configuration file. */
export const routerText = (sections: readonly Section[]): string =>
  sections
    .map(
      ({ kind, entries }) => `[${kind}]\n${entries.map(([key, value]) => `    ${key} ${value}\n`).join("")}`,
    )
    .join("\n");
