import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { type InvokeRequest } from "./api-gateway";
import { answerOf, isBinary, isSigned, type ApiDocument, type Operation } from "./api-gateway-document";
import { type Identities } from "./identities";
import { PayloadTooLarge, type LambdaAnswer, type LambdaStandin } from "./lambda";
import { eventOf } from "./lambda-event";
import { verifySignature } from "./sigv4";

export interface LambdaApiOptions {
  /** The rendered OpenAPI document, parsed. */
  readonly document: ApiDocument;
  /** The rendered resource policy, parsed. */
  readonly resourcePolicy: object;
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly identities: Identities;
  readonly decide: (request: InvokeRequest) => boolean | Promise<boolean>;
  readonly target: LambdaStandin;
}

export interface LambdaApiCall {
  readonly principal: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly bytes: number;
  readonly status: number;
  /** Type of the answer that the service gave by itself; undefined when the function answered. */
  readonly refusal: string | undefined;
}

interface Matched {
  readonly resource: string;
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Quotas of a REST API. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;

/**
 * API Gateway before a Lambda function, as far as the storage API uses it: a private API under its own name (private DNS or
 * a custom domain), without the header that names the API.
 */
export class LambdaApiStandin {
  readonly calls: LambdaApiCall[] = [];
  private readonly server: Server;
  private port = 0;

  constructor(private readonly options: LambdaApiOptions) {
    this.server = createServer({ maxHeaderSize: 65_536 }, (incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(500).end(String(error));
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/${this.options.stage}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
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
    const body = Buffer.concat(chunks);
    const { principal, refusal } = this.caller(incoming, body);
    const decided = refusal ?? (await this.decide(incoming, body, principal));
    const outcome = typeof decided === "string" ? decided : await this.invoke(decided, incoming, body);
    const own = typeof outcome === "string";
    const answer = own ? answerOf(this.options.document, outcome) : outcome;
    const [path = ""] = (incoming.url ?? "").split("?");
    this.calls.push({
      principal,
      method: incoming.method ?? "",
      path,
      bytes: body.length,
      status: answer.status,
      refusal: own ? outcome : undefined,
    });
    outgoing.writeHead(answer.status, answer.headers);
    if (Buffer.isBuffer(answer.body)) outgoing.end(answer.body);
    else await pipeline(answer.body, outgoing);
  }

  private caller(
    incoming: IncomingMessage,
    body: Buffer,
  ): { readonly principal?: string; readonly refusal?: string } {
    if (incoming.headers.authorization === undefined) return {};
    const { identities, region } = this.options;
    const verdict = verifySignature(
      {
        method: incoming.method ?? "",
        rawUrl: incoming.url ?? "/",
        headers: incoming.headersDistinct as Record<string, string[]>,
        body,
      },
      {
        service: "execute-api",
        region,
        now: Date.now(),
        credentials: (id) => identities.session(id)?.credentials,
      },
    );
    return verdict.ok
      ? { principal: identities.session(verdict.accessKeyId)?.roleArn }
      : { refusal: "INVALID_SIGNATURE" };
  }

  private async decide(
    incoming: IncomingMessage,
    body: Buffer,
    principal: string | undefined,
  ): Promise<Matched | string> {
    const { document, resourcePolicy, accountId, region, apiId, stage, decide } = this.options;
    const [path = ""] = (incoming.url ?? "").split("?");
    if (!path.startsWith(`/${stage}/`)) return "ACCESS_DENIED";
    const below = path.slice(stage.length + 1);
    const method = incoming.method ?? "";
    const route = match(document, method, below);
    if (route === undefined) return "MISSING_AUTHENTICATION_TOKEN";
    if (isSigned(document, route.operation) && principal === undefined) return "MISSING_AUTHENTICATION_TOKEN";
    // Whether a slash at the end is part of what IAM decides on is not documented: both must be allowed.
    for (const spelling of new Set([below, below.replace(/\/$/, "")])) {
      const allowed = await decide({
        principal,
        action: "execute-api:Invoke",
        resource: `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${method}${spelling}`,
        resourceAccount: accountId,
        resourcePolicy,
      });
      if (!allowed) return "ACCESS_DENIED";
    }
    const headers = incoming.rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (headers > MAX_HEADER_BYTES) return "BAD_REQUEST_PARAMETERS";
    return body.length > MAX_BODY_BYTES ? "REQUEST_TOO_LARGE" : route;
  }

  private async invoke(
    { resource, parameters }: Matched,
    incoming: IncomingMessage,
    body: Buffer,
  ): Promise<LambdaAnswer | string> {
    const { document, target, stage } = this.options;
    try {
      return await target.invoke(
        eventOf(incoming, body, {
          resource,
          stage,
          parameters,
          isBinary: isBinary(document, incoming.headers["content-type"]),
          // The service does one or the other; nothing may depend on which.
          unkind: this.calls.length % 2 === 1,
        }),
      );
    } catch (error) {
      return error instanceof PayloadTooLarge ? "REQUEST_TOO_LARGE" : "INTEGRATION_FAILURE";
    }
  }
}

/** As API Gateway: the most specific template; a slash at the end does not matter; a greedy parameter takes at least one. */
function match(document: ApiDocument, method: string, path: string): Matched | undefined {
  const bare = path.replace(/\/$/, "");
  const found = Object.entries(document.paths).flatMap(([resource, methods]) => {
    const operation = methods[method.toLowerCase()] ?? methods["x-amazon-apigateway-any-method"];
    const names = [...resource.matchAll(/\{(\w+)\+?\}/g)].map(([, name = ""]) => name);
    const pattern = resource.replace(/\{\w+\+\}/g, "(.+)").replace(/\{\w+\}/g, "([^/]+)");
    const values = new RegExp(`^${pattern}$`).exec(bare);
    if (operation === undefined || values === null) return [];
    const parameters = Object.fromEntries(names.map((name, index) => [name, values[index + 1] ?? ""]));
    return [{ resource, operation, parameters }];
  });
  return found.sort((a, b) => Number(a.resource.includes("+}")) - Number(b.resource.includes("+}")))[0];
}
