import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allow } from "../../__tests__/support/iam";
import { centralNames } from "../../lib/names";
import { INGEST_STAGE } from "../../modules/ingest/routes";
import { JAEGER_COLLECTOR_PORT, JAEGER_OTLP_PORT } from "../../modules/jaeger/ports";
import { LOKI_HTTP_PORT } from "../../modules/loki/ports";
import { ApiGatewayStandin } from "../standins/api-gateway";
import { callApi, type SignedRequest } from "../standins/api-gateway-client";
import { StandinServer } from "../standins/http";
import { Identities } from "../standins/identities";
import { StsStandin } from "../standins/sts";
import { TaskEndpoint } from "../standins/task-metadata";
import { installTools, type Tools } from "../tools/tools";
import { type Application, warehouse } from "./applications";
import { freePort } from "./free-ports";
import { type TenantUnderTest } from "./fleet-under-test";
import { DnsServer } from "./gateway-dns";
import { RunningGateway } from "./gateway-nginx";
import { type JaegerApi } from "./jaeger-server";
import { API_ID, LOAD_BALANCER, renderedCentral, VPC_LINK, writerPolicies } from "./logs-rendered";
import { Moto } from "./moto";
import { runCollector, runQuery, type RunningCollector } from "./storage-jaegers";
import { renderedStorage } from "./storage-rendered";
import { StorageWorld } from "./storage-world";
import { RunningTask } from "./task";
import { acme, globex, jaegers, synthesised } from "./traces-fleet-under-test";
import { withoutAwsExporters } from "./traces-retarget";

const SESSION_SECONDS = 45;
/** The deployed Jaeger sends its bulks so. */
const PLAIN = { http_compression: false };
const LOGS = join(__dirname, "..", "..", "build", "e2e-logs");
const JAEGER_NAME = `jaeger.${centralNames.namespace}`;
const LOKI_NAME = `loki.${centralNames.namespace}`;

const { accountId, region } = synthesised.fleet.central;

interface RunOptions {
  /** @default the warehouse */
  readonly application?: Application;
  /** Of the application, besides what its task definition has. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The way of a span from two tenants' applications to OpenSearch and back; every configuration is the one in the stacks. */
export class TracesWorld {
  readonly api: ApiGatewayStandin;
  readonly tasks: RunningTask[] = [];
  private readonly sts: StsStandin;
  private readonly endpoint: TaskEndpoint;
  /** Metrics are another test's business. */
  private readonly remoteWrite = new StandinServer(() => ({ status: 200 }));
  private readonly policies = new Map(
    [acme, globex].map(({ trust, tenant }) => [trust.roleArn, writerPolicies(synthesised, tenant)] as const),
  );

  private constructor(
    private readonly tools: Tools,
    private readonly identities: Identities,
    readonly storage: StorageWorld,
    readonly collector: RunningCollector,
    readonly query: JaegerApi,
    private readonly moto: Moto,
    private readonly dns: DnsServer,
    readonly gateway: RunningGateway,
  ) {
    const { document, resourcePolicy } = renderedCentral(synthesised);
    this.endpoint = new TaskEndpoint(identities);
    this.sts = new StsStandin({
      region,
      identities,
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
      identities,
      decide: ({ principal, ...request }) => {
        const identityPolicies = this.policies.get(principal ?? "");
        if (principal === undefined || identityPolicies === undefined) return false;
        return allow({ ...request, principal, identityPolicies });
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

  /** `lokiPort`: where a Loki of the caller's listens. @default none: nothing takes lines */
  static async start({ lokiPort }: { readonly lokiPort?: number } = {}): Promise<TracesWorld> {
    const tools = installTools();
    const identities = new Identities();
    const storage = await new StorageWorld(tools, renderedStorage(), identities).start();
    try {
      const [collector, query, moto] = await Promise.all([
        runCollector(storage, tools, "jaeger-collector", jaegers.collector, { storage: PLAIN }),
        runQuery(storage, tools, "jaeger-query", jaegers.query),
        Moto.start(tools, [region]),
      ]);
      const dns = new DnsServer(1);
      await dns.start();
      dns.addresses.set(JAEGER_NAME, "127.0.0.1");
      if (lokiPort !== undefined) dns.addresses.set(LOKI_NAME, "127.0.0.1");
      const ports = new Map([
        [JAEGER_COLLECTOR_PORT, collector.port],
        [LOKI_HTTP_PORT, lokiPort ?? (await freePort())],
      ]);
      const gateway = await RunningGateway.start(renderedCentral(synthesised).gateway, ports, dns.address);
      const world = new TracesWorld(tools, identities, storage, collector, query, moto, dns, gateway);
      await Promise.all(
        [world.sts, world.api, world.endpoint, world.remoteWrite].map((each) => each.start()),
      );
      return world;
    } catch (error) {
      await storage.stop();
      throw error;
    }
  }

  /** Runs a task of a tenant: application, collector and, where its definition has one, Jaeger. */
  async run(
    of: TenantUnderTest,
    { application = warehouse, environment = {} }: RunOptions = {},
  ): Promise<RunningTask> {
    const task = await RunningTask.start(
      {
        ...of,
        rendered: { ...of.task, config: withoutAwsExporters(of.task.config) },
        application,
        collectorEnvironment: {
          AMP_REMOTE_WRITE_URL: this.remoteWrite.url,
          AMP_WRITER_ROLE_ARN: of.trust.roleArn,
          AWS_ENDPOINT_URL_STS: this.sts.url,
          INGEST_URL: this.api.url,
          INGEST_API_ID: API_ID,
        },
        applicationEnvironment: {
          ...this.moto.environment(of.region),
          OTEL_BSP_SCHEDULE_DELAY: "500",
          ...environment,
        },
      },
      this.endpoint,
      this.tools,
    );
    this.tasks.push(task);
    await task.collectorHealthy();
    if (task.ports.has(JAEGER_OTLP_PORT)) {
      await runCollector(
        this.storage,
        this.tools,
        `jaeger-sidecar-${of.tenant}`,
        jaegers.sidecar(of.tenant),
        {
          ports: task.ports,
          storage: PLAIN,
        },
      );
    }
    return task;
  }

  /** The query service of a tenant with Jaegers of its own. */
  tenantQuery = (tenant: string): Promise<JaegerApi> =>
    runQuery(this.storage, this.tools, `jaeger-query-${tenant}`, jaegers.tenantQuery(tenant));

  /** A call of the ingest API that a tenant's own code signs with its writer role, past the sidecar. */
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

  /** Stops everything, whatever of it fails to stop, and leaves what the programs said in `build/e2e-logs`. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.tasks.map((task) => task.stop()));
    mkdirSync(LOGS, { recursive: true });
    for (const { application, collector } of this.tasks) {
      for (const { name, log } of [application, collector]) {
        writeFileSync(join(LOGS, `traces-${name.replaceAll(" ", "-")}.log`), log);
      }
    }
    writeFileSync(join(LOGS, "traces-gateway.log"), this.gateway.log);
    const rest = [this.api, this.gateway, this.sts, this.endpoint, this.remoteWrite, this.moto, this.storage];
    await Promise.allSettled(rest.map((each) => each.stop()));
    this.dns.stop();
  }
}
