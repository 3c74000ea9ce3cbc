import { connect } from "node:net";

export interface WireResponse {
  readonly status: number;
  /** Lower-case names; the last of repeated ones. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A response as a test reads it. */
export interface ReadResponse extends WireResponse {
  /** The body parsed; undefined when it is no JSON. */
  readonly json: unknown;
}

/** What every request of {@link sendRequest} says as its Host. */
export const WIRE_HOST = "gateway";

export interface WireRequest {
  readonly host?: string;
  readonly port: number;
  /** Address to connect from. */
  readonly localAddress?: string;
  readonly method?: string;
  /** Goes into the request line exactly as it is. */
  readonly target: string;
  /** In this order and spelling, besides Host, Connection and Content-Length. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Buffer | string;
}

/** Sends bytes as they are and reads until the other side closes. Empty when it closed without an answer. */
export function sendBytes(
  to: { readonly port: number; readonly host?: string; readonly localAddress?: string },
  bytes: Buffer,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const done = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    };
    const socket = connect({ host: to.host ?? "127.0.0.1", port: to.port, localAddress: to.localAddress });
    socket.setTimeout(30_000, () => {
      socket.destroy(new Error("no end of the answer after 30 s"));
    });
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", done);
    socket.on("error", (error) => {
      // A server that refuses a body closes while it is still sent.
      if (chunks.length > 0) done();
      else reject(error);
    });
  });
}

/** Status, headers and body of the first response in what a server sent. */
export function parseResponse(bytes: Buffer): ReadResponse {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) throw new Error(`no response: ${JSON.stringify(bytes.toString("latin1").slice(0, 200))}`);
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const rest = bytes.subarray(end + 4);
  const body = headers["transfer-encoding"] === "chunked" ? unchunked(rest) : rest;
  const length = headers["content-length"];
  const whole = length === undefined ? body : body.subarray(0, Number(length));
  return { status: Number(statusLine.split(" ")[1]), headers, body: whole, json: parsed(whole) };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function unchunked(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/** One HTTP/1.1 request whose target and headers nothing corrects on their way. */
export async function sendRequest(request: WireRequest): Promise<ReadResponse> {
  const body = Buffer.from(request.body ?? "");
  const lines = [
    `${request.method ?? "POST"} ${request.target} HTTP/1.1`,
    ...[
      ["Host", WIRE_HOST],
      ["Connection", "close"],
      ["Content-Length", String(body.length)],
    ].map(([name = "", value = ""]) => `${name}: ${value}`),
    ...(request.headers ?? []).map(([name, value]) => `${name}: ${value}`),
  ];
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return parseResponse(await sendBytes(request, Buffer.concat([head, body])));
}
