/** Input series in promtool's notation, a sample a minute. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

type Labels = Readonly<Record<string, string>>;

/** Values of a piece of time, in promtool's notation. */
export type Values = string;

const selector = (name: string, labels: Labels): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(",")}}`;

export const input = (name: string, labels: Labels, ...values: readonly Values[]): InputSeries => ({
  series: selector(name, labels),
  values: values.join(" "),
});

/** So many samples of one value. */
export const flat = (value: number, minutes: number): Values => `${value}+0x${minutes - 1}`;
/** No samples. */
export const nothing = (minutes: number): Values => `_x${minutes}`;
/** A counter that grows by so much a minute. */
export const rising = (perMinute: number, minutes: number, from = 0): Values =>
  `${from}+${perMinute}x${minutes - 1}`;

/** A piece of a task's life. */
export interface Phase {
  readonly minutes: number;
  /** Requests a minute, and those of them that fail. */
  readonly requests?: number;
  readonly failures?: number;
  /** Of a request. */
  readonly seconds?: number;
  readonly cpu?: number;
  readonly memory?: number;
  /** Items that wait for the workspace, of 2,000. */
  readonly queue?: number;
  /** Per minute. */
  readonly refused?: number;
}

export interface Task {
  readonly tenant: string;
  readonly service: string;
  readonly id: string;
  /** Minutes before it started. @default 0 */
  readonly after?: number;
  readonly phases: readonly Phase[];
}

const BUCKETS = [0.1, 0.5, 1, 2.5, 5];

/** What the collector of one task writes, with the labels that it writes in an end-to-end run. */
export function taskSeries({ tenant, service, id, after = 0, phases }: Task): InputSeries[] {
  const task = { tenant, aws_ecs_service_name: service, aws_ecs_task_id: id };
  const before = after > 0 ? [nothing(after)] : [];
  const gauge = (name: string, labels: Labels, value: (phase: Phase) => number): InputSeries =>
    input(name, labels, ...before, ...phases.map((phase) => flat(value(phase), phase.minutes)));
  const counter = (name: string, labels: Labels, perMinute: (phase: Phase) => number): InputSeries => {
    let total = 0;
    const values = phases.map((phase) => {
      const from = total;
      total += perMinute(phase) * phase.minutes;
      return rising(perMinute(phase), phase.minutes, from);
    });
    return input(name, labels, ...before, ...values);
  };
  const requests = ({ requests = 60 }: Phase): number => requests;
  const failures = ({ failures = 0 }: Phase): number => failures;
  // The application calls itself otherwise than the manifest does.
  const app = { ...task, job: `${service}-app`, instance: id, http_request_method: "GET" };
  const self = { ...task, job: "adot-collector", instance: id };
  const exporter = { ...self, exporter: "prometheus_remote_write/app" };
  const receiver = { ...self, receiver: "otlp", transport: "http" };
  const duration = "http_server_request_duration_seconds";
  const ok = { ...app, http_response_status_code: "200" };
  return [
    counter("otelcol_process_uptime_total", self, () => 60),
    gauge("otelcol_process_memory_rss", self, () => 120e6),
    gauge("ecs_task_cpu_reserved", task, () => 512),
    gauge("ecs_task_cpu_utilized", task, ({ cpu = 0.2 }) => 512 * cpu),
    gauge("ecs_task_memory_reserved", task, () => 1024),
    gauge("ecs_task_memory_utilized", task, ({ memory = 0.4 }) => 1024 * memory),
    counter(`${duration}_count`, ok, (phase) => requests(phase) - failures(phase)),
    counter(`${duration}_count`, { ...app, http_response_status_code: "503" }, failures),
    ...[...BUCKETS, Infinity].map((limit) =>
      counter(`${duration}_bucket`, { ...ok, le: limit === Infinity ? "+Inf" : String(limit) }, (phase) =>
        limit >= (phase.seconds ?? 0.2) ? requests(phase) : 0,
      ),
    ),
    gauge("otelcol_exporter_queue_capacity", { ...exporter, data_type: "metrics" }, () => 2000),
    gauge("otelcol_exporter_queue_size", { ...exporter, data_type: "metrics" }, ({ queue = 3 }) => queue),
    counter("otelcol_exporter_sent_metric_points_total", exporter, () => 500),
    counter("otelcol_receiver_accepted_metric_points_total", receiver, () => 500),
    counter("otelcol_receiver_refused_metric_points_total", receiver, ({ refused = 0 }) => refused),
    counter("otelcol_receiver_failed_metric_points_total", receiver, () => 0),
  ];
}
