import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type TaskEndpoint } from "../standins/task-metadata";
import { type TenantUnderTest } from "./fleet-under-test";
import { freePort } from "./free-ports";
import { fluentBitRequest, type Line } from "./logs-fluent-bit";
import { ManagedProcess, sleep, untilServing } from "./process";
import { retarget, taskPorts, type PortMap } from "./retarget";

const HEALTH_CHECK_PORT = 13133;
const OTLP_HTTP_PORT = 4318;
const OWN_METRICS_PORT = 8888;

/** The collector of a tenant's task, as its task definition says, without the application beside it. */
export class Sidecar {
  private constructor(
    readonly of: TenantUnderTest,
    readonly taskId: string,
    private readonly ports: PortMap,
    readonly collector: ManagedProcess,
  ) {}

  /** `environment` has what only an apply knows, and where AWS's endpoints are on this machine. */
  static async start(
    of: TenantUnderTest,
    endpoint: TaskEndpoint,
    command: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Sidecar> {
    const { task, service } = of;
    const unknown = task.collector.references.filter((name) => !(name in environment));
    if (unknown.length > 0) throw new Error(`no value for what an apply would set: ${unknown.join(", ")}`);
    const taskId = randomBytes(16).toString("hex");
    const ports = new Map<number, number>();
    for (const port of taskPorts(task.config)) ports.set(port, await freePort());
    const fromEcs = endpoint.add(
      { ...of, ...task, taskId, revision: 1, containers: [task.application, task.collector] },
      task.collector.name,
    );
    const collector = new ManagedProcess({
      name: `collector of ${service} ${taskId.slice(0, 6)}`,
      command,
      // ADOT reads AOT_CONFIG_CONTENT by itself; this build is told to.
      args: ["--config=env:AOT_CONFIG_CONTENT", ...task.collector.command],
      environment: {
        ...fromEcs,
        ...task.collector.environment,
        ...environment,
        AOT_CONFIG_CONTENT: retarget(task.config, ports),
      },
    });
    const sidecar = new Sidecar(of, taskId, ports, collector);
    await untilServing(collector, sidecar.address(HEALTH_CHECK_PORT));
    return sidecar;
  }

  /** Sends a request to the OTLP receiver; the answer's status. */
  async send(body: Buffer | object, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    const binary = Buffer.isBuffer(body);
    const answer = await fetch(`${this.address(OTLP_HTTP_PORT)}/v1/logs`, {
      method: "POST",
      headers: { "content-type": binary ? "application/x-protobuf" : "application/json", ...headers },
      body: binary ? new Uint8Array(body) : JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Sends lines of the application's container as Fluent Bit does; the answer's status. */
  fromFluentBit(lines: readonly Line[]): Promise<number> {
    const { of, taskId } = this;
    return this.send(
      fluentBitRequest({ ...of, taskId, container: of.service, family: of.task.family }, lines),
    );
  }

  /** The same, again and again until the lines are taken. Fluent Bit holds lines as well, and tries as often. */
  async untilTaken(lines: readonly Line[]): Promise<void> {
    for (;;) {
      const status = await this.fromFluentBit(lines);
      if (status === 200) return;
      if (![429, 503].includes(status)) throw new Error(`the collector answered ${status}`);
      await sleep(200);
    }
  }

  /** One of the collector's own metrics, summed over its series; 0 when there is none. */
  async metric(name: string): Promise<number> {
    const page = await (await fetch(`${this.address(OWN_METRICS_PORT)}/metrics`)).text();
    const found = [...page.matchAll(new RegExp(`^${name}(?:\\{[^\\n]*\\})? (\\S+)$`, "gm"))];
    return found.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /**
   * Memory in MiB: all that is resident, and what of it is no file. Pages of the program's own file can be dropped, so
   * only the rest counts when a container's limit is reached.
   */
  get memory(): { readonly resident: number; readonly anonymous: number } {
    const status = readFileSync(`/proc/${this.collector.pid}/status`, "utf8");
    const mib = (name: string): number =>
      Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024);
    return { resident: mib("VmRSS"), anonymous: mib("RssAnon") };
  }

  private address(port: number): string {
    return `http://127.0.0.1:${this.ports.get(port) ?? port}`;
  }
}
