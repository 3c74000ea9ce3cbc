/**
 * One execution environment of a Lambda function with streamed answers: `node lambda-runtime.mjs <bundle>`. Takes events as the
 * bodies of POST requests on the loopback interface, says on which port, and how long the function's code took to load.
 */
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const [, , bundle] = process.argv;
const { LAMBDA_TIMEOUT_MS } = process.env;

/** As the runtime of nodejs24.x has it; here the answer's stream is the answer of an HTTP request. */
globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { isStreaming: true }),
  HttpResponseStream: {
    from(stream, { statusCode, headers }) {
      stream.writeHead(statusCode, { ...headers, "x-standin-mode": "streaming" });
      return stream;
    },
  },
};

const before = performance.now();
const { handler } = createRequire(import.meta.url)(bundle);
const loadedMs = performance.now() - before;

async function answer(incoming, outgoing) {
  const end = Date.now() + Number(LAMBDA_TIMEOUT_MS);
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const event = JSON.parse(Buffer.concat(chunks).toString());
  const context = { getRemainingTimeInMillis: () => end - Date.now(), awsRequestId: "standin" };
  if (handler.isStreaming) {
    await handler(event, outgoing, context);
    return;
  }
  const result = JSON.stringify((await handler(event, context)) ?? null);
  outgoing.writeHead(200, { "x-standin-mode": "plain" }).end(result);
}

const server = createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch((error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(500, { "x-standin-mode": "error" }).end(String(error?.message ?? error));
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`standin port=${server.address().port} loaded=${loadedMs.toFixed(1)}\n`);
});
