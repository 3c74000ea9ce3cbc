import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { INDEX_LABELS } from "../../modules/loki/config-limits";
import { renderLokiOverrides } from "../../modules/loki/overrides";
import { RENEW_OVERRIDES } from "../../modules/loki/scripts";
import { installTools } from "../tools/tools";
import { LokiServer, otlpLogs } from "./loki-server";
import { lokiConfigOf } from "./loki-under-test";
import { eventually, settles, sleep } from "./process";

let loki: LokiServer;
const report: string[] = [];

beforeAll(async () => {
  const [server] = await LokiServer.prepare(installTools().loki, [lokiConfigOf(1)]);
  if (server === undefined) throw new Error("nothing prepared");
  loki = server;
  const started = Date.now();
  await loki.start();
  report.push(`ready ${((Date.now() - started) / 1000).toFixed(1)} s after its start`);
});

afterAll(async () => {
  await (loki as LokiServer | undefined)?.remove();
  console.log(report.join("\n"));
});

const RESOURCE = {
  "service.name": "shop",
  "aws.ecs.cluster.name": "tenantscope-acme",
  "aws.ecs.task.family": "tenantscope-acme-shop",
};
const SELECTOR = '{service_name="shop"}';

/** For what Loki does when it comes to it, on a slow machine. */
const ARRIVAL_SECONDS = 180;

/** The rate limiter looks for another limit every so often. */
const LIMITER_SECONDS = 11;

const numbered = (count: number, prefix: string): string[] =>
  [...Array(count).keys()].map((index) => `${prefix} ${index}`);

/** The lines of a tenant that contain the text, sorted; each as often as Loki has it. */
const lines = async (tenant: string, text: string): Promise<string[]> =>
  (await loki.query(tenant, `${SELECTOR} |= "${text}"`)).map(({ line }) => line).sort();

describe("tenants", () => {
  test("nothing is taken or shown without one", async () => {
    expect((await loki.otlp(undefined, otlpLogs(RESOURCE, ["nobody's"]))).status).toBe(401);
    for (const path of ["/loki/api/v1/labels", "/loki/api/v1/query?query={a=%22b%22}", "/loki/api/v1/tail"]) {
      expect((await loki.request(path)).status).toBe(401);
    }
    const push = { method: "POST", headers: { "content-type": "application/json" }, body: '{"streams":[]}' };
    expect((await loki.request("/loki/api/v1/push", undefined, push)).status).toBe(401);
  });

  test("each sees its own lines only", async () => {
    expect((await loki.otlp("acme", otlpLogs(RESOURCE, ["of acme"]))).status).toBe(204);
    expect((await loki.otlp("globex", otlpLogs(RESOURCE, ["of globex"]))).status).toBe(204);
    expect(await lines("acme", "of ")).toEqual(["of acme"]);
    expect(await lines("globex", "of ")).toEqual(["of globex"]);
    expect(await lines("initech", "of ")).toEqual([]);
  });

  test("nobody writes for two, the platform team reads two", async () => {
    expect((await loki.otlp("acme|globex", otlpLogs(RESOURCE, ["of both"]))).status).toBe(400);
    const both = await loki.query("acme|globex", `${SELECTOR} |= "of "`);
    expect(both.map(({ line, labels }) => `${labels.__tenant_id__}: ${line}`).sort()).toEqual([
      "acme: of acme",
      "globex: of globex",
    ]);
  });

  test("one who says in an attribute that it is another stays itself", async () => {
    const forged = { ...RESOURCE, tenant: "globex", "X-Scope-OrgID": "globex", __tenant_id__: "globex" };
    expect((await loki.otlp("acme", otlpLogs(forged, ["forged"]))).status).toBe(204);
    expect(await lines("acme", "forged")).toEqual(["forged"]);
    expect(await lines("globex", "forged")).toEqual([]);
  });
});

