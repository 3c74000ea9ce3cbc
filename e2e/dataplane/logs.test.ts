import { LOKI_EXPORTER, logQueueBytes } from "../../modules/collector/logs";
import { countLines, everyLine, Lines, sumLines } from "./logs-lines";
import { type Sidecar } from "./logs-sidecar";
import { acme, globex, LogsWorld } from "./logs-world";
import { otlpLogs } from "./loki-server";
import { settles, sleep } from "./process";

const SHOP = '{service_name="shop"}';
const WAREHOUSE = '{service_name="warehouse"}';
const ANY = '{service_name=~".+"}';
/** The sidecar waits 15 s for more lines before it sends few of them. */
const FLUSH_SECONDS = 120;
const OUTAGE_SECONDS = 60;
/** Longest wait between two attempts, and the sending itself. */
const RECOVERY_SECONDS = 300;

let world: LogsWorld;
let shop: Sidecar;
let warehouse: Sidecar;
const report: string[] = [];

beforeAll(async () => {
  world = await LogsWorld.start();
  [shop, warehouse] = await Promise.all([world.sidecar(acme), world.sidecar(globex)]);
});

afterAll(async () => {
  await (world as LogsWorld | undefined)?.stop();
  console.log(report.join("\n"));
});

/** Waits until Loki counts so many lines of a tenant. */
const arrived = (tenant: string, selector: string, count: number, seconds: number): Promise<boolean> =>
  settles(`${count} of ${selector}`, seconds, async () => {
    expect(await countLines(world.loki, tenant, selector)).toBeGreaterThanOrEqual(count);
  });

/** More lines than these are only counted and summed up: reading them takes too long. */
const READABLE = 20_000;

/** Checks that each of `lines` is there once and nothing else is, counted by Loki and line by line. */
async function exactlyOnce(tenant: string, selector: string, lines: Lines, name: string): Promise<void> {
  const query = `${selector} |= "${name} "`;
  expect(await countLines(world.loki, tenant, query)).toBe(lines.total);
  expect(await sumLines(world.loki, tenant, query)).toBe((lines.total * (lines.total + 1)) / 2);
  if (lines.total > READABLE) return;
  const texts = (await everyLine(world.loki, tenant, query)).map(({ line }) => line);
  expect([texts.length, new Set(texts).size]).toEqual([lines.total, lines.total]);
}

/** Sends `perSecond` lines a second for as long as told. */
async function steadily(
  sidecar: Sidecar,
  lines: Lines,
  perSecond: number,
  until: () => boolean,
): Promise<void> {
  const started = Date.now();
  const before = lines.total;
  while (!until()) {
    const due = Math.floor(((Date.now() - started) / 1000) * perSecond) - (lines.total - before);
    if (due > 0) await sidecar.untilTaken(lines.next(Math.min(due, 500)));
    await sleep(100);
  }
}

const after = (seconds: number): (() => boolean) => {
  const end = Date.now() + seconds * 1000;
  return () => Date.now() > end;
};

describe("what two tenants' sidecars send", () => {
  const fireLens = new Lines("stdout");
  const others = new Lines("stdout");

  beforeAll(async () => {
    expect(await shop.fromFluentBit(fireLens.next(10))).toBe(200);
    expect(await warehouse.fromFluentBit(others.next(7))).toBe(200);
    // An application that pretends to be another tenant's.
    const forged = otlpLogs(
      { "service.name": "api", tenant: "globex", "aws.ecs.task.family": "x" },
      ["direct"],
      {
        tenant: "globex",
      },
    );
    const headers = { "X-Scope-OrgID": "globex", "x-scope-orgid": "globex" };
    expect(await shop.send(forged, headers)).toBe(200);
    await arrived("acme", ANY, 11, FLUSH_SECONDS);
    await arrived("globex", ANY, 7, FLUSH_SECONDS);
  });

  test("is there once, with its labels", async () => {
    await exactlyOnce("acme", SHOP, fireLens, "stdout");
    await exactlyOnce("globex", WAREHOUSE, others, "stdout");
    expect(await world.loki.series("acme", SHOP)).toEqual([
      {
        service_name: "shop",
        aws_ecs_cluster_name: "tenantscope-acme",
        aws_ecs_task_family: "tenantscope-acme-shop",
        container_name: "shop",
      },
    ]);
    const [first] = await everyLine(world.loki, "acme", SHOP);
    expect(first?.line).toMatch(/^stdout 1 \.+$/);
    expect(first?.labels).toMatchObject({ tenant: "acme", source: "stdout", aws_ecs_task_id: shop.taskId });
    // Said once by the labels, not again with every line.
    for (const name of ["container_id", "ecs_cluster", "ecs_task_arn", "ecs_task_definition"]) {
      expect(first?.labels).not.toHaveProperty(name);
    }
  });

  test("belongs to the tenant of the task, whatever an application says", async () => {
    expect(await world.loki.series("acme", '{service_name="api"}')).toEqual([
      {
        service_name: "api",
        aws_ecs_cluster_name: "tenantscope-acme",
        aws_ecs_task_family: "tenantscope-acme-shop",
      },
    ]);
    const [direct] = await everyLine(world.loki, "acme", '{service_name="api"}');
    expect(direct?.line).toBe("direct");
  });

  test("is for nobody else to see", async () => {
    expect((await everyLine(world.loki, "globex", ANY)).map(({ labels }) => labels.service_name)).toEqual(
      Array(7).fill("warehouse"),
    );
    expect(await everyLine(world.loki, "initech", ANY)).toEqual([]);
  });
});

