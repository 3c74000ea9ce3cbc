import http from "node:http";
import type { AddressInfo } from "node:net";
import { CallError } from "../../lambda/alert-router/attempts";
import { webPost, type Post, type PostAnswer } from "../../lambda/alert-router/post";

interface Received {
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const received: Received[] = [];
let answer: (response: http.ServerResponse) => void = () => undefined;
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    received.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
});
let post: Post;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  post = webPost("Slack", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received.length = 0;
});

const send = (limitMs = 2000): Promise<PostAnswer> =>
  post({ target: "/services/secret", headers: { "content-type": "text/x" }, body: "ä", limitMs });

test("sends what it is given, without a signature", async () => {
  answer = (response) => response.writeHead(200).end("ok");
  expect(await send()).toEqual({ status: 200, body: "ok", retryAfterSeconds: 0 });
  expect(received).toEqual([
    {
      url: "/services/secret",
      body: "ä",
      headers: expect.objectContaining({ "content-type": "text/x", "content-length": "2" }) as unknown,
    },
  ]);
  expect(received[0]?.headers).not.toHaveProperty("authorization");
});

test("follows no redirect", async () => {
  answer = (response) => response.writeHead(302, { location: "/elsewhere" }).end();
  expect((await send()).status).toBe(302);
  expect(received).toHaveLength(1);
});

test.each([
  ["3", 3],
  ["soon", 0],
  ["-1", 0],
])("Retry-After %s is %s seconds", async (value, seconds) => {
  answer = (response) => response.writeHead(429, { "retry-after": value }).end();
  expect(await send()).toEqual({ status: 429, body: "", retryAfterSeconds: seconds });
});

test.each<[string, typeof answer, RegExp]>([
  ["a connection that breaks", (response) => response.destroy(), /^Slack cannot be reached \(ECONNRESET\)$/],
  [
    "no answer in time",
    () => undefined,
    /^Slack cannot be reached \((TimeoutError|ABORT_ERR|AbortError|23)\)$/,
  ],
  [
    "an answer without end",
    (response) => response.writeHead(200).end("x".repeat(2 * 1024 * 1024)),
    /^Slack cannot be reached \(RangeError\)$/,
  ],
])("%s is a failure that passes, and its message names no address", async (_name, reaction, message) => {
  answer = reaction;
  const error = await send(300).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CallError);
  expect(error).toMatchObject({ isPassing: true, message: expect.stringMatching(message) as unknown });
});
