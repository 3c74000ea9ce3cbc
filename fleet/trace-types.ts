/** The traces of a service, and where its telemetry goes besides the program's own places. */

export type TraceDestination = "xray" | "jaeger";

export interface ServiceTraces {
  /** In the order of {@link TraceDestination}; empty: the service sends no traces. */
  readonly destinations: readonly TraceDestination[];
  /** `central`: the shared Jaeger. `sidecar`: one in each task, whose indices only this tenant's rights reach. */
  readonly jaeger: "central" | "sidecar";
  /** Zipkin spans on 127.0.0.1:9411. */
  readonly zipkin: boolean;
  readonly sampling: {
    /** Share of the traces that is kept, 0 to 1. */
    readonly ratio: number;
    /** Beside that share, those with an error. */
    readonly keepErrors: boolean;
    /** Beside that share, those that took longer, in milliseconds. */
    readonly keepSlowerThanMs?: number;
    /** X-Ray SDKs fetch their sampling rules through the sidecar, on 127.0.0.1:2000. */
    readonly xrayRemote: boolean;
  };
}

export type ExportedSignal = "metrics" | "logs" | "traces";

export interface ServiceExports {
  /** The service's metrics as CloudWatch metrics in the tenant's account. */
  readonly emf?: { readonly namespace: string };
  readonly otlp: readonly OtlpExport[];
}

/** An OTLP/HTTP endpoint of somebody else's. */
export interface OtlpExport {
  readonly name: string;
  /** Base URL; the paths of the signals are added. */
  readonly endpoint: string;
  readonly signals: readonly ExportedSignal[];
  readonly headers: Readonly<Record<string, string>>;
  /** Header -> `s3://bucket/key` of the object whose text is the value. */
  readonly secretHeaders: Readonly<Record<string, string>>;
}
