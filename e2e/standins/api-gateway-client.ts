import { createHash, createHmac } from "node:crypto";
import { sendRequest, WIRE_HOST, type ReadResponse, type WireRequest } from "./api-gateway-wire";
import { type Credentials } from "./sigv4";

const sha256 = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Every byte but the unreserved characters of RFC 3986. */
const encode = (text: string): string =>
  [...Buffer.from(text, "latin1")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

export interface SignedRequest extends WireRequest {
  readonly credentials: Required<Credentials>;
  readonly region: string;
  readonly apiId: string;
}

/**
 * A signed call of an API. Signs whatever target it is given, as an attacker would: the usual signers tidy a path up first.
 * Only what must be is signed, so that every other header can be forged.
 */
export function callApi(request: SignedRequest): Promise<ReadResponse> {
  const { credentials, region, target, method = "POST", body = "", apiId } = request;
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${date.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  const signed = {
    host: WIRE_HOST,
    "x-amz-date": date,
    "x-amz-security-token": credentials.sessionToken,
  };
  const names = Object.keys(signed).join(";");
  const canonical = [
    method,
    path.split("/").map(encode).join("/"),
    query === ""
      ? ""
      : query
          .split("&")
          .map((pair) => (pair.includes("=") ? pair : `${pair}=`))
          .sort()
          .join("&"),
    ...Object.entries(signed).map(([name, value]) => `${name}:${value}`),
    "",
    names,
    sha256(Buffer.from(body)),
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<Buffer | string>(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, text).toString("hex");
  return sendRequest({
    ...request,
    headers: [
      // The host is sent with every request.
      ...Object.entries(signed).filter(([name]) => name !== "host"),
      ["x-apigw-api-id", apiId],
      [
        "Authorization",
        `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
      ],
      ...(request.headers ?? []),
    ],
  });
}
