import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LokiConfig } from "../../modules/loki/config";
import { NO_OVERRIDES } from "../../modules/loki/overrides";
import { yamlText } from "../../modules/loki/yaml";
import { freePort } from "./free-ports";
import { localConfig, type LocalReplica } from "./loki-local";
import { eventually, ManagedProcess, untilServing } from "./process";

export interface LokiEntry {
  /** Nanoseconds since 1970. */
  readonly time: string;
  readonly line: string;
  /** Index labels and structured metadata, as Loki merges them. */
  readonly labels: Readonly<Record<string, string>>;
}

interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [string, string])[];
    }[];
  };
}

/** A real Loki with the rendered configuration, moved to this machine by {@link localConfig}. */
export class LokiServer {
  private running: ManagedProcess | undefined;

  private constructor(
    private readonly program: string,
    config: LokiConfig,
    private readonly local: LocalReplica,
  ) {
    this.overridesFile = join(local.folder, "etc/loki-overrides/overrides.yaml");
    mkdirSync(dirname(this.overridesFile), { recursive: true });
    writeFileSync(this.overridesFile, NO_OVERRIDES);
    writeFileSync(this.configFile, yamlText(localConfig(config, local)));
  }

  /** What Loki reads its overrides from. */
  readonly overridesFile: string;

  /** Replicas that share an object store and know each other, not yet started. */
  static async prepare(program: string, configs: readonly LokiConfig[]): Promise<LokiServer[]> {
    const root = mkdtempSync(join(tmpdir(), "tenantscope-loki-"));
    const ports = await Promise.all(configs.map(() => freePort()));
    return Promise.all(
      configs.map(async (config, replica) => {
        const others = ports.filter((_, index) => index !== replica);
        return new LokiServer(program, config, {
          folder: join(root, `task-${replica}`),
          objects: join(root, "objects"),
          httpPort: await freePort(),
          grpcPort: await freePort(),
          memberlistPorts: [ports[replica] ?? 0, ...others],
        });
      }),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.local.httpPort}`;
  }

  get configFile(): string {
    return join(this.local.folder, "config.yaml");
  }

  /** The folder that stands for the bucket. */
  get objects(): string {
    return this.local.objects;
  }

  get log(): string {
    return this.running?.log ?? "";
  }

  /** Process id; the same as long as Loki was not restarted. */
  get pid(): number {
    if (this.running === undefined) throw new Error("Loki does not run");
    return this.running.pid;
  }

  async start(): Promise<void> {
    this.running = new ManagedProcess({
      name: `loki ${this.local.httpPort}`,
      command: this.program,
      args: [`-config.file=${this.configFile}`, "-config.expand-env=true"],
      cwd: this.local.folder,
      // In its task the root file system is read-only, /tmp included.
      environment: { TMPDIR: join(this.local.folder, "there-is-none") },
    });
    await untilServing(this.running, `${this.url}/ready`);
  }

  /** As ECS does it. */
  async stop(): Promise<void> {
    if (this.running === undefined) return;
    process.kill(this.pid, "SIGTERM");
    const { running } = this;
    await eventually("the end of Loki", 240, () => Promise.resolve(running.running ? undefined : true));
    await running.stop();
    this.running = undefined;
  }

  /** As a broken machine does it. */
  async kill(): Promise<void> {
    if (this.running === undefined) return;
    process.kill(this.pid, "SIGKILL");
    await this.running.stop();
    this.running = undefined;
  }

  /** Takes away everything of this replica and its bucket. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(dirname(this.local.folder), { recursive: true, force: true });
  }

  /** A request for a tenant, or for none. */
  request(path: string, tenant?: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (tenant !== undefined) headers.set("X-Scope-OrgID", tenant);
    return fetch(`${this.url}${path}`, { ...init, headers });
  }

  /** Sends an OTLP request in JSON. */
  otlp(tenant: string | undefined, body: object): Promise<Response> {
    return this.request("/otlp/v1/logs", tenant, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** All entries of the last hour that match, oldest first; throws when the query is refused. */
  async query(tenant: string, selector: string): Promise<LokiEntry[]> {
    const parameters = new URLSearchParams({
      query: selector,
      start: String((Date.now() - 3_600_000) * 1e6),
      end: String((Date.now() + 60_000) * 1e6),
      limit: "5000",
      direction: "forward",
    });
    const { data } = (await this.json(
      `/loki/api/v1/query_range?${parameters.toString()}`,
      tenant,
    )) as QueryAnswer;
    return data.result.flatMap(({ stream, values }) =>
      values.map(([time, line]) => ({ time, line, labels: stream })),
    );
  }

  /** Index labels of every stream that matches. */
  async series(tenant: string, selector: string): Promise<Readonly<Record<string, string>>[]> {
    const answer = await this.json(`/loki/api/v1/series?match[]=${encodeURIComponent(selector)}`, tenant);
    return (answer as { data: Record<string, string>[] }).data;
  }

  /** A limit that holds for the tenant now. */
  async limit(tenant: string, name: string): Promise<unknown> {
    const answer = await this.json("/loki/api/v1/drilldown-limits", tenant);
    return (answer as { limits: Record<string, unknown> }).limits[name];
  }

  /** Sum of one of Loki's own metrics over its series; undefined when there is none. */
  async metric(name: string): Promise<number | undefined> {
    const text = await (await this.request("/metrics")).text();
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))];
    return values.length === 0 ? undefined : values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  private async json(path: string, tenant: string): Promise<unknown> {
    const answer = await this.request(path, tenant);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

/** An OTLP request with these lines from one resource, a millisecond apart. */
export function otlpLogs(
  resource: Readonly<Record<string, string>>,
  lines: readonly string[],
  attributes: Readonly<Record<string, string>> = {},
) {
  const list = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const start = BigInt(Date.now()) * 1_000_000n - BigInt(lines.length) * 1_000_000n;
  return {
    resourceLogs: [
      {
        resource: { attributes: list(resource) },
        scopeLogs: [
          {
            logRecords: lines.map((line, index) => ({
              timeUnixNano: String(start + BigInt(index) * 1_000_000n),
              severityText: "INFO",
              body: { stringValue: line },
              attributes: list(attributes),
            })),
          },
        ],
      },
    ],
  };
}
