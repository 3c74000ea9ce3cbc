import { renderGatewayConfig, type GatewaySettings } from "../../modules/gateway/config";
import { freePort } from "./free-ports";
import { DnsServer } from "./gateway-dns";
import { RunningGateway } from "./gateway-nginx";
import { Upstream } from "./gateway-upstream";

export const LOKI_NAME = "loki.tenantscope.internal";
export const JAEGER_NAME = "jaeger.tenantscope.internal";
const LOKI_PORT = 3100;
const JAEGER_PORT = 4318;

/** Settings as the central stack gives them, but for limits that no test should meet by chance. */
export const settings = (changes: Partial<GatewaySettings> = {}): GatewaySettings => ({
  tenantPattern: "^[a-z][a-z0-9-]{1,20}$",
  maxBodyMiB: 2,
  requestsPerSecond: 10_000,
  burst: 10_000,
  upstreams: {
    loki: `http://${LOKI_NAME}:${LOKI_PORT}`,
    jaeger: `http://${JAEGER_NAME}:${JAEGER_PORT}`,
  },
  resolver: "169.254.169.253",
  direct: [],
  ...changes,
});

/** A gateway, the DNS that it asks, and what stands where Loki and Jaeger stand. */
export class GatewayWorld {
  private constructor(
    readonly gateway: RunningGateway,
    readonly loki: Upstream,
    readonly jaeger: Upstream,
    readonly lokiPort: number,
    readonly dns: DnsServer,
  ) {}

  static async start(changes: Partial<GatewaySettings> = {}): Promise<GatewayWorld> {
    const dns = new DnsServer(1);
    await dns.start();
    const [loki, jaeger] = [new Upstream(), new Upstream()];
    const [lokiPort, jaegerPort] = [await freePort(), await freePort()];
    await loki.start("127.0.0.1", lokiPort);
    await jaeger.start("127.0.0.1", jaegerPort);
    dns.addresses.set(LOKI_NAME, "127.0.0.1").set(JAEGER_NAME, "127.0.0.1");
    const upstreamPorts = new Map([
      [LOKI_PORT, lokiPort],
      [JAEGER_PORT, jaegerPort],
    ]);
    const config = renderGatewayConfig(settings(changes));
    const gateway = await RunningGateway.start(config, upstreamPorts, dns.address);
    return new GatewayWorld(gateway, loki, jaeger, lokiPort, dns);
  }

  /** Forgets the requests that came through so far. */
  clear(): void {
    this.loki.clear();
    this.jaeger.clear();
  }

  /** The tenants that anything was stored for since the last {@link clear}. */
  get tenants(): string[] {
    return [...this.loki.tenants, ...this.jaeger.tenants];
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.gateway.stop(), this.loki.stop(), this.jaeger.stop()]);
    this.dns.stop();
  }
}
