import { parse } from "yaml";
import { localJaeger } from "./jaeger-retarget";
import { acme, globex, jaegers } from "./traces-fleet-under-test";
import { withoutAwsExporters } from "./traces-retarget";

type Json = Readonly<Record<string, unknown>>;

/** Paths of every value in which two documents differ. */
function differences(a: unknown, b: unknown, path = ""): string[] {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return a === b ? [] : [path];
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences((a as Json)[key], (b as Json)[key], `${path}/${key}`)).sort();
}

describe("a collector without what does not build here", () => {
  test("lacks X-Ray's exporter and nothing else", () => {
    const before = parse(acme.task.config) as Json;
    const after = parse(withoutAwsExporters(acme.task.config)) as Json;
    expect(differences(before, after).filter((path) => !path.startsWith("/service/pipelines/"))).toEqual([
      "/exporters/awsxray",
    ]);
    const exporters = (config: Json) =>
      (config as { service: { pipelines: { traces: { exporters: string[] } } } }).service.pipelines.traces
        .exporters;
    expect(exporters(after)).toEqual(exporters(before).filter((name) => name !== "awsxray"));
    expect(exporters(before)).toContain("awsxray");
  });

  test("is the same where nothing is sent to X-Ray", () => {
    expect(withoutAwsExporters(globex.task.config)).toBe(globex.task.config);
  });
});

describe("a Jaeger on this machine", () => {
  test.each([
    ["collector", jaegers.collector],
    ["query", jaegers.query],
    ["sidecar", jaegers.sidecar("globex")],
    ["tenant's query", jaegers.tenantQuery("globex")],
  ])("differs in addresses and the signer alone: %s", async (_name, { config }) => {
    const local = await localJaeger(config, { storageUrl: "http://127.0.0.1:1/v1" });
    const found = differences(parse(config), parse(local.config));
    const allowed = [
      /^\/service\/extensions\//,
      /^\/extensions\/sigv4auth/,
      /^\/extensions\/jaeger_storage\/backends\/\w+\/opensearch\/(auth|server_urls\/0)$/,
      /endpoint$/,
      /\/prometheus\/(host|port)$/,
    ];
    expect(found.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(found).toContain("/extensions/sigv4auth");
    expect(local.config).not.toContain("0.0.0.0");
    expect(local.config).toContain("http://127.0.0.1:1/v1/s/");
  });

  test("is refused when it would ask unsigned", async () => {
    const unsigned = jaegers.query.config.replaceAll("sigv4auth", "basicauth");
    await expect(localJaeger(unsigned, { storageUrl: "http://127.0.0.1:1/v1" })).rejects.toThrow("0 places");
  });
});
