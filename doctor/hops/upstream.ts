import { stackNames } from "../../lib/names";
import type { IngestRoute } from "../../modules/ingest/routes";
import { sentToIngest } from "../ingest";
import { mustConnect } from "../security-groups";
import { mustRun, serviceNamed, type CentralService } from "../service";
import { found, NotUsed } from "../verdict";
import type { Walk } from "../walk";
import { gatewayOf, upstreamOf } from "./gateway";

/** The service to which the gateway sends a route, and the port that it asks. @throws Fault, NotUsed */
export function upstreamService(
  walk: Walk,
  route: IngestRoute,
  name: string,
): { readonly service: CentralService; readonly port: number; readonly url: string } {
  if (!sentToIngest(walk).some((sent) => sent.route === route)) {
    throw new NotUsed(`no service sends ${route} there`);
  }
  const gateway = gatewayOf(walk, route);
  const url = upstreamOf(walk, route, gateway);
  const { hostname, port: portText } = new URL(url);
  const port = Number(portText || 80);
  const service = found(
    serviceNamed(walk, hostname),
    `the gateway sends ${route} to ${hostname}, a name that no service of central is registered under`,
    `the upstream of ${route} must be ${name}'s name in the private namespace (stacks/central-stack.ts)`,
  );
  mustRun(service, name);
  mustConnect(walk.stacks, {
    stacks: [stackNames.central],
    network: walk.central.network.cidr,
    from: gateway.service.securityGroups,
    to: service.securityGroups,
    port,
    what: `the gateway to ${name}`,
  });
  return { service, port, url };
}
