import { FakeOpenSearch, TODAY, errorType, proxyBefore, type Sent } from "./opensearch";

/** An index that is acme's, which no attack needs to guess. */
export const ACME = `acme-jaeger-span-${TODAY}`;

/**
 * Sets a proxy up for a file in which nothing may reach OpenSearch.
 * @returns asks, and tells the status that it was refused with
 */
export function refusals(): (asked: Sent) => Promise<number> {
  const server = new FakeOpenSearch();
  let under: ReturnType<typeof proxyBefore>;
  beforeAll(async () => {
    under = proxyBefore(await server.start());
  });
  afterAll(async () => {
    under.close();
    await server.stop();
  });
  beforeEach(() => {
    server.reset();
  });
  return async (asked) => {
    const got = await under.send(asked);
    if (server.seen.length > 0) throw new Error(`It was forwarded: ${JSON.stringify(server.seen)}`);
    expect([400, 403, 406]).toContain(got.status);
    if (asked.method !== "HEAD") errorType(got);
    return got.status;
  };
}
