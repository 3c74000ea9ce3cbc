import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { type ReceivedRequest } from "./sigv4";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

/** An HTTP server on a free port of 127.0.0.1, whose handler sees whole requests. */
export class StandinServer {
  private server?: Server;
  private port = 0;

  constructor(private readonly handler: (request: ReceivedRequest) => Answer | Promise<Answer>) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens; after {@link stop} on the same port as before. */
  async start(): Promise<void> {
    const server = createServer((incoming, outgoing) => {
      this.answer(incoming).then(
        ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
        (error: unknown) => outgoing.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** New connections are refused and open ones cut, as when the machine behind an address dies. */
  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  }

  private async answer(incoming: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return this.handler({
      method: incoming.method ?? "GET",
      rawUrl: incoming.url ?? "/",
      headers: incoming.headersDistinct as Record<string, string[]>,
      body: Buffer.concat(chunks),
    });
  }
}