describe("labels", () => {
  test("three of OTLP's resource attributes and the container of the line are, everything else is kept with the line", async () => {
    const attributes = {
      ...RESOURCE,
      "service.instance.id": "6f1c",
      "deployment.environment.name": "prod",
      "cloud.region": "us-east-1",
      "cloud.availability_zone": "us-east-1a",
      "aws.ecs.task.id": "0f1e2d3c",
      "k8s.pod.name": "none",
    };
    const answer = await loki.otlp(
      "labels",
      otlpLogs(attributes, ["labelled"], { "http.route": "/tea", container_name: "shop" }),
    );
    expect(answer.status).toBe(204);
    const label = (attribute: string): string => attribute.replaceAll(".", "_");
    expect(await loki.series("labels", SELECTOR)).toEqual([
      Object.fromEntries([
        ...Object.entries(RESOURCE).map(([name, value]) => [label(name), value] as const),
        ["container_name", "shop"],
      ]),
    ]);
    expect(Object.keys(RESOURCE)).toEqual([...INDEX_LABELS]);
    const [entry, ...others] = await loki.query("labels", SELECTOR);
    expect(others).toEqual([]);
    expect(entry?.line).toBe("labelled");
    expect(entry?.labels).toMatchObject({
      service_instance_id: "6f1c",
      deployment_environment_name: "prod",
      cloud_region: "us-east-1",
      cloud_availability_zone: "us-east-1a",
      aws_ecs_task_id: "0f1e2d3c",
      k8s_pod_name: "none",
      http_route: "/tea",
    });
  });

  test("of a push by FireLens' loki output are the seed's", async () => {
    const stream = {
      container_name: "shop",
      ecs_task_definition: "tenantscope-acme-shop:7",
      source: "stdout",
      ecs_cluster: "tenantscope-acme",
    };
    const answer = await loki.request("/loki/api/v1/push", "direct", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ streams: [{ stream, values: [[String(Date.now() * 1e6), 'log="tea"']] }] }),
    });
    expect(answer.status).toBe(204);
    const selector = '{container_name="shop"}';
    // Loki itself adds the name of the service, by which Grafana lists logs.
    expect(await loki.series("direct", selector)).toEqual([{ ...stream, service_name: "shop" }]);
    expect((await loki.query("direct", selector)).map(({ line }) => line)).toEqual(['log="tea"']);
  });

  test("a long line keeps its beginning", async () => {
    expect((await loki.otlp("long", otlpLogs(RESOURCE, ["x".repeat(300_000)]))).status).toBe(204);
    const [line] = await lines("long", "x");
    expect(line).toBe("x".repeat(256 * 1024));
  });
});

test("a request that unpacks into a flood is refused, and Loki goes on", async () => {
  const flood = otlpLogs(RESOURCE, ["y".repeat(40 * 1024 * 1024)]);
  const body = gzipSync(JSON.stringify(flood));
  const answer = await loki.request("/otlp/v1/logs", "acme", {
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
    body,
  });
  report.push(`40 MiB in ${body.length} bytes: ${answer.status} ${(await answer.text()).slice(0, 100)}`);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect((await loki.request("/ready")).status).toBe(200);
});

describe("overrides reach the running Loki", () => {
  let sidecar: ChildProcess;
  let document: string;
  let pid: number;

  /** Puts the document where the sidecar's `aws` finds it, as the limits stack puts it into the bucket. */
  const publish = (text: string): void => {
    writeFileSync(document, text);
  };
  /** Loki shows its retentions, but not its rate limits. */
  const untilRetention = (tenant: string, value: string): Promise<number> => {
    const from = Date.now();
    return eventually(`retention of ${tenant} at ${value}`, ARRIVAL_SECONDS, async () =>
      (await loki.limit(tenant, "retention_period")) === value ? (Date.now() - from) / 1000 : undefined,
    );
  };
  const megabyte = numbered(16, "z".repeat(65_536));
  const pushes = async (tenant: string, count: number): Promise<number[]> => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index++) {
      statuses.push((await loki.otlp(tenant, otlpLogs(RESOURCE, megabyte))).status);
    }
    return statuses;
  };

  beforeAll(() => {
    const folder = join(dirname(loki.configFile), "bin");
    mkdirSync(folder);
    document = join(folder, "overrides.yaml");
    publish(renderLokiOverrides([]));
    // Copies the document to where the real one writes the object: its last argument.
    writeFileSync(join(folder, "aws"), `#!/bin/sh\nfor last; do :; done\ncp ${document} "$last"\n`);
    chmodSync(join(folder, "aws"), 0o755);
    sidecar = spawn("/bin/sh", ["-c", RENEW_OVERRIDES], {
      env: { BUCKET: "b", KEY: "k", FILE: loki.overridesFile, PAUSE: "1", PATH: `${folder}:/usr/bin:/bin` },
      stdio: "ignore",
    });
    ({ pid } = loki);
  });
  afterAll(() => {
    sidecar.kill("SIGTERM");
  });

  test("a tenant's rate limit hits that tenant only, and goes again", async () => {
    expect(await pushes("slow", 4)).toEqual([204, 204, 204, 204]);
    publish(renderLokiOverrides([{ tenant: "slow", logMiBPerSecond: 0.05, logRetentionDays: 7 }]));
    report.push(`overrides in force after ${await untilRetention("slow", "1w")} s`);
    await sleep(LIMITER_SECONDS * 1000);

    const limited = await pushes("slow", 12);
    // What fits at once passes, then nothing does for a while.
    expect(limited.slice(0, 4)).toEqual([204, 204, 204, 204]);
    expect(limited.slice(-2)).toEqual([429, 429]);
    expect(new Set(limited)).toEqual(new Set([204, 429]));
    expect(await pushes("fast", 12)).toEqual(Array<number>(12).fill(204));

    publish(renderLokiOverrides([]));
    await untilRetention("slow", "30d");
    // It begins with what it had saved up under the low limit.
    await eventually("four pushes in a row", ARRIVAL_SECONDS, async () =>
      (await pushes("slow", 4)).every((status) => status === 204) ? true : undefined,
    );
  });

  test("retention per tenant, also of one whose name YAML could take for something else", async () => {
    publish(
      renderLokiOverrides([
        { tenant: "acme", logRetentionDays: 90 },
        { tenant: "no", logRetentionDays: 1, logMiBPerSecond: 1 },
      ]),
    );
    await untilRetention("acme", "90d");
    expect(await loki.limit("no", "retention_period")).toBe("1d");
    expect(await loki.limit("globex", "retention_period")).toBe("30d");
    expect(await loki.limit("acme", "max_query_length")).toBe("90d1h");
    expect((await loki.otlp("no", otlpLogs({ ...RESOURCE, other: "x" }, ["labels stay"]))).status).toBe(204);
    expect((await loki.series("no", SELECTOR)).map((labels) => Object.keys(labels).sort())).toEqual([
      ["aws_ecs_cluster_name", "aws_ecs_task_family", "service_name"],
    ]);
  });

  test("a broken document leaves the last good one", async () => {
    publish("overrides: {acme: {retention: 7d}}\n");
    await eventually("Loki's complaint", ARRIVAL_SECONDS, () =>
      Promise.resolve(loki.log.includes("failed to load config") ? true : undefined),
    );
    expect(await loki.limit("acme", "retention_period")).toBe("90d");
    publish(renderLokiOverrides([]));
    await untilRetention("acme", "30d");
  });

  test("all without a restart", () => {
    expect(loki.pid).toBe(pid);
  });
});

