import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { type OwnerShare } from "../../../lambda/jaeger-storage-proxy/owner-share";
import { storageProxy } from "../../../lambda/jaeger-storage-proxy/proxy";
import { readSettings } from "../../../lambda/jaeger-storage-proxy/settings";
import { type ProxyRequest, type ProxyResponse } from "../../../lambda/jaeger-storage-proxy/types";
import { upstream } from "../../../lambda/jaeger-storage-proxy/upstream";
import { httpClient } from "../../../lambda/shared/http";
import { signer } from "../../../lambda/shared/sign";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (request: Seen, response: ServerResponse) => void;

/** A server in OpenSearch's place: notes what comes and answers as it is told. */
export class FakeOpenSearch {
  readonly seen: Seen[] = [];
  /** Connections that were opened. */
  connections = 0;
  answer: Answer = (_request, response) => response.end("{}");
  private readonly server: Server;

  constructor() {
    this.server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const { method = "", url = "", headers } = incoming;
        const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
        this.seen.push(request);
        response.setHeader("content-type", "application/json; charset=UTF-8");
        this.answer(request, response);
      });
    });
    this.server.on("connection", () => (this.connections += 1));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  reset(): void {
    this.seen.length = 0;
    this.answer = (_request, response) => response.end("{}");
  }
}

export type Sent = Partial<Omit<ProxyRequest, "body">> & { readonly body?: Buffer | string | object };
export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Today for tests that write: the proxy takes no documents of other years. */
export const TODAY = new Date().toISOString().slice(0, 10);

/** The proxy before a server at `origin`, quick to try again, with the lines that it logged. */
export function proxyBefore(origin: string, env: Record<string, string> = {}, share?: OwnerShare) {
  const settings = readSettings({
    OPENSEARCH_URL: origin,
    REGION: "eu-west-1",
    DEADLINE_MS: "20000",
    ...env,
  });
  const sign = signer({ service: "es", region: settings.region }, () => ({
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "secret",
  }));
  const client = httpClient({ origin: settings.origin, sign, connectTimeoutMs: 5000 });
  const logged: Record<string, unknown>[] = [];
  const proxy = storageProxy({
    settings,
    upstream: upstream({ client, firstBackoffMs: 2, maxBackoffMs: 20, idleMs: 1500 }),
    log: (line) => logged.push(JSON.parse(line) as Record<string, unknown>),
    bulkPauseMs: 5,
    ...(share && { share }),
  });
  const ask = ({ body = "", ...rest }: Sent): Promise<ProxyResponse> => {
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    return proxy({ method: "GET", owner: "central", path: "", query: [], headers: {}, ...rest, body: bytes });
  };
  const send = async (sent: Sent): Promise<Got> => {
    const { status, headers, body } = await ask(sent);
    if (Buffer.isBuffer(body)) return { status, headers, text: body.toString() };
    const chunks: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
    return { status, headers, text: Buffer.concat(chunks).toString() };
  };
  return { ask, send, logged, proxy, settings, close: client.close };
}

/** The type of an error in OpenSearch's shape; fails when it is in another. */
export function errorType({ status, text }: Got): string {
  const parsed = JSON.parse(text) as {
    error: { type: string; reason: string; root_cause: unknown };
    status: number;
  };
  const { type, reason } = parsed.error;
  expect(parsed).toEqual({ error: { root_cause: [{ type, reason }], type, reason }, status });
  return type;
}
