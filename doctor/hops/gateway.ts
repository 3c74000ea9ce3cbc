import { stackNames } from "../../lib/names";
import { ingestPath, type IngestRoute } from "../../modules/ingest/routes";
import { apiWith, sentToIngest } from "../ingest";
import { record, records, text, texts } from "../../lib/fields";
import { readNginx, type NginxConfig } from "../nginx";
import { mustConnect } from "../security-groups";
import { mustRun, serviceBehind, variableOf, type CentralService } from "../service";
import { found, must } from "../verdict";
import type { Walk } from "../walk";

/** The gateway as the ingest API reaches it for a route. */
export interface Gateway {
  readonly service: CentralService;
  readonly nginx: NginxConfig;
  /** Port of the request, which decides on the routes. */
  readonly port: number;
}

const INTEGRATION =
  "the integrations of the ingest API lead to the gateway's load balancer (modules/ingest/openapi.ts)";
const CONFIG = "the gateway's configuration is modules/gateway/config.ts; deploy central";

/** Follows the integration of a route: VPC link, load balancer, listener, target group, tasks. @throws Fault */
export function gatewayOf(walk: Walk, route: IngestRoute): Gateway {
  const { stacks } = walk;
  const path = ingestPath("{tenant}", route);
  const paths = record(record(apiWith(walk, path)?.values["body"])["paths"]);
  const integration = record(record(record(paths[path])["post"])["x-amazon-apigateway-integration"]);
  const uri = text(integration["uri"]).replace("{tenant}", walk.tenant.name);
  must(URL.canParse(uri), `the ingest API has no integration for ${route}`, INTEGRATION);
  const { hostname, port: portText, pathname } = new URL(uri);
  const port = Number(portText || 80);
  must(
    pathname === ingestPath(walk.tenant.name, route),
    `the ingest API asks the gateway for ${pathname} when ${route} come in`,
    INTEGRATION,
  );
  const balancer = found(
    stacks.by(stackNames.central, "aws_lb", "dns_name", hostname),
    `the ingest API sends ${route} to ${hostname}, which is no load balancer of central`,
    INTEGRATION,
  );
  const arn = stacks.attribute(balancer, "arn");
  const link = stacks.by(
    stackNames.central,
    "aws_api_gateway_vpc_link",
    "id",
    text(integration["connectionId"]),
  );
  must(
    texts(link?.values["target_arns"]).includes(arn),
    `the VPC link does not lead to ${balancer.label}`,
    INTEGRATION,
  );
  const listener = found(
    stacks
      .of(stackNames.central, "aws_lb_listener")
      .find(({ values }) => values["load_balancer_arn"] === arn && values["port"] === port),
    `nothing listens on port ${port} of ${balancer.label}`,
    INTEGRATION,
  );
  const target = text(records(listener.values["default_action"])[0]?.["target_group_arn"]);
  const service = found(
    serviceBehind(walk, target),
    `no service stands behind ${listener.label}`,
    "the gateway's service needs the target group (modules/gateway/gateway.ts)",
  );
  mustRun(service, "the gateway");
  mustConnect(stacks, {
    stacks: [stackNames.central],
    network: walk.central.network.cidr,
    from: texts(balancer.values["security_groups"]),
    to: service.securityGroups,
    port,
    what: "the load balancer to the gateway",
  });
  return { service, nginx: readNginx(variableOf(service, "NGINX_CONF") ?? ""), port };
}

/** What nginx makes of a request of the tenant: the upstream's URL. @throws Fault */
export function upstreamOf(walk: Walk, route: IngestRoute, { nginx, port }: Gateway): string {
  const { tenant } = walk;
  must(nginx.ports.includes(port), `nginx does not listen on port ${port}`, CONFIG);
  const line = `${port} POST ${ingestPath(tenant.name, route)} HTTP/1.1`;
  const taken = nginx.map("route", line);
  must(
    taken === route,
    `nginx takes POST ${ingestPath(tenant.name, route)} for ${taken || "no route"}`,
    CONFIG,
  );
  const owner = nginx.map("tenant", line);
  must(owner === tenant.name, `nginx takes the tenant of that path for ${owner || "nobody"}`, CONFIG);
  const upstream = nginx.map("upstream", route);
  must(URL.canParse(upstream), `nginx knows no upstream for ${route} and answers 503`, CONFIG);
  must(
    nginx.header("X-Scope-OrgID") === "$tenant",
    "nginx does not tell the tenant in X-Scope-OrgID",
    CONFIG,
  );
  return upstream;
}

/** From the API's integration to nginx, and which upstream it chooses. */
export function gateway(walk: Walk): string {
  const routes = [...new Set(sentToIngest(walk).map(({ route }) => route))];
  const upstreams = routes.map((route) => `${route} to ${upstreamOf(walk, route, gatewayOf(walk, route))}`);
  return upstreams.join(", ");
}
