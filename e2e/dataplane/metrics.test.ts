import { createSocket } from "node:dgram";
import { shop, Traffic, warehouse, type Application } from "./applications";
import { acme, globex, type TenantUnderTest } from "./fleet-under-test";
import { eventually, settles, sleep } from "./process";
import { gaps, total } from "./samples";
import { type RunningTask } from "./task";
import { EXPORT_SECONDS, World } from "./world";

/** Interval of scrape, StatsD and task metrics in the fleet of these tests, in seconds. */
const INTERVAL_SECONDS = 5;
const OUTAGE_SECONDS = 30;
/** Interval, batch and the longest pause between two attempts, on a slow machine. */
const ARRIVAL_SECONDS = 150;
/** More than all tests here take. */
const HISTORY_MINUTES = 30;

const ECS_TASK_METRICS = [
  "ecs_task_cpu_reserved",
  "ecs_task_cpu_utilized",
  "ecs_task_memory_reserved",
  "ecs_task_memory_utilized",
  "ecs_task_network_rate_rx",
  "ecs_task_network_rate_tx",
  "ecs_task_storage_read_bytes",
  "ecs_task_storage_write_bytes",
];

interface Subject {
  readonly name: string;
  readonly under: TenantUnderTest;
  readonly application: Application;
  readonly task: RunningTask;
  readonly traffic: Traffic;
  /** Selects the series of this very task. */
  readonly own: string;
}

let world: World;
let subjects: readonly Subject[] = [];
let stranger: RunningTask;
const report: string[] = [];

/** The subject's series by way of arrival, with the seconds between two samples. */
const ways = ({ application: { expected }, own }: Subject) => ({
  counter: {
    selector: `sqs_messages_sent_total{${own},queue="messages",status="success"}`,
    every: EXPORT_SECONDS,
  },
  http: { selector: `${expected.http}{${own}}`, every: EXPORT_SECONDS },
  scraped: { selector: `${expected.scraped}{${own}}`, every: INTERVAL_SECONDS },
  statsdCounter: { selector: `${expected.statsdCounter}{${own}}`, every: INTERVAL_SECONDS },
  statsdTimer: { selector: `${expected.statsdTimer}{${own},quantile="0.5"}`, every: INTERVAL_SECONDS },
  ecs: { selector: `ecs_task_memory_utilized{${own}}`, every: INTERVAL_SECONDS },
});

/** Waits until the counter's total is `expected`; the total of StatsD counters may begin anew in between. */
const finalTotal = (selector: string, expected: number): Promise<boolean> =>
  settles(`${selector} at ${expected}`, ARRIVAL_SECONDS, async () => {
    const [series] = await world.prometheus.samples(selector, HISTORY_MINUTES);
    expect(total(series?.samples ?? [])).toBe(expected);
  });

beforeAll(async () => {
  world = await World.start();
  const run = (under: TenantUnderTest, application: Application): Promise<Subject[]> =>
    Promise.all(
      [1, 2].map(async (number) => {
        const task = await world.run(under, application, {
          // Nothing takes traces yet; on the standard output a test can read them.
          application: application === warehouse ? { OTEL_TRACES_EXPORTER: "console" } : {},
        });
        // What is sent by UDP before the collector listens is lost by design.
        await task.collectorHealthy();
        const traffic = new Traffic(application, task.applicationUrl, 300);
        const own = `tenant="${under.tenant}",aws_ecs_task_id="${task.taskId}"`;
        return { name: `${under.service} ${number}`, under, application, task, traffic, own };
      }),
    );
  const foreign = { collector: { AMP_EXTERNAL_ID: "tenantscope-wrong" } };
  [subjects, stranger] = await Promise.all([
    Promise.all([run(acme, shop), run(globex, warehouse)]).then((groups) => groups.flat()),
    world.run(acme, shop, foreign),
  ]);
});

afterAll(async () => {
  await Promise.all(subjects.map(({ traffic }) => traffic.stop()));
  // Unset when the world did not come up.
  await (world as World | undefined)?.stop();
  console.log(report.join("\n"));
});

test("every task's metrics arrive in each of the ways", async () => {
  const started = Date.now();
  const arrivals = subjects.flatMap((subject) =>
    Object.entries(ways(subject)).map(async ([way, { selector }]) => {
      const count = await eventually(`${way} of ${subject.name}: ${selector}`, ARRIVAL_SECONDS, async () => {
        const found = await world.prometheus.query(selector);
        return found.length === 0 ? undefined : found.length;
      });
      return `${subject.name}: ${way} after ${((Date.now() - started) / 1000).toFixed(1)} s, ${count} series`;
    }),
  );
  report.push(...(await Promise.all(arrivals)));
});

