import { ApiGatewayStandin } from "../../e2e/standins/api-gateway";
import type { ApiDocument } from "../../e2e/standins/api-gateway-document";
import { json, StandinServer, type Answer } from "../../e2e/standins/http";
import { Identities } from "../../e2e/standins/identities";
import { RemoteWriteStandin } from "../../e2e/standins/remote-write";
import { verifySignature, type ReceivedRequest } from "../../e2e/standins/sigv4";
import { SsmStandin } from "../../e2e/standins/ssm";
import { StsStandin } from "../../e2e/standins/sts";
import type { LiveSettings } from "../../doctor/live/settings";
import type { Walk } from "../../doctor/walk";
import { indicesOf } from "../../lambda/jaeger-storage-proxy/indices";
import { errorBody, Refusal } from "../../lambda/jaeger-storage-proxy/refusal";
import { routeOf } from "../../lambda/jaeger-storage-proxy/routes";
import { checkedMultiSearch } from "../../lambda/jaeger-storage-proxy/searches";
import { ingestDocument } from "../../modules/ingest/openapi";
import { CONTRACT_PARAMETER, externalId, roleArn, writerRoleName } from "../../lib/names";

export const API_ID = "abcde12345";
const REGION = "eu-west-1";
const DOCUMENT = JSON.parse(
  JSON.stringify(ingestDocument({ vpcLinkId: "link", baseUrl: "http://gateway.elb.internal:8080" })),
) as ApiDocument;

/** What stands behind each hop, and what it does; a fault is a change of this. */
export interface Behaviour {
  externalId: string;
  writers: readonly string[];
  /** The workspace, once signature and rights are checked. */
  workspace: () => Answer | Promise<Answer>;
  /** Who may call the ingest API. */
  invoke: (principal: string | undefined) => boolean;
  /** nginx and what is behind it; a port where a real one listens; null: nothing does. */
  gateway: ((path: string) => Answer) | number | null;
  /** What the storage API's function receives of a body. */
  received: (body: Buffer) => Buffer;
  opensearch: () => Answer;
  grafana: (path: string, token: string | undefined) => Answer;
  /** Changes of what doctor is told. */
  settings: (
    settings: LiveSettings & Required<Pick<LiveSettings, "credentials">>,
    world: LiveWorld,
  ) => LiveSettings;
}

/** The stand-ins of the end-to-end tier, in the place of AWS and of the services behind the ingest API. */
export class LiveWorld {
  readonly identities = new Identities();
  behaviour: Behaviour;
  readonly writer: string;
  private readonly sts: StsStandin;
  private readonly ssm = new SsmStandin(REGION, this.identities);
  private readonly workspace = new StandinServer(() => this.behaviour.workspace());
  private amp!: RemoteWriteStandin;
  private readonly gateway = new StandinServer(({ rawUrl }) =>
    typeof this.behaviour.gateway === "function" ? this.behaviour.gateway(rawUrl) : json({}, 500),
  );
  private api!: ApiGatewayStandin;
  private readonly storage = new StandinServer((request) => this.search(request));
  private readonly grafana = new StandinServer(({ rawUrl, headers }) =>
    this.behaviour.grafana(rawUrl, headers["authorization"]?.[0]),
  );
  /** Started and stopped: nothing listens there. */
  private readonly dead = new StandinServer(() => json({}));

  constructor(private readonly walk: Walk) {
    const { central, tenant, sidecars } = walk;
    this.writer = roleArn(central.accountId, writerRoleName(tenant.name));
    this.behaviour = this.healthy();
    const now = (): Behaviour => this.behaviour;
    this.sts = new StsStandin({
      ...{ region: REGION, identities: this.identities, sessionSeconds: 60 },
      trusts: [
        {
          roleArn: this.writer,
          principalArns: sidecars.map(({ taskRoleArn }) => taskRoleArn),
          get externalId() {
            return now().externalId;
          },
        },
      ],
    });
  }

  healthy(): Behaviour {
    const { central, tenant } = this.walk;
    return {
      externalId: externalId(central, tenant),
      writers: [this.writer],
      workspace: () => ({ status: 204 }),
      invoke: (principal) => principal === this.writer,
      gateway: () => ({ status: 204 }),
      received: (body) => body,
      opensearch: () => json({ responses: [] }),
      grafana: () => json({ status: "OK" }),
      settings: (settings) => settings,
    };
  }

  async start(): Promise<void> {
    const now = (): Behaviour => this.behaviour;
    const servers = [this.sts, this.ssm, this.workspace, this.gateway, this.storage, this.grafana, this.dead];
    await Promise.all(servers.map((server) => server.start()));
    await this.dead.stop();
    this.amp = new RemoteWriteStandin({
      ...{ region: REGION, identities: this.identities, workspaceId: "ws-1" },
      get writers() {
        return now().writers;
      },
      prometheusUrl: this.workspace.url,
    });
    this.api = new ApiGatewayStandin({
      document: DOCUMENT,
      ...{ resourcePolicy: {}, accountId: this.walk.central.accountId, region: REGION, apiId: API_ID },
      ...{ stage: "v1", identities: this.identities, decodePath: false, keepStage: false },
      decide: ({ principal }) => this.behaviour.invoke(principal),
      integrationPort: () => this.gatewayPort(),
    });
    await Promise.all([this.amp.start(), this.api.start()]);
    this.ssm.parameters.set(CONTRACT_PARAMETER, JSON.stringify(this.contract()));
  }

  async stop(): Promise<void> {
    const servers = [this.sts, this.ssm, this.workspace, this.amp, this.gateway, this.api, this.storage];
    await Promise.all([...servers, this.grafana].map((server) => server.stop()));
  }

  private gatewayPort(): number {
    const { gateway } = this.behaviour;
    if (typeof gateway === "number") return gateway;
    return Number(new URL(gateway === null ? this.dead.url : this.gateway.url).port);
  }

  contract(): Readonly<Record<string, unknown>> {
    return {
      version: 1,
      metrics: { remoteWriteUrl: this.amp.url },
      ingest: { apiId: API_ID, url: this.api.url },
      storage: { centralUrl: `${this.storage.url}/v1` },
      grafana: { url: this.grafana.url },
    };
  }

  get deadUrl(): string {
    return this.dead.url;
  }
  get stsUrl(): string {
    return this.sts.url;
  }

  /** What doctor is told, with the credentials of a role. */
  settings(role: string): LiveSettings {
    return this.behaviour.settings(
      {
        credentials: this.identities.issue(role, 60).credentials,
        grafanaToken: "token",
        contract: this.contract(),
        endpoints: { sts: this.sts.url, ssm: this.ssm.url },
        timeoutMs: 1500,
      },
      this,
    );
  }

  /** The storage API and its function's own checks, up to OpenSearch. */
  private search(request: ReceivedRequest): Answer {
    const verdict = verifySignature(request, {
      ...{ service: "execute-api", region: REGION, now: Date.now() },
      credentials: (id) => this.identities.session(id)?.credentials,
    });
    if (!verdict.ok) return json({ status: 403, message: verdict.message, requestId: "1" }, 403);
    const [, owner = "", path = ""] = /^\/v1\/s\/([^/]+)\/?(.*)$/.exec(request.rawUrl) ?? [];
    try {
      const own = indicesOf(owner);
      routeOf(request.method, path, [], own);
      checkedMultiSearch(this.behaviour.received(request.body), own);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: errorBody(error.status, error.type, error.message) };
    }
    return this.behaviour.opensearch();
  }
}
