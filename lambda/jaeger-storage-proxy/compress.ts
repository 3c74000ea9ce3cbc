import { pipeline } from "node:stream";
import { constants, createGzip, gzipSync } from "node:zlib";
import { type ProxyResponse } from "./types";

/** Shorter answers are not worth it. */
const MIN_BYTES = 4096;
const OPTIONS = { level: constants.Z_BEST_SPEED };

/**
 * The answer in gzip when the caller understands it. Spans shrink to a tenth, and API Gateway streams what is past the
 * first megabytes slowly. OpenSearch is not asked for gzip: it is near, and errors are read here.
 */
export function compressed(answer: ProxyResponse, acceptEncoding: string): ProxyResponse {
  const { body, headers } = answer;
  const length = Buffer.isBuffer(body) ? body.length : Number(headers["content-length"] ?? Infinity);
  if (length < MIN_BYTES || !acceptsGzip(acceptEncoding)) return answer;
  const kept = Object.entries(headers).filter(([name]) => name !== "content-length");
  const gzipped = { ...answer, headers: { ...Object.fromEntries(kept), "content-encoding": "gzip" } };
  if (Buffer.isBuffer(body)) return { ...gzipped, body: gzipSync(body, OPTIONS) };
  const gzip = createGzip(OPTIONS);
  // It destroys both when either breaks; whoever reads the second one sees that.
  pipeline(body, gzip, () => undefined);
  return { ...gzipped, body: gzip };
}

function acceptsGzip(header: string): boolean {
  return header
    .split(",")
    .some((one) => /^\s*gzip\s*(?:;\s*q=(?:1(?:\.0*)?|0?\.\d*[1-9]\d*)\s*)?$/i.test(one));
}
