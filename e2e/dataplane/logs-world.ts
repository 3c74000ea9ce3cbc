import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allow } from "../../__tests__/support/iam";
import { centralNames } from "../../lib/names";
import { INGEST_STAGE } from "../../modules/ingest/routes";
import { LOKI_HTTP_PORT } from "../../modules/loki/ports";
import { ApiGatewayStandin, type InvokeRequest } from "../standins/api-gateway";
import { callApi, type SignedRequest } from "../standins/api-gateway-client";
import { StandinServer } from "../standins/http";
import { Identities } from "../standins/identities";
import { StsStandin } from "../standins/sts";
import { TaskEndpoint } from "../standins/task-metadata";
import { installTools, type Tools } from "../tools/tools";
import { synthesisedFleet, type TenantUnderTest } from "./fleet-under-test";
import { DnsServer } from "./gateway-dns";
import { RunningGateway } from "./gateway-nginx";
import { API_ID, LOAD_BALANCER, renderedCentral, VPC_LINK, writerPolicies } from "./logs-rendered";
import { Sidecar } from "./logs-sidecar";
import { LokiServer } from "./loki-server";

/** Short, so that a run of the tests sees the collectors renew their credentials. */
const SESSION_SECONDS = 45;
const LOGS = join(__dirname, "..", "..", "build", "e2e-logs");
const LOKI_NAME = `loki.${centralNames.namespace}`;

const synthesised = synthesisedFleet("logs-fleet");
const { accountId, region } = synthesised.fleet.central;
export const acme = synthesised.tenant("acme");
export const globex = synthesised.tenant("globex");
const POLICIES = new Map(
  [acme, globex].map(({ trust, tenant }) => [trust.roleArn, writerPolicies(synthesised, tenant)] as const),
);

/** By request: the simulator takes longer than IAM does. */
const decisions = new Map<string, Promise<boolean>>();

/** IAM's answer for the writer roles, with the policies in the stacks. */
function iam(request: InvokeRequest): Promise<boolean> {
  const key = JSON.stringify(request);
  const decision = decisions.get(key) ?? simulated(request);
  decisions.set(key, decision);
  return decision;
}

function simulated({ principal, ...rest }: InvokeRequest): Promise<boolean> {
  const identityPolicies = POLICIES.get(principal ?? "");
  if (principal === undefined || identityPolicies === undefined) return Promise.resolve(false);
  return allow({ ...rest, principal, identityPolicies });
}

/** The way of a line from the sidecars of two tenants to Loki; every configuration is the one in the stacks. */
export class LogsWorld {
  readonly api: ApiGatewayStandin;
  readonly sidecars: Sidecar[] = [];
  /** Milliseconds that API Gateway takes for a request before it hands it on. */
  delayMs = 0;
  private readonly identities = new Identities();
  private readonly sts: StsStandin;
  private readonly endpoint = new TaskEndpoint(this.identities);
  /** Metrics are another test's business. */
  private readonly remoteWrite = new StandinServer(() => ({ status: 200 }));

  private constructor(
    private readonly tools: Tools,
    private readonly dns: DnsServer,
    readonly loki: LokiServer,
    readonly gateway: RunningGateway,
  ) {
    const { document, resourcePolicy } = renderedCentral(synthesised);
    this.sts = new StsStandin({
      region,
      identities: this.identities,
      trusts: [acme.trust, globex.trust],
      sessionSeconds: SESSION_SECONDS,
    });
    this.api = new ApiGatewayStandin({
      document,
      resourcePolicy,
      accountId,
      region,
      apiId: API_ID,
      stage: INGEST_STAGE,
      identities: this.identities,
      decide: async (request) => {
        if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
        return iam(request);
      },
      integrationPort: (link, uri) => {
        if (link !== VPC_LINK || new URL(uri.replace("{tenant}", "x")).hostname !== LOAD_BALANCER)
          throw new Error(`nothing is at ${uri} behind ${link}`);
        return gateway.port;
      },
      decodePath: true,
      keepStage: true,
    });
  }

  static async start(): Promise<LogsWorld> {
    const tools = installTools();
    const rendered = renderedCentral(synthesised);
    const [loki] = await LokiServer.prepare(tools.loki, [rendered.loki]);
    if (loki === undefined) throw new Error("nothing prepared");
    writeFileSync(loki.overridesFile, rendered.lokiOverrides);
    const dns = new DnsServer(1);
    try {
      await loki.start();
      await dns.start();
      dns.addresses.set(LOKI_NAME, "127.0.0.1");
      const ports = new Map([[LOKI_HTTP_PORT, Number(new URL(loki.url).port)]]);
      const world = new LogsWorld(
        tools,
        dns,
        loki,
        await RunningGateway.start(rendered.gateway, ports, dns.address),
      );
      await Promise.all(
        [world.sts, world.api, world.endpoint, world.remoteWrite].map((each) => each.start()),
      );
      return world;
    } catch (error) {
      await loki.remove();
      throw error;
    }
  }

  /** Runs the sidecar of a task of this tenant. */
  async sidecar(of: TenantUnderTest): Promise<Sidecar> {
    const sidecar = await Sidecar.start(of, this.endpoint, this.tools.collector, {
      AMP_REMOTE_WRITE_URL: this.remoteWrite.url,
      AMP_WRITER_ROLE_ARN: of.trust.roleArn,
      AWS_ENDPOINT_URL_STS: this.sts.url,
      INGEST_URL: this.api.url,
      INGEST_API_ID: API_ID,
    });
    this.sidecars.push(sidecar);
    return sidecar;
  }

  /** A call that a tenant's own code signs with its writer role, past the sidecar. */
  callAs(of: TenantUnderTest, target: string, request: Partial<SignedRequest>): ReturnType<typeof callApi> {
    return callApi({
      port: Number(new URL(this.api.url).port),
      target,
      region,
      apiId: API_ID,
      credentials: this.identities.issue(of.trust.roleArn, 60).credentials,
      ...request,
    });
  }

  /** Statuses that a tenant's requests got, without repetition, ascending. */
  statuses({ trust }: TenantUnderTest, since = 0): number[] {
    const calls = this.api.calls.slice(since).filter(({ principal }) => principal === trust.roleArn);
    return [...new Set(calls.map(({ status }) => status))].sort((a, b) => a - b);
  }

  /** Stops everything, whatever of it fails to stop, and leaves what the programs said in `build/e2e-logs`. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.sidecars.map(({ collector }) => collector.stop()));
    mkdirSync(LOGS, { recursive: true });
    for (const { collector } of this.sidecars) {
      writeFileSync(join(LOGS, `${collector.name.replaceAll(" ", "-")}.log`), collector.log);
    }
    writeFileSync(join(LOGS, "loki.log"), this.loki.log);
    writeFileSync(join(LOGS, "gateway.log"), this.gateway.log);
    const rest = [this.api, this.gateway, this.sts, this.endpoint, this.remoteWrite];
    await Promise.allSettled([...rest.map((each) => each.stop()), this.loki.remove()]);
    this.dns.stop();
  }
}
