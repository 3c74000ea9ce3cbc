import { createSocket } from "node:dgram";
import { shop, Traffic, warehouse, type Application } from "./applications";
import { acme, globex, type TenantUnderTest } from "./fleet-under-test";
import { eventually, sleep } from "./process";
import { gaps, total } from "./samples";
import { type RunningTask } from "./task";
import { EXPORT_SECONDS, World } from "./world";

/** Interval of scrape, StatsD and task metrics in the fleet of these tests, in seconds. */
const INTERVAL_SECONDS = 5;
const OUTAGE_SECONDS = 30;

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
  eventually(`${selector} at ${expected}`, 45, async () => {
    const [series] = await world.prometheus.samples(selector, 5);
    const found = total(series?.samples ?? []);
    if (found !== expected) throw new Error(`it is ${found}`);
    return true;
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
      const count = await eventually(`${way} of ${subject.name}: ${selector}`, 60, async () => {
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
    const operations = await eventually("all operations", 20, async () => {
      const found = await world.prometheus.query(`dynamodb_operations_total{${own}}`);
      return found.length < 3 ? undefined : found;
    });
    expect(operations.map(({ labels }) => `${labels.operation} ${labels.status}`).sort()).toEqual([
      "get_item not_found",
      "get_item success",
      "put_item success",
    ]);
    const failed = `${warehouse.expected.http}{${own},http_route="/items/{item_id}",http_response_status_code="404"}`;
    expect(await world.prometheus.query(failed)).toHaveLength(1);
  }
});

test("the warehouse's own span has its attributes", () => {
  for (const { task } of subjects.filter(({ application }) => application === warehouse)) {
    const span = /"name": "send_sqs_message"[^]*?"attributes": (\{[^}]*\})/.exec(task.application.log)?.[1];
    const attributes = JSON.parse(span ?? "{}") as Readonly<Record<string, unknown>>;
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
    const series = await world.prometheus.series(`{__name__=~"ecs_.*|container_.*",${own}}`);
    expect(series.map(({ __name__ }) => __name__).sort()).toEqual(ECS_TASK_METRICS);
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
  const found = await eventually("the forged metrics", 30, async () => {
    const series = await world.prometheus.series('{__name__=~"forged_.*"}');
    return series.length < names.length ? undefined : series;
  });
  expect(found.map(({ __name__ }) => __name__).sort()).toEqual(names);
  expect(await world.prometheus.series(`{__name__=~"forged_.*",${own}}`)).toHaveLength(names.length);
  expect(
    await world.prometheus.series('{__name__=~"forged_.*_labelled",exported_tenant="globex"}'),
  ).toHaveLength(3);
});

test("with a wrong external id nothing arrives, the collector says why and the application runs on", async () => {
  const status = await eventually("the end of the collector", 30, () =>
    Promise.resolve(stranger.collector.exitStatus),
  );
  expect(status).toBe(1);
  expect(stranger.collector.log).toMatch(/sigv4auth\/aps.*could not retrieve credential provider/s);
  expect(stranger.collector.log).toContain("AccessDenied");
  expect(stranger.collector.log).toContain(
    `User: ${acme.taskRoleArn} is not authorized to perform: sts:AssumeRole on resource: ${acme.trust.roleArn}`,
  );
  const denied = world.sts.flatMap(({ calls }) => calls).filter(({ granted }) => !granted);
  expect(new Set(denied.map(({ externalId }) => externalId))).toEqual(new Set(["tenantscope-wrong"]));

  expect(stranger.application.running).toBe(true);
  await expect(shop.visit(stranger.applicationUrl)).resolves.toBeUndefined();
  await expect(shop.sendMessage(stranger.applicationUrl)).resolves.toBeUndefined();
  expect(await world.prometheus.series(`{aws_ecs_task_id="${stranger.taskId}"}`)).toEqual([]);
});

/**
 * "Nothing lost" means: when writes are possible again, every sample that the collector took during the outage is stored
 * under its own time. So between the samples of a series there is never a gap of two intervals, the final totals are
 * what the applications did, and no collector counts a failed or refused sample.
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
  const during = world.remoteWrite.accepted.filter(({ time }) => time > from + 1000 && time < until);
  expect(during).toEqual([]);
  expect(world.remoteWrite.refused.length).toBeGreaterThanOrEqual(subjects.length);
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
      for (const { labels, samples } of await world.prometheus.samples(selector, 5)) {
        const inside = samples.filter(([time]) => time * 1000 > from && time * 1000 < until);
        const widest = Math.max(...gaps(samples, from / 1000 - INTERVAL_SECONDS));
        report.push(
          `${subject.name}: ${way}: ${inside.length} samples of the outage, widest gap ${widest.toFixed(2)} s`,
        );
        expect({ way, labels, complete: inside.length >= Math.floor(OUTAGE_SECONDS / every) - 1 }).toEqual({
          way,
          labels,
          complete: true,
        });
        expect({ way, labels, gap: widest < 2 * every }).toEqual({ way, labels, gap: true });
      }
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
  // Two writers of one series show as samples closer together than its source makes them.
  const busy = (await world.prometheus.samples('{__name__=~".+"}', 10)).flatMap(({ labels, samples }) => {
    const closest = Math.min(Infinity, ...gaps(samples, 0));
    return closest < EXPORT_SECONDS / 2 ? [{ labels, closest }] : [];
  });
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
