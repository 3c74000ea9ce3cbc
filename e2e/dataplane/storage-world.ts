import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allow } from "../../__tests__/support/iam";
import { type InvokeRequest } from "../standins/api-gateway";
import { type ApiDocument } from "../standins/api-gateway-document";
import { LambdaApiStandin } from "../standins/api-gateway-lambda";
import { Identities } from "../standins/identities";
import { LambdaStandin } from "../standins/lambda";
import { OpenSearchFront } from "../standins/opensearch-front";
import { SigningShim } from "../standins/signing-shim";
import { type Tools } from "../tools/tools";
import { type JaegerServer } from "./jaeger-server";
import { OpenSearchServer } from "./opensearch-server";

const LOGS = join(__dirname, "..", "..", "build", "e2e-logs");
/** More than a few would only wait for this machine's cores. */
const CONCURRENCY = 8;
/** Longer than a run of the tests. */
const SESSION_SECONDS = 3600;

/** A function as its stack has it. */
export interface RenderedFunction {
  /** The archive that is deployed, and its only file. */
  readonly archive: string;
  readonly bundle: string;
  readonly roleArn: string;
  /** Without what only this machine knows. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** The storage API and what is behind it, as the stacks have it. */
export interface RenderedStorage {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly document: ApiDocument;
  readonly resourcePolicy: object;
  /** Policies of every role that calls the API, by ARN. */
  readonly policies: ReadonlyMap<string, readonly object[]>;
  readonly proxy: RenderedFunction;
}

/** From the storage API to OpenSearch; everything but AWS itself is real. */
export class StorageWorld {
  readonly openSearch: OpenSearchServer;
  readonly front: OpenSearchFront;
  readonly proxy: LambdaStandin;
  readonly api: LambdaApiStandin;
  readonly jaegers: JaegerServer[] = [];
  private readonly shims: SigningShim[] = [];
  private readonly decisions = new Map<string, Promise<boolean>>();

  constructor(
    tools: Tools,
    readonly rendered: RenderedStorage,
    readonly identities = new Identities(),
    plugin?: ConstructorParameters<typeof OpenSearchFront>[0]["plugin"],
    principals: readonly string[] = [rendered.proxy.roleArn],
  ) {
    const { region, proxy } = rendered;
    this.openSearch = new OpenSearchServer(tools);
    this.front = new OpenSearchFront({
      region,
      identities,
      principals,
      upstream: () => this.openSearch.url,
      ...(plugin && { plugin }),
    });
    const credentials = identities.issue(proxy.roleArn, SESSION_SECONDS).credentials;
    this.proxy = new LambdaStandin({
      bundle: proxy.bundle,
      timeoutSeconds: proxy.timeoutSeconds,
      concurrency: CONCURRENCY,
      environment: () => ({
        ...proxy.environment,
        OPENSEARCH_URL: this.front.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
      }),
    });
    this.api = new LambdaApiStandin({
      ...rendered,
      identities,
      target: this.proxy,
      decide: (request) => this.decide(request),
    });
  }

  async start(): Promise<this> {
    try {
      await Promise.all([this.openSearch.start(), this.front.start(), this.api.start()]);
    } catch (error) {
      await this.stop();
      throw error;
    }
    return this;
  }

  /** Where requests are signed with a role and sent to the storage API. */
  async signedAs(roleArn: string): Promise<SigningShim> {
    const { credentials } = this.identities.issue(roleArn, SESSION_SECONDS);
    const shim = new SigningShim({
      region: this.rendered.region,
      target: () => this.api.url,
      credentials: () => credentials,
    });
    await shim.start();
    this.shims.push(shim);
    return shim;
  }

  /** Starts one that `stop` ends. */
  async run(jaeger: JaegerServer): Promise<JaegerServer> {
    this.jaegers.push(jaeger);
    await jaeger.start();
    return jaeger;
  }

  /** Stops everything, whatever of it fails to stop, and leaves what the programs said in `build/e2e-logs`. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.jaegers.map((jaeger) => jaeger.stop()));
    mkdirSync(LOGS, { recursive: true });
    writeFileSync(join(LOGS, "storage-proxy.log"), await this.proxy.logs());
    writeFileSync(join(LOGS, "opensearch.log"), this.openSearch.log);
    this.jaegers.forEach(({ name, log }) => {
      writeFileSync(join(LOGS, `${name}.log`), log);
    });
    const rest = [...this.shims, this.api, this.proxy, this.front];
    await Promise.allSettled([...rest.map((each) => each.stop()), this.openSearch.remove()]);
  }

  /** IAM's answer, with the policies in the stacks. By request: the simulator takes longer than IAM does. */
  private decide(request: InvokeRequest): Promise<boolean> {
    const { principal, ...others } = request;
    // To IAM a request's asterisk is a character like others, to the simulator it is a pattern.
    const rest = { ...others, resource: others.resource.replaceAll("*", "%2A") };
    const identityPolicies = this.rendered.policies.get(principal ?? "");
    if (principal === undefined || identityPolicies === undefined) return Promise.resolve(false);
    const key = JSON.stringify({ ...rest, principal });
    const decision = this.decisions.get(key) ?? allow({ ...rest, principal, identityPolicies });
    this.decisions.set(key, decision);
    return decision;
  }
}
