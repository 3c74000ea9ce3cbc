import { randomBytes } from "node:crypto";
import { stringify } from "yaml";
import { DEFAULT_TRACES, input } from "../../__tests__/support/collector-inputs";
import type { ServiceTraces } from "../../fleet/trace-types";
import { collectorConfig } from "../../modules/collector/config";
import type { Generation } from "../../modules/collector/generations";
import { StandinServer } from "../standins/http";
import { installTools } from "../tools/tools";
import { freePort } from "./free-ports";
import { eventually, ManagedProcess, settles } from "./process";

/** The longest wait for a decision is 10 s. */
const DECISION_SECONDS = 90;

interface Span {
  readonly traceId: string;
  readonly name: string;
}
interface Traces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;

/** A real collector with the samplers of the rendered configuration between a receiver and this test. */
class Sampler {
  readonly kept = new Set<string>();
  /** `TRACE NAME` of every span, in the order of arrival. */
  readonly spans: string[] = [];
  private readonly sink = new StandinServer(({ body }) => {
    const { resourceSpans } = JSON.parse(body.toString()) as Traces;
    for (const { traceId, name } of resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((s) => s.spans),
    )) {
      this.kept.add(traceId);
      this.spans.push(`${traceId} ${name}`);
    }
    return { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
  });
  private collector?: ManagedProcess;
  private receiver = 0;
  private metrics = 0;

  constructor(
    private readonly sampling: Partial<ServiceTraces["sampling"]>,
    private readonly memoryMiB = 256,
    private readonly generation: Generation = 1,
  ) {}

