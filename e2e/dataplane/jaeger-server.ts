import { eventually, ManagedProcess, untilServing } from "./process";

export interface JaegerTag {
  readonly key: string;
  readonly value: string | number | boolean;
}

export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly spanID: string }[];
  readonly tags: readonly JaegerTag[];
  readonly processID: string;
}

export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<
    Record<string, { readonly serviceName: string; readonly tags?: readonly JaegerTag[] }>
  >;
}

/** A real Jaeger with a configuration from the environment, as its container gets it. */
export class JaegerServer {
  private running: ManagedProcess | undefined;

  /** `config` is YAML with ports of this machine; `healthUrl` answers 200 when it works. */
  constructor(
    readonly name: string,
    private readonly command: string,
    private readonly config: string,
    private readonly args: readonly string[],
    private readonly healthUrl: string,
  ) {}

  get log(): string {
    return this.running?.log ?? "";
  }

  async start(): Promise<void> {
    this.running = new ManagedProcess({
      name: this.name,
      command: this.command,
      args: this.args,
      environment: { JAEGER_CONFIG: this.config },
    });
    await untilServing(this.running, this.healthUrl);
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }
}

/** Jaeger's HTTP API. */
export class JaegerApi {
  /** With the base path, without a slash at the end. */
  constructor(private readonly url: string) {}

  services = (): Promise<string[]> => this.get<string[] | null>("/api/services").then((all) => all ?? []);

  operations = (service: string): Promise<string[]> =>
    this.get<string[] | null>(`/api/services/${encodeURIComponent(service)}/operations`).then(
      (all) => all ?? [],
    );

  /** Traces of the last hour that match, at most 20 unless told. */
  find(service: string, query: Readonly<Record<string, string>> = {}): Promise<JaegerTrace[]> {
    const now = Date.now();
    const parameters = new URLSearchParams({
      service,
      start: String((now - 3_600_000) * 1000),
      end: String((now + 60_000) * 1000),
      limit: "20",
      ...query,
    });
    return this.get(`/api/traces?${parameters.toString()}`);
  }

  /** Undefined when there is no such trace. */
  async trace(id: string): Promise<JaegerTrace | undefined> {
    const answer = await fetch(`${this.url}/api/traces/${id}`);
    if (answer.status === 404) return undefined;
    return ((await parsed(answer)) as { data: JaegerTrace[] }).data[0];
  }

  /** Calls between services in the last three hours, as a job wrote them. */
  dependencies(): Promise<{ parent: string; child: string; callCount: number }[]> {
    return this.get(`/api/dependencies?endTs=${Date.now() + 60_000}&lookback=10800000`);
  }

  /** Waits for a trace with a span of each of these names; others may still be on their way. */
  untilOperations(id: string, names: readonly string[], seconds: number): Promise<JaegerTrace> {
    return eventually(`trace ${id} with ${names.join(", ")}`, seconds, async () => {
      const trace = await this.trace(id);
      const found = (trace?.spans ?? []).map(({ operationName }) => operationName);
      if (trace === undefined || !names.every((name) => found.includes(name))) {
        throw new Error(`it has ${found.join(", ")}`);
      }
      return trace;
    });
  }

  /** Waits for a trace with so many spans at least. */
  untilTrace(id: string, spans: number, seconds: number): Promise<JaegerTrace> {
    return eventually(`trace ${id}`, seconds, async () => {
      const trace = await this.trace(id);
      if (trace === undefined || trace.spans.length < spans) {
        throw new Error(`${trace?.spans.length ?? 0} spans of ${spans}`);
      }
      return trace;
    });
  }

  private async get<T>(path: string): Promise<T> {
    return ((await parsed(await fetch(`${this.url}${path}`))) as { data: T }).data;
  }
}

async function parsed(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new Error(`Jaeger answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  return answer.json();
}

/** The value of a span's tag; undefined when it has none. */
export const tag = ({ tags }: Pick<JaegerSpan, "tags">, key: string): JaegerTag["value"] | undefined =>
  tags.find((each) => each.key === key)?.value;
