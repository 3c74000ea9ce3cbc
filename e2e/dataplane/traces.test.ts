import { MAX_REQUEST_BYTES } from "../../modules/jaeger/limits";
import { warehouse } from "./applications";
import { type JaegerSpan, type JaegerTrace, tag } from "./jaeger-server";
import { eventually, settles } from "./process";
import { spanBatch } from "./storage-spans";
import { type RunningTask } from "./task";
import { acme, globex } from "./traces-fleet-under-test";
import { TracesWorld } from "./traces-world";

/** Batches wait in the sidecar, in Jaeger and in OpenSearch until the next refresh. */
const ARRIVAL_SECONDS = 150;
const ZIPKIN_PORT = 9411;
const OTLP_PORT = 4318;

let world: TracesWorld;
let ofAcme: RunningTask;
let ofGlobex: RunningTask;

beforeAll(async () => {
  world = await TracesWorld.start();
  [ofAcme, ofGlobex] = await Promise.all([world.run(acme), world.run(globex)]);
  await Promise.all(
    [ofAcme, ofGlobex].map(async ({ applicationUrl }) => {
      await warehouse.sendMessage(applicationUrl);
      await warehouse.visit(applicationUrl);
    }),
  );
});
afterAll(async () => {
  await (world as TracesWorld | undefined)?.stop();
});

const address = (task: RunningTask, port: number): string => `http://127.0.0.1:${task.ports.get(port) ?? 0}`;