  async start(): Promise<this> {
    await this.sink.start();
    [this.receiver, this.metrics] = [await freePort(), await freePort()];
    const traces = { ...DEFAULT_TRACES, sampling: { ...DEFAULT_TRACES.sampling, ...this.sampling } };
    const rendered = collectorConfig(
      input({}, { traces, memoryMiB: this.memoryMiB, generation: this.generation }),
    );
    const names = rendered.service.pipelines["traces"]?.processors.filter((id) => id.includes("sampl")) ?? [];
    const reader = { pull: { exporter: { prometheus: { host: "127.0.0.1", port: this.metrics } } } };
    this.collector = new ManagedProcess({
      name: "sampler",
      command: installTools().collector,
      args: ["--config=env:CONFIG"],
      environment: {
        CONFIG: stringify({
          receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${this.receiver}` } } } },
          processors: Object.fromEntries(names.map((name) => [name, rendered.processors[name]])),
          exporters: { otlp_http: { endpoint: this.sink.url, encoding: "json", compression: "none" } },
          service: {
            telemetry: { metrics: { readers: [reader] } },
            pipelines: { traces: { receivers: ["otlp"], processors: names, exporters: ["otlp_http"] } },
          },
        }),
      },
    });
    const { collector } = this;
    await eventually("the receiver", 60, async () => {
      if (!collector.running) throw new Error(collector.log);
      return (await this.post({ resourceSpans: [] })).ok ? true : undefined;
    });
    return this;
  }

  /** A span of each trace; `error` of its status. */
  async send(ids: readonly string[], error = false, name = "work"): Promise<void> {
    const spans = ids.map((traceId) => ({
      traceId,
      spanId: randomBytes(8).toString("hex"),
      name,
      kind: 1,
      startTimeUnixNano: String(now() - 1_000_000n),
      endTimeUnixNano: String(now()),
      status: { code: error ? 2 : 0 },
    }));
    expect((await this.post({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).status).toBe(200);
  }

  /** One of the collector's own metrics, with this label; undefined when there is none. */
  async metric(name: string, label = ""): Promise<number | undefined> {
    const page = await (await fetch(`http://127.0.0.1:${this.metrics}/metrics`)).text();
    const lines = page
      .split("\n")
      .filter((line) => new RegExp(`^${name}[{ ]`).test(line) && line.includes(label));
    const value = lines[0]?.split(" ").at(-1);
    return value === undefined ? undefined : Number(value);
  }

  async stop(): Promise<void> {
    await this.collector?.stop();
    await this.sink.stop();
  }

  private post(body: object): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.receiver}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }
}

const running: Sampler[] = [];
const sampler = async (...of: ConstructorParameters<typeof Sampler>): Promise<Sampler> => {
  const each = new Sampler(...of);
  running.push(each);
  return each.start();
};
afterAll(async () => {
  await Promise.allSettled(running.map((each) => each.stop()));
});

const ids = (count: number): string[] => [...Array(count).keys()].map(() => randomBytes(16).toString("hex"));

/** Traces that were decided on, by the decision. */
const DECIDED = "otelcol_processor_tail_sampling_global_count_traces_sampled";

test("the share is the same traces whatever else the services keep, and those of a higher ratio too", async () => {
  const [alone, withErrors, withSlow, half] = await Promise.all([
    sampler({ ratio: 0.25, keepErrors: false }),
    sampler({ ratio: 0.25, keepErrors: true }),
    sampler({ ratio: 0.25, keepErrors: true, keepSlowerThanMs: 60_000 }),
    sampler({ ratio: 0.5, keepErrors: false }),
  ]);
  const all = [alone, withErrors, withSlow, half];
  const traces = ids(1000);
  const failed = ids(20);
  for (const each of all) {
    await each.send(traces);
    await each.send(failed, true);
  }
  const share = ({ kept }: Sampler): string[] => traces.filter((id) => kept.has(id));
  await settles("every decision", DECISION_SECONDS, async () => {
    for (const each of all) {
      const decided = ["true", "false"].map((sampled) => each.metric(DECIDED, `sampled="${sampled}"`));
      const [kept = 0, dropped = 0] = await Promise.all(decided);
      expect(kept + dropped).toBe(1020);
      expect(each.kept.size).toBe(kept);
    }
  });
  // Four standard deviations of 1000 trials around a quarter.
  expect(share(alone).length).toBeGreaterThan(195);
  expect(share(alone).length).toBeLessThan(305);
  expect(share(withErrors)).toEqual(share(alone));
  expect(share(withSlow)).toEqual(share(alone));
  expect(share(half)).toEqual(expect.arrayContaining(share(alone)));
  expect(share(half).length).toBeGreaterThan(share(alone).length + 150);
  for (const each of [withErrors, withSlow]) expect(failed.filter((id) => !each.kept.has(id))).toEqual([]);
  expect(failed.filter((id) => !alone.kept.has(id)).length).toBeGreaterThan(0);
});

test("traces that a full sampler drops undecided are counted", async () => {
  // Room for 10 traces.
  const full = await sampler({ ratio: 0.5, keepErrors: true }, 1);
  await full.send(ids(110), true);
  await settles("what was dropped", DECISION_SECONDS, async () => {
    expect(await full.metric("otelcol_processor_tail_sampling_sampling_trace_dropped_too_early")).toBe(100);
    expect(full.kept.size).toBe(10);
  });
});

test("a late span of a trace that was kept for an error: dropped by generation 1, kept by generation 2", async () => {
  const CACHED = "otelcol_processor_tail_sampling_early_releases_from_cache_decision";
  const lateIn = async (generation: Generation) => {
    // Room for 10 traces; the share is none of these.
    const each = await sampler({ ratio: 0, keepErrors: true }, 1, generation);
    const decided = async (kept: number, dropped: number) =>
      settles(`decisions of generation ${generation}`, DECISION_SECONDS, async () => {
        const counts = ["true", "false"].map((sampled) => each.metric(DECIDED, `sampled="${sampled}"`));
        expect((await Promise.all(counts)).map((count = 0) => count)).toEqual([kept, dropped]);
      });
    const [failed = ""] = ids(1);
    const [first = "", ...others] = ids(21);
    await each.send([failed], true);
    await decided(1, 0);
    // Pushes the failed trace out of the memory, and then itself.
    await each.send([first, ...others.slice(0, 9)]);
    await decided(1, 10);
    await each.send(others.slice(9, 19));
    await decided(1, 20);
    await each.send([failed], false, "late");
    await each.send([first], true, "late error");
    return { each, decided, failed, first };
  };
  const [one, two] = await Promise.all([lateIn(1), lateIn(2)]);
  // The first knows nothing of the trace any more: its late span is a trace without an error.
  await one.decided(2, 21);
  expect(one.each.spans).toEqual([`${one.failed} work`, `${one.first} late error`]);
  expect(await one.each.metric(CACHED)).toBeUndefined();
  // The second remembers what it kept, and nothing of what it did not: an error is never lost for its trace's sake.
  await two.decided(2, 20);
  expect(two.each.spans).toEqual([`${two.failed} work`, `${two.failed} late`, `${two.first} late error`]);
  expect(await two.each.metric(CACHED, 'sampled="true"')).toBe(1);
  expect(await two.each.metric(CACHED, 'sampled="false"')).toBeUndefined();
});