describe("a tenant's own code with its writer role", () => {
  const body = JSON.stringify(otlpLogs({ "service.name": "forger" }, ["forged"]));
  const json = ["Content-Type", "application/json"] as const;

  test("writes as itself under every spelling of another's header", async () => {
    const names = ["X-Scope-OrgID", "x-scope-orgid", "X-SCOPE-ORGID", "X_Scope_OrgID", "X-Scope-Orgid"];
    const headers = [json, ...names.map((name) => [name, "globex"] as const)];
    const { status } = await world.callAs(acme, "/v1/t/acme/otlp/v1/logs", { body, headers });
    expect(status).toBe(204);
    await arrived("acme", '{service_name="forger"}', 1, FLUSH_SECONDS);
    expect(await countLines(world.loki, "acme", '{service_name="forger"}')).toBe(1);
    expect(await countLines(world.loki, "globex", '{service_name="forger"}')).toBe(0);
  });

  test("does not write on another's path", async () => {
    const since = world.api.calls.length;
    const paths = [
      "/v1/t/globex/otlp/v1/logs",
      "/v1/t/acme%2F..%2Fglobex/otlp/v1/logs",
      "/v1/t/Globex/otlp/v1/logs",
    ];
    for (const path of paths) {
      expect([path, (await world.callAs(acme, path, { body, headers: [json] })).status]).toEqual([path, 403]);
    }
    const refused = world.api.calls.slice(since).filter(({ path }) => paths.includes(path));
    expect(refused.map(({ refusal }) => refusal)).toEqual(paths.map(() => "ACCESS_DENIED"));
    // nginx writes a line after the answer: it has seen what API Gateway let through, and nothing else.
    await settles("a line for each call", FLUSH_SECONDS, () => {
      const passed = world.api.calls.filter(({ refusal }) => refusal === undefined);
      expect(world.gateway.accessLog).toHaveLength(passed.length);
    });
    expect(await countLines(world.loki, "globex", '{service_name="forger"}')).toBe(0);
  });
});

type Answer = Awaited<ReturnType<LogsWorld["callAs"]>>;

describe("limits", () => {
  test("too many requests of one tenant leave the other's alone", async () => {
    const call = (of: typeof acme) =>
      world.callAs(of, `/v1/t/${of.tenant}/otlp/v1/logs`, { body: "{}", headers: [] });
    // As many at once as it takes on a slow machine.
    const [calm, floods]: [Answer[], Answer[]] = [[], []];
    const refusals = (): Answer[] => floods.filter(({ status }) => status === 429);
    for (let round = 0; round < 8 && refusals().length < 20; round += 1) {
      const flood = Array.from({ length: 250 }, () => call(globex));
      calm.push(await call(acme));
      floods.push(...(await Promise.all(flood)));
    }
    const refused = refusals();
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused.every(({ headers }) => headers["retry-after"] === "1")).toBe(true);
    expect(calm.some(({ status }) => status === 429)).toBe(false);
    report.push(
      `${refused.length} of ${floods.length} requests at once of one tenant were refused, none of the other's`,
    );
  });

  test("too many lines of one tenant come late and all, the other's at once", async () => {
    const since = world.api.calls.length;
    const much = new Lines("much", 1000);
    const little = new Lines("little");
    // Its limit is 1 MiB/s, with 8 MiB at once: more on a machine that takes its time to send them.
    while (much.total < 14_000 || (much.total < 60_000 && !world.statuses(globex, since).includes(429)))
      await warehouse.untilTaken(much.next(500));
    await shop.untilTaken(little.next(20));
    await arrived("acme", `${SHOP} |= "little"`, little.total, FLUSH_SECONDS);
    await arrived("globex", `${WAREHOUSE} |= "much"`, much.total, RECOVERY_SECONDS);
    await exactlyOnce("globex", WAREHOUSE, much, "much");
    await exactlyOnce("acme", SHOP, little, "little");
    expect(world.statuses(globex, since)).toEqual([204, 429]);
    expect(world.statuses(acme, since)).toEqual([204]);
  });
});

/** Short lines: they take the most memory for their size. */
const FULL_BYTES = 80;

/**
 * Loki is killed, so what it had not yet acknowledged is sent again: "once" is what a query shows. Of two lines with the
 * same labels, time and text Loki keeps one.
 */
