import { type CidrMistake, formatCidr, isMistake, parseCidr, subdivide } from "../../lib/cidr";

/** The subnets of one Availability Zone. */
export interface ZonePlan {
  /** Letter of the zone: `a` for `eu-west-1a`. */
  readonly zone: string;
  readonly privateCidr: string;
  readonly publicCidr: string;
  /** For fixed addresses: nothing takes one by itself. */
  readonly serviceCidr: string;
}

/** Every zone letter that AWS uses for zones that new accounts see. */
const ZONES = "abcdef";

/**
 * Of eight equal parts of the network, the zones' private subnets take one each, all public ones share the next, and
 * those with fixed addresses the last.
 */
const PUBLIC_PART = ZONES.length;
const SERVICE_PART = PUBLIC_PART + 1;

/** AWS takes networks up to /16; below /21 the public subnets would be smaller than the /27 that load balancers ask for. */
const LARGEST = 16;
const SMALLEST = 21;

/**
 * Which subnets a VPC has. A zone's subnets depend on the network and the zone's own letter only, so a zone can be
 * added or removed, and zones listed in any order, without moving a subnet of another. `zones` are two or
 * three different letters; the answer is in their alphabetical order.
 */
export function subnetPlan(cidr: string, zones: readonly string[]): readonly ZonePlan[] | CidrMistake {
  const network = parseCidr(cidr);
  if (isMistake(network)) return network;
  if (network.prefix < LARGEST || network.prefix > SMALLEST) {
    return {
      message: `is a /${network.prefix} network`,
      remedy: `use a prefix from ${LARGEST} to ${SMALLEST}`,
    };
  }
  const sorted = [...new Set(zones)].sort();
  if (sorted.length !== zones.length || sorted.length < 2 || sorted.length > 3) {
    return { message: `asks for the zones ${zones.join(", ")}`, remedy: "name two or three different zones" };
  }
  const unknown = sorted.filter((zone) => zone.length !== 1 || !ZONES.includes(zone));
  if (unknown.length > 0) {
    return {
      message: `asks for the zones ${unknown.join(", ")}`,
      remedy: `use letters from a to ${ZONES.slice(-1)}`,
    };
  }
  const parts = subdivide(network, network.prefix + 3);
  if (isMistake(parts)) return parts;
  const shares = [PUBLIC_PART, SERVICE_PART].map((index) => {
    const part = parts[index];
    return part === undefined ? [] : subdivide(part, part.prefix + 3);
  });
  const [open = [], services = []] = shares.map((share) => (isMistake(share) ? [] : share));
  return sorted.flatMap((zone) => {
    const index = ZONES.indexOf(zone);
    const [own, publicPart, servicePart] = [parts[index], open[index], services[index]];
    return own === undefined || publicPart === undefined || servicePart === undefined
      ? []
      : [
          {
            zone,
            privateCidr: formatCidr(own),
            publicCidr: formatCidr(publicPart),
            serviceCidr: formatCidr(servicePart),
          },
        ];
  });
}
