import { type IncomingHttpHeaders } from "node:http";

/** The headers but those of these names, in lower case. */
export function without(headers: IncomingHttpHeaders, names: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
