import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { malformed, Refusal } from "./refusal";

const inflate = promisify(gunzip);
const isGzip = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b;

const tooLong = (limit: number) =>
  new Refusal("content_too_long_exception", `the body is longer than ${limit} bytes after decompression`);

/** API Gateway may hand the second one on instead of the first. */
const ENCODING_HEADERS = ["content-encoding", "x-amzn-remapped-content-encoding"];

/**
 * The body without compression: what is checked, and what is forwarded. Gzip is known by its first bytes, with which no
 * JSON begins, since the header may get lost on the way.
 * @throws Refusal when it is longer than `limit` bytes, however small it came, or encoded in another way
 */
export async function plainBody(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  limit: number,
): Promise<Buffer> {
  for (const header of ENCODING_HEADERS) {
    const encoding = (headers[header] ?? "").trim().toLowerCase();
    if (!["", "identity", "gzip"].includes(encoding))
      throw malformed("only the content encoding gzip is understood");
    if (encoding === "gzip" && body.length > 0 && !isGzip(body)) throw malformed("the body is not gzip");
  }
  if (body.length > limit) throw tooLong(limit);
  if (!isGzip(body)) return body;
  try {
    return await inflate(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLong(limit);
    throw malformed("the gzip body is damaged");
  }
}
