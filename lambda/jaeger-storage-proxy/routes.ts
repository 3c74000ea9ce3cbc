import { type IndexKind, type OwnIndices } from "./indices";
import { denied, malformed } from "./refusal";
import { requireOwn } from "./searches";
import { type RouteKind } from "./types";

/** What a request is, once its path, method and query are allowed. Only its body is still to be checked. */
export type Route =
  | { readonly kind: "info" }
  | { readonly kind: "bulk" }
  | { readonly kind: "msearch"; readonly query: Query }
  | { readonly kind: "exists"; readonly index: string }
  | { readonly kind: "template"; readonly name: string; readonly templateKind: IndexKind }
  | { readonly kind: "search"; readonly indices: readonly string[]; readonly query: Query };

type Query = readonly (readonly [string, string])[];

const PARAMETERS: Readonly<Record<Exclude<RouteKind, "refused">, readonly string[]>> = {
  info: [],
  exists: [],
  template: [],
  bulk: [],
  search: ["ignore_unavailable", "rest_total_hits_as_int"],
  msearch: ["rest_total_hits_as_int"],
};

const PLAIN = /^[A-Za-z0-9_,-]+$/;

/**
 * @param path below the owner's root, encoded once or not at all: API Gateway decodes it in some places
 * @throws Refusal
 */
export function routeOf(method: string, path: string, query: Query, own: OwnIndices): Route {
  const route = match(method, segments(path), query, own);
  requireParameters(query, PARAMETERS[route.kind]);
  return route;
}

/** Both spellings give the same segments, since no segment that is allowed has a percent sign or a slash in it. */
function segments(path: string): string[] {
  if (path === "" || path === "/") return [];
  return path.split("/").map((segment) => {
    let decoded: string;
    try {
      decoded = decodeURIComponent(segment);
    } catch {
      throw malformed("the path is not encoded properly");
    }
    if (!PLAIN.test(decoded)) throw denied("the path has characters that no path of Jaeger has");
    return decoded;
  });
}

function match(method: string, path: readonly string[], query: Query, own: OwnIndices): Route {
  const [first, second] = path;
  const shape = `${method} ${path.length}`;
  if (first === undefined) {
    if (method === "GET" || method === "HEAD") return { kind: "info" };
  } else if (shape === "POST 1" && first === "_bulk") {
    return { kind: "bulk" };
  } else if ((shape === "GET 1" || shape === "POST 1") && first === "_msearch") {
    return { kind: "msearch", query };
  } else if (shape === "HEAD 1" && own.includes(first)) {
    return { kind: "exists", index: first };
  } else if (shape === "PUT 2" && first === "_template" && second !== undefined) {
    const templateKind = own.templateKind(second);
    if (templateKind !== undefined) return { kind: "template", name: second, templateKind };
  } else if (shape === "POST 2" && second === "_search") {
    const indices = first.split(",");
    requireOwn(indices, own);
    return { kind: "search", indices, query };
  }
  throw denied("no operation of Jaeger has this method and path");
}

function requireParameters(query: Query, allowed: readonly string[]): void {
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (!allowed.includes(name)) throw denied("a query parameter is not one that Jaeger sends here");
    if (value !== "true" && value !== "false") throw denied(`${name} must be true or false`);
    if (seen.has(name)) throw denied(`${name} occurs twice`);
    seen.add(name);
  }
}
