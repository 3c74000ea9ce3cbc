/**
 * One spelling per URL. SigV4 is described as "encode the decoded path twice", and most signers do "encode what is sent once more".
 * The two only agree when what is sent has everything but unreserved characters encoded: so `*` and `,` leave here as `%2A` and `%2C`.
 */

/** RFC 3986: everything but `A-Z a-z 0-9 - . _ ~` is percent-encoded, in upper case. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The request target for decoded path segments and decoded query parameters: `/a%2Cb/_search?x=1`. */
export function requestTarget(
  segments: readonly string[],
  query: readonly (readonly [string, string])[] = [],
): string {
  const path = `/${segments.map(encodeUri).join("/")}`;
  if (query.length === 0) return path;
  return `${path}?${query.map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`).join("&")}`;
}
