import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo } from "node:net";

import { signer, type Credentials } from "../../lambda/shared/sign";
import { without } from "./headers";

export interface SigningShimOptions {
  readonly region: string;
  /** Base URL of the API, with its stage. */
  readonly target: () => string;
  readonly credentials: () => Credentials;
}

/**
 * Signs what passes with `execute-api` and changes nothing else. The deployed Jaeger does this by itself (`sigv4auth`); the
 * version that builds here cannot.
 */
export class SigningShim {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;
  private port = 0;

  constructor(private readonly options: SigningShimOptions) {
    this.server = createServer((incoming, outgoing) => {
      this.pass(incoming, outgoing).catch((error: unknown) => {
        outgoing.writeHead(502).end(String(error));
      });
    });
  }

  /** In the place of the API's URL. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const target = new URL(this.options.target());
    const path = `${target.pathname.replace(/\/$/, "")}${incoming.url ?? ""}`;
    const headers = without(incoming.headers, ["connection", "transfer-encoding", "content-length"]);
    const method = incoming.method ?? "";
    const sign = signer({ service: "execute-api", region: this.options.region }, this.options.credentials);
    const signed = await sign({
      method,
      host: target.host,
      target: path,
      headers: headers as Record<string, string>,
      body,
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({
        agent: this.agent,
        hostname: target.hostname,
        port: target.port,
        method,
        path,
        headers: { ...signed, ...(body.length > 0 && { "content-length": String(body.length) }) },
      })
        .once("response", resolve)
        .once("error", reject)
        .end(body.length > 0 ? body : undefined);
    });
    outgoing.writeHead(answer.statusCode ?? 502, without(answer.headers, ["connection", "keep-alive"]));
    answer.pipe(outgoing);
  }
}
