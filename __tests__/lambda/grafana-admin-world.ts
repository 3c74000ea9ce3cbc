import { adminHandler, type AdminResult } from "../../lambda/grafana-admin/handler";
import { readSettings } from "../../lambda/grafana-admin/settings";
import { unsigned } from "../../lambda/grafana-admin/unsigned";
import { httpClient, type HttpClient } from "../../lambda/shared/http";
import { signer } from "../../lambda/shared/sign";
import { FakeServer, NOW, type Answer, type Seen } from "./admin-opensearch";

export const WORKSPACE = "g-0123456789";
export const SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:tenantscope/grafana-token-AbCdEf";
export const PLUGIN_IDS = ["grafana-amazonprometheus-datasource", "grafana-x-ray-datasource"];
export const TOKENS = `/workspaces/${WORKSPACE}/serviceaccounts/7/tokens`;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

interface FakeToken {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What a request becomes: itself, an error in its place, or an error after it did its work. */
export type Fate = "done" | Answer | { readonly lost: Answer };

/** Amazon Managed Grafana, the workspace and Secrets Manager as far as the function knows them. */
export class World {
  readonly controlPlane = new FakeServer();
  readonly workspace = new FakeServer();
  readonly secrets = new FakeServer();
  now = NOW;
  tokens: FakeToken[] = [];
  versions: Record<string, { value: string; stages: string[] }> = {};
  plugins = new Set<string>();
  /** How often an installed plugin is looked for before it is seen. */
  startsAfter = 0;
  pageSize = 100;
  /** What the way to the workspace ends with. */
  cut: Error | undefined;
  readonly lines: string[] = [];
  /** All requests of all servers, in their order. */
  readonly requests: string[] = [];
  fate: (request: string) => Fate = () => "done";
  private made = 0;

  async start(): Promise<void> {
    for (const server of this.servers()) await server.start();
    this.controlPlane.answer = (seen) => this.decide(seen.request, () => this.managed(seen));
    this.workspace.answer = (seen) => this.decide(seen.request, () => this.grafana(seen));
    this.secrets.answer = (seen) =>
      this.decide(seen.target.replace(/^secretsmanager\./, ""), () => this.secretsManager(seen));
  }

  async stop(): Promise<void> {
    for (const server of this.servers()) await server.stop();
  }

  reset(): void {
    for (const server of this.servers()) server.seen.length = 0;
    [this.now, this.tokens, this.versions, this.plugins] = [NOW, [], {}, new Set()];
    [this.startsAfter, this.pageSize, this.made] = [0, 100, 0];
    this.lines.length = this.requests.length = 0;
    this.fate = () => "done";
    this.cut = undefined;
  }

  /** A token of that age, in the secret when there is a stage. */
  has(name: string, ageMs: number, stage?: "AWSCURRENT" | "AWSPREVIOUS"): void {
    const token = this.mint(name, 2_592_000, this.now - ageMs);
    if (stage !== undefined) this.versions[name] = { value: token.key, stages: [stage] };
  }

  invoke(event: unknown, remainingMs = 300_000): Promise<AdminResult> {
    const settings = readSettings({
      REGION: "eu-west-1",
      WORKSPACE_ID: WORKSPACE,
      SERVICE_ACCOUNT_ID: "7",
      SECRET_ARN: SECRET,
      GRAFANA_URL: this.workspace.origin,
      CONTROL_PLANE_URL: this.controlPlane.origin,
      SECRETS_URL: this.secrets.origin,
    });
    const credentials = () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" });
    const signed = (origin: string, service: string) =>
      httpClient({ origin, sign: signer({ service, region: settings.region }, credentials) });
    const clients = {
      controlPlane: signed(settings.controlPlaneOrigin, "grafana"),
      secrets: signed(settings.secretsOrigin, "secretsmanager"),
      workspace: this.reachable(httpClient({ origin: settings.grafanaOrigin, sign: unsigned })),
    };
    const handler = adminHandler({
      settings,
      clients,
      write: (line) => this.lines.push(line),
      clock: {
        now: () => this.now,
        sleep: (ms) => {
          this.now += ms;
          return Promise.resolve();
        },
      },
    });
    return handler(event, { getRemainingTimeInMillis: () => remainingMs }).finally(() => {
      for (const client of Object.values(clients)) client.close();
    });
  }

