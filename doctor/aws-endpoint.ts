import { text, texts } from "../lib/fields";
import { letsThrough, type AccessRequest } from "./policy";
import { httpsTargets, isPrivate, mustConnect } from "./security-groups";
import type { Sidecar } from "./sidecar";
import type { Block } from "./stacks";
import { must, NotChecked } from "./verdict";
import type { Walk } from "./walk";

/** The internet, as egress rules have it. */
export const EVERYWHERE = "0.0.0.0/0";

/** The interface endpoint of an AWS service that the tenant's stack makes; its name begins with the Region. */
export const endpointOf = ({ stacks, stack }: Walk, service: string): Block | undefined =>
  stacks
    .of(stack, "aws_vpc_endpoint")
    .find(({ values }) => values["service_name"] === `com.amazonaws.${service}`);

/** @throws Fault unless the endpoint lets the request through, and the tasks reach it */
export function mustPass(
  { stacks, stack }: Walk,
  endpoint: Block,
  sidecar: Sidecar,
  request: AccessRequest,
): void {
  const { allowed, reason } = letsThrough(request, endpoint.values["policy"]);
  must(
    allowed,
    `${endpoint.label} does not let ${request.principal} through to ${request.action} on ${request.resource}: ${reason}`,
    "its policy must name the tenant's writer and workspace or methods (modules/endpoints/)",
  );
  if (sidecar.attached) return;
  mustConnect(stacks, {
    stacks: [stack],
    from: sidecar.securityGroups,
    to: texts(endpoint.values["security_group_ids"]),
    port: 443,
    what: `the tasks of ${sidecar.service} to ${text(endpoint.values["service_name"])}`,
  });
}

/** Tasks that may open no HTTPS connection reach nothing. @throws Fault */
export function mustLeave(
  { stacks, stack }: Walk,
  { service, attached, securityGroups }: Sidecar,
): readonly string[] {
  const targets = httpsTargets(stacks, stack, securityGroups);
  must(
    attached || targets.length > 0,
    `no egress rule lets the tasks of ${service} open HTTPS connections`,
    "network.httpsEgressCidrs of the tenant must hold where STS and the workspace are reached",
  );
  return targets;
}

/** How tasks reach what is called. */
export interface Way {
  /** In words. */
  readonly by: string;
  /** Why nobody knows whether they do; absent: they do. */
  readonly doubt?: string;
}

/**
 * The way to a host on the internet, for which the egress rules must hold every address: AWS's change.
 * @param hidden the VPC may have an endpoint of it that the stacks do not show
 * @throws Fault
 */
export function wayOut(walk: Walk, sidecar: Sidecar, host: string, hidden: boolean): Way {
  const { service, attached } = sidecar;
  const targets = mustLeave(walk, sidecar);
  const by = "by the VPC's own way out";
  if (attached || targets.includes(EVERYWHERE)) return { by };
  const only = `the tasks of ${service} may open HTTPS connections to ${targets.join(", ")} alone`;
  must(
    hidden || !targets.every(isPrivate),
    `${only}, and ${host} is on the internet: the stacks make no endpoint of it`,
    `network.httpsEgressCidrs must hold ${EVERYWHERE}, or network.endpoints must bring an endpoint of it`,
  );
  const unknown = hidden ? "an endpoint that the VPC has already" : "an address of it";
  return { by, doubt: `${only}; whether ${unknown} is among them, the stacks do not say (${host})` };
}

/**
 * The way to an AWS service, by the endpoint that the stack makes or out of the VPC. `service` begins with the Region.
 * @throws Fault
 */
export function wayTo(
  walk: Walk,
  sidecar: Sidecar,
  service: string,
  requests: readonly AccessRequest[],
): Way {
  const endpoint = endpointOf(walk, service);
  if (endpoint !== undefined) {
    mustLeave(walk, sidecar);
    for (const request of requests) mustPass(walk, endpoint, sidecar, request);
    return { by: `by ${endpoint.label}` };
  }
  const { endpoints } = walk.tenant.network;
  // Whoever names the endpoints to make leaves out those that are there.
  const hidden =
    endpoints.kind === "existing" || (endpoints.kind === "created" && endpoints.services !== undefined);
  const [region, name] = service.split(/\.(.*)/s);
  return wayOut(walk, sidecar, `${name}.${region}.amazonaws.com`, hidden);
}

/** The evidence. @throws NotChecked when there is a doubt about a way */
export function settled(evidence: string, ways: readonly Way[]): string {
  const doubts = ways.flatMap(({ doubt }) => doubt ?? []);
  if (doubts.length > 0) throw new NotChecked([...new Set(doubts)].join("; "));
  return evidence;
}

/** The ways in words, each once. */
export const waysOf = (ways: readonly Way[]): string => [...new Set(ways.map(({ by }) => by))].join(", ");
