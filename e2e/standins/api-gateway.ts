import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import {
  answerOf,
  isBinary,
  isSigned,
  matchRoute,
  type ApiDocument,
  type Operation,
  type Route,
} from "./api-gateway-document";
import { sendRequest, type WireResponse } from "./api-gateway-wire";
import { type Identities } from "./identities";
import { verifySignature } from "./sigv4";

/** What IAM has to decide, besides the caller's own policies: those belong to whoever decides. */
export interface InvokeRequest {
  /** The role behind the session; undefined for a request that nobody signed. */
  readonly principal: string | undefined;
  readonly action: "execute-api:Invoke";
  readonly resource: string;
  readonly resourceAccount: string;
  readonly resourcePolicy: object;
}

export interface ApiGatewayOptions {
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
  /** Port of 127.0.0.1 that is behind the VPC link and URI of an integration. */
  readonly integrationPort: (connectionId: string, uri: string) => number;
  /**
   * How the service behaves where its documentation leaves room or is unkind. All of them must be safe.
   * `decodePath`: path parameters reach the integration decoded. `keepStage`: the stage leads the path there.
   */
  readonly decodePath: boolean;
  readonly keepStage: boolean;
}

export interface ApiGatewayCall {
  readonly principal: string | undefined;
  readonly path: string;
  readonly status: number;
  /** Type of the answer that the service gave by itself; undefined when the integration answered. */
  readonly refusal: string | undefined;
}

/** Quota of a REST API, in bytes. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Headers that end at a hop, or that the service sets itself on the next one. */
const NOT_FORWARDED = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "expect",
]);

/**
 * API Gateway as far as the ingest API uses it: reads the rendered document and policy and does what they say, at its
 * worst. Every header of the client goes on, in its own spelling; `Content-Encoding` under another name.
 */
export class ApiGatewayStandin {
  readonly calls: ApiGatewayCall[] = [];
  private readonly server: Server;
  private port = 0;

  constructor(private readonly options: ApiGatewayOptions) {
    this.server = createServer((incoming, outgoing) => {
      this.handle(incoming).then(
        ({ status, headers, body }) => {
          const rest = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.has(name));
          outgoing.writeHead(status, Object.fromEntries(rest)).end(body);
        },
        (error: unknown) => outgoing.writeHead(500).end(String(error)),
      );
    });
  }

  /** With the stage; requests carry the API's id in `x-apigw-api-id`, as through an endpoint without private DNS. */
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

  private async handle(incoming: IncomingMessage): Promise<WireResponse> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const rawUrl = incoming.url ?? "/";
    const { principal, refusal } = this.caller(incoming, body);
    const decided = refusal ?? (await this.decide(incoming, rawUrl, body, principal));
    const own = typeof decided === "string";
    const answer = own
      ? answerOf(this.options.document, decided)
      : await this.integrate(decided, incoming, rawUrl, body);
    this.calls.push({ principal, path: rawUrl, status: answer.status, refusal: own ? decided : undefined });
    return answer;
  }

  /** Who signed the request; a wrong signature is refused whatever the method says. */
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
    if (!verdict.ok) return { refusal: "INVALID_SIGNATURE" };
    return { principal: identities.session(verdict.accessKeyId)?.roleArn };
  }

  /** The route, or the type of the refusal. */
  private async decide(
    incoming: IncomingMessage,
    rawUrl: string,
    body: Buffer,
    principal: string | undefined,
  ): Promise<Route | string> {
    const { document, resourcePolicy, accountId, region, apiId, stage, decide } = this.options;
    const [path = ""] = rawUrl.split("?");
    if (incoming.headers["x-apigw-api-id"] !== apiId || !path.startsWith(`/${stage}/`))
      return "ACCESS_DENIED";
    const method = incoming.method ?? "";
    const route = matchRoute(document, method, path.slice(stage.length + 1));
    if (route === undefined) return "MISSING_AUTHENTICATION_TOKEN";
    if (isSigned(document, route.operation) && principal === undefined) return "MISSING_AUTHENTICATION_TOKEN";
    const allowed = await decide({
      principal,
      action: "execute-api:Invoke",
      resource: `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${method}${path.slice(stage.length + 1)}`,
      resourceAccount: accountId,
      resourcePolicy,
    });
    if (!allowed) return "ACCESS_DENIED";
    return body.length > MAX_BODY_BYTES ? "REQUEST_TOO_LARGE" : route;
  }

  private async integrate(
    { operation, parameters }: Route,
    incoming: IncomingMessage,
    rawUrl: string,
    body: Buffer,
  ): Promise<WireResponse> {
    const { document, integrationPort, stage, keepStage } = this.options;
    const integration = operation["x-amazon-apigateway-integration"];
    const [, host = "", template = "/"] = /^http:\/\/([^/]+)(\/.*)?$/.exec(integration.uri) ?? [];
    const path = this.integrationPath(template, operation, parameters);
    const query = rawUrl.includes("?") ? rawUrl.slice(rawUrl.indexOf("?")) : "";
    try {
      return await sendRequest({
        port: integrationPort(integration.connectionId, integration.uri),
        method: integration.httpMethod,
        target: `${keepStage ? `/${stage}` : ""}${path}${query}`,
        headers: [...forwarded(incoming.rawHeaders), ["X-Forwarded-Host", host]],
        body: isBinary(document, incoming.headers["content-type"])
          ? body
          : Buffer.from(body.toString("utf8")),
      });
    } catch {
      return answerOf(document, "INTEGRATION_FAILURE");
    }
  }

  /** The template with what the document maps into it; a parameter that nothing maps stays a template. */
  private integrationPath(
    template: string,
    operation: Operation,
    parameters: ReadonlyMap<string, string>,
  ): string {
    const mappings = Object.entries(operation["x-amazon-apigateway-integration"].requestParameters);
    return mappings.reduce((path, [to, from]) => {
      const name = to.replace(/^integration\.request\.path\./, "");
      const value = parameters.get(from.replace(/^method\.request\.path\./, "")) ?? "";
      return path.replace(`{${name}}`, () => (this.options.decodePath ? decoded(value) : value));
    }, template);
  }
}

/** Percent-decoded, but for what would end the request line. */
function decoded(value: string): string {
  return value.replace(/%([0-9a-fA-F]{2})/g, (text, hex: string) => {
    const code = parseInt(hex, 16);
    return code <= 0x20 ? text : String.fromCharCode(code);
  });
}

function forwarded(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (NOT_FORWARDED.has(name.toLowerCase())) continue;
    const renamed = name.toLowerCase() === "content-encoding" ? "x-amzn-Remapped-Content-Encoding" : name;
    pairs.push([renamed, value]);
  }
  return pairs;
}
