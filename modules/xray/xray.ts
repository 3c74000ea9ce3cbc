import { XrayGroup } from "@cdktf/provider-aws/lib/xray-group";
import { XraySamplingRule } from "@cdktf/provider-aws/lib/xray-sampling-rule";
import type { Construct } from "constructs";
import { createHash } from "node:crypto";
import type { Service, Tenant } from "../../fleet/types";
import { tenantNames } from "../../lib/names";

/** X-Ray takes 1 to 9,999; the default rule has 10,000. Those of other makers are usually small numbers. */
const PRIORITIES = { first: 5000, count: 4000 };

/** Requests a second that a rule samples in any case, of all tasks of a service together. */
const RESERVOIR = 1;

/** Of a service's name alone, so that another service changes no rule. Rules of the same priority go by their names. */
export const rulePriority = (service: string): number =>
  PRIORITIES.first + (createHash("sha256").update(service).digest().readUInt32BE(0) % PRIORITIES.count);

/** The tenant's traces in its own account, whatever else sends traces there: the sidecar writes the annotation. */
export const groupFilter = (tenant: string): string => `annotation.tenant = "${tenant}"`;

const sendsToXray = ({ traces }: Service): boolean => traces.destinations.includes("xray");

/**
 * How X-Ray shows and samples the traces of a tenant: a group of its own, and a rule for each service that SDKs follow
 * which ask X-Ray (`sampling.xrayRemote`): it alone decides then. What the others send, the sidecar samples.
 */
export function tenantXray(scope: Construct, tenant: Pick<Tenant, "name" | "services">): void {
  const services = tenant.services.filter(sendsToXray);
  if (services.length === 0) return;
  const names = tenantNames(tenant.name);
  new XrayGroup(scope, "xray-group", {
    groupName: names.xrayGroup,
    filterExpression: groupFilter(tenant.name),
    insightsConfiguration: { insightsEnabled: false, notificationsEnabled: false },
  });
  for (const { name, traces } of services.filter(({ traces: { sampling } }) => sampling.xrayRemote)) {
    new XraySamplingRule(scope, `xray-sampling-${name}`, {
      ruleName: names.service(name).samplingRule,
      priority: rulePriority(name),
      version: 1,
      reservoirSize: RESERVOIR,
      fixedRate: traces.sampling.ratio,
      serviceName: name,
      serviceType: "*",
      host: "*",
      httpMethod: "*",
      urlPath: "*",
      resourceArn: "*",
    });
  }
}
