import { json } from "../../e2e/standins/http";
import { errorBody } from "../../lambda/jaeger-storage-proxy/refusal";
import type { Behaviour } from "./live-world";

export interface LiveFault {
  readonly name: string;
  /** With whose credentials; @default the task role's. */
  readonly as?: "query";
  readonly broken: Partial<Behaviour>;
  readonly hop: string;
  readonly evidence: RegExp;
  readonly remedy: RegExp;
}

const nginx = (status: number, message: string) => json({ status, message }, status);
const onPath = (part: string, answer: ReturnType<typeof json>) => (path: string) =>
  path.includes(part) ? answer : { status: 204 };
const endpoint = (name: string, url: string): Partial<Behaviour> => ({
  settings: (settings) => ({ ...settings, endpoints: { ...settings.endpoints, [name]: url } }),
});

export const LIVE_FAULTS: readonly LiveFault[] = [
  {
    name: "STS's name is unknown",
    broken: endpoint("sts", "http://sts.invalid"),
    ...{ hop: "STS", evidence: /^the name sts\.invalid is not known to DNS$/, remedy: /inside the network/ },
  },
  {
    name: "STS refuses connections",
    broken: {
      settings: (settings, world) => ({
        ...settings,
        endpoints: { ...settings.endpoints, sts: world.deadUrl },
      }),
    },
    ...{ hop: "STS", evidence: /^127\.0\.0\.1:\d+ refuses the connection$/, remedy: /nothing listens there/ },
  },
  {
    name: "STS's TLS is none",
    broken: {
      settings: (settings, world) => ({
        ...settings,
        endpoints: { ...settings.endpoints, sts: world.stsUrl.replace("http:", "https:") },
      }),
    },
    ...{ hop: "STS", evidence: /^TLS with 127\.0\.0\.1:\d+ fails/, remedy: /replaces the certificate/ },
  },
  {
    name: "the secret key is wrong",
    broken: {
      settings: (settings) => ({
        ...settings,
        credentials: { ...settings.credentials, secretAccessKey: "wrong" },
      }),
    },
    ...{
      hop: "STS",
      evidence: /GetCallerIdentity answered 403: SignatureDoesNotMatch/,
      remedy: /secret key/,
    },
  },
  {
    name: "the credentials are not AWS's any more",
    broken: {
      settings: (settings) => ({
        ...settings,
        credentials: { ...settings.credentials, accessKeyId: "ASIAOLD" },
      }),
    },
    ...{ hop: "STS", evidence: /answered 403: InvalidClientTokenId/, remedy: /fresh/ },
  },
  {
    name: "the trust wants another external id",
    broken: { externalId: "other" },
    hop: "writer role",
    evidence: /sts:AssumeRole answered 403: AccessDenied: .*is not authorized to perform: sts:AssumeRole/,
    remedy: /no policy allows it/,
  },
  {
    name: "the writer may not write",
    broken: { writers: [] },
    ...{
      hop: "AMP",
      evidence: /remote write answered 403: .*aps:RemoteWrite/,
      remedy: /no policy allows it/,
    },
  },
  {
    name: "the workspace has too many series",
    broken: { workspace: () => json({ message: "ingestion rate limit exceeded" }, 429) },
    ...{ hop: "AMP", evidence: /answered 429: ingestion rate limit/, remedy: /too many requests/ },
  },
  {
    name: "the workspace does not answer",
    broken: { workspace: () => new Promise(() => undefined) },
    ...{ hop: "AMP", evidence: /did not answer within/, remedy: /security groups/ },
  },
  {
    name: "the ingest endpoint's name is unknown",
    broken: endpoint("ingest", "http://vpce-1.execute-api.invalid/v1"),
    ...{ hop: "endpoint", evidence: /^logs: the name vpce-1\.execute-api\.invalid/, remedy: /private DNS/ },
  },
  {
    name: "the request names another API",
    broken: {
      settings: (settings, world) => ({
        ...settings,
        contract: {
          ...world.contract(),
          ingest: { ...(world.contract()["ingest"] as object), apiId: "other" },
        },
      }),
    },
    ...{ hop: "ingest API", evidence: /answered 403: the reason/, remedy: /x-apigw-api-id/ },
  },
  {
    name: "the route is unknown",
    broken: {
      settings: (settings, world) => ({
        ...settings,
        endpoints: {
          ...settings.endpoints,
          ingest: `${(world.contract()["ingest"] as { url: string }).url}/more`,
        },
      }),
    },
    ...{ hop: "ingest API", evidence: /403: no such method and path/, remedy: /no such route/ },
  },
  {
    name: "the writer may not call its path",
    broken: { invoke: () => false },
    ...{ hop: "ingest API", evidence: /POST http.*\/t\/acme\/otlp\/v1\/logs answered 403/, remedy: /./ },
  },
  {
    name: "no task of the gateway runs",
    broken: { gateway: null },
    ...{ hop: "gateway", evidence: /answered 503: the gateway does not answer/, remedy: /behind it runs/ },
  },
  {
    name: "nginx limits the tenant",
    broken: { gateway: () => nginx(429, "too many requests of this tenant, try again later") },
    ...{ hop: "gateway", evidence: /answered 429: too many requests of this tenant/, remedy: /limit/ },
  },
  {
    name: "nginx does not know the path",
    broken: { gateway: onPath("/otlp/", nginx(404, "no such path")) },
    ...{ hop: "gateway", evidence: /^logs: .*answered 404: no such path/, remedy: /path is not known/ },
  },
  {
    name: "nginx tells Loki no tenant",
    broken: { gateway: onPath("/otlp/", { status: 401, body: "no org id\n" }) },
    ...{ hop: "gateway", evidence: /^logs: .*answered 401: no org id/, remedy: /./ },
  },
  {
    name: "Loki is away",
    broken: { gateway: onPath("/otlp/", nginx(502, "the storage behind the gateway does not answer")) },
    ...{ hop: "Loki", evidence: /^logs: .*answered 502: the storage behind/, remedy: /tasks run/ },
  },
  {
    name: "Loki limits the tenant",
    broken: {
      gateway: onPath("/otlp/", { status: 429, body: "ingestion rate limit exceeded for user acme" }),
    },
    ...{
      hop: "Loki",
      evidence: /answered 429: ingestion rate limit exceeded for user acme/,
      remedy: /limit/,
    },
  },
  {
    name: "Jaeger does not answer in time",
    broken: {
      gateway: onPath("/v1/traces", nginx(504, "the storage behind the gateway did not answer in time")),
    },
    ...{ hop: "Jaeger", evidence: /^traces: .*answered 504/, remedy: /in time/ },
  },
  {
    name: "a GET's body is lost",
    as: "query",
    broken: { received: () => Buffer.alloc(0) },
    ...{
      hop: "storage API",
      evidence: /^the body of a GET is lost on the way: .*every header/,
      remedy: /load balancer/,
    },
  },
  {
    name: "OpenSearch is away",
    as: "query",
    broken: {
      opensearch: () => ({ status: 502, body: errorBody(502, "bad_gateway_exception", "no answer") }),
    },
    ...{ hop: "OpenSearch", evidence: /answered 502: bad_gateway_exception: no answer/, remedy: /tasks run/ },
  },
  {
    name: "Grafana is away",
    broken: { grafana: () => ({ status: 503, body: "down" }) },
    ...{ hop: "Grafana", evidence: /\/api\/health answered 503: down/, remedy: /./ },
  },
  {
    name: "Grafana's token is old",
    broken: {
      grafana: (path) => (path === "/api/health" ? json({}) : json({ message: "Invalid API key" }, 401)),
    },
    ...{ hop: "data sources", evidence: /cloudwatch-acme answered 401: Invalid API key/, remedy: /fresh/ },
  },
  {
    name: "a data source does not work",
    broken: {
      grafana: (path) =>
        path.includes("loki-acme") ? json({ message: "Unable to connect with Loki" }, 400) : json({}),
    },
    ...{ hop: "data sources", evidence: /the data source loki-acme answered 400: Unable/, remedy: /log/ },
  },
];