  get logged(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Names of the tokens that work. */
  get alive(): string[] {
    return this.tokens.filter(({ expiresAt }) => expiresAt > this.now).map(({ name }) => name);
  }

  at(stage: "AWSCURRENT" | "AWSPREVIOUS"): string | undefined {
    return Object.entries(this.versions).find(([, { stages }]) => stages.includes(stage))?.[0];
  }

  /** Whether what is read from the secret opens the workspace. */
  get secretWorks(): boolean {
    const value = this.versions[this.at("AWSCURRENT") ?? ""]?.value;
    return this.tokens.some(({ key, expiresAt }) => key === value && expiresAt > this.now);
  }

  private reachable(client: HttpClient): HttpClient {
    return {
      ...client,
      send: (request) => (this.cut === undefined ? client.send(request) : Promise.reject(this.cut)),
    };
  }

  private servers(): FakeServer[] {
    return [this.controlPlane, this.workspace, this.secrets];
  }

  private decide(request: string, work: () => Answer): Answer {
    this.requests.push(request);
    const fate = this.fate(request);
    if (fate === "done") return work();
    if (!("lost" in fate)) return fate;
    work();
    return fate.lost;
  }

  private mint(name: string, seconds: number, createdAt: number): FakeToken {
    this.made += 1;
    const token = {
      id: String(this.made),
      name,
      key: `glsa_secret-${this.made}`,
      createdAt,
      expiresAt: createdAt + seconds * 1000,
    };
    this.tokens.push(token);
    return token;
  }

  private managed({ request, body }: Seen): Answer {
    const [method = "", target = ""] = request.split(" ");
    const { pathname, searchParams } = new URL(target, "http://x");
    if (method === "GET" && pathname === TOKENS) {
      const from = Number(searchParams.get("nextToken") ?? 0);
      const page = this.tokens.slice(from, from + this.pageSize);
      const next = from + this.pageSize;
      return {
        body: {
          serviceAccountTokens: page.map(({ id, name, createdAt, expiresAt }) => ({
            id,
            name,
            createdAt: createdAt / 1000,
            expiresAt: expiresAt / 1000,
          })),
          ...(next < this.tokens.length && { nextToken: String(next) }),
        },
      };
    }
    if (method === "POST" && pathname === TOKENS) {
      const { name, secondsToLive } = body as { name: string; secondsToLive: number };
      if (secondsToLive > 2_592_000) return { status: 400, body: { message: "secondsToLive" } };
      if (this.tokens.some((token) => token.name === name)) return { status: 409, body: { message: "name" } };
      const { id, key } = this.mint(name, secondsToLive, this.now);
      return { body: { serviceAccountToken: { id, name, key } } };
    }
    if (method === "DELETE" && pathname.startsWith(`${TOKENS}/`)) {
      const id = pathname.slice(TOKENS.length + 1);
      const left = this.tokens.filter((token) => token.id !== id);
      if (left.length === this.tokens.length) return { status: 404, body: { message: "not found" } };
      this.tokens = left;
      return { body: { tokenId: id } };
    }
    return { status: 404, body: { message: `no ${request}` } };
  }

  private grafana({ request, authorization }: Seen): Answer {
    const isKnown = this.tokens.some(
      ({ key, expiresAt }) => authorization === `Bearer ${key}` && expiresAt > this.now,
    );
    if (!isKnown) return { status: 401, body: { message: "Invalid API key" } };
    if (request === "GET /api/org") return { body: { id: 1, name: "Main Org." } };
    const [, id = "", what] = /\/api\/plugins\/([^/]+)\/(settings|install)$/.exec(request) ?? [];
    if (what === "settings") {
      if (this.plugins.has(id) && this.startsAfter === 0) return { body: { id } };
      if (this.plugins.has(id)) this.startsAfter -= 1;
      return { status: 404, body: { message: "Plugin not found, no installed plugin with that id" } };
    }
    if (what === "install") {
      if (this.plugins.has(id)) return { status: 409, body: { message: "Plugin already installed" } };
      this.plugins.add(id);
      return { body: "" };
    }
    return { status: 404, body: { message: `no ${request}` } };
  }

  private secretsManager({ target, body }: Seen): Answer {
    const { SecretId, ...input } = body as Record<string, string>;
    const missing = { status: 400, body: { __type: "ResourceNotFoundException", Message: "can't find it" } };
    if (SecretId !== SECRET) return missing;
    if (target === "secretsmanager.DescribeSecret") {
      const stages = Object.entries(this.versions).map(([name, version]) => [name, version.stages]);
      return {
        body: {
          ARN: SECRET,
          ...(stages.length > 0 && { VersionIdsToStages: Object.fromEntries(stages) as object }),
        },
      };
    }
    const { VersionId = "", ClientRequestToken = "", SecretString = "" } = input;
    if (target === "secretsmanager.GetSecretValue") {
      const version = this.versions[VersionId];
      return version === undefined ? missing : { body: { VersionId, SecretString: version.value } };
    }
    if (target !== "secretsmanager.PutSecretValue") return { status: 400, body: { __type: "Unknown" } };
    if (ClientRequestToken.length < 32 || ClientRequestToken.length > 64) {
      return { status: 400, body: { __type: "ValidationException", Message: "ClientRequestToken" } };
    }
    if (this.versions[ClientRequestToken] === undefined) {
      for (const version of Object.values(this.versions)) {
        version.stages = version.stages.includes("AWSCURRENT") ? ["AWSPREVIOUS"] : [];
      }
      this.versions[ClientRequestToken] = { value: SecretString, stages: ["AWSCURRENT"] };
    }
    return { body: { VersionId: ClientRequestToken } };
  }
}
