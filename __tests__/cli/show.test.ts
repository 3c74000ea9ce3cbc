import type { Explained } from "../../fleet/explain";
import {
  goodCentral,
  goodService,
  goodTenant,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

afterEach(removeFolders);

const central = {
  ...goodCentral(),
  tags: { owner: "platform", team: "platform" },
  alerts: { thresholds: { errorRatio: 0.02 } },
  loki: { retentionDays: 20 },
  images: { jaeger: "example/jaeger:2.20.0" },
  waves: [{ name: "canary", images: { fluentBit: "example/fluent-bit:9" } }, { name: "rest" }],
};
const acme = {
  ...goodTenant(),
  wave: "canary",
  tags: { team: "acme" },
  services: [{ ...goodService(), metrics: { scrape: {} } }],
};

async function settings(tenant: object = acme, more: object = {}): Promise<ReadonlyMap<string, Explained>> {
  const root = makeFolder({
    "central.json": toText({ ...central, ...more }),
    "tenants/acme.json": toText({ ...tenant }),
  });
  const { status, out, err } = await tenantscope(["show", "acme", "--json", "--root", root]);
  expect([status, err]).toEqual([0, ""]);
  const all = JSON.parse(out) as readonly Explained[];
  expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
  return new Map(all.map((each) => [each.path, each]));
}

test.each([
  ["/name", "acme", "tenants/acme.json:2:11"],
  ["/displayName", "acme", "tenants/acme.json:2:11"],
  ["/region", "eu-west-1", "central.json:3:13"],
  ["/lifecycle", "active", "default"],
  ["/wave", "canary", "tenants/acme.json:26:11"],
  ["/network/privateSubnetIds", ["subnet-0a1b2c3d4e5f60001"], "tenants/acme.json:6:25"],
  ["/network/endpoints", "existing", "tenants/acme.json:9:18"],
  ["/services/0/image", "example/orders:1.4.2", "tenants/acme.json:14:16"],
  ["/services/0/cpu", 512, "default"],
  ["/services/0/metrics/scrape/path", "/metrics", "default"],
  ["/services/0/metrics/scrape/port", 8080, "tenants/acme.json:15:15"],
  ["/limits/logRetentionDays", 20, "central.json:15:22"],
  ["/limits/logMiBPerSecond", 4, "default"],
  ["/alerts/thresholds/errorRatio", 0.02, "central.json:7:21"],
  ["/alerts/thresholds/latencySeconds", 1, "default"],
  ["/tags/owner", "platform", "central.json:11:14"],
  ["/tags/team", "acme", "tenants/acme.json:28:13"],
  ["/central/images/fluentBit", "example/fluent-bit:9", "central.json:24:22"],
  ["/central/images/jaeger", "example/jaeger:2.20.0", "central.json:18:15"],
  ["/central/metrics/retentionDays", 150, "default"],
])("%s is %j, from %s", async (path, value, from) => {
  expect((await settings()).get(path)).toEqual({ path, value, from });
});

test("no setting of a shape that the file does not have", async () => {
  const paths = [...(await settings()).keys()].join("\n");
  expect(paths).not.toMatch(/kind|containers\/0|essential|activeSeries|metricsRetentionDays|traceRetention/);
  expect(paths).toMatch(/^\/services\/0\/containers$/m);
});

test("a wave that the file does not name is the last; a dedicated tenant has a retention of its own", async () => {
  const found = await settings({ ...acme, wave: undefined, isolation: "dedicated" });
  expect(found.get("/wave")).toEqual({ path: "/wave", value: "rest", from: "central.json:28:15" });
  expect(found.get("/limits/metricsRetentionDays")).toMatchObject({ value: 150, from: "default" });
  expect(found.has("/central/metrics/retentionDays")).toBe(false);
  expect(found.get("/central/images/fluentBit")?.from).toBe("default");
});

test("the generation is the wave's, the fleet's or the default", async () => {
  const canary = { name: "canary", configGeneration: 2 };
  const path = "/central/configGeneration";
  const found = async (tenant: object, more: object) => (await settings(tenant, more)).get(path);
  expect(await found(acme, {})).toEqual({ path, value: 1, from: "default" });
  expect(await found(acme, { configGeneration: 1, waves: [canary] })).toEqual({
    path,
    value: 2,
    from: "central.json:23:27",
  });
  expect(
    await found({ ...acme, wave: "rest" }, { configGeneration: 1, waves: [canary, { name: "rest" }] }),
  ).toEqual({
    path,
    value: 1,
    from: "central.json:29:23",
  });
});

test("as a table", async () => {
  const root = makeFolder({ "central.json": toText(central), "tenants/acme.json": toText(acme) });
  const { out } = await tenantscope(["show", "acme", "--root", root]);
  expect(out.split("\n")[0]).toMatch(/^setting {2,}value {2,}from$/);
  expect(out).toMatch(/^\/services\/0\/port +8080 +tenants\/acme[.]json:15:15$/m);
});

test("an unknown tenant: 1 and the nearest name", async () => {
  const root = makeFolder({ "central.json": toText(central), "tenants/acme.json": toText(acme) });
  expect(await tenantscope(["show", "acmee", "--root", root])).toEqual({
    status: 1,
    out: "",
    err: 'there is no tenant "acmee", did you mean "acme"?\n',
  });
  expect((await tenantscope(["show", "zzz", "--root", root])).err).toBe(
    'there is no tenant "zzz", choose one of those that `npx tenantscope list` shows\n',
  );
});
