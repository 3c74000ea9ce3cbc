import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GATEWAY_PORTS, HEALTH_PATH } from "../../modules/gateway/ports";
import { freePort } from "./free-ports";
import { gatewayPorts, retargetGateway } from "./gateway-retarget";
import { ManagedProcess, untilServing } from "./process";

/** Path of the program that `nginx.sh` obtains. Throws when it cannot be had. */
function nginxProgram(): string {
  const tools = join(__dirname, "..", "tools");
  const script = 'set -euo pipefail; . "$1/lib.sh"; . "$1/nginx.sh"; install_nginx';
  const { status, stdout } = spawnSync("bash", ["-c", script, "bash", tools], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("e2e/tools/nginx.sh failed; its last lines above say why");
  return stdout.trim();
}

/** A line of the access log. */
export type AccessLine = Readonly<Record<string, string | number>>;

/** A real nginx with a rendered configuration, of which only ports and places are others. */
export class RunningGateway {
  private constructor(
    /** Port in the configuration -> port here. */
    readonly ports: ReadonlyMap<number, number>,
    private readonly folder: string,
    private readonly program: ManagedProcess,
  ) {}

  /** `ports` must have those of the upstreams; the gateway's own are free ones. `resolver` is `host:port`. */
  static async start(
    config: string,
    upstreamPorts: ReadonlyMap<number, number>,
    resolver: string,
  ): Promise<RunningGateway> {
    const folder = mkdtempSync(join(tmpdir(), "tenantscope-gateway-"));
    // Started as root nginx works as another user, as in its container.
    chmodSync(folder, 0o755);
    const ports = new Map(upstreamPorts);
    for (const port of gatewayPorts(config)) {
      if (!ports.has(port)) ports.set(port, await freePort());
    }
    const file = join(folder, "nginx.conf");
    writeFileSync(file, retargetGateway(config, { ports, resolver, folder }));
    const program = new ManagedProcess({
      name: "nginx",
      command: nginxProgram(),
      args: ["-e", "stderr", "-c", file],
    });
    const gateway = new RunningGateway(ports, folder, program);
    try {
      await untilServing(program, `http://127.0.0.1:${gateway.port}${HEALTH_PATH}`);
    } catch (error) {
      await gateway.stop();
      throw error;
    }
    return gateway;
  }

  /** Port for requests that come from the ingest API. */
  get port(): number {
    return this.here(GATEWAY_PORTS.ingest);
  }
  /** Port for requests from joined networks. */
  get directPort(): number {
    return this.here(GATEWAY_PORTS.direct);
  }

  /** Everything that nginx wrote besides the access log. */
  get log(): string {
    return this.program.log;
  }

  get accessLog(): readonly AccessLine[] {
    const file = join(this.folder, "access.log");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as AccessLine);
  }

  async stop(): Promise<void> {
    await this.program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private here(port: number): number {
    const found = this.ports.get(port);
    if (found === undefined) throw new Error(`the gateway does not listen on ${port}`);
    return found;
  }
}
