import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What AWS Signature Version 4 covers, as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query exactly as received: decoding and encoding again would hide a wrong signature. */
  readonly rawUrl: string;
  /** Lower-case names; every value of a repeated header. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials; the request must then carry and sign it. */
  readonly sessionToken?: string;
}

/** `code` is the one that AWS answers. */
export type Verdict =
  | { readonly ok: true; readonly accessKeyId: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface VerifyOptions {
  readonly service: string;
  readonly region: string;
  readonly credentials: (accessKeyId: string) => Credentials | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** AWS refuses requests that are further off. */
const MAX_SKEW_MS = 5 * 60_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

const sha256 = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Percent-encodes all but the unreserved characters of RFC 3986. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Every service but S3 encodes the path, which is encoded already, once more. */
const canonicalPath = (path: string): string => path.split("/").map(encode).join("/");

const canonicalQuery = (query: string): string =>
  query === ""
    ? ""
    : query
        .split("&")
        .map((pair) => (pair.includes("=") ? pair : `${pair}=`))
        .sort()
        .join("&");

function canonicalRequest(request: ReceivedRequest, signedHeaders: readonly string[]): string {
  const [path = "/", query = ""] = request.rawUrl.split(/\?(.*)/s);
  const headers = signedHeaders.map((name) => {
    const values = request.headers[name] ?? [];
    return `${name}:${values.map((value) => value.trim().replace(/ +/g, " ")).join(",")}\n`;
  });
  return [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    headers.join(""),
    signedHeaders.join(";"),
    sha256(request.body),
  ].join("\n");
}

/** `YYYYMMDD'T'HHMMSS'Z'` to milliseconds; NaN when it is none. */
const parseDate = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const refuse = (code: string, message: string): Verdict => ({ ok: false, code, message });

/**
 * Signs the received request anew, over the headers that it says it signed, and compares. Checks also what a signature
 * alone does not: scope (date, Region, service), age, that host, date and session token are signed, and the token itself.
 */
export function verifySignature(request: ReceivedRequest, options: VerifyOptions): Verdict {
  const authorization = request.headers.authorization?.join(",");
  if (authorization === undefined) {
    return refuse("MissingAuthenticationToken", "Request is missing Authentication Token");
  }
  const match = AUTHORIZATION.exec(authorization);
  if (match === null) return refuse("IncompleteSignature", `cannot read the header: ${authorization}`);
  const [, accessKeyId = "", day = "", region = "", service = "", headerList = "", signature = ""] = match;

  if (region !== options.region || service !== options.service) {
    const expected = `${options.region}/${options.service}`;
    return refuse(
      "SignatureDoesNotMatch",
      `Credential should be scoped to ${expected}, not ${region}/${service}`,
    );
  }
  const date = request.headers["x-amz-date"]?.[0] ?? "";
  const age = Math.abs(options.now - parseDate(date));
  if (!date.startsWith(day) || !(age <= MAX_SKEW_MS)) {
    return refuse("SignatureDoesNotMatch", `Signature expired or not yet current: ${date}`);
  }
  const known = options.credentials(accessKeyId);
  if (known === undefined) return refuse("InvalidClientTokenId", "The security token included is invalid");

  const signedHeaders = headerList.split(";");
  const required = [
    "host",
    "x-amz-date",
    ...(known.sessionToken === undefined ? [] : ["x-amz-security-token"]),
  ];
  const unsigned = required.filter((name) => !signedHeaders.includes(name));
  if (unsigned.length > 0) return refuse("SignatureDoesNotMatch", `not signed: ${unsigned.join(", ")}`);
  const token = request.headers["x-amz-security-token"]?.join(",") ?? "";
  if (!equalInConstantTime(token, known.sessionToken ?? "")) {
    return refuse("InvalidClientTokenId", "The security token included is invalid");
  }
  const announced = request.headers["x-amz-content-sha256"]?.[0];
  if (announced !== undefined && announced !== sha256(request.body)) {
    return refuse("SignatureDoesNotMatch", "x-amz-content-sha256 is not the hash of the body");
  }

  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonicalRequest(request, signedHeaders))].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<Buffer | string>(
    hmac,
    `AWS4${known.secretAccessKey}`,
  );
  return equalInConstantTime(hmac(key, text).toString("hex"), signature)
    ? { ok: true, accessKeyId }
    : refuse("SignatureDoesNotMatch", "The request signature we calculated does not match the one provided");
}
