import { type IncomingMessage } from "node:http";

export interface EventOptions {
  readonly resource: string;
  readonly stage: string;
  /** Path parameters as they stand in the request. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the body goes on in base64; every other is read as text, which ruins what is none. */
  readonly isBinary: boolean;
  /** Decodes paths and renames `Content-Encoding`, as the service is said to do in some places. */
  readonly unkind: boolean;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The event of a REST API's proxy integration (payload format 1.0). */
export function eventOf(incoming: IncomingMessage, body: Buffer, options: EventOptions): object {
  const { resource, stage, parameters, isBinary, unkind } = options;
  const [rawPath = "", query = ""] = (incoming.url ?? "").split(/\?(.*)/s);
  const path = rawPath.slice(stage.length + 1);
  const spelled = (text: string): string => (unkind ? decoded(text) : text);
  const multiValueHeaders: Record<string, string[]> = {};
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = incoming.rawHeaders.slice(index, index + 2);
    if (["content-length", "connection", "transfer-encoding"].includes(name.toLowerCase())) continue;
    const renamed = unkind && name.toLowerCase() === "content-encoding" ? `x-amzn-Remapped-${name}` : name;
    (multiValueHeaders[renamed] ??= []).push(value);
  }
  const multiValueQueryStringParameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    (multiValueQueryStringParameters[name] ??= []).push(value);
  }
  return {
    resource,
    path: spelled(path),
    httpMethod: incoming.method,
    headers: lastOf(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: query === "" ? null : lastOf(multiValueQueryStringParameters),
    multiValueQueryStringParameters: query === "" ? null : multiValueQueryStringParameters,
    pathParameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, spelled(value)]),
    ),
    stageVariables: null,
    requestContext: { resourcePath: resource, httpMethod: incoming.method, path: rawPath, stage },
    body: body.length === 0 ? null : body.toString(isBinary ? "base64" : "utf8"),
    isBase64Encoded: isBinary && body.length > 0,
  };
}

const lastOf = (values: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? ""]));
