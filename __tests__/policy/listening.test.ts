import { parse } from "yaml";
import { containersOf, environmentOf } from "../support/containers";
import { everyOptionFleet } from "../support/every-option-fleet";
import { exampleFleet, S3_BACKEND } from "../support/fleets";
import { asObject, asText, isObject, objects, shown, type Json, type JsonObject } from "../support/json";
import { mutated, synth, type Stack, type Tree } from "../support/synth";
import { unescape } from "../support/terraform";

/**
 * Where what this program adds to a task listens: every component of every configuration of a sidecar, read from the
 * synthesised stacks. A type that nobody has decided about is an error, since it may listen.
 */

const http = (component: JsonObject): Json | undefined => asObject(component.http).endpoint;
const endpoint = (component: JsonObject): Json | undefined => component.endpoint;

/** Addresses at which a component of the type listens. Without an address it would take its own default. */
const LISTENING: Readonly<Record<string, (component: JsonObject) => readonly (Json | undefined)[]>> = {
  "receivers/otlp": ({ protocols }) =>
    Object.values(asObject(protocols)).map((each) => endpoint(asObject(each))),
  "receivers/statsd": (component) => [endpoint(component)],
  "receivers/zipkin": (component) => [endpoint(component)],
  "extensions/awsproxy": (component) => [endpoint(component)],
  "extensions/health_check": (component) => [endpoint(component)],
  "extensions/healthcheckv2": (component) => [http(component)],
  "exporters/prometheus": (component) => [endpoint(component)],
};

/** They only ask, sign or send. */
const SILENT = new Set([
  ...["awsecscontainermetrics", "prometheus"].map((type) => `receivers/${type}`),
  ...["jaeger_storage", "sigv4auth"].map((type) => `extensions/${type}`),
  ...["awsemf", "awsxray", "debug", "jaeger_storage_exporter", "otlp_http", "prometheus_remote_write"].map(
    (type) => `exporters/${type}`,
  ),
]);

const SECTIONS = ["receivers", "extensions", "exporters", "connectors"];

/** `receivers/otlp 127.0.0.1:4317` for each address of a configuration, or of a part of one. */
function addresses(text: string): string[] {
  const config = asObject(parse(text) as Json);
  const components = SECTIONS.flatMap((section) =>
    Object.entries(asObject(config[section] ?? {})).flatMap(([name, value]) => {
      const type = `${section}/${name.split("/")[0] ?? ""}`;
      if (SILENT.has(type)) return [];
      const listening = LISTENING[type];
      if (listening === undefined) return [`${section}/${name} is unknown`];
      return listening(isObject(value) ? value : {}).map((address) => `${section}/${name} ${shown(address)}`);
    }),
  );
  const metrics = asObject(asObject(asObject(config.service ?? {}).telemetry ?? {}).metrics ?? {});
  const readers = objects(metrics.readers ?? []).map((reader) => {
    const { host, port } = asObject(asObject(asObject(reader.pull).exporter).prometheus);
    return `telemetry ${shown(host)}:${shown(port)}`;
  });
  // Without a word about it a collector serves its own metrics on every address.
  const silent = "service" in config && readers.length === 0 && metrics.level !== "none";
  return [...components, ...readers, ...(silent ? ["telemetry undefined"] : [])];
}

/** What a log router reads beside FireLens' own file, whose inputs are a socket and 127.0.0.1. */
const routerSections = (text: string): string[] =>
  [...text.matchAll(/^\s*\[(\w+)\]|^\s*@(\w+)/gm)]
    .map(([, section, command]) => section ?? command ?? "")
    .filter((section) => section !== "OUTPUT")
    .map((section) => `log-router ${section}`);

interface Listener {
  /** `tenant-acme orders adot-collector`; the published parts of a configuration with their parameter's name. */
  readonly where: string;
  readonly at: readonly string[];
}

