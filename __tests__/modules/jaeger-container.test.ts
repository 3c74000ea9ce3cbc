import { parse } from "yaml";
import { jaegerCollectorConfig, jaegerSidecarConfig, renderJaegerConfig } from "../../modules/jaeger/config";
import { jaegerContainer, type JaegerContainerProps } from "../../modules/jaeger/container";
import { jaegerSidecarContainer, type JaegerSidecarProps } from "../../modules/jaeger/sidecar";
import { hasJaegerSidecar, takesZipkin } from "../../modules/jaeger/size";
import { DEFAULT_TRACES } from "../support/collector-inputs";
import { environmentOf } from "../support/containers";
import { asObject, asText, objects, type Json, type JsonObject } from "../support/json";
import { countOpenings, interpolations } from "../support/terraform";

const CONFIG = jaegerCollectorConfig({ region: "eu-west-1", retentionDays: 7, memoryMiB: 1000 });
const CENTRAL: JaegerContainerProps = {
  name: "jaeger-central",
  image: "registry.example/jaeger:2.20.0",
  config: CONFIG,
  environment: { JAEGER_STORAGE_URL: "${aws_api_gateway_stage.storage.invoke_url}/s/central" },
  region: "eu-west-1",
  memoryMiB: 1000,
  healthPort: 13133,
  logGroup: "/tenantscope/central/jaeger",
  logPrefix: "jaeger-central",
};
const SIDECAR: JaegerSidecarProps = {
  tenant: "acme",
  tenantRegion: "us-east-1",
  centralRegion: "eu-west-1",
  image: "registry.example/jaeger:2.20.0",
  storageUrl: "${local.contract.storage.url}/s/acme",
  writerRoleArn: "${aws_iam_role.writer.arn}",
  externalId: "tenantscope-0123",
  retentionDays: 14,
  logGroup: "/tenantscope/acme/orders",
};

/** As ECS gets it. */
const parsed = (definition: object): JsonObject => asObject(JSON.parse(JSON.stringify(definition)) as Json);
const central = parsed(jaegerContainer(CENTRAL));
const sidecar = parsed(jaegerSidecarContainer(SIDECAR));
const hardened = {
  image: "registry.example/jaeger:2.20.0",
  command: ["--config=env:JAEGER_CONFIG"],
  user: "10001",
  readonlyRootFilesystem: true,
  linuxParameters: { capabilities: { drop: ["ALL"] } },
  stopTimeout: 60,
};
const check = (port: number): object => ({
  command: ["CMD-SHELL", `wget -q -O /dev/null http://127.0.0.1:${port}/status`],
  interval: 30,
  timeout: 5,
  retries: 3,
  startPeriod: 30,
});
const log = (group: string, region: string, prefix: string): object => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": group,
    "awslogs-region": region,
    "awslogs-stream-prefix": prefix,
    mode: "non-blocking",
    "max-buffer-size": "25m",
  },
});

test("every Jaeger: exactly this, and nothing that opens the container or the task", () => {
  const { environment, ...rest } = central;
  expect(rest).toEqual({
    ...hardened,
    name: "jaeger-central",
    healthCheck: check(13133),
    logConfiguration: log("/tenantscope/central/jaeger", "eu-west-1", "jaeger-central"),
  });
  expect(objects(environment)).toHaveLength(4);
});

test("a tenant's Jaeger may stop without the task, starts again by itself and has its share of it", () => {
  const { environment, ...rest } = sidecar;
  expect(rest).toEqual({
    ...hardened,
    name: "jaeger",
    essential: false,
    cpu: 64,
    memory: 256,
    healthCheck: check(13134),
    restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
    logConfiguration: log("/tenantscope/acme/orders", "us-east-1", "jaeger"),
  });
  expect(objects(environment)).toHaveLength(6);
});

test("neither has a port mapping, a secret, a mount, or waits for another container", () => {
  for (const definition of [central, sidecar]) {
    for (const key of ["portMappings", "secrets", "mountPoints", "dependsOn", "privileged", "entryPoint"]) {
      expect(definition).not.toHaveProperty(key);
    }
  }
});

