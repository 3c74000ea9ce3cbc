import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RemoteWriteStandin } from "../standins/remote-write";
import { StsStandin } from "../standins/sts";
import { Identities } from "../standins/identities";
import { TaskEndpoint } from "../standins/task-metadata";
import { installTools, type Tools } from "../tools/tools";
import { type Application } from "./applications";
import { acme, centralRegion, globex, type TenantUnderTest } from "./fleet-under-test";
import { Moto } from "./moto";
import { Prometheus } from "./prometheus";
import { RunningTask } from "./task";

/** Short, so that a run of the tests sees the collectors renew their credentials. */
const SESSION_SECONDS = 45;
const LOGS = join(__dirname, "..", "..", "build", "e2e-logs");
/** Intervals of the applications' own exports, in seconds. */
export const EXPORT_SECONDS = 2;

/** Everything around the tasks: the central account's endpoints, AWS's, and the tasks themselves. */
export class World {
  readonly sts: readonly StsStandin[];
  readonly remoteWrite: RemoteWriteStandin;
  private readonly endpoint: TaskEndpoint;
  private readonly tasks: RunningTask[] = [];

  private constructor(
    private readonly tools: Tools,
    readonly prometheus: Prometheus,
    private readonly moto: Moto,
  ) {
    const identities = new Identities();
    const trusts = [acme.trust, globex.trust];
    this.endpoint = new TaskEndpoint(identities);
    this.sts = [acme.region, globex.region].map(
      (region) => new StsStandin({ region, identities, trusts, sessionSeconds: SESSION_SECONDS }),
    );
    this.remoteWrite = new RemoteWriteStandin({
      region: centralRegion,
      identities,
      writers: trusts.map(({ roleArn }) => roleArn),
      workspaceId: "ws-00000000-0000-4000-8000-000000000001",
      prometheusUrl: prometheus.url,
    });
  }

  static async start(): Promise<World> {
    const tools = installTools();
    const prometheus = await Prometheus.start(tools.prometheus);
    try {
      const moto = await Moto.start(tools, [acme.region, globex.region]);
      const world = new World(tools, prometheus, moto);
      await Promise.all([...world.sts, world.remoteWrite, world.endpoint].map((each) => each.start()));
      return world;
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
  }

  /** Runs a task of a tenant's service. */
  async run(
    under: TenantUnderTest,
    application: Application,
    override: { collector?: Record<string, string>; application?: Record<string, string> } = {},
  ): Promise<RunningTask> {
    const sts = this.sts[under === acme ? 0 : 1];
    const task = await RunningTask.start(
      {
        ...under,
        rendered: under.task,
        application,
        collectorEnvironment: {
          AMP_REMOTE_WRITE_URL: this.remoteWrite.url,
          AMP_WRITER_ROLE_ARN: under.trust.roleArn,
          AWS_ENDPOINT_URL_STS: sts?.url ?? "",
          ...override.collector,
        },
        applicationEnvironment: {
          ...this.moto.environment(under.region),
          OTEL_METRIC_EXPORT_INTERVAL: String(EXPORT_SECONDS * 1000),
          OTEL_SEMCONV_STABILITY_OPT_IN: "http",
          ...override.application,
        },
      },
      this.endpoint,
      this.tools,
    );
    this.tasks.push(task);
    return task;
  }

  /** Stops everything, whatever of it fails to stop, and leaves what the tasks' programs said in `build/e2e-logs`. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.tasks.map((task) => task.stop()));
    rmSync(LOGS, { recursive: true, force: true });
    mkdirSync(LOGS, { recursive: true });
    for (const { application, collector } of this.tasks) {
      for (const { name, log } of [application, collector]) {
        writeFileSync(join(LOGS, `${name.replaceAll(" ", "-")}.log`), log);
      }
    }
    const rest = [this.moto, this.prometheus, this.endpoint, this.remoteWrite, ...this.sts];
    await Promise.allSettled(rest.map((each) => each.stop()));
  }
}
