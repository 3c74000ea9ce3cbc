import type { CentralNetwork } from "../../fleet/types";
import type { CentralVpn, VpnService } from "../../fleet/vpn-types";
import { formatCidr, isMistake, parseCidr } from "../../lib/cidr";
import { subnetPlan } from "../network/subnet-plan";

/** Where the services have addresses: one subnet in each zone. */
export interface ServicePlace {
  /** A zone's letter, or the subnet's id in an existing VPC: part of the resources' addresses. */
  readonly key: string;
  readonly cidr: string;
}

/** In the order of their addresses, which therefore never move. */
export const VPN_SERVICES: readonly VpnService[] = ["grafana", "jaeger", "loki"];

/** AWS keeps the first four addresses of a subnet for itself. */
const FIRST_ADDRESS = 4;

/** The rules ask for a network that this can read. */
function addressIn(cidr: string, index: number): string {
  const network = parseCidr(cidr);
  if (isMistake(network)) throw new Error(`${cidr} ${network.message}`);
  return formatCidr({ address: network.address + index, prefix: 32 }).replace("/32", "");
}

/** The places of a network; none where its addresses make no sense, which a rule tells. */
export function servicePlaces(
  network: CentralNetwork,
  vpn: Pick<CentralVpn, "serviceSubnets">,
): readonly ServicePlace[] {
  if (network.kind === "existing") {
    return vpn.serviceSubnets.map(({ subnetId, cidr }) => ({ key: subnetId, cidr }));
  }
  const plan = subnetPlan(network.cidr, network.zones);
  return isMistake(plan) ? [] : plan.map(({ zone, serviceCidr }) => ({ key: zone, cidr: serviceCidr }));
}

/** The fixed address of a service in a place. */
export const serviceAddress = (service: VpnService, { cidr }: ServicePlace): string =>
  addressIn(cidr, FIRST_ADDRESS + VPN_SERVICES.indexOf(service));

/** DNS of a VPC: the third address of its first network. */
export const resolverAddress = (vpcCidr: string): string => addressIn(vpcCidr, 2);

/** The services that somebody is let in to. */
export const vpnServices = ({ access }: Pick<CentralVpn, "access">): readonly VpnService[] =>
  VPN_SERVICES.filter((service) => access[service] !== undefined);

/** Who may send to one address. Rules of Client VPN know no ports: those are the security groups'. */
export interface AuthorizationRule {
  readonly key: string;
  readonly cidr: string;
  /** Everybody who has connected when absent. */
  readonly groupId?: string;
  readonly description: string;
}

/**
 * One rule for every group and address, and the resolver for whoever has anything: without it no name resolves. All
 * are single addresses. Client VPN asks the rules with the longest prefix alone, so that a wider one beside them would
 * be void for these addresses, and open others.
 */
export function authorizationRules(
  vpn: Pick<CentralVpn, "access" | "serviceSubnets">,
  network: CentralNetwork,
): readonly AuthorizationRule[] {
  const places = servicePlaces(network, vpn);
  const targets = vpnServices(vpn).flatMap((service) =>
    groupsOf(vpn, service).flatMap((groupId) =>
      places.map((place) =>
        rule(`${service}-${place.key}`, serviceAddress(service, place), groupId, `${service} ${place.key}`),
      ),
    ),
  );
  const everybody = new Set(vpnServices(vpn).flatMap((service) => groupsOf(vpn, service)));
  const resolver = resolverAddress(network.cidr);
  return [...targets, ...[...everybody].map((groupId) => rule("dns", resolver, groupId, "Names"))];
}

/** Undefined stands for everybody. */
function groupsOf({ access }: Pick<CentralVpn, "access">, service: VpnService): (string | undefined)[] {
  const { groupIds = [], everybody = false } = access[service] ?? {};
  return everybody ? [undefined] : [...groupIds];
}

const rule = (
  target: string,
  address: string,
  groupId: string | undefined,
  description: string,
): AuthorizationRule => ({
  key: `${target}-${groupId ?? "everybody"}`,
  cidr: `${address}/32`,
  ...(groupId === undefined ? {} : { groupId }),
  description,
});