describe("environment", () => {
  test("of the shared Jaeger", () => {
    expect(environmentOf(central)).toEqual({
      AWS_REGION: "eu-west-1",
      GOMEMLIMIT: "800MiB",
      JAEGER_CONFIG: renderJaegerConfig(CONFIG),
      JAEGER_STORAGE_URL: CENTRAL.environment["JAEGER_STORAGE_URL"],
    });
  });

  test("of a tenant's: its own Region, the API's in the configuration", () => {
    expect(environmentOf(sidecar)).toEqual({
      AWS_REGION: "us-east-1",
      GOMEMLIMIT: "204MiB",
      JAEGER_CONFIG: renderJaegerConfig(
        jaegerSidecarConfig({
          tenant: "acme",
          tenantRegion: "us-east-1",
          region: "eu-west-1",
          retentionDays: 14,
          memoryMiB: 256,
        }),
      ),
      JAEGER_EXTERNAL_ID: SIDECAR.externalId,
      JAEGER_STORAGE_URL: SIDECAR.storageUrl,
      JAEGER_WRITER_ROLE_ARN: SIDECAR.writerRoleArn,
    });
  });

  test("is sorted, so that the order of its making makes no new revision", () => {
    for (const definition of [central, sidecar]) {
      const names = objects(definition.environment).map(({ name }) => asText(name));
      expect(names).toEqual([...names].sort());
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("what Jaeger replaces, Terraform leaves alone; what Terraform replaces is only what was given", () => {
    const raw = (definition: JsonObject, name: string): string =>
      asText(objects(definition.environment).find((each) => each.name === name)?.value);
    for (const [definition, variables] of [
      [central, 1],
      [sidecar, 3],
    ] as const) {
      const config = raw(definition, "JAEGER_CONFIG");
      expect(config.match(/\$\$\{env:JAEGER_\w+\}/g)).toHaveLength(variables);
      expect(countOpenings(config)).toBe(0);
    }
    expect(interpolations(JSON.stringify(central))).toEqual(["aws_api_gateway_stage.storage.invoke_url"]);
    expect(interpolations(JSON.stringify(sidecar)).sort()).toEqual([
      "aws_iam_role.writer.arn",
      "local.contract.storage.url",
    ]);
  });

  test("has every variable that the configuration names, and no credentials", () => {
    for (const definition of [central, sidecar]) {
      const { JAEGER_CONFIG = "", ...others } = environmentOf(definition);
      const named = [...JAEGER_CONFIG.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name);
      expect(
        Object.keys(others)
          .filter((name) => name.startsWith("JAEGER_"))
          .sort(),
      ).toEqual(named.sort());
      expect(Object.keys(others).join()).not.toMatch(/SECRET|ACCESS_KEY|PASSWORD|TOKEN/);
    }
  });

  test("the configuration is the tenant's alone", () => {
    const config = asObject(parse(environmentOf(sidecar)["JAEGER_CONFIG"] ?? "") as Json);
    expect(JSON.stringify(config)).toContain('"index_prefix":"acme"');
    const globex = parsed(jaegerSidecarContainer({ ...SIDECAR, tenant: "globex" }));
    expect(environmentOf(globex)["JAEGER_CONFIG"]).not.toContain("acme");
  });
});

test("the same input gives the same bytes, without a token", () => {
  expect(JSON.stringify(jaegerSidecarContainer(SIDECAR))).toBe(JSON.stringify(sidecar));
  expect(JSON.stringify(jaegerContainer(CENTRAL))).toBe(JSON.stringify(central));
  expect(JSON.stringify([central, sidecar])).not.toContain("TfToken");
});

test.each([
  ["sidecar", ["jaeger"], true],
  ["sidecar", ["xray", "jaeger"], true],
  ["sidecar", ["xray"], false],
  ["sidecar", [], false],
  ["central", ["jaeger"], false],
] as const)("Jaeger in the task, or not: %s with %j: %s", (jaeger, destinations, expected) => {
  expect(hasJaegerSidecar({ ...DEFAULT_TRACES, jaeger, destinations })).toBe(expected);
});

test.each([
  [true, ["xray"], true],
  [true, [], false],
  [false, ["xray"], false],
] as const)("Zipkin spans are taken, or not: %s with %j: %s", (zipkin, destinations, expected) => {
  expect(takesZipkin({ ...DEFAULT_TRACES, zipkin, destinations })).toBe(expected);
});
