import { type APIGatewayProxyEvent } from "aws-lambda";
import { malformed } from "./refusal";
import { type ProxyRequest } from "./types";

/** What is read of a proxy event of a REST API (payload format 1.0). */
export type RestEvent = Pick<
  APIGatewayProxyEvent,
  "httpMethod" | "path" | "pathParameters" | "body" | "isBase64Encoded"
> &
  Partial<
    Pick<
      APIGatewayProxyEvent,
      "headers" | "multiValueHeaders" | "queryStringParameters" | "multiValueQueryStringParameters"
    >
  >;

/**
 * The request of an event. The owner is the path parameter, since `path` has the base path of a custom domain before it;
 * and it must stand in `path` letter by letter, as the path stood when IAM decided on it.
 * @throws Refusal when the two differ, or a header that matters occurs twice
 */
export function requestOf(event: RestEvent): Omit<ProxyRequest, "deadline" | "signal"> {
  const owner = event.pathParameters?.["owner"] ?? "";
  const path = event.pathParameters?.["proxy"] ?? "";
  const expected = `/s/${owner}${path === "" ? "" : `/${path}`}`;
  // Either may have been decoded; besides letters a path of Jaeger only has commas.
  if (!commas(event.path.replace(/\/$/, "")).endsWith(commas(expected))) {
    throw malformed("the path is spelled in a way that is not understood");
  }
  return {
    method: event.httpMethod,
    owner,
    path,
    query: queryOf(event),
    headers: headersOf(event),
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  };
}

const commas = (path: string): string => path.replace(/%2c/gi, ",");

function queryOf({ multiValueQueryStringParameters, queryStringParameters }: RestEvent): [string, string][] {
  if (multiValueQueryStringParameters) {
    return Object.entries(multiValueQueryStringParameters).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    );
  }
  return Object.entries(queryStringParameters ?? {}).map(([name, value]) => [name, value ?? ""]);
}

function headersOf({ multiValueHeaders, headers }: RestEvent): Record<string, string> {
  const all: [string, readonly string[]][] = multiValueHeaders
    ? Object.entries(multiValueHeaders).map(([name, values]) => [name, values ?? []])
    : Object.entries(headers ?? {}).map(([name, value]) => [name, value === undefined ? [] : [value]]);
  const merged = new Map<string, string>();
  for (const [name, values] of all) {
    for (const value of values) {
      const key = name.toLowerCase();
      const before = merged.get(key);
      // A type or encoding in two spellings: nobody can say which of them the body has.
      if (before !== undefined && before !== value && /^content-|^x-amzn-remapped-/.test(key)) {
        throw malformed(`the header ${key} occurs twice`);
      }
      merged.set(key, value);
    }
  }
  return Object.fromEntries(merged);
}