test("an outage of 60 s loses no line and doubles none, and the queue holds what it says", async () => {
  const full = await world.sidecar(acme);
  const [ofShop, ofWarehouse, ofFull] = [
    new Lines("shop"),
    new Lines("warehouse"),
    new Lines("full", FULL_BYTES),
  ];
  let over = false;
  const streams = [
    steadily(shop, ofShop, 200, () => over),
    steadily(warehouse, ofWarehouse, 200, () => over),
  ];
  await sleep(3000);
  await world.loki.kill();
  const until = after(OUTAGE_SECONDS);

  // A third sidecar takes lines until its queue is full.
  let last = ofFull.next(500);
  const idle = full.memory;
  while ((await full.fromFluentBit(last)) === 200) last = ofFull.next(500);
  const held = ofFull.total - last.length;
  const queued = await full.metric("otelcol_exporter_queue_size\\w*");
  const atFull = full.memory;
  const capacity = logQueueBytes(acme.task.collector.memory);
  expect(queued).toBeGreaterThan(0.95 * capacity);
  expect(queued).toBeLessThanOrEqual(capacity);
  expect(atFull.anonymous).toBeLessThan(0.9 * acme.task.collector.memory);
  // It is the queue that is full, not the memory: metrics go on.
  await settles("the reason", FLUSH_SECONDS, () => {
    expect(full.collector.log).toContain("sending queue is full");
  });
  expect(full.collector.log).not.toContain("Refusing data");
  const minutes = (perSecond: number): string =>
    `${(held / perSecond / 60).toFixed(1)} min at ${perSecond} lines/s`;
  report.push(
    `queue of ${capacity / 2 ** 20} MiB: ${held} lines of ${FULL_BYTES} bytes, ${Math.round(queued / held)} bytes each; bridges ` +
      [50, 200, 1000].map(minutes).join(", "),
    `memory: ${idle.resident} MiB idle (${idle.anonymous} anonymous), ${atFull.resident} MiB with a full queue ` +
      `(${atFull.anonymous} anonymous), limit ${acme.task.collector.memory} MiB`,
  );

  while (!until()) await sleep(200);
  await world.loki.start();
  const restarted = Date.now();
  await full.untilTaken(last);
  over = true;
  await Promise.all(streams);
  await arrived("acme", `${SHOP} |= "shop "`, ofShop.total, RECOVERY_SECONDS);
  await arrived("globex", `${WAREHOUSE} |= "warehouse "`, ofWarehouse.total, RECOVERY_SECONDS);
  await arrived("acme", `${SHOP} |= "full "`, ofFull.total, RECOVERY_SECONDS);
  report.push(
    `everything of the outage had arrived ${Math.round((Date.now() - restarted) / 1000)} s after it`,
  );
  await exactlyOnce("acme", SHOP, ofShop, "shop");
  await exactlyOnce("globex", WAREHOUSE, ofWarehouse, "warehouse");
  await exactlyOnce("acme", SHOP, ofFull, "full");
});

test("a slow sink drops nothing, and neither does a sidecar at its limit", async () => {
  const [slow, fast] = [new Lines("slow"), new Lines("fast")];
  world.delayMs = 2000;
  await steadily(warehouse, slow, 1000, after(8));
  world.delayMs = 0;

  const end = after(8);
  const started = Date.now();
  let peak = { resident: 0, anonymous: 0 };
  const sender = async (): Promise<void> => {
    while (!end()) {
      await shop.untilTaken(fast.next(500));
      if (shop.memory.resident > peak.resident) peak = shop.memory;
    }
  };
  await Promise.all([sender(), sender(), sender(), sender()]);
  const taken = Date.now() - started;
  await arrived("acme", `${SHOP} |= "fast "`, fast.total, RECOVERY_SECONDS);
  const stored = Date.now() - started;
  await arrived("globex", `${WAREHOUSE} |= "slow "`, slow.total, RECOVERY_SECONDS);
  const rate = (ms: number): number => Math.round((fast.total / ms) * 1000);
  report.push(
    `one sidecar takes ${rate(taken)} lines/s of 200 bytes (${rate(stored)}/s from the first to the last in Loki), ` +
      `memory up to ${peak.resident} MiB (${peak.anonymous} anonymous)`,
  );
  expect(peak.anonymous).toBeLessThan(0.9 * acme.task.collector.memory);
  await exactlyOnce("globex", WAREHOUSE, slow, "slow");
  await exactlyOnce("acme", SHOP, fast, "fast");
});

test("no sidecar counts a line as lost", async () => {
  for (const sidecar of world.sidecars) {
    expect(await sidecar.metric(`otelcol_exporter_sent_log_records\\w*`)).toBeGreaterThan(0);
    expect(await sidecar.metric(`otelcol_exporter_send_failed_log_records\\w*`)).toBe(0);
    expect(sidecar.collector.log).not.toContain(`"msg":"Exporting failed. Dropping data."`);
    expect(sidecar.collector.log).toContain(LOKI_EXPORTER);
  }
});
