/** The parts of an ADOT collector configuration that this program writes (collector v0.158, ADOT v0.50). */

export interface CollectorConfig {
  readonly extensions: Readonly<Record<string, object>>;
  readonly receivers: Readonly<Record<string, object>>;
  readonly processors: Readonly<Record<string, object>>;
  readonly exporters: Readonly<Record<string, object>>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly telemetry: object;
    readonly pipelines: Readonly<Record<string, Pipeline>>;
  };
}

/** Order matters in `processors` only. */
export interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** The components that one kind of telemetry (metrics, logs, traces) needs, and its pipelines. */
export interface Signal {
  readonly extensions: Readonly<Record<string, object>>;
  readonly receivers: Readonly<Record<string, object>>;
  readonly processors: Readonly<Record<string, object>>;
  readonly exporters: Readonly<Record<string, object>>;
  readonly pipelines: Readonly<Record<string, Pipeline>>;
}

/** What a signal adds that a service does not have. */
export const NO_SIGNAL: Signal = {
  extensions: {},
  receivers: {},
  processors: {},
  exporters: {},
  pipelines: {},
};
