import { createServer, type Server } from "node:http";

export interface UpstreamRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case; every value of a repeated one. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

/** Stands where Loki or Jaeger stands: remembers every request that came through and answers 204. */
export class Upstream {
  readonly requests: UpstreamRequest[] = [];
  private server?: Server;

  async start(host: string, port: number): Promise<void> {
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        this.requests.push({
          method: incoming.method ?? "",
          url: incoming.url ?? "",
          headers: incoming.headersDistinct as Record<string, string[]>,
          body: Buffer.concat(chunks),
        });
        outgoing.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
    this.server = server;
  }

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

  /** The tenants that requests came for, in order. */
  get tenants(): string[] {
    return this.requests.map(({ headers }) => (headers["x-scope-orgid"] ?? ["(none)"]).join(" and "));
  }

  clear(): void {
    this.requests.length = 0;
  }
}
