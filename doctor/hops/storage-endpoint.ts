import { stackNames } from "../../lib/names";
import { endpointOf, mustPass } from "../aws-endpoint";
import type { StoreClient } from "../jaegers";
import { text, texts } from "../../lib/fields";
import { letsThrough, type AccessRequest } from "../policy";
import { mustConnect } from "../security-groups";
import type { Block } from "../stacks";
import { must } from "../verdict";
import type { Walk } from "../walk";

/** The central endpoint that a host means: the one that it names, or the only one for APIs. */
function centralEndpoint({ stacks, central }: Walk, host: string): Block | undefined {
  const endpoints = stacks
    .of(stackNames.central, "aws_vpc_endpoint")
    .filter(({ values }) => values["service_name"] === `com.amazonaws.${central.region}.execute-api`);
  return endpoints.find((each) => host.includes(stacks.attribute(each, "id").toLowerCase())) ?? endpoints[0];
}

/**
 * A Jaeger reaches the storage API's endpoint, which lets its requests through. Endpoints that are not of these stacks
 * are not looked at.
 * @throws Fault
 */
export function mustArrive(walk: Walk, client: StoreClient, requests: readonly AccessRequest[]): void {
  const { stacks, stack, central } = walk;
  if (client.sidecar !== undefined) {
    const own = endpointOf(walk, `${central.region}.execute-api`);
    if (own === undefined) return;
    for (const request of requests) mustPass(walk, own, client.sidecar, request);
    return;
  }
  const endpoint = centralEndpoint(walk, new URL(client.storageUrl).hostname.toLowerCase());
  if (endpoint === undefined) return;
  for (const request of requests) {
    const { allowed, reason } = letsThrough(request, endpoint.values["policy"]);
    must(
      allowed,
      `${endpoint.label} does not let ${request.principal} through to ${request.action} on ${request.resource}: ${reason}`,
      "modules/network/endpoint-policies.ts must name the central account's principals: deploy central",
    );
  }
  mustConnect(stacks, {
    stacks: [stackNames.central, stack],
    network: central.network.cidr,
    from: client.securityGroups,
    to: texts(endpoint.values["security_group_ids"]),
    port: 443,
    what: `${client.what} to ${text(endpoint.values["service_name"])}`,
  });
}
