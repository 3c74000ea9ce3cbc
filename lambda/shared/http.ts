import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { type Sign } from "./sign";

export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent; see `requestTarget`. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Ends the request and, until it is read, the answer. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Must be read to its end or destroyed: the connection is used again only then. */
  readonly body: IncomingMessage;
}

export interface HttpClientOptions {
  /** `https://host[:port]`, without a path. */
  readonly origin: string;
  readonly sign: Sign;
  /** Connections to the server at most. @default 16 */
  readonly maxConnections?: number;
  /** Milliseconds for name, TCP and TLS. @default 3000 */
  readonly connectTimeoutMs?: number;
}

export interface HttpClient {
  /** Rejects with Node's own errors (`code` ECONNREFUSED, ECONNRESET, ETIMEDOUT, ...). */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Closes idle connections. */
  readonly close: () => void;
}

/** A client of one server that keeps its connections and signs what it sends. */
export function httpClient({
  origin,
  sign,
  maxConnections = 16,
  connectTimeoutMs = 3000,
}: HttpClientOptions): HttpClient {
  const { protocol, hostname, port, host } = new URL(origin);
  const transport = protocol === "https:" ? https : http;
  const agent = new transport.Agent({ keepAlive: true, maxSockets: maxConnections, scheduling: "lifo" });

  async function send({ method, target, headers = {}, body, signal }: HttpRequest): Promise<HttpResponse> {
    const length = body === undefined ? {} : { "content-length": String(body.length) };
    // Content-Length is sent but not signed: the signature has the body's hash.
    const signed = { ...(await sign({ method, host, target, headers, ...(body && { body }) })), ...length };
    return new Promise((resolve, reject) => {
      const request = transport.request({
        agent,
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port,
        method,
        path: target,
        headers: signed,
        ...(signal && { signal }),
      });
      request.on("socket", (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(() => {
          request.destroy(Object.assign(new Error("The connection took too long."), { code: "ETIMEDOUT" }));
        }, connectTimeoutMs);
        const stop = () => {
          clearTimeout(timer);
        };
        socket.once(protocol === "https:" ? "secureConnect" : "connect", stop);
        socket.once("close", stop);
      });
      request.once("response", (answer) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}

/**
 * The whole body of an answer.
 * @throws RangeError when it is longer than `limit` bytes
 */
export async function readAll(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new RangeError(`The body is longer than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
