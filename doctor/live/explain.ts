import { record, text } from "../../lib/fields";
import { Fault } from "../verdict";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Node's error codes by what they mean. `host` stands for the one that was called. */
const NETWORK: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    "the name HOST is not known to DNS",
    "call from inside the network that knows it (a task of the tenant, the VPN), or check the endpoint and its private DNS",
  ],
  [
    /^ECONNREFUSED$/,
    "HOST refuses the connection",
    "nothing listens there: check address and port, and whether the service's tasks run",
  ],
  [
    /^(ETIMEDOUT|ABORT_ERR|TimeoutError|ENETUNREACH|EHOSTUNREACH)$/,
    "HOST did not answer within 10 s",
    "check the security groups' rules, the route to it, and whether it is meant to be reached from here",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/,
    "TLS with HOST fails (CODE)",
    "a proxy on the way replaces the certificate, or the host name is not the endpoint's own: call it directly",
  ],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    "HOST closed the connection without an answer",
    "something on the way cuts it: a firewall, a load balancer without healthy targets",
  ],
];

/** A network error in a plain sentence. */
export function networkFault(error: unknown, host: string): Fault {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  const key = name === "TimeoutError" ? "TimeoutError" : text(code) || text(name);
  const [, sentence = `calling HOST failed: ${text(message)}`, remedy = "check the address and the network"] =
    NETWORK.find(([pattern]) => pattern.test(key)) ?? [];
  return new Fault(sentence.replace("HOST", host).replace("CODE", key), remedy);
}

/** Parsed when it is JSON. */
export const parsed = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return record(JSON.parse(body));
  } catch {
    return {};
  }
};

const LONGEST = 300;

/** What the other side says about itself: code and message of AWS's XML or JSON, or the beginning of the text. */
export function reasonOf(body: string): string {
  const tag = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? "";
  const json = parsed(body);
  const type = text(json["__type"]).replace(/^.*#/, "");
  const error = record(json["error"]);
  const parts = [
    tag("Code") || type || text(error["type"]),
    tag("Message") || text(json["message"]) || text(json["Message"]) || text(error["reason"]),
  ].filter((part) => part !== "");
  return (parts.join(": ") || body.trim() || "no text").replace(/\s+/g, " ").slice(0, LONGEST);
}

const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [
    /SignatureDoesNotMatch|signature we calculated|INVALID_SIGNATURE/i,
    "the secret key does not belong to the key id, or something on the way changes the signed request (a proxy, another host name)",
  ],
  [/RequestExpired|Signature expired|not yet current|RequestTimeTooSkewed/i, "set the clock of this machine"],
  [
    /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|security token/i,
    "the credentials are expired or not AWS's: get fresh ones",
  ],
  [
    /explicit deny/i,
    "a Deny applies: the tenant is suspended, the path is another tenant's, or the resource's policy does not name the caller. Deploy central, then the tenant",
  ],
  [
    /security_exception/,
    "the storage proxy refuses the request: it is older or newer than this program, deploy central",
  ],
  [
    /not authorized|AccessDenied|ACCESS_DENIED/i,
    "no policy allows it: compare with the walk through the stacks, and deploy what differs",
  ],
  [
    /no such method and path|Missing Authentication Token/i,
    "the API has no such route: check stage and path of the URL, and deploy central",
  ],
];

const STATUSES: Readonly<Record<number, string>> = {
  401: "the credentials or the token are not accepted: get fresh ones",
  403: "behind an endpoint without private DNS the API is named by the header x-apigw-api-id: check its id in the contract, and the endpoint's policy",
  404: "the path is not known there: check the URL and its stage",
  413: "the body is too large for a limit on the way",
  429: "too many requests: a limit of the tenant or of the service is reached; try again later, or raise the limit",
  502: "what stands behind does not answer: check that its tasks run and are healthy",
  503: "the service is up but cannot take the request: check that what stands behind it runs",
  504: "what stands behind does not answer in time: check its load",
};

/** What an answer other than the expected one means. */
export function refusal(what: string, { status, body }: Answer): Fault {
  const reason = reasonOf(body);
  const remedy =
    ANSWERS.find(([pattern]) => status < 500 && pattern.test(reason))?.[1] ??
    STATUSES[status] ??
    "the answer is none that this command knows: see the service's own log";
  return new Fault(`${what} answered ${status}: ${reason}`, remedy);
}
