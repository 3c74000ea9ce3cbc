import fc from "fast-check";
import { contains, formatCidr, isMistake, overlaps, parseCidr, type Cidr } from "../../lib/cidr";
import { subnetPlan, type ZonePlan } from "../../modules/network/subnet-plan";

function plan(cidr: string, zones: readonly string[]): readonly ZonePlan[] {
  const planned = subnetPlan(cidr, zones);
  if (isMistake(planned)) throw new Error(planned.message);
  return planned;
}

function parsed(text: string): Cidr {
  const cidr = parseCidr(text);
  if (isMistake(cidr)) throw new Error(cidr.message);
  return cidr;
}

const LETTERS = ["a", "b", "c", "d", "e", "f"];
const zones = fc.shuffledSubarray(LETTERS, { minLength: 2, maxLength: 3 });
const network = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 16, max: 21 }))
  .map(([address, prefix]) => formatCidr({ address: address - (address % 2 ** (32 - prefix)), prefix }));

test("three zones of a /16", () => {
  expect(plan("10.20.0.0/16", ["a", "b", "c"])).toEqual([
    { zone: "a", privateCidr: "10.20.0.0/19", publicCidr: "10.20.192.0/22", serviceCidr: "10.20.224.0/22" },
    { zone: "b", privateCidr: "10.20.32.0/19", publicCidr: "10.20.196.0/22", serviceCidr: "10.20.228.0/22" },
    { zone: "c", privateCidr: "10.20.64.0/19", publicCidr: "10.20.200.0/22", serviceCidr: "10.20.232.0/22" },
  ]);
});

test("the last zones of the smallest network", () => {
  expect(plan("10.20.8.0/21", ["f", "e"])).toEqual([
    {
      zone: "e",
      privateCidr: "10.20.12.0/24",
      publicCidr: "10.20.14.128/27",
      serviceCidr: "10.20.15.128/27",
    },
    {
      zone: "f",
      privateCidr: "10.20.13.0/24",
      publicCidr: "10.20.14.160/27",
      serviceCidr: "10.20.15.160/27",
    },
  ]);
});

test("a zone's subnets do not depend on the other zones or on their order", () => {
  fc.assert(
    fc.property(network, zones, zones, (cidr, some, others) => {
      const before = new Map(plan(cidr, some).map((each) => [each.zone, each]));
      for (const each of plan(cidr, others)) {
        if (before.has(each.zone)) expect(each).toEqual(before.get(each.zone));
      }
      expect([...before.keys()]).toEqual([...some].sort());
    }),
  );
});

test("subnets lie in the network and apart from each other", () => {
  fc.assert(
    fc.property(network, zones, (cidr, some) => {
      const whole = parsed(cidr);
      const all = plan(cidr, some).flatMap((each) =>
        [each.privateCidr, each.publicCidr, each.serviceCidr].map(parsed),
      );
      expect(all.filter((each) => !contains(whole, each))).toEqual([]);
      expect(
        all.flatMap((a, index) => all.slice(index + 1).filter((b) => overlaps(a, b))).map(formatCidr),
      ).toEqual([]);
    }),
  );
});

test.each([
  ["10.0.0.0", ["a", "b"], "is not an IPv4 network", "write it like 10.0.0.0/16"],
  ["10.0.0.1/16", ["a", "b"], "is an address inside a network", "write 10.0.0.0/16"],
  ["10.0.0.0/15", ["a", "b"], "is a /15 network", "use a prefix from 16 to 21"],
  ["10.0.0.0/22", ["a", "b"], "is a /22 network", "use a prefix from 16 to 21"],
  ["10.0.0.0/16", ["a"], "asks for the zones a", "name two or three different zones"],
  ["10.0.0.0/16", ["a", "a"], "asks for the zones a, a", "name two or three different zones"],
  ["10.0.0.0/16", ["a", "b", "c", "d"], "asks for the zones a, b, c, d", "name two or three different zones"],
  ["10.0.0.0/16", ["a", "g", "ab"], "asks for the zones ab, g", "use letters from a to f"],
])("%s over %j is a mistake", (cidr, asked, message, remedy) => {
  expect(subnetPlan(cidr, asked)).toEqual({ message, remedy });
});