test("a fault of the application is visible: operations by outcome, and 404 in the HTTP metrics", async () => {
  for (const { own } of subjects.filter(({ application }) => application === warehouse)) {
    await settles("all operations", ARRIVAL_SECONDS, async () => {
      const operations = await world.prometheus.query(`dynamodb_operations_total{${own}}`);
      expect(operations.map(({ labels }) => `${labels.operation} ${labels.status}`).sort()).toEqual([
        "get_item not_found",
        "get_item success",
        "put_item success",
      ]);
    });
    const failed = `${warehouse.expected.http}{${own},http_route="/items/{item_id}",http_response_status_code="404"}`;
    await settles("a 404", ARRIVAL_SECONDS, async () => {
      expect(await world.prometheus.query(failed)).toHaveLength(1);
    });
  }
});

test("the warehouse's own span has its attributes", async () => {
  for (const { task } of subjects.filter(({ application }) => application === warehouse)) {
    const span = await eventually("the span on the standard output", ARRIVAL_SECONDS, () =>
      Promise.resolve(
        /"name": "send_sqs_message"[^]*?"attributes": (\{[^}]*\})/.exec(task.application.log)?.[1],
      ),
    );
    const attributes = JSON.parse(span) as Readonly<Record<string, unknown>>;
    expect(attributes).toMatchObject({
      "messaging.system": "aws_sqs",
      "messaging.destination.name": "messages",
      "messaging.message.body.size": JSON.stringify({ article: "tea" }).length + 1,
    });
    expect(Object.keys(attributes).sort()).toEqual([
      "messaging.destination.name",
      "messaging.message.body.size",
      "messaging.message.id",
      "messaging.system",
      "warehouse.request_id",
    ]);
  }
});

test("of ECS exactly the eight task metrics arrive, from each task", async () => {
  for (const { own } of subjects) {
    // Rates come with the second interval: with them everything of the first has come.
    await settles("all eight and no other", ARRIVAL_SECONDS, async () => {
      const series = await world.prometheus.series(`{__name__=~"ecs_.*|container_.*",${own}}`);
      expect(series.map(({ __name__ }) => __name__).sort()).toEqual(ECS_TASK_METRICS);
    });
  }
});

test("a task that says it is another tenant gets its own tenant's label all the same", async () => {
  const [{ task, own }] = subjects as [Subject];
  const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const point = { asInt: "1", timeUnixNano: `${Date.now()}000000` };
  const payload = (name: string) => ({
    resourceMetrics: [
      {
        resource: { attributes: [attribute("tenant", "globex"), attribute("service.name", "forger")] },
        scopeMetrics: [
          {
            metrics: [
              { name: `${name}.plain`, gauge: { dataPoints: [point] } },
              {
                name: `${name}.labelled`,
                gauge: { dataPoints: [{ ...point, attributes: [attribute("tenant", "globex")] }] },
              },
            ],
          },
        ],
      },
    ],
  });
  for (const [url, name] of [
    [task.otlpUrl, "forged.otlp"],
    [task.legacyOtlpUrl, "forged.legacy"],
  ] as const) {
    const answer = await fetch(`${url}/v1/metrics`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(payload(name)),
    });
    expect(answer.status).toBe(200);
  }
  const socket = createSocket("udp4");
  await new Promise((sent) => {
    socket.send("forged.statsd.labelled:7|g|#tenant:globex", task.statsdPort, "127.0.0.1", sent);
  });
  socket.close();

  const names = [
    "forged_legacy_labelled",
    "forged_legacy_plain",
    "forged_otlp_labelled",
    "forged_otlp_plain",
    "forged_statsd_labelled",
  ];
  await settles("the forged metrics", ARRIVAL_SECONDS, async () => {
    const found = await world.prometheus.series('{__name__=~"forged_.*"}');
    expect(found.map(({ __name__ }) => __name__).sort()).toEqual(names);
  });
  expect(await world.prometheus.series(`{__name__=~"forged_.*",${own}}`)).toHaveLength(names.length);
  expect(
    await world.prometheus.series('{__name__=~"forged_.*_labelled",exported_tenant="globex"}'),
  ).toHaveLength(3);
});

test("with a wrong external id nothing arrives, the collector says why and the application runs on", async () => {
  const status = await eventually("the end of the collector", ARRIVAL_SECONDS, () =>
    Promise.resolve(stranger.collector.exitStatus),
  );
  expect(status).toBe(1);
  // Its last words may be read after its end is known.
  await settles("the reason", 10, () => {
    expect(stranger.collector.log).toMatch(/sigv4auth\/aps.*could not retrieve credential provider/s);
    expect(stranger.collector.log).toContain("AccessDenied");
    expect(stranger.collector.log).toContain(
      `User: ${acme.taskRoleArn} is not authorized to perform: sts:AssumeRole on resource: ${acme.trust.roleArn}`,
    );
  });
  const denied = world.sts.flatMap(({ calls }) => calls).filter(({ granted }) => !granted);
  expect(new Set(denied.map(({ externalId }) => externalId))).toEqual(new Set(["tenantscope-wrong"]));

  expect(stranger.application.running).toBe(true);
  await expect(shop.visit(stranger.applicationUrl)).resolves.toBeUndefined();
  await expect(shop.sendMessage(stranger.applicationUrl)).resolves.toBeUndefined();
  expect(await world.prometheus.series(`{aws_ecs_task_id="${stranger.taskId}"}`)).toEqual([]);
});

