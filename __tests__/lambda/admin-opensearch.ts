import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { upstream } from "../../lambda/jaeger-storage-proxy/upstream";
import { adminHandler, type AdminResult } from "../../lambda/storage-admin/handler";
import { readSettings } from "../../lambda/storage-admin/settings";
import { httpClient } from "../../lambda/shared/http";
import { signer } from "../../lambda/shared/sign";

export interface Seen {
  /** `GET /path?query`, decoded. */
  readonly request: string;
  readonly body: unknown;
  readonly authorization: string;
  readonly target: string;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

/** A server in the place of OpenSearch or Systems Manager: notes what comes and answers as it is told. */
export class FakeServer {
  readonly seen: Seen[] = [];
  answer: (seen: Seen) => Answer = () => ({});
  origin = "";
  private readonly server: Server;

  constructor() {
    this.server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const { authorization = "", "x-amz-target": target = "" } = incoming.headers;
        const seen: Seen = {
          request: `${incoming.method ?? ""} ${decodeURIComponent(incoming.url ?? "")}`,
          body: text === "" ? undefined : JSON.parse(text),
          authorization,
          target: String(target),
        };
        this.seen.push(seen);
        const { status = 200, body = {} } = this.answer(seen);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  reset(): void {
    this.seen.length = 0;
    this.answer = () => ({});
  }

  get requests(): string[] {
    return this.seen.map(({ request }) => request);
  }
}

export const NOW = Date.parse("2026-11-21T03:20:00Z");

export interface Admin {
  readonly invoke: (event: unknown, remainingMs?: number) => Promise<AdminResult>;
  /** Parsed lines. */
  readonly logged: Record<string, unknown>[];
}

/** The function's handler before two servers, quick to try again. */
export function adminBefore(
  openSearch: string,
  parameters = "http://127.0.0.1:9",
  env: Record<string, string> = {},
): Admin {
  const settings = readSettings({
    OPENSEARCH_URL: openSearch,
    SSM_URL: parameters,
    REGION: "eu-west-1",
    RETENTION_DAYS: "7",
    ...env,
  });
  const { region } = settings;
  const credentials = () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" });
  const client = (origin: string, service: string) =>
    httpClient({ origin, sign: signer({ service, region }, credentials), connectTimeoutMs: 500 });
  const logged: Record<string, unknown>[] = [];
  const handler = adminHandler({
    settings,
    upstream: upstream({ client: client(settings.origin, "es"), firstBackoffMs: 1, maxBackoffMs: 5 }),
    parameters: client(settings.parametersOrigin, "ssm"),
    write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>),
    now: () => NOW,
    pauseMs: 5,
  });
  return {
    invoke: (event, remainingMs = 60_000) => handler(event, { getRemainingTimeInMillis: () => remainingMs }),
    logged,
  };
}

/** The only line of the log that is a set of metrics, as namespace, task and values. */
export function metricsOf(logged: readonly Record<string, unknown>[]): Record<string, unknown> {
  const lines = logged.filter((line) => "_aws" in line);
  if (lines.length !== 1) throw new Error(`there are ${lines.length} lines of metrics`);
  const [line = {}] = lines;
  const [directive] = (line["_aws"] as { CloudWatchMetrics: [Directive] }).CloudWatchMetrics;
  if (JSON.stringify(directive.Dimensions) !== '[["task"]]')
    throw new Error("other dimensions than the task");
  const values = directive.Metrics.map(({ Name }) => [Name, line[Name]] as const);
  return { namespace: directive.Namespace, task: line["task"], ...Object.fromEntries(values) };
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: unknown;
  readonly Metrics: readonly { readonly Name: string }[];
}
