import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo } from "node:net";
import { without } from "./headers";
import { type Identities } from "./identities";
import { verifySignature, type ReceivedRequest } from "./sigv4";

export interface FrontCall {
  readonly principal: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly bytes: number;
  readonly status: number;
}

export interface OpenSearchFrontOptions {
  readonly region: string;
  readonly identities: Identities;
  /** Roles that the domain's access policy names. */
  readonly principals: readonly string[];
  /** Where OpenSearch is now. */
  readonly upstream: () => string;
  /** Answers in the place of plugins that OpenSearch lacks here; undefined for what goes on to it. */
  readonly plugin?: (
    request: ReceivedRequest,
  ) => { readonly status: number; readonly body: object } | undefined;
}

/** What stands before an OpenSearch domain: refuses what its access policy does not allow, and hands on the rest. */
export class OpenSearchFront {
  readonly calls: FrontCall[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly server: Server;
  private port = 0;

  constructor(private readonly options: OpenSearchFrontOptions) {
    this.server = createServer((incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        // As the domain's load balancer does when no node is there.
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(503).end(`<html><body>${String(error)}</body></html>`);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(this.port, "127.0.0.1", resolve);
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

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const received: ReceivedRequest = {
      method: incoming.method ?? "",
      rawUrl: incoming.url ?? "/",
      headers: incoming.headersDistinct as Record<string, string[]>,
      body: Buffer.concat(chunks),
    };
    const { region, identities, principals, plugin } = this.options;
    const verdict = verifySignature(received, {
      service: "es",
      region,
      now: Date.now(),
      credentials: (id) => identities.session(id)?.credentials,
    });
    const principal = verdict.ok ? identities.session(verdict.accessKeyId)?.roleArn : undefined;
    const note = (status: number): void => {
      const { method, rawUrl, body } = received;
      this.calls.push({ principal, method, path: rawUrl, bytes: body.length, status });
    };
    const answer = (status: number, body: object): void => {
      note(status);
      outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (principal === undefined || !principals.includes(principal)) {
      const who = verdict.ok ? String(principal) : verdict.message;
      answer(403, { Message: `User: ${who} is not authorized to perform: es:ESHttp${received.method}` });
      return;
    }
    const own = plugin?.(received);
    if (own !== undefined) {
      answer(own.status, own.body);
      return;
    }
    const response = await this.forward(received, incoming);
    note(response.statusCode ?? 0);
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  }

  private forward(
    { method, rawUrl, body }: ReceivedRequest,
    incoming: IncomingMessage,
  ): Promise<IncomingMessage> {
    const headers = without(incoming.headers, ["host", "authorization", "transfer-encoding"]);
    const { hostname, port } = new URL(this.options.upstream());
    return new Promise((resolve, reject) => {
      request({ agent: this.agent, hostname, port, method, path: rawUrl, headers })
        .once("response", resolve)
        .once("error", reject)
        .end(body.length > 0 ? body : undefined);
    });
  }
}
