import { text, texts } from "./json";
import { letsThrough, type AccessRequest } from "./policy";
import { mayLeave, mustConnect } from "./security-groups";
import type { Sidecar } from "./sidecar";
import type { Block } from "./stacks";
import { must } from "./verdict";
import type { Walk } from "./walk";

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
export function mustLeave({ stacks, stack }: Walk, { service, attached, securityGroups }: Sidecar): void {
  must(
    attached || mayLeave(stacks, stack, securityGroups),
    `no egress rule lets the tasks of ${service} open HTTPS connections`,
    "network.httpsEgressCidrs of the tenant must hold where STS and the workspace are reached",
  );
}