function listenersOf(stack: Stack): Listener[] {
  const inTasks = containersOf(stack).flatMap(({ where, definitions }) =>
    definitions.flatMap((definition): Listener[] => {
      const { AOT_CONFIG_CONTENT, JAEGER_CONFIG, ROUTER_CONFIG } = environmentOf(definition);
      const config = AOT_CONFIG_CONTENT ?? JAEGER_CONFIG;
      const at = [
        ...(config === undefined ? [] : addresses(config)),
        ...(ROUTER_CONFIG === undefined ? [] : routerSections(ROUTER_CONFIG)),
        ...objects(definition.portMappings ?? [])
          .filter(() => config !== undefined || ROUTER_CONFIG !== undefined)
          .map(({ containerPort }) => `port ${shown(containerPort)}`),
      ];
      const task = /service-([\w-]+)_(task|sidecar)/.exec(where)?.[1] ?? where;
      return config === undefined && ROUTER_CONFIG === undefined
        ? []
        : [{ where: `${stack.name} ${task} ${asText(definition.name)}`, at }];
    }),
  );
  const published = Object.values(stack.resource("aws_ssm_parameter"))
    .filter(({ name }) => /\/collector-config(\/\d)?$/.test(asText(name)))
    .map((parameter) => ({
      where: `${stack.name} ${asText(parameter.name)}`,
      at: addresses(unescape(asText(parameter.insecure_value))),
    }));
  return [...inTasks, ...published];
}

/** Of the tenants' tasks. The query service of a tenant's traces is a task of the central account. */
const sidecars = (tree: Tree): Listener[] =>
  tree.stacks
    .filter(({ name }) => name.startsWith("tenant-"))
    .flatMap(listenersOf)
    .filter(({ where }) => !/ jaeger-query-\w+$/.test(where));

const open = (listeners: readonly Listener[]): string[] =>
  listeners.flatMap(({ where, at }) =>
    at.filter((address) => !/^\S+ 127\.0\.0\.1:\d+$/.test(address)).map((address) => `${where}: ${address}`),
  );

const example = synth(exampleFleet());
const everything = synth(everyOptionFleet(S3_BACKEND));

/** The tasks of the example; what goes with an option stands at the service that has it. */
const ALWAYS = [
  "extensions/health_check 13133",
  "receivers/otlp 4317",
  "receivers/zipkin 9411",
  "telemetry 8888",
];
const STATSD = ["receivers/statsd 8125", "exporters/prometheus/statsd 8889"];
const OWN: Readonly<Record<string, readonly string[]>> = {
  "tenant-acme orders": ["receivers/otlp 4318"],
  "tenant-globex catalog": ["receivers/otlp 4318"],
  "tenant-globex checkout": ["receivers/otlp 4318", ...STATSD],
  "tenant-globex mailer": ["receivers/otlp 1337", "receivers/otlp/legacy 55681", ...STATSD],
  "tenant-initech ledger": ["receivers/otlp 4318"],
  "tenant-initech reports": ["receivers/otlp 4318"],
};

test("the example: a sidecar listens where it is written here, on 127.0.0.1, and nowhere else", () => {
  const found = new Map<string, string[]>();
  for (const { where, at } of sidecars(example)) {
    // In its task and as it is published, maybe in parts: the same.
    const [stack = "", place = ""] = where.split(" ");
    const service = /^\/tenantscope\/[^/]+\/([^/]+)/.exec(place)?.[1] ?? place;
    const task = `${stack} ${service}`;
    found.set(task, [...(found.get(task) ?? []), ...at]);
  }
  const expected = Object.entries(OWN).map(([task, own]) => [
    task,
    [...ALWAYS, ...own].map((address) => address.replace(" ", " 127.0.0.1:")).sort(),
  ]);
  expect([...found].map(([task, at]) => [task, [...new Set(at)].sort()]).sort()).toEqual(expected);
});

test("with every option what is added to a task listens on 127.0.0.1 only", () => {
  const found = sidecars(everything);
  expect(found.length).toBeGreaterThan(8);
  expect(open(found)).toEqual([]);
  expect(open(sidecars(example))).toEqual([]);
  // Every type that may listen does somewhere: nothing in the list is there for nothing.
  const types = new Set(
    found.flatMap(({ at }) => at.map((address) => address.split(/[ /]/).slice(0, 2).join("/"))),
  );
  expect(Object.keys(LISTENING).filter((type) => !types.has(type))).toEqual([]);
});

test.each([
  ["every address", "127.0.0.1:4318", "0.0.0.0:4318"],
  ["a default", "{endpoint: 127.0.0.1:13133}", "{}"],
  ["a type that nobody knows", "  health_check: {", "  pprof: {"],
  ["its own metrics", "'127.0.0.1', port: 8888", "'0.0.0.0', port: 8888"],
  ["an input of the router", "[OUTPUT]", "[INPUT]"],
])("a sidecar that listens elsewhere is seen: %s", (_, text, other) => {
  const changed = mutated(example, "tenant-acme", (stack) => stack.replaceAll(text, other));
  expect(open(sidecars(changed))).not.toEqual([]);
});
