import { JaegerApi, JaegerServer } from "./jaeger-server";
import { localJaeger, type LocalJaeger } from "./jaeger-retarget";
import { type StorageWorld } from "./storage-world";
import { type Tools } from "../tools/tools";

/** A Jaeger as its task definition has it. */
export interface RenderedJaeger {
  readonly config: string;
  readonly command: readonly string[];
  /** With whose rights it asks the storage API. */
  readonly roleArn: string;
  readonly healthPort: number;
}

export interface RenderedCollector extends RenderedJaeger {
  readonly otlpPort: number;
}

export interface RenderedJaegers {
  readonly collector: RenderedCollector;
  readonly query: RenderedJaeger;
  /** Of a tenant whose tasks run a Jaeger of their own. */
  readonly sidecar: (tenant: string) => RenderedCollector;
  readonly tenantQuery: (tenant: string) => RenderedJaeger;
}

/** Where the query's HTTP API listens in the rendered configuration, and its base path. */
const QUERY_PORT = 16_686;
const BASE_PATH = "/jaeger";

export interface RunOptions {
  /** Further settings of the storage. */
  readonly storage?: Readonly<Record<string, unknown>>;
  /** Another address for the storage than the storage API; nothing is signed then. */
  readonly storageUrl?: string;
  /** Ports that are decided already: rendered -> here. */
  readonly ports?: ReadonlyMap<number, number>;
  /** Changes the local configuration. */
  readonly change?: (config: string) => string;
}

/** A collector that takes spans. */
export class RunningCollector {
  constructor(
    readonly server: JaegerServer,
    /** Of its OTLP receiver. */
    readonly port: number,
  ) {}

  /** Sends an OTLP request in JSON, as the gateway does for a tenant. */
  send(body: object, tenant?: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(tenant && { "x-scope-orgid": tenant }) },
      body: JSON.stringify(body),
    });
  }
}

export async function runCollector(
  world: StorageWorld,
  tools: Tools,
  name: string,
  rendered: RenderedCollector,
  options: RunOptions = {},
): Promise<RunningCollector> {
  const { ports, server } = await run(world, tools, name, rendered, options);
  return new RunningCollector(server, ports.get(rendered.otlpPort) ?? 0);
}

export async function runQuery(
  world: StorageWorld,
  tools: Tools,
  name: string,
  rendered: RenderedJaeger,
  options: RunOptions = {},
): Promise<JaegerApi> {
  const { ports } = await run(world, tools, name, rendered, options);
  return new JaegerApi(`http://127.0.0.1:${ports.get(QUERY_PORT) ?? 0}${BASE_PATH}`);
}

async function run(
  world: StorageWorld,
  tools: Tools,
  name: string,
  { config: rendered, command, roleArn, healthPort }: RenderedJaeger,
  { storage, storageUrl, ports, change = (text) => text }: RunOptions,
): Promise<LocalJaeger & { readonly server: JaegerServer }> {
  const url = storageUrl ?? (await world.signedAs(roleArn)).url;
  const local = await localJaeger(rendered, {
    storageUrl: url,
    ...(storage && { storage }),
    ...(ports && { ports }),
  });
  const health = `http://127.0.0.1:${local.ports.get(healthPort) ?? 0}/status`;
  const server = new JaegerServer(name, tools.jaeger, change(local.config), command, health);
  await world.run(server);
  return { ...local, server };
}
