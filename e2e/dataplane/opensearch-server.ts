import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tools } from "../tools/tools";
import { eventually, ManagedProcess } from "./process";

/** What Amazon's smaller instances take as one request. */
const MAX_CONTENT = "10mb";

/** A port on which nothing listens. */
const NOWHERE = 1;

const SETTINGS = [
  "network.host: 127.0.0.1",
  "discovery.type: single-node",
  `http.max_content_length: ${MAX_CONTENT}`,
  // A disk that others fill is not what these tests are about.
  "cluster.routing.allocation.disk.threshold_enabled: false",
];

const MACHINE = ["-Xms384m", "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/**
 * From here to 9299 the runner looks for a free port, and takes one that a second runner is about to use: two of Jest's
 * workers begin apart.
 */
const BASE_PORT = 9200 + 30 * ((Number(process.env["JEST_WORKER_ID"] ?? 1) - 1) % 3);

/** A real OpenSearch of one node, without its security plugin, with its data in a temporary folder. */
export class OpenSearchServer {
  private readonly folder = mkdtempSync(join(tmpdir(), "tenantscope-opensearch-"));
  private running: ManagedProcess | undefined;
  private port = NOWHERE;
  private earlier = "";

  constructor(private readonly tools: Pick<Tools, "java" | "openSearch">) {
    mkdirSync(join(this.folder, "config"));
    const settings = [...SETTINGS, `path.repo: ${this.repository}`];
    writeFileSync(join(this.folder, "config/opensearch.yml"), settings.map((line) => `${line}\n`).join(""));
  }

  /** A folder where snapshots may be. */
  get repository(): string {
    return join(this.folder, "snapshots");
  }

  /** Another port after every start. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get log(): string {
    return this.earlier + (this.running?.log ?? "");
  }

  async start(): Promise<void> {
    const path = (name: string): string => join(this.folder, name);
    const program = new ManagedProcess({
      name: "opensearch",
      command: this.tools.java,
      args: [
        ...MACHINE,
        "-cp",
        join(this.tools.openSearch, "*"),
        "org.codelibs.opensearch.runner.OpenSearchRunner",
        ...["-numOfNode", "1", "-clusterName", "traces", "-basePath", this.folder],
        ...["-baseHttpPort", `${BASE_PORT}`],
        ...["-confPath", path("config"), "-dataPath", path("data"), "-logsPath", path("logs")],
      ],
      cwd: this.folder,
    });
    this.running = program;
    this.port = await eventually("the port of OpenSearch", 240, () => {
      if (!program.running) return Promise.resolve(0);
      const [, port] =
        /AbstractHttpServerTransport\] publish_address \{127\.0\.0\.1:(\d+)\}/.exec(program.log) ?? [];
      return Promise.resolve(port === undefined ? undefined : Number(port));
    });
    await eventually("OpenSearch", 120, async () => {
      if (!program.running) return false;
      const health = await fetch(`${this.url}/_cluster/health?wait_for_status=yellow&timeout=5s`);
      return health.ok ? true : undefined;
    });
    if (!program.running) throw new Error(`OpenSearch ended at its start:\n${program.log.slice(-3000)}`);
  }

  /** As a broken machine does it; the data stays. */
  async kill(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    process.kill(running.pid, "SIGKILL");
    // Another run's OpenSearch may take the old port, and would take what is sent during the outage.
    this.port = NOWHERE;
    await running.stop();
    this.earlier += running.log;
    this.running = undefined;
  }

  /** Ends it and takes its data away. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** An answer's JSON; throws unless it is 2xx. */
  async request<T>(path: string, method = "GET", body?: object): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Names of all indices but OpenSearch's own, sorted. */
  async indices(): Promise<string[]> {
    const rows = await this.request<{ index: string }[]>("/_cat/indices?format=json&h=index");
    return rows
      .map(({ index }) => index)
      .filter((index) => !index.startsWith("."))
      .sort();
  }

  /** How many documents a search over these indices sees, the latest included. */
  async count(indices: string, query: object = { match_all: {} }): Promise<number> {
    await this.request(`/${indices}/_refresh?ignore_unavailable=true`, "POST");
    const path = `/${indices}/_count?ignore_unavailable=true`;
    return (await this.request<{ count: number }>(path, "POST", { query })).count;
  }
}
