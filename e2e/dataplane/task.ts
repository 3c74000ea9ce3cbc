import { randomBytes } from "node:crypto";
import { type Tools } from "../tools/tools";
import { type TaskEndpoint } from "../standins/task-metadata";
import { type Application } from "./applications";
import { freePort } from "./free-ports";
import { ManagedProcess, untilServing } from "./process";
import { type RenderedTask } from "./rendered-task";
import { retarget, taskPorts, type PortMap } from "./retarget";

/** Ports that the rendered configuration gives to the application and to the collector's health check. */
const APPLICATION_PORT = 8080;
const HEALTH_CHECK_PORT = 13133;
const OTLP_HTTP_PORT = 4318;
const LEGACY_OTLP_HTTP_PORT = 55681;
const STATSD_PORT = 8125;
const OWN_METRICS_PORT = 8888;

export interface TaskInput {
  readonly rendered: RenderedTask;
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly taskRoleArn: string;
  readonly application: Application;
  /** What only an apply knows, and where AWS's endpoints are on this machine. */
  readonly collectorEnvironment: Readonly<Record<string, string>>;
  readonly applicationEnvironment: Readonly<Record<string, string>>;
}

/** An ECS task as two programs on this machine: the application and the collector, as their task definition says. */
export class RunningTask {
  private constructor(
    readonly taskId: string,
    readonly ports: PortMap,
    readonly application: ManagedProcess,
    readonly collector: ManagedProcess,
  ) {}

  /** Starts both; the application serves when this resolves, the collector may still be starting. */
  static async start(input: TaskInput, endpoint: TaskEndpoint, tools: Tools): Promise<RunningTask> {
    const { rendered } = input;
    const taskId = randomBytes(16).toString("hex");
    const ports = new Map<number, number>();
    for (const port of [...taskPorts(rendered.config), APPLICATION_PORT]) {
      if (!ports.has(port)) ports.set(port, await freePort());
    }
    const fromEcs = endpoint.add(
      {
        ...input,
        ...rendered,
        taskId,
        revision: 1,
        containers: [rendered.application, rendered.collector],
      },
      rendered.collector.name,
    );
    const collectorEnvironment = {
      ...fromEcs,
      ...rendered.collector.environment,
      ...input.collectorEnvironment,
      AOT_CONFIG_CONTENT: retarget(rendered.config, ports),
    };
    const unknown = rendered.collector.references.filter((name) => !(name in input.collectorEnvironment));
    if (unknown.length > 0) throw new Error(`no value for what an apply would set: ${unknown.join(", ")}`);
    const collector = new ManagedProcess({
      name: `collector of ${input.service} ${taskId.slice(0, 6)}`,
      command: tools.collector,
      // ADOT reads AOT_CONFIG_CONTENT by itself; this build is told to.
      args: ["--config=env:AOT_CONFIG_CONTENT", ...rendered.collector.command],
      environment: collectorEnvironment,
    });
    const { command, args, cwd, environment } = input.application.start(tools);
    const rendered4app = Object.entries(rendered.application.environment).map(
      ([name, value]) => [name, retarget(value, ports)] as const,
    );
    const application = new ManagedProcess({
      name: `${input.service} ${taskId.slice(0, 6)}`,
      command,
      args,
      cwd,
      environment: {
        ...Object.fromEntries(rendered4app),
        ...environment,
        ...input.applicationEnvironment,
        AWS_REGION: input.region,
        AWS_DEFAULT_REGION: input.region,
        HOST: "127.0.0.1",
        PORT: String(ports.get(APPLICATION_PORT)),
        UVICORN_PORT: String(ports.get(APPLICATION_PORT)),
        STATSD_ADDRESS: `127.0.0.1:${ports.get(STATSD_PORT) ?? STATSD_PORT}`,
      },
    });
    const task = new RunningTask(taskId, ports, application, collector);
    try {
      await untilServing(application, `${task.applicationUrl}/healthz`);
    } catch (error) {
      await task.stop();
      throw error;
    }
    return task;
  }

  get applicationUrl(): string {
    return this.address(APPLICATION_PORT);
  }
  /** Where an application of this task sends OTLP over HTTP. */
  get otlpUrl(): string {
    return this.address(OTLP_HTTP_PORT);
  }
  /** The same on the port that SDKs used before 2021. */
  get legacyOtlpUrl(): string {
    return this.address(LEGACY_OTLP_HTTP_PORT);
  }
  get statsdPort(): number {
    return this.ports.get(STATSD_PORT) ?? STATSD_PORT;
  }

  /** Waits for what ECS's health check asks. */
  collectorHealthy(): Promise<void> {
    return untilServing(this.collector, this.address(HEALTH_CHECK_PORT));
  }

  /** What the collector itself counts as lost since its start, by metric; empty when nothing was. */
  async lostSamples(): Promise<Readonly<Record<string, number>>> {
    const page = await (await fetch(`${this.address(OWN_METRICS_PORT)}/metrics`)).text();
    if (!page.includes("otelcol_exporter_sent_metric_points"))
      throw new Error(`not the collector's page: ${page}`);
    const lost = [...page.matchAll(/^(otelcol_\w*(?:failed|refused|dropped)\w*)\S* ([\d.e+]+)$/gm)];
    return Object.fromEntries(
      lost.map(([, name = "", value]) => [name, Number(value)] as const).filter(([, value]) => value > 0),
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.application.stop(), this.collector.stop()]);
  }

  private address(port: number): string {
    return `http://127.0.0.1:${this.ports.get(port) ?? port}`;
  }
}
