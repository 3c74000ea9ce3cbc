import { installTools } from "../tools/tools";
import { eventually, settles, sleep } from "./process";
import { renderedStorage } from "./storage-rendered";
import { runCollector, runQuery, type RunningCollector } from "./storage-jaegers";
import { spanBatch, today } from "./storage-spans";
import { StorageWorld } from "./storage-world";
import { jaegers } from "./traces-fleet-under-test";

const OUTAGE_SECONDS = 60;
const ARRIVAL_SECONDS = 120;
const RECOVERY_SECONDS = 300;
const SERVICE = "outage";
const SPANS = 20;

const tools = installTools();
let world: StorageWorld;
let collector: RunningCollector;
const report: string[] = [];

beforeAll(async () => {
  world = await new StorageWorld(tools, renderedStorage()).start();
  collector = await runCollector(world, tools, "jaeger-outage", jaegers.collector);
});
afterAll(async () => {
  await (world as StorageWorld | undefined)?.stop();
  console.log(report.join("\n"));
});

/** Distinct spans and documents of the service in OpenSearch. */
async function stored(): Promise<{ spans: number; documents: number }> {
  const index = `jaeger-span-${today()}`;
  await world.openSearch.request(`/${index}/_refresh`, "POST");
  const answer = await world.openSearch.request<{
    hits: { total: { value: number } };
    aggregations: { spans: { value: number } };
  }>(`/${index}/_search`, "POST", {
    size: 0,
    track_total_hits: true,
    query: { term: { "process.serviceName": SERVICE } },
    aggs: { spans: { cardinality: { field: "spanID", precision_threshold: 40_000 } } },
  });
  return { spans: answer.aggregations.spans.value, documents: answer.hits.total.value };
}

/** As the gateway: refused or unanswered requests are the sidecar's to send again. */
async function deliver(): Promise<"taken" | "not taken"> {
  const { request } = spanBatch(SPANS, { service: SERVICE });
  const answer = await collector.send(request, "acme").catch(() => undefined);
  return answer?.status === 200 ? "taken" : "not taken";
}

test("an outage of OpenSearch for 60 s loses no accepted span", async () => {
  let accepted = 0;
  let refused = 0;
  const end = { isReached: false };
  const traffic = (async () => {
    while (!end.isReached) {
      if ((await deliver()) === "taken") accepted += SPANS;
      else refused += SPANS;
      await sleep(100);
    }
  })();
  await eventually("the first spans", ARRIVAL_SECONDS, async () =>
    (await stored()).spans > 0 ? true : undefined,
  );
  await world.openSearch.kill();
  await sleep(OUTAGE_SECONDS * 1000);
  const during = accepted;
  await world.openSearch.start();
  const restarted = Date.now();
  await sleep(5000);
  end.isReached = true;
  await traffic;
  const found = await eventually("all spans", RECOVERY_SECONDS, async () => {
    const now = await stored();
    if (now.spans < accepted) throw new Error(`${now.spans} of ${accepted}`);
    return now;
  }).catch(stored);
  const seconds = Math.round((Date.now() - restarted) / 1000);
  const bulks = world.api.calls.filter(({ path }) => path.endsWith("/_bulk"));
  const refusals = bulks.filter(({ status }) => status !== 200);
  // Jaeger 2.13 sends such bulks again. Later versions do not, and count their documents as errors.
  expect(refusals.every(({ status }) => [502, 503, 504].includes(status))).toBe(true);
  report.push(
    `OpenSearch down ${OUTAGE_SECONDS} s: ${accepted} spans accepted (${during} until its return), ${refused} not taken, ` +
      `${found.spans} stored (${found.documents} documents) ${seconds} s after it; ` +
      `${refusals.length} of ${bulks.length} bulks were answered 5xx and sent again by Jaeger`,
  );
  expect(found.spans).toBe(accepted);
});

test("what was stored before can be read again", async () => {
  const query = await runQuery(world, tools, "jaeger-query-outage", jaegers.query);
  await settles("the service and its traces", ARRIVAL_SECONDS, async () => {
    expect(await query.services()).toEqual([SERVICE]);
    expect(await query.find(SERVICE)).toHaveLength(20);
  });
});
