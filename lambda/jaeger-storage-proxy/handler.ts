import { type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type APIGatewayProxyResult } from "aws-lambda";
import { readAll } from "../shared/http";
import { failureOf } from "./answers";
import { requestOf, type RestEvent } from "./event";
import { Refusal } from "./refusal";
import { type Proxy, type ProxyResponse } from "./types";

/** What Lambda's runtime puts into the global scope for functions that stream their answers. */
export interface AwsLambda {
  streamifyResponse(
    handler: (event: RestEvent, stream: Writable, context: LambdaContext) => Promise<void>,
  ): StreamingHandler;
  readonly HttpResponseStream: {
    from(
      stream: Writable,
      prelude: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> },
    ): Writable;
  };
}

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export type PlainHandler = (event: RestEvent, context: LambdaContext) => Promise<APIGatewayProxyResult>;
export type StreamingHandler = (event: RestEvent, stream: Writable, context: LambdaContext) => Promise<void>;

/** Milliseconds that are kept for writing the answer. */
const MARGIN_MS = 1500;
/** Lambda's limit of an answer that is not streamed is 6 MB of JSON; base64 makes four bytes of three. */
const MAX_PLAIN_BYTES = 4_400_000;

/**
 * The function for a proxy integration of a REST API: streaming where the runtime can, else with a plain result.
 * @param awslambda the runtime's global of that name
 */
export function handlerOf(proxy: Proxy, awslambda: AwsLambda | undefined): PlainHandler | StreamingHandler {
  const plain: PlainHandler = async (event, context) => plainResult(await answer(proxy, event, context));
  if (awslambda === undefined) return plain;
  return awslambda.streamifyResponse(async (event, stream, context) => {
    const { status, headers, body } = await answer(proxy, event, context);
    const out = awslambda.HttpResponseStream.from(stream, {
      statusCode: status,
      headers: withoutLength(headers),
    });
    if (Buffer.isBuffer(body)) {
      // The runtime sends status and headers with the first write, so there must be one.
      out.write(body);
      out.end();
    } else {
      await pipeline(body, out);
    }
  });
}

/** The length is the transport's business here. */
function withoutLength(headers: ProxyResponse["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "content-length"));
}

async function answer(proxy: Proxy, event: RestEvent, context: LambdaContext): Promise<ProxyResponse> {
  const deadline = Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
  try {
    return await proxy({ ...requestOf(event), deadline });
  } catch (error) {
    if (error instanceof Refusal) return refusal(error);
    throw error;
  }
}

async function plainResult(response: ProxyResponse): Promise<APIGatewayProxyResult> {
  const { status, headers, body } = response;
  try {
    const whole = Buffer.isBuffer(body)
      ? body
      : await readAll(body as AsyncIterable<Buffer>, MAX_PLAIN_BYTES);
    if (whole.length > MAX_PLAIN_BYTES) throw new RangeError("The answer is too long.");
    return {
      statusCode: status,
      headers: { ...headers },
      body: whole.toString("base64"),
      isBase64Encoded: true,
    };
  } catch (error) {
    const isLong = error instanceof RangeError;
    const reason = isLong
      ? "the answer is longer than fits without streaming"
      : "OpenSearch's answer broke off";
    return plainResult(refusal(new Refusal("bad_gateway_exception", reason)));
  }
}

function refusal(error: Refusal): ProxyResponse {
  const { status, body } = failureOf(error);
  return { status, headers: { "content-type": "application/json" }, body };
}
