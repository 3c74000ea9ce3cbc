import { type APIGatewayProxyResult } from "aws-lambda";
import { type LambdaContext, type PlainHandler } from "../../../lambda/jaeger-storage-proxy/handler";
import { FakeOpenSearch, TODAY } from "./opensearch";

/** The function as it is deployed: put together from its environment. */
const context: LambdaContext = { getRemainingTimeInMillis: () => 60_000 };
const server = new FakeOpenSearch();
const environment = process.env;
let handler: PlainHandler;
/** Milliseconds by which the clock has been put forward. */
let forward = 0;

beforeAll(async () => {
  const realNow = Date.now;
  jest.spyOn(Date, "now").mockImplementation(() => realNow() + forward);
  jest.spyOn(process.stdout, "write").mockImplementation(() => true);
  process.env = {
    ...environment,
    OPENSEARCH_URL: await server.start(),
    REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  // It reads its settings when it is loaded.
  const entry = jest.requireActual<{ handler: unknown }>("../../../lambda/jaeger-storage-proxy/lambda");
  handler = entry.handler as PlainHandler;
});
afterAll(async () => {
  process.env = environment;
  jest.restoreAllMocks();
  await server.stop();
});

/** Searches in that owner's indices; OpenSearch takes 40 s for it. */
async function slowSearch(owner: string): Promise<APIGatewayProxyResult> {
  server.answer = (_request, response) => {
    forward += 40_000;
    response.end("{}");
  };
  const path = `${owner === "central" ? "" : `${owner}-`}jaeger-span-${TODAY}/_search`;
  return handler(
    {
      httpMethod: "POST",
      path: `/s/${owner}/${path}`,
      pathParameters: { owner, proxy: path },
      multiValueHeaders: {},
      multiValueQueryStringParameters: null,
      body: "{}",
      isBase64Encoded: false,
    },
    context,
  );
}

test("bounds what each tenant takes of it, and not the shared store", async () => {
  const statuses: Record<string, number[]> = {};
  for (const owner of ["acme", "central"]) {
    statuses[owner] = [];
    for (let n = 0; n < 3; n += 1) statuses[owner].push((await slowSearch(owner)).statusCode);
  }
  expect(statuses).toEqual({ acme: [200, 429, 429], central: [200, 200, 200] });
  expect((await slowSearch("globex")).statusCode).toBe(200);
  expect(server.seen).toHaveLength(5);
});
