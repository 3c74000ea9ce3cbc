import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

/** Where requests are signed for. */
export interface SigningScope {
  /** `es` for OpenSearch domains. */
  readonly service: string;
  readonly region: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as it goes over the wire. */
export interface SignableRequest {
  readonly method: string;
  /** `hostname` or `hostname:port`, exactly as the Host header says it. */
  readonly host: string;
  /** Path and query as sent, made by `requestTarget`: it is signed as it stands, never decoded and built again. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** @returns all headers to send: those of the request, Host, and the signature's. */
export type Sign = (request: SignableRequest) => Promise<Record<string, string>>;

/** Node's SHA-256 in the shape that the signer asks for. */
class Sha256 {
  private readonly hash: { update(data: Uint8Array): unknown; digest(): Uint8Array };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", key(secret));
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
}

function key(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === "string") return secret;
  if (ArrayBuffer.isView(secret)) return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength);
  return new Uint8Array(secret);
}

/**
 * The credentials that Lambda puts into the environment. Read them at each call.
 * @throws Error named MissingCredentials when there are none
 */
export function environmentCredentials(env: NodeJS.ProcessEnv = process.env): Credentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error(
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set: there is nothing to sign with.",
    );
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}

/**
 * Signature Version 4 of requests with a body in memory.
 * @param credentials asked at each call, since they rotate
 * @param now the clock, for tests
 */
export function signer(
  scope: SigningScope,
  credentials: () => Credentials = environmentCredentials,
  now: () => Date = () => new Date(),
): Sign {
  return async ({ method, host, target, headers, body }) => {
    const { path, query } = split(target);
    const signature = new SignatureV4({
      ...scope,
      credentials: credentials(),
      sha256: Sha256,
      // The body's hash is part of the signature without this header, which only S3 and serverless collections ask for.
      applyChecksum: false,
    });
    const signed = await signature.sign(
      {
        method,
        protocol: "https:",
        hostname: host,
        path,
        query,
        headers: { ...lowerCase(headers), host },
        body,
      },
      { signingDate: now() },
    );
    return signed.headers;
  };
}

/** The signer wants decoded query parameters and encodes them as `encodeUri` does. */
function split(target: string): { path: string; query: Record<string, string[]> } {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: {} };
  const query: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const pair of target.slice(mark + 1).split("&")) {
    const [name = "", value = ""] = pair.split("=", 2).map(decodeURIComponent);
    (query[name] ??= []).push(value);
  }
  return { path: target.slice(0, mark), query };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
