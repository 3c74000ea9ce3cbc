/** An IPv4 network. `address` is its first address as an unsigned 32-bit number. */
export interface Cidr {
  readonly address: number;
  /** 0 to 32. */
  readonly prefix: number;
}

/** Why there is no answer, and what to do about it; worded like a problem of a manifest. */
export interface CidrMistake {
  readonly message: string;
  readonly remedy: string;
}

/** More parts than this are a mistake, not a plan. */
const MAX_PARTS = 256;

const SHAPE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

export const isMistake = (value: object): value is CidrMistake => "message" in value;

/** How many addresses a network of this prefix has. */
const size = (prefix: number): number => 2 ** (32 - prefix);

/** The network in `10.0.0.0/16` notation. */
export function formatCidr({ address, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
}

/** Reads `10.0.0.0/16`. An address inside a network (`10.0.0.1/16`) is no network. */
export function parseCidr(text: string): Cidr | CidrMistake {
  const match = SHAPE.exec(text);
  if (match === null) {
    return { message: "is not an IPv4 network", remedy: "write it like 10.0.0.0/16" };
  }
  const [first = 0, second = 0, third = 0, fourth = 0, prefix = 0] = match.slice(1).map(Number);
  if (Math.max(first, second, third, fourth) > 255 || prefix > 32) {
    return { message: "is not an IPv4 network", remedy: "use numbers up to 255 and a prefix up to 32" };
  }
  const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
  const network = { address: address - (address % size(prefix)), prefix };
  return network.address === address
    ? network
    : { message: "is an address inside a network", remedy: `write ${formatCidr(network)}` };
}

/** Whether every address of `inner` is one of `outer`. */
export const contains = (outer: Cidr, inner: Cidr): boolean =>
  inner.prefix >= outer.prefix &&
  inner.address >= outer.address &&
  inner.address < outer.address + size(outer.prefix);

/** Whether the two have an address in common; of networks, then one is always within the other. */
export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b) || contains(b, a);

/** All parts of a network that have this prefix, in the order of their addresses. */
export function subdivide(cidr: Cidr, prefix: number): readonly Cidr[] | CidrMistake {
  const range = `a prefix from ${cidr.prefix} to ${Math.min(32, cidr.prefix + Math.log2(MAX_PARTS))}`;
  if (!Number.isInteger(prefix) || prefix < cidr.prefix || prefix > 32) {
    return { message: `${formatCidr(cidr)} has no parts of /${prefix}`, remedy: `use ${range}` };
  }
  const parts = 2 ** (prefix - cidr.prefix);
  if (parts > MAX_PARTS) {
    return { message: `${formatCidr(cidr)} has ${parts} parts of /${prefix}`, remedy: `use ${range}` };
  }
  return Array.from({ length: parts }, (_, index) => ({
    address: cidr.address + index * size(prefix),
    prefix,
  }));
}
