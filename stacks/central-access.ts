import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import type { CentralVpn, VpnService } from "../fleet/vpn-types";
import { centralNames } from "../lib/names";
import { openWay } from "../modules/client-vpn/access-group";
import { ClientVpn, portalUrl } from "../modules/client-vpn/client-vpn";
import { GrafanaFront } from "../modules/client-vpn/grafana-front";
import { authorizationRules, resolverAddress, servicePlaces } from "../modules/client-vpn/plan";
import { ServiceFront } from "../modules/client-vpn/service-front";
import { type ServiceSubnet, ServiceSubnets } from "../modules/client-vpn/service-subnets";
import { ToolNames } from "../modules/client-vpn/tool-names";
import { JAEGER_QUERY_PORT } from "../modules/jaeger/ports";
import { LOKI_HTTP_PORT } from "../modules/loki/ports";
import type { CentralVpc } from "../modules/network/central-network";

/** What people reach of each service that somebody is let in to. */
export interface Fronts {
  readonly grafana?: GrafanaFront;
  readonly jaeger?: ServiceFront;
  readonly loki?: ServiceFront;
}

/** Security groups of what is behind the fronts; references. */
export interface Behind {
  readonly lokiSecurityGroupId: string;
  readonly jaegerQuerySecurityGroupId: string;
}

function subnets(
  scope: Construct,
  central: Central,
  vpn: CentralVpn,
  vpc: CentralVpc,
): readonly ServiceSubnet[] {
  const { network, region } = central;
  const places = servicePlaces(network, vpn);
  if (network.kind === "existing") return places.map((place) => ({ ...place, subnetId: place.key }));
  const { vpcId } = vpc;
  return new ServiceSubnets(scope, "vpn-subnets", { name: centralNames.cluster, region, vpcId, places })
    .subnets;
}

/** The services' addresses in the VPN. Before the services themselves, which register with them; none without a VPN. */
export function centralFronts(scope: Construct, central: Central, vpc: CentralVpc): Fronts {
  const { vpn, region } = central;
  if (vpn === undefined) return {};
  const place = { vpcId: vpc.vpcId, subnets: subnets(scope, central, vpn, vpc) };
  const front = (service: "jaeger" | "loki", port: number): ServiceFront =>
    new ServiceFront(scope, `vpn-${service}`, { ...place, service, port });
  const { grafana, jaeger, loki } = vpn.access;
  const named = (["jaeger", "loki"] as const).filter((service) => vpn.access[service] !== undefined);
  if (named.length > 0) new ToolNames(scope, "vpn-names", { ...place, services: named });
  return {
    ...(grafana === undefined
      ? {}
      : { grafana: new GrafanaFront(scope, "vpn-grafana", { ...place, region }) }),
    ...(jaeger === undefined ? {} : { jaeger: front("jaeger", JAEGER_QUERY_PORT) }),
    ...(loki === undefined ? {} : { loki: front("loki", LOKI_HTTP_PORT) }),
  };
}

/** The VPN and its ways to the services, where the manifest asks for one. */
export function centralAccess(
  scope: Construct,
  central: Central,
  { vpc, fronts, behind }: { readonly vpc: CentralVpc; readonly fronts: Fronts; readonly behind: Behind },
): void {
  const { vpn, network, accountId, region, logRetentionDays } = central;
  if (vpn === undefined) return;
  const { jaeger, loki } = fronts;
  if (jaeger !== undefined) {
    openWay(scope, "vpn-to-jaeger-query", {
      from: jaeger.securityGroupId,
      to: behind.jaegerQuerySecurityGroupId,
      port: JAEGER_QUERY_PORT,
      description: "People over the VPN",
    });
  }
  if (loki !== undefined) {
    openWay(scope, "vpn-to-loki", {
      from: loki.securityGroupId,
      to: behind.lokiSecurityGroupId,
      port: LOKI_HTTP_PORT,
      description: "People over the VPN",
    });
  }
  const keys = network.kind === "created" ? [...network.zones].sort() : network.privateSubnetIds;
  const arrivals = keys.map((key, index) => [key, vpc.privateSubnetIds[index] ?? ""] as const);
  // In the manifest's order, as for NAT: a zone that is added behind the others moves nothing.
  const first = (network.kind === "created" ? network.zones : keys).slice(0, vpn.associations);
  const made = new ClientVpn(scope, "vpn", {
    accountId,
    region,
    settings: vpn,
    vpcId: vpc.vpcId,
    subnetIds: Object.fromEntries(arrivals.filter(([key]) => first.includes(key))),
    resolver: resolverAddress(network.cidr),
    rules: authorizationRules(vpn, network),
    services: Object.fromEntries(
      Object.entries(fronts).map(([service, { securityGroupId }]: [string, { securityGroupId: string }]) => [
        service as VpnService,
        securityGroupId,
      ]),
    ),
    logRetentionDays,
  });
  new TerraformOutput(scope, "vpn_endpoint_id", { value: made.id });
  if (vpn.authentication.type === "saml") {
    new TerraformOutput(scope, "vpn_portal_url", { value: portalUrl(made.id) });
  }
}
