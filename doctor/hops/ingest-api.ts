import { stackNames } from "../../lib/names";
import { ingestPath, type IngestRoute } from "../../modules/ingest/routes";
import { sentToIngest } from "../ingest";
import { record, text } from "../../lib/fields";
import { decide, statementsOf } from "../policy";
import { found, must } from "../verdict";
import { deniedRemedy, writerOf, type Walk } from "../walk";
import { mustSign } from "./amp";
import { executionArnOf } from "./endpoint";

/** How the collector's exporter of a route is called, and which of its keys is the URL. */
const EXPORTERS: Readonly<Record<IngestRoute, readonly [string, string]>> = {
  logs: ["otlp_http/loki", "logs_endpoint"],
  traces: ["otlp_http/jaeger", "traces_endpoint"],
};

/** The collector asks the API's method at the tenant's path, names the API, signs, and writer and API both allow it. */
export function ingestApi(walk: Walk): string {
  const { central, tenant, stacks } = walk;
  const sent = sentToIngest(walk);
  for (const { sidecar, route, path } of sent) {
    const { service, environment, config } = sidecar;
    const [name, key] = EXPORTERS[route];
    const exporter = record(record(config["exporters"])[name]);
    const url = text(exporter[key]);
    const wanted = `${environment["INGEST_URL"] ?? ""}${path}`;
    must(
      url === wanted,
      `the collector of ${service} sends ${route} to ${url || "nowhere"}, not to ${wanted}`,
      `the exporter ${name} needs INGEST_URL and the tenant's path (modules/collector/${route}.ts)`,
    );
    const apiId = text(record(exporter["headers"])["x-apigw-api-id"]);
    const api = stacks.by(stackNames.central, "aws_api_gateway_rest_api", "id", apiId);
    must(
      apiId !== "",
      `the exporter ${name} of ${service} has no header x-apigw-api-id: the endpoint cannot tell which API is meant`,
      "exporters to the ingest API have the header with INGEST_API_ID (modules/collector/ingest-auth.ts)",
    );
    const paths = record(record(api?.values["body"])["paths"]);
    const method = record(record(paths[ingestPath("{tenant}", route)])["post"]);
    must(
      api !== undefined && Object.keys(method).length > 0,
      `the API ${apiId} has no method POST ${ingestPath("{tenant}", route)}`,
      "INGEST_API_ID must be the ingest API's id, of the contract",
    );
    const auth = text(record(exporter["auth"])["authenticator"]);
    mustSign(service, record(record(config["extensions"])[auth]), {
      ...{ service: "execute-api", region: central.region },
    });
    const stage = new URL(url).pathname.slice(1, -path.length);
    found(
      stacks
        .of(stackNames.central, "aws_api_gateway_stage")
        .find(({ values }) => values["rest_api_id"] === apiId && values["stage_name"] === stage),
      `the ingest API has no stage ${stage || "(none is in INGEST_URL)"}`,
      "INGEST_URL ends with the stage",
    );
    const { arn, statements } = writerOf(walk, sidecar);
    const { allowed, reason } = decide(
      {
        ...{ principal: arn, action: "execute-api:Invoke", resourceAccount: central.accountId },
        resource: `${executionArnOf(walk, apiId)}/${stage}/POST${path}`,
      },
      { identity: statements, resource: statementsOf(api.values["policy"]) },
    );
    must(
      allowed,
      `${arn} may not call POST ${path} of the ingest API: ${reason}`,
      deniedRemedy(
        walk,
        "writer-statements.ts (the role) and resource-policy.ts (the API) of modules/ingest/ must both know it; deploy central, then the tenant",
      ),
    );
  }
  const routes = [...new Set(sent.map(({ path }) => `POST ${path}`))];
  return `${tenant.name}'s writer may call ${routes.join(" and ")}`;
}
