import { ingestPath, type IngestRoute } from "../../modules/ingest/routes";
import { sentToIngest } from "../ingest";
import { Fault, NotChecked, type Finding, verdictOf } from "../verdict";
import { call, succeeded } from "./call";
import { parsed, reasonOf, refusal, type Answer } from "./explain";
import { contractField, writerOf, type World } from "./world";

const BEHIND: Readonly<Record<IngestRoute, "Loki" | "Jaeger">> = { logs: "Loki", traces: "Jaeger" };

/** Where a request ended: each of the hops answers in a shape of its own. */
export function answeredBy(route: IngestRoute, { status, body }: Answer): string {
  const json = parsed(body);
  const ours = json["status"] === status && typeof json["message"] === "string";
  // modules/ingest/gateway-responses.ts
  if (ours && "requestId" in json) return status === 503 || status === 504 ? "gateway" : "ingest API";
  // modules/gateway/config.ts; 502 and 504 are of the upstream.
  if (ours) return status === 502 || status === 504 ? BEHIND[route] : "gateway";
  // API Gateway itself, before it knows which API is meant.
  if (status === 403) return "endpoint";
  // Loki, which was told no tenant.
  if (status === 401) return "gateway";
  return BEHIND[route];
}

/** What Loki (422) and Jaeger may say to a request that has nothing in it. */
const NOTHING_IN_IT = [400, 422];

/** Hops in the order of a request. */
const WAY = (route: IngestRoute): string[] => ["endpoint", "ingest API", "gateway", BEHIND[route]];

async function send(world: World, route: IngestRoute): Promise<{ url: string; answer: Answer }> {
  const { walk, settings } = world;
  const credentials = writerOf(world);
  const base = settings.endpoints.ingest ?? contractField(world, "ingest", "url");
  const apiId = world.contract === undefined ? undefined : contractField(world, "ingest", "apiId");
  const url = `${base}${ingestPath(walk.tenant.name, route)}`;
  const answer = await call({
    timeoutMs: settings.timeoutMs,
    method: "POST",
    url,
    headers: {
      "content-type": "application/x-protobuf",
      ...(apiId === undefined ? {} : { "x-apigw-api-id": apiId }),
    },
    // An export request without anything in it.
    body: Buffer.alloc(0),
    sign: { service: "execute-api", region: walk.central.region, credentials },
  });
  return { url, answer };
}

/** An empty, signed request on one route: how far it came. */
async function probe(world: World, route: IngestRoute): Promise<Finding[]> {
  const way = WAY(route);
  const ok = (hop: string, evidence: string): Finding => ({ hop, result: "ok", evidence });
  try {
    const { url, answer } = await send(world, route);
    const end = BEHIND[route];
    const at = answeredBy(route, answer);
    // What is refused for having nothing in it has arrived.
    if (succeeded(answer) || (NOTHING_IN_IT.includes(answer.status) && at === end)) {
      const said = succeeded(answer) ? "took the empty request" : `says: ${reasonOf(answer.body)}`;
      return way.map((hop) =>
        ok(hop, hop === end ? `${route}: ${end} ${said}` : `${route} pass: POST ${url}`),
      );
    }
    const { evidence, remedy } = refusal(`${route}: POST ${url}`, answer);
    return [
      ...way.slice(0, way.indexOf(at)).map((hop) => ok(hop, `${route} pass`)),
      { hop: at, result: "FAILS", evidence, remedy },
    ];
  } catch (error) {
    if (error instanceof NotChecked) {
      return way.map((hop) => ({ hop, result: "not checked", evidence: error.message }));
    }
    if (!(error instanceof Fault)) throw error;
    return [
      { hop: "endpoint", result: "FAILS", evidence: `${route}: ${error.evidence}`, remedy: error.remedy },
    ];
  }
}

const GRAVITY = ["ok", "not checked", "FAILS"];

/** A probe of every route that the tenant uses; one finding for each hop, the worst. */
export async function ingest(world: World): Promise<Finding[]> {
  let routes: IngestRoute[];
  try {
    routes = [...new Set(sentToIngest(world.walk).map(({ route }) => route))];
  } catch (error) {
    return [{ hop: "ingest API", ...verdictOf(error) }];
  }
  const findings: Finding[] = [];
  for (const route of routes) findings.push(...(await probe(world, route)));
  const hops = ["endpoint", "ingest API", "gateway", "Loki", "Jaeger"];
  return hops.flatMap((hop) => {
    const [worst] = findings
      .filter((finding) => finding.hop === hop)
      .sort((a, b) => GRAVITY.indexOf(b.result) - GRAVITY.indexOf(a.result));
    return worst === undefined ? [] : [worst];
  });
}