/**
 * "Nothing lost" means: when writes are possible again, every sample that the collector took during the outage is stored
 * under its own time. So the samples of a series have no gaps, the final totals are what the applications did, and no
 * collector counts a failed or refused sample. Gaps say less than the counters do: where the cores are few, a sample may
 * be taken late, so one of two intervals is none yet.
 */
test("an outage of the receiver loses nothing", async () => {
  await sleep(2 * INTERVAL_SECONDS * 1000);
  const from = Date.now();
  await world.remoteWrite.stop();
  await sleep((OUTAGE_SECONDS / 2) * 1000);
  world.remoteWrite.setUnavailable(true);
  await world.remoteWrite.start();
  await sleep((OUTAGE_SECONDS / 2) * 1000);
  const until = Date.now();
  const during = world.remoteWrite.accepted.filter(({ time }) => time > from + 5000 && time < until);
  expect(during).toEqual([]);
  // Half of the outage was one with answers. How many depends on the pauses between attempts.
  expect(world.remoteWrite.refused.filter(({ time }) => time > from).length).toBeGreaterThan(0);
  world.remoteWrite.setUnavailable(false);

  await sleep(INTERVAL_SECONDS * 1000);
  await Promise.all(subjects.map(({ traffic }) => traffic.stop()));
  for (const subject of subjects) {
    expect(subject.traffic.errors).toEqual([]);
    const { done } = subject.traffic;
    const { counter, statsdCounter } = ways(subject);
    await finalTotal(counter.selector, done.messages);
    await finalTotal(statsdCounter.selector, done[subject.application.expected.statsdCounts]);
    for (const [way, { selector, every }] of Object.entries(ways(subject))) {
      // The exporters make their attempts at times of their own.
      await settles(`${way} of ${subject.name} without a gap`, ARRIVAL_SECONDS, async () => {
        const found = await world.prometheus.samples(selector, HISTORY_MINUTES);
        expect(found.length).toBeGreaterThan(0);
        const lines = found.map(({ labels, samples }) => {
          const inside = samples.filter(([time]) => time * 1000 > from && time * 1000 < until);
          const widest = Math.max(...gaps(samples, from / 1000 - INTERVAL_SECONDS));
          const complete = inside.length >= Math.floor(OUTAGE_SECONDS / every) - 2;
          expect({ labels, complete, gap: widest < 3 * every }).toEqual({
            labels,
            complete: true,
            gap: true,
          });
          return `${subject.name}: ${way}: ${inside.length} samples of the outage, widest gap ${widest.toFixed(2)} s`;
        });
        report.push(...lines);
      });
    }
    expect(await subject.task.lostSamples()).toEqual({});
  }
});

test("every series belongs to one task of one tenant", async () => {
  const all = await world.prometheus.series('{__name__=~".+"}');
  const owners = new Map(subjects.map(({ task, under }) => [task.taskId, under.tenant]));
  const wrong = all.filter(
    ({ tenant, aws_ecs_task_id: task }) => tenant === undefined || owners.get(task ?? "") !== tenant,
  );
  expect(wrong).toEqual([]);
  expect(new Set(all.map(({ aws_ecs_task_id: task }) => task))).toEqual(new Set(owners.keys()));
  report.push(
    `${all.length} series: ${[...owners.keys()].map((id) => all.filter((each) => each.aws_ecs_task_id === id).length).join(", ")} per task`,
  );
});

test("no series has two sources", async () => {
  // Two writers of one series show as samples closer together than its source makes them, every second one. A source
  // that had to wait for a core is late once and then in time again.
  const busy = (await world.prometheus.samples('{__name__=~".+"}', HISTORY_MINUTES)).flatMap(
    ({ labels, samples }) => {
      const all = gaps(samples, 0);
      const close = all.filter((gap) => gap < EXPORT_SECONDS / 2);
      return close.length > all.length / 4 ? [{ labels, close }] : [];
    },
  );
  expect(busy).toEqual([]);
});

test("every write was signed by the tenant's own writer role, with credentials that were renewed", () => {
  const keys = (role: string) =>
    new Set(
      world.remoteWrite.accepted
        .filter(({ roleArn }) => roleArn === role)
        .map(({ accessKeyId }) => accessKeyId),
    );
  for (const { trust } of [acme, globex]) expect(keys(trust.roleArn).size).toBeGreaterThan(2);
  const granted = world.sts.flatMap(({ calls }) => calls).filter((call) => call.granted);
  expect(new Set(granted.map(({ caller, roleArn }) => `${caller} ${roleArn}`))).toEqual(
    new Set([acme, globex].map(({ taskRoleArn, trust }) => `${taskRoleArn} ${trust.roleArn}`)),
  );
  const refused = world.remoteWrite.refused.filter(({ reason }) => reason !== "unavailable");
  expect(refused).toEqual([]);
  const bytes = world.remoteWrite.accepted.map((each) => each.bytes);
  report.push(
    `${bytes.length} writes, ${Math.round(bytes.reduce((a, b) => a + b, 0) / bytes.length)} bytes each on average`,
  );
});
