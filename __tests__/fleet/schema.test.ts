import Ajv from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULTS } from "../../fleet/defaults";
import { loadFleet } from "../../fleet/load";
import { REGIONS } from "../../fleet/regions";
import { EXPLANATIONS } from "../../fleet/schema-files";
import centralSchema from "../../fleet/schema/central.schema.json";
import tenantSchema from "../../fleet/schema/tenant.schema.json";
import type { EndpointService } from "../../modules/endpoints/services";
import {
  goodCentral,
  goodNetwork,
  goodService,
  goodTenant,
  type Json,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";

afterEach(removeFolders);

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly errorMessage?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly then?: Schema;
  readonly else?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const central = centralSchema as unknown as Schema;
const tenant = tenantSchema as unknown as Schema;
const schemas = [
  ["central", central],
  ["tenant", tenant],
] as const;

/** `schema` with what it refers to; its own keywords win. */
function resolved(schema: Schema, root: Schema): Schema {
  const definition = root.definitions?.[schema.$ref?.replace("#/definitions/", "") ?? ""];
  return { ...definition, ...schema };
}

/** Every schema of a document, with its place in the manifest; conditions are left out. */
function walk(schema: Schema, root: Schema, path = ""): [string, Schema][] {
  const full = resolved(schema, root);
  return [
    [path, full],
    ...Object.entries(full.properties ?? {}).flatMap(([key, each]) => walk(each, root, `${path}.${key}`)),
    ...(full.items ? walk(full.items, root, `${path}[]`) : []),
    ...(typeof full.additionalProperties === "object"
      ? walk(full.additionalProperties, root, `${path}.*`)
      : []),
    ...(full.propertyNames ? walk(full.propertyNames, root, `${path}.(key)`) : []),
    // One of two shapes; what both have in common is said where the choice is.
    ...(full.then?.enum && full.else?.properties
      ? walk({ ...full.else, description: full.description }, root, path)
      : []),
    ...(full.oneOf ?? []).filter(({ properties }) => properties).flatMap((each) => walk(each, root, path)),
  ];
}

describe.each(schemas)("%s.schema.json", (_, root) => {
  const places = walk(root, root);

  test("is a schema of draft-07 without a keyword that ajv does not know", () => {
    const ajv = new Ajv({ strict: true, strictRequired: false, discriminator: true });
    ajv.addVocabulary([...EXPLANATIONS]);
    expect(() => ajv.compile(root)).not.toThrow();
    expect(root).toMatchObject({ $schema: "http://json-schema.org/draft-07/schema#" });
  });

  test("describes every property", () => {
    const properties = places.filter(([path]) => /[.][$\w]+$/.test(path));
    expect(properties.length).toBeGreaterThan(15);
    const bare = properties.filter(([, { description = "" }]) => !/^[A-Za-z].+[.]$/s.test(description));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test("knows every key of every object", () => {
    const open = places.filter(
      ([, { type, oneOf, additionalProperties }]) =>
        type === "object" && !oneOf && additionalProperties === undefined,
    );
    expect(open.map(([path]) => path)).toEqual([]);
    const loose = places.filter(
      ([, { properties, additionalProperties }]) => properties && additionalProperties !== false,
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  test("explains every pattern, with a remedy after the first comma", () => {
    const silent = places.filter(
      ([, each]) => each.pattern !== undefined && each.patternErrorMessage === undefined,
    );
    expect(silent.map(([path]) => path)).toEqual([]);
    const texts = JSON.stringify(root, (key, value: unknown) =>
      key === "description" ? undefined : value,
    ).match(/"(patternErrorMessage|errorMessage)":"(\\.|[^"\\])*"/g);
    expect(texts?.length).toBeGreaterThan(5);
    for (const text of texts ?? []) expect(text).toMatch(/:"(is|must) [^,]+, \w/);
  });

  test("compiles its patterns as Unicode, as ajv and editors do", () => {
    for (const [, { pattern }] of places) {
      if (pattern !== undefined) expect(() => new RegExp(pattern, "u")).not.toThrow();
    }
  });
});

test("the Regions of both schemas are those that the rules know", () => {
  for (const [, root] of schemas) expect(root.definitions?.["region"]?.enum).toEqual([...REGIONS]);
});

/** Path -> default of everything that has one; objects with keys of their own are the sum of theirs. */
function schemaDefaults(root: Schema): Record<string, unknown> {
  const defaults = walk(root, root).filter(([, each]) => "default" in each && !each.properties);
  return Object.fromEntries(defaults.map(([path, each]) => [path, each.default]));
}

/** The same of DEFAULTS: path -> value of everything that is not an object with keys. */
function flat(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [[path, value]]
    : entries.flatMap(([key, each]) => flat(each, `${path}.${key}`));
}

const under = (prefix: string, value: unknown) =>
  flat(value).map(([path, each]) => [prefix + path, each] as const);

test("the tenant schema states the defaults that the code applies, and no other", () => {
  const { limits, alerts, ...rest } = DEFAULTS.tenant;
  const { thresholds, ...recipients } = alerts;
  expect([limits, thresholds]).toEqual([{}, {}]);
  expect(schemaDefaults(tenant)).toEqual(
    Object.fromEntries([
      ...under("", rest),
      ...under(".alerts", recipients),
      ...under(".network.endpoints", DEFAULTS.endpoints),
      ...under(".network.ingestEndpoint", DEFAULTS.ingestEndpoint),
      ...under(".services[].exports.otlp[]", DEFAULTS.otlpExport),
      ...under(".services[]", DEFAULTS.service),
      ...under(".services[].containers[]", DEFAULTS.container),
      ...under(".services[].egress[]", DEFAULTS.egress),
    ]),
  );
});

test("the central schema states the defaults that the code applies, and no other", () => {
  const { backend, ...rest } = DEFAULTS.central;
  expect(schemaDefaults(central)).toEqual(
    Object.fromEntries([
      ...under("", rest),
      [".backend", { type: backend.type }],
      ...under(".backend", backend.s3),
      ...under(".backend", backend.cloud),
      ...under(".vpn", DEFAULTS.vpn),
      ...under(".registry", DEFAULTS.registry),
      ...under(".registry.repositories[]", DEFAULTS.imageRepository),
      ...under(".registry.github", DEFAULTS.github),
      ...under(".registry.github.roles[]", DEFAULTS.githubRole),
      ...under(".waves[]", { concurrency: DEFAULTS.wave.concurrency }),
    ]),
  );
});

test("a manifest that spells every default out means the same as one that leaves them out", () => {
  const { limits, ...tenantDefaults } = DEFAULTS.tenant;
  const { scrape, ...metrics } = DEFAULTS.service.metrics;
  const { loadBalancer, ...serviceDefaults } = DEFAULTS.service;
  expect([limits, scrape.path, loadBalancer.healthCheckPath]).toEqual([{}, "/metrics", "/"]);
  const { alerts, network, ...rest } = goodTenant();
  expect(alerts).not.toEqual(tenantDefaults.alerts);
  const { endpoints, ...shortNetwork } = network as Json;
  expect(endpoints).not.toEqual(tenantDefaults.network.endpoints);
  const short: Json = { ...rest, network: shortNetwork };
  const service = { ...(short["services"] as object[])[0], ...serviceDefaults, metrics };
  const long = {
    ...short,
    ...tenantDefaults,
    displayName: "acme",
    region: "eu-west-1",
    limits: {},
    network: { ...shortNetwork, ...tenantDefaults.network },
    services: [service],
  };
  const { backend, ...centralDefaults } = DEFAULTS.central;
  const longCentral = { ...goodCentral(), ...centralDefaults, backend: { type: backend.type } };
  const load = (centralJson: object, tenantJson: object) =>
    loadFleet(
      makeFolder({
        "central.json": toText({ ...centralJson }),
        "tenants/acme.json": toText({ ...tenantJson }),
      }),
    );
  expect(load(longCentral, long)).toEqual(load({ ...goodCentral(), alerts: undefined }, short));
});

describe("what has two shapes", () => {
  const load = (centralKeys: object, network: object) =>
    loadFleet(
      makeFolder({
        "central.json": toText({ ...goodCentral(), ...centralKeys }),
        "tenants/acme.json": toText({ ...goodTenant(), network: { ...goodNetwork, ...network } }),
      }),
    );

  test("a central network with a VPC's id exists, any other is created", () => {
    const existing = {
      vpcId: "vpc-0a1b2c3d4e5f60001",
      cidr: "10.9.0.0/24",
      privateSubnetIds: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
    };
    expect(load({ network: existing }, {}).central.network).toEqual({
      kind: "existing",
      ...existing,
      clients: { cidrs: [], securityGroupIds: [] },
    });
    expect(load({ network: { zones: ["c", "b"] } }, {}).central.network).toEqual({
      kind: "created",
      cidr: "10.0.0.0/16",
      zones: ["c", "b"],
      egress: "nat",
      natPerZone: false,
      clients: { cidrs: [], securityGroupIds: [] },
    });
  });

  test("a tenant's endpoints: a word, or an object whose services stay absent", () => {
    const endpointsOf = (endpoints: unknown) =>
      load({}, { endpoints }).tenants.map(({ network }) => network.endpoints);
    expect(endpointsOf("none")).toEqual([{ kind: "none" }]);
    expect(endpointsOf("existing")).toEqual([{ kind: "existing" }]);
    const created = { subnetIds: goodNetwork.privateSubnetIds, s3RouteTableIds: [], trustedAccountIds: [] };
    expect(endpointsOf({})).toEqual([{ kind: "created", ...created }]);
    const all = {
      subnetIds: ["subnet-0a1b2c3d4e5f60002"],
      services: ["ecr.api", "ecr.dkr"],
      s3RouteTableIds: ["rtb-0a1b2c3d4e5f60001"],
      trustedAccountIds: ["999999999999"],
    };
    expect(endpointsOf(all)).toEqual([{ kind: "created", ...all }]);
  });

  test("the services that endpoints can be created for are those that the program knows", () => {
    const endpoints = tenant.properties?.["network"]?.properties?.["endpoints"]?.else?.properties;
    const known: Record<Exclude<EndpointService, "execute-api">, true> = {
      "aps-workspaces": true,
      "ecr.api": true,
      "ecr.dkr": true,
      elasticfilesystem: true,
      kms: true,
      logs: true,
      monitoring: true,
      secretsmanager: true,
      sns: true,
      ssm: true,
      sts: true,
      xray: true,
    };
    expect(endpoints?.["services"]?.items?.enum).toEqual(Object.keys(known));
  });
});

test("log destinations have one order, whatever the file's", () => {
  const service = { ...goodService(), logs: { destinations: ["cloudwatch", "loki-direct", "loki"] } };
  const loki = { direct: [{ cidr: "10.1.0.0/16", tenant: "acme" }] };
  const { tenants } = loadFleet(
    makeFolder({
      "central.json": toText({ ...goodCentral(), loki }),
      "tenants/acme.json": toText({ ...goodTenant(), services: [service] }),
    }),
  );
  expect(tenants[0]?.services[0]?.logs).toEqual({ destinations: ["loki", "loki-direct", "cloudwatch"] });
});

test("an S3 backend gets its key prefix, and an offboarding tenant may have no service", () => {
  const backend = { type: "s3", bucket: "states", region: "eu-west-1" };
  const emptied = toText({ ...goodTenant(), lifecycle: "offboarding", services: [] });
  const folder = { "central.json": toText({ ...goodCentral(), backend }), "tenants/acme.json": emptied };
  const fleet = loadFleet(makeFolder(folder));
  expect(fleet.central.backend).toEqual({ ...backend, keyPrefix: "tenantscope" });
  expect(fleet.tenants[0]).toMatchObject({ lifecycle: "offboarding", services: [] });
});

test("HCP Terraform gets the Terraform that the repository uses, in a project of its own", () => {
  const backend = { type: "cloud", organization: "acme" };
  const { central } = loadFleet(
    makeFolder({
      "central.json": toText({ ...goodCentral(), backend }),
      "tenants/acme.json": toText(goodTenant()),
    }),
  );
  expect(central.backend).toEqual({
    ...backend,
    project: "tenantscope",
    executionMode: "remote",
    terraformVersion: readFileSync(join(__dirname, "../../.terraform-version"), "utf8").trim(),
    assessments: false,
    notifications: { emails: [] },
    manageOidcProvider: true,
  });
});

test("what editors are told to check the examples with is where they say", () => {
  const root = `${__dirname}/../..`;
  expect(loadFleet(root).tenants).toHaveLength(3);
  for (const [file, path] of [
    ["central.json", "./fleet/schema/central.schema.json"],
    ["tenants/acme.json", "../fleet/schema/tenant.schema.json"],
  ] as const) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is the test
    expect(require(`${root}/${file}`)).toMatchObject({ $schema: path });
  }
});
