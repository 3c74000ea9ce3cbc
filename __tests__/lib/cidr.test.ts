import fc from "fast-check";
import { contains, formatCidr, isMistake, overlaps, parseCidr, subdivide, type Cidr } from "../../lib/cidr";

const network = (minPrefix = 0, maxPrefix = 32): fc.Arbitrary<Cidr> =>
  fc
    .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: minPrefix, max: maxPrefix }))
    .map(([address, prefix]) => ({ address: address - (address % 2 ** (32 - prefix)), prefix }));

/** The network of a text that is one. */
function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (isMistake(parsed)) throw new Error(`${text} ${parsed.message}`);
  return parsed;
}

const first = ({ address }: Cidr): number => address;
const last = ({ address, prefix }: Cidr): number => address + 2 ** (32 - prefix) - 1;

describe("parseCidr", () => {
  test.each([
    ["0.0.0.0/0", { address: 0, prefix: 0 }],
    ["10.0.0.0/16", { address: 0x0a000000, prefix: 16 }],
    ["192.168.4.0/22", { address: 0xc0a80400, prefix: 22 }],
    ["255.255.255.255/32", { address: 0xffffffff, prefix: 32 }],
  ])("%s", (text, expected) => {
    expect(parseCidr(text)).toEqual(expected);
  });

  test.each([
    "",
    "10.0.0.0",
    "10.0.0/16",
    "10.0.0.0/",
    "10.0.0.0/016",
    "::/0",
    " 10.0.0.0/16",
    "10.0.0.0/16\n",
    "a.b.c.d/8",
  ])("%j is not of the shape", (text) => {
    expect(parseCidr(text)).toEqual({
      message: "is not an IPv4 network",
      remedy: "write it like 10.0.0.0/16",
    });
  });

  test.each(["10.0.256.0/16", "10.0.0.0/33"])("%s has numbers that are too large", (text) => {
    expect(parseCidr(text)).toEqual({
      message: "is not an IPv4 network",
      remedy: "use numbers up to 255 and a prefix up to 32",
    });
  });

  test("an address inside a network gets the network as the remedy", () => {
    expect(parseCidr("10.1.2.3/16")).toEqual({
      message: "is an address inside a network",
      remedy: "write 10.1.0.0/16",
    });
  });

  test("reads what formatCidr writes", () => {
    fc.assert(
      fc.property(network(), (value) => {
        expect(parseCidr(formatCidr(value))).toEqual(value);
      }),
    );
  });
});

describe("contains and overlaps", () => {
  test.each([
    ["10.0.0.0/8", "10.255.0.0/16", true, true],
    ["10.0.0.0/16", "10.0.0.0/16", true, true],
    ["10.0.0.0/16", "10.0.0.0/8", false, true],
    ["10.0.0.0/16", "10.1.0.0/16", false, false],
    ["10.0.0.0/16", "10.1.0.0/17", false, false],
    ["128.0.0.0/1", "255.0.0.0/8", true, true],
    ["0.0.0.0/0", "1.2.3.4/32", true, true],
  ])("%s and %s", (outer, inner, within, common) => {
    expect(contains(cidr(outer), cidr(inner))).toBe(within);
    expect(overlaps(cidr(outer), cidr(inner))).toBe(common);
    expect(overlaps(cidr(inner), cidr(outer))).toBe(common);
  });

  // Networks of any kind seldom meet; those with few bits often do.
  const close = fc.tuple(network(0, 6), network(0, 6));

  test("are what the first and last addresses say", () => {
    fc.assert(
      fc.property(close, ([a, b]) => {
        expect(contains(a, b)).toBe(first(a) <= first(b) && last(b) <= last(a));
        expect(overlaps(a, b)).toBe(first(a) <= last(b) && first(b) <= last(a));
      }),
    );
  });
});

describe("subdivide", () => {
  test("in the order of the addresses", () => {
    expect(subdivide(cidr("10.0.0.0/22"), 24)).toEqual(
      ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"].map(cidr),
    );
  });

  test("the parts touch, have the prefix asked for and are the whole", () => {
    fc.assert(
      fc.property(network(0, 30), fc.integer({ min: 0, max: 8 }), (whole, bits) => {
        const prefix = Math.min(32, whole.prefix + bits);
        const parts = subdivide(whole, prefix);
        if (isMistake(parts)) throw new Error(parts.message);
        expect(parts).toHaveLength(2 ** (prefix - whole.prefix));
        expect(parts.map((part) => part.prefix)).toEqual(parts.map(() => prefix));
        expect(first(parts[0] ?? whole)).toBe(first(whole));
        expect(last(parts.at(-1) ?? whole)).toBe(last(whole));
        for (const [index, part] of parts.slice(1).entries()) {
          expect(first(part)).toBe(last(parts[index] ?? whole) + 1);
        }
      }),
    );
  });

  test.each([
    [23, "10.0.0.0/24 has no parts of /23", "use a prefix from 24 to 32"],
    [33, "10.0.0.0/24 has no parts of /33", "use a prefix from 24 to 32"],
    [24.5, "10.0.0.0/24 has no parts of /24.5", "use a prefix from 24 to 32"],
  ])("/24 into /%d", (prefix, message, remedy) => {
    expect(subdivide(cidr("10.0.0.0/24"), prefix)).toEqual({ message, remedy });
  });

  test("more than 256 parts are refused", () => {
    expect(subdivide(cidr("10.0.0.0/8"), 17)).toEqual({
      message: "10.0.0.0/8 has 512 parts of /17",
      remedy: "use a prefix from 8 to 16",
    });
    expect(subdivide(cidr("10.0.0.0/8"), 16)).toHaveLength(256);
  });
});
