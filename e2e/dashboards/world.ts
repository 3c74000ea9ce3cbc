import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Traffic, type Application } from "../dataplane/applications";
import { synthesisedFleet, type TenantUnderTest } from "../dataplane/fleet-under-test";
import { fluentBitRequest } from "../dataplane/logs-fluent-bit";
import { API_ID, renderedCentral } from "../dataplane/logs-rendered";
import { LokiServer } from "../dataplane/loki-server";
import { Moto } from "../dataplane/moto";
import { Prometheus } from "../dataplane/prometheus";
import { type RunningTask, RunningTask as Task } from "../dataplane/task";
import { withoutAwsExporters } from "../dataplane/traces-retarget";
import { StandinServer } from "../standins/http";
import { Identities } from "../standins/identities";
import { RemoteWriteStandin } from "../standins/remote-write";
import { type ReceivedRequest } from "../standins/sigv4";
import { StsStandin } from "../standins/sts";
import { TaskEndpoint } from "../standins/task-metadata";
import { installTools, type Tools } from "../tools/tools";

const LOGS = join(__dirname, "..", "..", "build", "e2e-logs");
const EVALUATE_SECONDS = 5;

export const synthesised = synthesisedFleet("../dashboards/fleet");
export const acme = synthesised.tenant("acme");
export const globex = synthesised.tenant("globex");
const { region } = synthesised.fleet.central;

/** A task of a tenant's service with its users. */
interface Subject {
  readonly of: TenantUnderTest;
  readonly task: RunningTask;
  readonly traffic: Traffic;
  readonly lost: NodeJS.Timeout;
}

/**
 * Two tenants' applications with their collectors, Prometheus and Loki: what the data sources of the dashboards see.
 * What lies between a collector and Loki is proven in `e2e/dataplane`; here a stand-in takes the tenant from the path.
 */
export class DashboardsWorld {
  readonly subjects: Subject[] = [];
  private readonly sts: StsStandin;
  private readonly endpoint: TaskEndpoint;
  private readonly remoteWrite: RemoteWriteStandin;
  private readonly refused = new Set<string>();
  private readonly ingest = new StandinServer((request) => this.ingested(request));

  private constructor(
    private readonly tools: Tools,
    readonly prometheus: Prometheus,
    readonly loki: LokiServer,
    private readonly moto: Moto,
  ) {
    const identities = new Identities();
    const trusts = [acme.trust, globex.trust];
    this.endpoint = new TaskEndpoint(identities);
    this.sts = new StsStandin({ region, identities, trusts, sessionSeconds: 900 });
    this.remoteWrite = new RemoteWriteStandin({
      region,
      identities,
      writers: trusts.map(({ roleArn }) => roleArn),
      workspaceId: "ws-00000000-0000-4000-8000-000000000001",
      prometheusUrl: prometheus.url,
    });
  }

  static async start(ruleFiles: readonly string[]): Promise<DashboardsWorld> {
    const tools = installTools();
    const [loki] = await LokiServer.prepare(tools.loki, [renderedCentral(synthesised).loki]);
    if (loki === undefined) throw new Error("nothing prepared");
    const prometheus = await Prometheus.start(tools.prometheus, {
      files: ruleFiles,
      seconds: EVALUATE_SECONDS,
    });
    try {
      const [moto] = await Promise.all([Moto.start(tools, [region]), loki.start()]);
      const world = new DashboardsWorld(tools, prometheus, loki, moto);
      await Promise.all(
        [world.sts, world.endpoint, world.remoteWrite, world.ingest].map((each) => each.start()),
      );
      return world;
    } catch (error) {
      await Promise.allSettled([prometheus.stop(), loki.remove()]);
      throw error;
    }
  }

  /** Runs a task of a tenant's service, and users who begin once its collector listens. */
  async run(of: TenantUnderTest, application: Application): Promise<void> {
    const task = await Task.start(
      {
        ...of,
        rendered: { ...of.task, config: withoutAwsExporters(of.task.config) },
        application,
        collectorEnvironment: {
          AMP_REMOTE_WRITE_URL: this.remoteWrite.url,
          AMP_WRITER_ROLE_ARN: of.trust.roleArn,
          AWS_ENDPOINT_URL_STS: this.sts.url,
          INGEST_URL: this.ingest.url,
          INGEST_API_ID: API_ID,
        },
        applicationEnvironment: {
          ...this.moto.environment(of.region),
          OTEL_METRIC_EXPORT_INTERVAL: "2000",
          OTEL_SEMCONV_STABILITY_OPT_IN: "http",
        },
      },
      this.endpoint,
      this.tools,
    );
    await task.collectorHealthy();
    const traffic = new Traffic(application, task.applicationUrl, 300);
    // A page that nobody has: a request that is refused.
    const lost = setInterval(() => {
      fetch(`${task.applicationUrl}/nowhere`).catch(() => undefined);
    }, 500);
    this.subjects.push({ of, task, traffic, lost });
  }

  /** Sends lines of an application's container as its log router does. Throws when the collector refuses them. */
  async log({ of, task }: Subject, lines: readonly string[]): Promise<void> {
    const now = BigInt(Date.now()) * 1_000_000n;
    const body = fluentBitRequest(
      { ...of, taskId: task.taskId, container: of.service, family: of.task.family },
      lines.map((text, index) => ({ time: now + BigInt(index), text })),
    );
    const answer = await fetch(`${task.otlpUrl}/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: new Uint8Array(body),
    });
    if (!answer.ok) throw new Error(`the collector answered ${answer.status} ${await answer.text()}`);
  }

  /** Stops everything, whatever of it fails to stop, and leaves what the programs said in `build/e2e-logs`. */
  async stop(): Promise<void> {
    for (const { lost } of this.subjects) clearInterval(lost);
    await Promise.allSettled(this.subjects.map(({ traffic }) => traffic.stop()));
    await Promise.allSettled(this.subjects.map(({ task }) => task.stop()));
    mkdirSync(LOGS, { recursive: true });
    for (const { task } of this.subjects) {
      for (const { name, log } of [task.application, task.collector]) {
        writeFileSync(join(LOGS, `dashboards-${name.replaceAll(" ", "-")}.log`), log);
      }
    }
    const rest = [this.ingest, this.remoteWrite, this.endpoint, this.sts, this.moto, this.prometheus];
    await Promise.allSettled([...rest.map((each) => each.stop()), this.loki.remove()]);
  }

  private async ingested({ rawUrl, headers, body }: ReceivedRequest) {
    const [, tenant, path] = /^\/t\/([a-z0-9-]+)(\/.*)$/.exec(rawUrl) ?? [];
    if (path === "/v1/traces") {
      // The first batch of each tenant is lost for good, so that losses can be seen.
      const first = !this.refused.has(tenant ?? "");
      this.refused.add(tenant ?? "");
      return { status: first ? 400 : 200 };
    }
    if (path !== "/otlp/v1/logs") return { status: 404 };
    const names = ["content-type", "content-encoding"];
    const kept = names.flatMap((name) => (headers[name] ?? []).map((value) => [name, value] as const));
    const answer = await this.loki.request(path, tenant, {
      method: "POST",
      headers: Object.fromEntries(kept),
      body: new Uint8Array(body),
    });
    return { status: answer.status, body: await answer.text() };
  }
}
