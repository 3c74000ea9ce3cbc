import { writeFileSync } from "node:fs";
import { parse } from "yaml";
import { lokiSource } from "../../modules/grafana-content/data-sources";
import { installTools } from "../tools/tools";
import { shop, warehouse } from "./applications";
import { type JaegerTrace } from "./jaeger-server";
import { fluentBitRequest } from "./logs-fluent-bit";
import { renderedCentral } from "./logs-rendered";
import { type LokiEntry, LokiServer } from "./loki-server";
import { eventually, settles } from "./process";
import { type RunningTask } from "./task";
import { acme, synthesised } from "./traces-fleet-under-test";
import { TracesWorld } from "./traces-world";

/** Batches of spans and of lines wait in the sidecar, in Jaeger and in OpenSearch until the next refresh. */
const ARRIVAL_SECONDS = 150;

let loki: LokiServer;
let world: TracesWorld;

beforeAll(async () => {
  const rendered = renderedCentral(synthesised);
  const [server] = await LokiServer.prepare(installTools().loki, [rendered.loki]);
  if (server === undefined) throw new Error("nothing prepared");
  loki = server;
  writeFileSync(loki.overridesFile, rendered.lokiOverrides);
  await loki.start();
  world = await TracesWorld.start({ lokiPort: Number(new URL(loki.url).port) });
});
afterAll(async () => {
  await (world as TracesWorld | undefined)?.stop();
  await (loki as LokiServer | undefined)?.remove();
});

/** The one trace of a task that has a span of this name. */
const traceOf = (task: RunningTask, operation: RegExp): Promise<JaegerTrace> =>
  eventually(`a trace with ${String(operation)}`, ARRIVAL_SECONDS, async () => {
    const found = (await world.query.find(acme.service)).filter(
      ({ spans, processes }) =>
        spans.some(({ operationName }) => operation.test(operationName)) &&
        Object.values(processes).some(({ tags = [] }) => tags.some(({ value }) => value === task.taskId)),
    );
    if (found.length > 1) throw new Error(`${found.length} traces`);
    return found[0];
  });

/** Everything that the application wrote to its standard output, as FireLens sends it. */
async function throughFireLens(task: RunningTask): Promise<void> {
  const started = BigInt(Date.now()) * 1_000_000n;
  const lines = task.application.log
    .split("\n")
    .filter((text) => text !== "")
    .map((text, index) => ({ time: started + BigInt(index), text }));
  const from = { ...acme, taskId: task.taskId, container: acme.service, family: acme.task.family };
  const { status } = await fetch(`${task.otlpUrl}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf" },
    body: new Uint8Array(fluentBitRequest(from, lines)),
  });
  expect(status).toBe(200);
}

/** The one entry that a query of this tenant finds. */
const entryOf = (query: string): Promise<LokiEntry> =>
  eventually(query, ARRIVAL_SECONDS, async () => {
    const [entry, ...others] = await loki.query("acme", query);
    if (others.length > 0) throw new Error(`${others.length + 1} entries`);
    return entry;
  });

/** What Grafana links a line to: what the patterns of the data source's derived fields find in it. */
const linksOf = (line: string): (string | undefined)[] => {
  const source = lokiSource({ uid: "l", name: "Loki", url: loki.url, tenant: "acme", jaegerUid: "j" });
  const fields = source.json.derivedFields as readonly { matcherRegex: string; matcherType?: string }[];
  return fields
    .filter(({ matcherType }) => matcherType !== "label")
    .map(({ matcherRegex }) => new RegExp(matcherRegex).exec(line)?.[1]);
};

const SELECTOR = `{service_name="${acme.service}"}`;

/** Grafana's query for the lines of a trace, with `filterByTraceID` and the tag `service.name`. */
const linesOfTrace = (id: string): string =>
  `${SELECTOR} | label_format log_line_contains_trace_id=\`{{ contains "${id}" __line__  }}\`` +
  ` | log_line_contains_trace_id="true" or trace_id="${id}"`;

const statusOf = async (url: string): Promise<number> => {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.status;
};

describe.each([
  {
    language: "Python",
    application: warehouse,
    use: async (url: string) => {
      expect(await statusOf(`${url}/items/link`)).toBe(404);
    },
    operation: /^get_dynamodb_item$/,
    message: "no item link",
  },
  {
    language: "Node",
    application: shop,
    use: shop.sendMessage,
    operation: /^POST/,
    message: "order accepted",
  },
])("a line that a $language application writes to its standard output", (each) => {
  let trace: JaegerTrace;
  let entry: LokiEntry;

  beforeAll(async () => {
    const task = await world.run(acme, { application: each.application });
    await each.use(task.applicationUrl);
    trace = await traceOf(task, each.operation);
    await throughFireLens(task);
    entry = await entryOf(`${SELECTOR} |= "${trace.traceID}"`);
  });

  test("is found by the trace's id, and by nobody else", async () => {
    expect(JSON.parse(entry.line)).toMatchObject({ message: each.message, trace_id: trace.traceID });
    expect(await loki.query("globex", `${SELECTOR} |= "${trace.traceID}"`)).toEqual([]);
    expect((await loki.query("acme", linesOfTrace(trace.traceID))).map(({ line }) => line)).toEqual([
      entry.line,
    ]);
  });

  test("opens the trace, by the link that Grafana makes of it", async () => {
    const { span_id: spanId } = JSON.parse(entry.line) as { span_id: string };
    const [id = "", ...others] = linksOf(entry.line);
    expect(others).toEqual([]);
    expect(id).toBe(trace.traceID);
    // The application sends a trace in pieces.
    await settles("the span of the line", ARRIVAL_SECONDS, async () => {
      expect((await world.query.trace(id))?.spans.map(({ spanID }) => spanID)).toContain(spanId);
    });
  });
});

test("a line that an application's SDK sends has the trace's id beside it", async () => {
  const task = await world.run(acme, {
    environment: { OTEL_LOGS_EXPORTER: "otlp", OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED: "true" },
  });
  await task.collectorHealthy();
  expect(await statusOf(`${task.applicationUrl}/items/direct`)).toBe(404);
  const { traceID, spans } = await traceOf(task, /^get_dynamodb_item$/);
  const entry = await entryOf(`${SELECTOR} | trace_id="${traceID}"`);
  expect(entry.line).toBe("no item direct");
  expect(entry.labels).toMatchObject({ tenant: "acme", trace_id: traceID, aws_ecs_task_id: task.taskId });
  expect(spans.map(({ spanID }) => spanID)).toContain(entry.labels.span_id);
  // Not in the line, and no label of a stream: every trace would be a stream of its own.
  expect(await loki.query("acme", `${SELECTOR} |= "${traceID}"`)).toEqual([]);
  for (const labels of await loki.series("acme", SELECTOR)) expect(labels).not.toHaveProperty("trace_id");
  expect((await loki.query("acme", linesOfTrace(traceID))).map(({ line }) => line)).toEqual([entry.line]);
  expect(await loki.query("globex", `${SELECTOR} | trace_id="${traceID}"`)).toEqual([]);
});

test("X-Ray is told the log group that the log router writes to", () => {
  const { exporters } = parse(acme.task.config) as { exporters: { awsxray: { aws_log_groups: string[] } } };
  const stack = JSON.stringify(synthesised.stack("tenant-acme"));
  const [group = "", ...others] = exporters.awsxray.aws_log_groups;
  expect(others).toEqual([]);
  expect(stack).toContain(`log_group_name ${group}\\\\n`);
});
