import type { OtlpExport, ServiceTraces } from "../../fleet/trace-types";
import type { ServiceMetrics } from "../../fleet/types";
import type { CollectorConfig, Pipeline, Signal } from "./config-types";
import { withExports } from "./exports";
import type { Generation } from "./generations";
import { logsSignal } from "./logs";
import { metricsSignal } from "./metrics";
import { HEALTH_CHECK_PORT, SELF_METRICS_PORT } from "./ports";
import { tracesSignal } from "./traces";
import { yamlText } from "./yaml";

/** Plain values only; what a deployment alone knows comes as the variables of `environment.ts`. */
export interface CollectorInput {
  readonly generation: Generation;
  readonly tenant: string;
  readonly service: string;
  /** Region of the workspace. */
  readonly centralRegion: string;
  /** Region of the task: its STS endpoint answers the AssumeRole. */
  readonly tenantRegion: string;
  readonly otlp: { readonly grpcPort: number; readonly httpPort: number; readonly legacyHttp: boolean };
  readonly metrics: ServiceMetrics;
  readonly logs: {
    /** Lines go to the tenant's own Loki, by the ingest API. */
    readonly loki: boolean;
  };
  readonly traces: ServiceTraces & {
    /** Log group in which X-Ray finds the lines of a trace. */
    readonly xrayLogGroup?: string;
  };
  readonly exports: {
    readonly emf?: { readonly namespace: string; readonly logGroup: string };
    readonly otlp: readonly OtlpExport[];
  };
  /** Hard limit of the collector's container. */
  readonly memoryMiB: number;
  /** A debug exporter on every pipeline. */
  readonly debug: boolean;
}

const sharedProcessors = ({ memoryMiB }: CollectorInput): Record<string, object> => ({
  // Refuses data before the container's hard limit would kill the collector. In MiB, since a percentage would be of
  // whatever the collector takes for its memory inside the task.
  memory_limiter: {
    check_interval: "1s",
    limit_mib: Math.floor(memoryMiB * 0.8),
    spike_limit_mib: Math.floor(memoryMiB * 0.2),
  },
  // What ECS says of the task wins over what an application says: the task's id keeps the series of two tasks apart.
  resource_detection: { detectors: ["env", "ecs"], timeout: "5s", override: true },
});

const SHARED_EXPORTERS = { debug: { verbosity: "basic", sampling_initial: 2, sampling_thereafter: 100 } };

/** Only what a pipeline names: the collector starts unused receivers' ports otherwise, and unused parts mislead. */
function used(
  catalogue: Readonly<Record<string, object>>,
  pipelines: Readonly<Record<string, Pipeline>>,
  kind: keyof Pipeline,
): Record<string, object> {
  const names = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline[kind]));
  return Object.fromEntries(Object.entries(catalogue).filter(([name]) => names.has(name)));
}

/** The collector configuration of one service's sidecar. Pure: the same input gives the same object. */
export function collectorConfig(input: CollectorInput): CollectorConfig {
  const signals: Signal[] = [metricsSignal(input), logsSignal(input), tracesSignal(input)];
  const merged = <K extends keyof Signal>(key: K) =>
    Object.assign({}, ...signals.map((signal) => signal[key])) as Signal[K];
  const { exporters, pipelines } = withExports(input, merged("pipelines"));
  const extensions = {
    health_check: { endpoint: `127.0.0.1:${HEALTH_CHECK_PORT}` },
    ...merged("extensions"),
  };
  return {
    extensions,
    receivers: used(merged("receivers"), pipelines, "receivers"),
    processors: used({ ...sharedProcessors(input), ...merged("processors") }, pipelines, "processors"),
    exporters: used({ ...merged("exporters"), ...exporters, ...SHARED_EXPORTERS }, pipelines, "exporters"),
    service: {
      extensions: Object.keys(extensions),
      telemetry: {
        logs: { level: "info", encoding: "json" },
        metrics: {
          level: "normal",
          readers: [{ pull: { exporter: { prometheus: { host: "127.0.0.1", port: SELF_METRICS_PORT } } } }],
        },
      },
      pipelines,
    },
  };
}

/**
 * The configuration as the YAML text that the collector reads: a line per component, so that a person can read it and
 * it fits an SSM parameter.
 */
export function renderCollectorConfig(input: CollectorInput): string {
  const sections = (path: readonly string[]): boolean =>
    path.length === 1 || (path.length === 2 && path[1] === "pipelines");
  return yamlText(collectorConfig(input), sections);
}