const sendOtlp = (task: RunningTask, body: object, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${address(task, OTLP_PORT)}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** The one trace that has a span of this name. */
const traceWith = (operation: string, query: Readonly<Record<string, string>> = {}): Promise<JaegerTrace> =>
  eventually(`a trace with ${operation}`, ARRIVAL_SECONDS, async () => {
    const [trace, ...others] = await world.query.find("warehouse", { operation, ...query });
    if (others.length > 0) throw new Error(`${others.length + 1} traces`);
    return trace;
  });

const parentOf = ({ spans }: JaegerTrace, { references }: JaegerSpan): JaegerSpan | undefined =>
  spans.find(({ spanID }) => references.some((each) => each.spanID === spanID));

describe("a request for an item that is not there", () => {
  let trace: JaegerTrace;

  beforeAll(async () => {
    trace = await traceWith("get_dynamodb_item", { tags: JSON.stringify({ error: "true" }) });
    // The application sends a trace in pieces.
    const names = ["GET /items/{item_id}", "get_dynamodb_item", "DynamoDB.GetItem"];
    trace = await world.query.untilOperations(trace.traceID, names, ARRIVAL_SECONDS);
  });

  test("is a trace whose span of DynamoDB is an error", () => {
    const span = trace.spans.find(({ operationName }) => operationName === "get_dynamodb_item");
    if (span === undefined) throw new Error("no such span");
    expect(tag(span, "error")).toBe(true);
    expect(tag(span, "otel.status_code")).toBe("ERROR");
    expect(tag(span, "otel.status_description")).toBe("item not found");
    const root = parentOf(trace, span);
    expect(root?.operationName).toBe("GET /items/{item_id}");
    expect(root?.references).toEqual([]);
    const botocore = trace.spans.filter((each) => parentOf(trace, each)?.spanID === span.spanID);
    expect(botocore.map(({ operationName }) => operationName)).toEqual(["DynamoDB.GetItem"]);
  });

  test("names the tenant in every span, as the gateway set it", () => {
    expect(trace.spans.length).toBeGreaterThanOrEqual(3);
    expect([...new Set(trace.spans.map((span) => tag(span, "tenant.id")))]).toEqual(["acme"]);
  });

  test("says which task it comes from", () => {
    const [process, ...others] = Object.values(trace.processes);
    expect(others).toEqual([]);
    expect(process?.serviceName).toBe("warehouse");
    const tags = Object.fromEntries((process?.tags ?? []).map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({ "aws.ecs.task.family": acme.task.family, "aws.ecs.task.id": ofAcme.taskId });
  });
});

test("services, operations and traces by tag are found", async () => {
  // A service, an operation and a span are documents of their own, in bulks of their own.
  await settles("services and operations", ARRIVAL_SECONDS, async () => {
    expect(await world.query.services()).toEqual(["warehouse"]);
    expect(await world.query.operations("warehouse")).toEqual(
      expect.arrayContaining(["GET /items/{item_id}", "get_dynamodb_item", "send_sqs_message"]),
    );
  });
  const tags = JSON.stringify({ "tenant.id": "acme" });
  await settles("one trace by tag", ARRIVAL_SECONDS, async () => {
    expect(await world.query.find("warehouse", { tags, operation: "send_sqs_message" })).toHaveLength(1);
  });
});

test("a Zipkin span is found like any other", async () => {
  const traceId = "463ac35c9f6413ad48485a3953bb6124";
  const answer = await fetch(`${address(ofAcme, ZIPKIN_PORT)}/api/v2/spans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([
      {
        traceId,
        id: "a2fb4a1d1a96d312",
        kind: "SERVER",
        name: "egress",
        timestamp: Date.now() * 1000,
        duration: 1000,
        localEndpoint: { serviceName: "envoy" },
        tags: { "http.status_code": "200", "tenant.id": "globex" },
      },
    ]),
  });
  expect(answer.status).toBe(202);
  const { spans, processes } = await world.query.untilTrace(traceId, 1, ARRIVAL_SECONDS);
  expect(spans.map((span) => [span.operationName, tag(span, "tenant.id")])).toEqual([["egress", "acme"]]);
  expect(Object.values(processes).map(({ serviceName }) => serviceName)).toEqual(["envoy"]);
});

describe("a forged tenant", () => {
  const forged = { "tenant.id": "globex" };
  const theirs = { tags: JSON.stringify(forged) };

  test("in spans, resource and headers of an application is overridden, and costs no span", async () => {
    const batch = spanBatch(2, { service: "forger", attributes: forged, resource: forged });
    const headers = { "x-scope-orgid": "globex", "X-Scope-OrgID": "globex" };
    expect((await sendOtlp(ofAcme, batch.request, headers)).status).toBe(200);
    const { spans, processes } = await world.query.untilTrace(batch.traceId, 2, ARRIVAL_SECONDS);
    const tenants = (each: Pick<JaegerSpan, "tags">) => [tag(each, "tenant.id"), tag(each, "app.tenant.id")];
    // What the application meant is still there, under another name.
    expect(spans.map(tenants)).toEqual(Array(2).fill(["acme", "globex"]));
    expect(Object.values(processes).map(({ tags = [] }) => tenants({ tags }))).toEqual([
      [undefined, "globex"],
    ]);
    expect(await world.query.find("forger", theirs)).toEqual([]);
  });

  test("of a tenant's own code with its writer role is overridden or refused", async () => {
    const { request, traceId } = spanBatch(1, { service: "code", attributes: forged });
    const body = JSON.stringify(request);
    const json = ["Content-Type", "application/json"] as const;
    const names = ["X-Scope-OrgID", "x-scope-orgid", "X-SCOPE-ORGID", "X_Scope_OrgID"];
    const headers = [json, ...names.map((name) => [name, "globex"] as const)];
    expect((await world.callAs(acme, "/v1/t/acme/v1/traces", { body, headers })).status).toBe(200);
    const { spans } = await world.query.untilTrace(traceId, 1, ARRIVAL_SECONDS);
    expect(spans.map((span) => tag(span, "tenant.id"))).toEqual(["acme"]);
    expect(await world.query.find("code", theirs)).toEqual([]);
    expect((await world.callAs(acme, "/v1/t/globex/v1/traces", { body, headers: [json] })).status).toBe(403);
  });
});

test("a large batch of an application arrives whole: the sidecar sends it in pieces that Jaeger takes", async () => {
  const since = world.api.calls.length;
  const batch = spanBatch(1500, { service: "batches", padding: 1000 });
  expect(JSON.stringify(batch.request).length).toBeGreaterThan(4 * MAX_REQUEST_BYTES);
  expect((await sendOtlp(ofAcme, batch.request)).status).toBe(200);
  const query = { term: { traceID: batch.traceId } };
  await settles("all its spans", ARRIVAL_SECONDS, async () => {
    expect(await world.storage.openSearch.count("jaeger-span-*", query)).toBe(batch.spans);
  });
  expect([...new Set(world.api.calls.slice(since).map(({ status }) => status))]).toEqual([200]);
});

describe("a tenant with a Jaeger in its tasks", () => {
  test("has its traces in its own indices, and nobody else does", async () => {
    const query = await world.tenantQuery("globex");
    const [trace] = await eventually("globex's trace", ARRIVAL_SECONDS, async () => {
      const found = await query.find("warehouse", {
        operation: "get_dynamodb_item",
        tags: '{"error":"true"}',
      });
      return found.length > 0 ? found : undefined;
    });
    if (trace === undefined) throw new Error("no trace");
    await settles("globex's service and the rest of its spans", ARRIVAL_SECONDS, async () => {
      expect(await query.services()).toEqual(["warehouse"]);
      expect(await world.storage.openSearch.count("globex-jaeger-span-*")).toBeGreaterThan(5);
    });
    // What acme's sidecar sends later has come: what globex's sent before would have come as well.
    const marker = spanBatch(1, { service: "marker" });
    expect((await sendOtlp(ofAcme, marker.request)).status).toBe(200);
    await world.query.untilTrace(marker.traceId, 1, ARRIVAL_SECONDS);
    expect(await world.query.trace(trace.traceID)).toBeUndefined();
    const theirs = { term: { traceID: trace.traceID } };
    expect(await world.storage.openSearch.count("jaeger-span-*", theirs)).toBe(0);
  });

  test("sends nothing past the storage API", () => {
    const ofWriter = world.api.calls.filter(({ principal }) => principal === globex.trust.roleArn);
    expect(ofWriter.filter(({ path }) => path.endsWith("/traces"))).toEqual([]);
    const { calls } = world.storage.api;
    const writer = calls.filter(({ principal }) => principal === globex.trust.roleArn);
    expect(writer.length).toBeGreaterThan(0);
    expect(writer.every(({ path, status }) => path.startsWith("/v1/s/globex") && status === 200)).toBe(true);
  });
});