describe("lines survive", () => {
  test("a crash, each once", async () => {
    const sent = numbered(500, "crash");
    expect((await loki.otlp("acme", otlpLogs(RESOURCE, sent))).status).toBe(204);
    await loki.kill();
    // What is not on the file system or in S3 is gone with the task.
    rmSync(join(dirname(loki.configFile), "loki-scratch"), { recursive: true });
    await loki.start();
    await settles("the lines", ARRIVAL_SECONDS, async () => {
      expect(await lines("acme", "crash")).toEqual([...sent].sort());
    });
  });

  test("a retry of what had arrived, each once", async () => {
    const again = otlpLogs(RESOURCE, numbered(50, "again"));
    for (let time = 0; time < 3; time++) expect((await loki.otlp("acme", again)).status).toBe(204);
    expect(await lines("acme", "again")).toHaveLength(50);
  });

  test("a replacement, out of the object store, each once", async () => {
    const sent = numbered(500, "replaced");
    expect((await loki.otlp("index", otlpLogs(RESOURCE, sent))).status).toBe(204);
    expect((await loki.otlp("acme", otlpLogs(RESOURCE, sent))).status).toBe(204);
    const from = Date.now();
    await loki.stop();
    report.push(`stopped and flushed in ${((Date.now() - from) / 1000).toFixed(1)} s`);
    // Everything is in the object store: the file system could be lost as well.
    const task = dirname(loki.configFile);
    for (const folder of ["loki-data", "loki-scratch"]) {
      rmSync(join(task, folder), { recursive: true, force: true });
    }
    await loki.start();
    for (const tenant of ["acme", "index"]) {
      await settles(`the lines of ${tenant}`, ARRIVAL_SECONDS, async () => {
        expect(await lines(tenant, "replaced")).toEqual([...sent].sort());
      });
    }
    expect(await lines("globex", "replaced")).toEqual([]);
  });

  test("a tenant named like a folder of Loki's has a folder beside it", () => {
    const names = readdirSync(loki.objects);
    expect(names).toEqual(expect.arrayContaining(["_index", "acme", "index"]));
    expect(names.filter((name) => !/^[a-z][a-z0-9-]{1,20}$/.test(name)).sort()).toEqual(
      ["_deletes", "_index", "_markers"].filter((name) => names.includes(name)),
    );
    expect(existsSync(join(loki.objects, "loki_cluster_seed.json"))).toBe(false);
  });
});

test("the health check of the container says so", () => {
  const { loki: program } = installTools();
  const health = (port: string) =>
    spawnSync(program, ["-health", `-health.url=http://127.0.0.1:${port}/ready`], { encoding: "utf8" })
      .status;
  expect(health(new URL(loki.url).port)).toBe(0);
  expect(health("1")).toBe(1);
});

test("nobody may delete, and there are no rules", async () => {
  const parameters = "query={service_name=%22shop%22}&start=0";
  const remove = await loki.request(`/loki/api/v1/delete?${parameters}`, "acme", { method: "POST" });
  expect(remove.status).toBe(403);
  expect((await loki.request("/loki/api/v1/rules", "acme")).status).toBe(404);
});

test("the compactor runs", async () => {
  expect(
    await eventually("the election of the compactor", ARRIVAL_SECONDS, async () =>
      (await loki.metric("loki_boltdb_shipper_compactor_running")) === 1 ? true : undefined,
    ),
  ).toBe(true);
});
