import { queryNames } from "../../modules/jaeger/names";
import { CENTRAL_OWNER, storageUrl } from "../../modules/storage-api/routes";
import { record, text } from "../../lib/fields";
import { mustUseJaeger } from "../jaegers";
import { NotChecked, type Finding, verdictOf } from "../verdict";
import { call, succeeded } from "./call";
import { parsed, refusal, type Answer } from "./explain";
import { contractField, credentialsOf, type World } from "./world";

/** Whose store the caller may search: that of the query service whose role it has. */
function ownerOf({ walk, caller }: World): string {
  const { central, tenant } = walk;
  const owners = [
    [queryNames().taskRole, CENTRAL_OWNER],
    [queryNames(tenant.name).taskRole, tenant.name],
  ] as const;
  const owner = owners.find(([role]) => role === caller?.role && caller.account === central.accountId)?.[1];
  if (owner !== undefined) return owner;
  throw new NotChecked(
    `only Jaeger's query services may search: run this with the credentials of a task of ${owners.map(([role]) => role).join(" or ")}`,
  );
}

/** One search of today's spans that finds nothing, as Jaeger makes it. */
function search(owner: string): Buffer {
  const day = new Date().toISOString().slice(0, 10);
  const index = `${owner === CENTRAL_OWNER ? "" : `${owner}-`}jaeger-span-${day}`;
  const lines = [
    { index: [index], ignore_unavailable: true },
    { size: 0, query: { term: { traceID: "0" } } },
  ];
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

const OPENSEARCH = /^(bad_gateway|unavailable|timeout)_exception$/;

/** A GET with a body, which a proxy on the way may drop: Jaeger's searches are such. */
export async function storage(world: World): Promise<Finding[]> {
  try {
    const { walk, settings } = world;
    mustUseJaeger(walk);
    const credentials = credentialsOf(world);
    const owner = ownerOf(world);
    const base = settings.endpoints.storage ?? contractField(world, "storage", "centralUrl");
    const url = `${storageUrl(base, owner)}/_msearch`;
    const answer = await call({
      timeoutMs: settings.timeoutMs,
      method: "GET",
      url,
      headers: { "content-type": "application/x-ndjson" },
      body: search(owner),
      sign: { service: "execute-api", region: walk.central.region, credentials },
    });
    return judged(url, answer);
  } catch (error) {
    return [{ hop: "storage API", ...verdictOf(error) }];
  }
}

function judged(url: string, answer: Answer): Finding[] {
  const passed: Finding = { hop: "storage API", result: "ok", evidence: `GET ${url} with a body` };
  if (succeeded(answer)) {
    return [passed, { hop: "OpenSearch", result: "ok", evidence: "answered a search" }];
  }
  const type = text(record(parsed(answer.body)["error"])["type"]);
  const { evidence, remedy } = refusal(`GET ${url}`, answer);
  if (type === "parse_exception") {
    return [
      {
        hop: "storage API",
        result: "FAILS",
        evidence: `the body of a GET is lost on the way: ${evidence}`,
        remedy:
          "something before the function drops it: put the function behind a load balancer (docs/TRACES.md)",
      },
    ];
  }
  return OPENSEARCH.test(type)
    ? [passed, { hop: "OpenSearch", result: "FAILS", evidence, remedy }]
    : [{ hop: "storage API", result: "FAILS", evidence, remedy }];
}
