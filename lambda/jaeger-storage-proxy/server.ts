import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { readAll } from "../shared/http";
import { failureOf } from "./answers";
import { malformed, Refusal } from "./refusal";
import { type Proxy, type ProxyRequest, type ProxyResponse } from "./types";

export interface ServerOptions {
  readonly proxy: Proxy;
  /** Of a request's body as it comes, in bytes. */
  readonly maxBodyBytes: number;
}

/** `[/base]/s/{owner}[/{path}]`. */
const PATH = /^(?:\/[A-Za-z0-9_-]+)*?\/s\/([^/]+)(?:\/(.*))?$/;

/**
 * The proxy as an HTTP server: another front, which must have authenticated the caller and decided on the path. Listens
 * to nothing yet.
 */
export function proxyServer({ proxy, maxBodyBytes }: ServerOptions): Server {
  return createServer((incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once("close", () => {
      gone.abort();
    });
    requestOf(incoming, maxBodyBytes)
      .then((request) => proxy({ ...request, signal: gone.signal }))
      .catch((error: unknown) => {
        if (error instanceof Refusal) return refusal(error);
        throw error;
      })
      .then((response) => send(response, outgoing))
      .catch(() => outgoing.destroy());
  });
}

async function requestOf(incoming: IncomingMessage, maxBodyBytes: number): Promise<ProxyRequest> {
  const [path = "", query = ""] = (incoming.url ?? "").split(/\?(.*)/s);
  const [, owner, rest = ""] = PATH.exec(path) ?? [];
  if (owner === undefined) throw malformed("the path must be /s/{owner} or below it");
  const body = await readAll(incoming, maxBodyBytes).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("content_too_long_exception", `the body is longer than ${maxBodyBytes} bytes`);
  });
  return {
    method: incoming.method ?? "",
    owner,
    path: rest,
    query: [...new URLSearchParams(query)],
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(",") : (value ?? ""),
      ]),
    ),
    body,
  };
}

async function send({ status, headers, body }: ProxyResponse, outgoing: ServerResponse): Promise<void> {
  if (Buffer.isBuffer(body)) {
    // Without a length the answer to a HEAD would end with the connection.
    outgoing.writeHead(status, { ...headers, "content-length": body.length }).end(body);
  } else {
    outgoing.writeHead(status, headers);
    await pipeline(body, outgoing);
  }
}

function refusal(error: Refusal): ProxyResponse {
  const { status, body } = failureOf(error);
  // What is left of a body that nobody reads would be taken for the next request.
  return { status, headers: { "content-type": "application/json", connection: "close" }, body };
}
