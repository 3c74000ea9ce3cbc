import { census, only } from "../support/census";
import { byName, withoutHashes } from "../support/module-stack";
import { created, FLOW_LOG_CENSUS, network } from "../support/network";

describe("a created VPC with NAT", () => {
  describe.each([
    [["a", "b"], false, 1],
    [["b", "c"], true, 2],
    [["a", "b", "c"], false, 1],
    [["a", "b", "c"], true, 3],
  ])("zones %j, per zone: %s", (zones, natPerZone, gateways) => {
    const { stack, made } = network(created({ zones, egress: { kind: "nat", natPerZone } }));

    test("has exactly this", () => {
      expect(census(stack)).toEqual({
        ...FLOW_LOG_CENSUS,
        aws_default_security_group: 1,
        aws_eip: gateways,
        aws_internet_gateway: 1,
        aws_nat_gateway: gateways,
        aws_route: zones.length + 1,
        aws_route_table: zones.length + 1,
        aws_route_table_association: 2 * zones.length,
        aws_subnet: 2 * zones.length,
        aws_vpc: 1,
        aws_vpc_endpoint: 1,
      });
    });

    test("routes every private subnet to a NAT gateway, its own where there is one", () => {
      const gateway = (zone: string) => `\${aws_nat_gateway.network_vpc_nat_nat-${zone}.id}`;
      expect(byName(stack, "network", "aws_route", "nat_gateway_id")).toEqual({
        "vpc_nat_public-route": undefined,
        ...Object.fromEntries(
          zones.map((zone) => [
            `vpc_nat_private-route-${zone}`,
            gateway(natPerZone ? zone : (zones[0] ?? "")),
          ]),
        ),
      });
      expect(byName(stack, "network", "aws_route", "route_table_id")).toEqual({
        "vpc_nat_public-route": "${aws_route_table.network_vpc_nat_public.id}",
        ...Object.fromEntries(
          zones.map((zone) => [
            `vpc_nat_private-route-${zone}`,
            `\${aws_route_table.network_vpc_private-table-${zone}.id}`,
          ]),
        ),
      });
      expect(byName(stack, "network", "aws_nat_gateway", "subnet_id")).toEqual(
        Object.fromEntries(
          zones
            .slice(0, gateways)
            .map((zone) => [`vpc_nat_nat-${zone}`, `\${aws_subnet.network_vpc_nat_public-${zone}.id}`]),
        ),
      );
    });

    test("only the public subnets have a route to the internet gateway", () => {
      const open = Object.values(stack.resource("aws_route")).filter((route) => "gateway_id" in route);
      expect(open).toHaveLength(1);
      expect(byName(stack, "network", "aws_route_table_association", "route_table_id")).toEqual(
        Object.fromEntries(
          zones.flatMap((zone) => [
            [`vpc_private-association-${zone}`, `\${aws_route_table.network_vpc_private-table-${zone}.id}`],
            [`vpc_nat_public-table-${zone}`, "${aws_route_table.network_vpc_nat_public.id}"],
          ]),
        ),
      );
      expect(byName(stack, "network", "aws_route_table_association", "subnet_id")).toEqual(
        Object.fromEntries(
          zones.flatMap((zone) => [
            [`vpc_private-association-${zone}`, `\${aws_subnet.network_vpc_private-${zone}.id}`],
            [`vpc_nat_public-table-${zone}`, `\${aws_subnet.network_vpc_nat_public-${zone}.id}`],
          ]),
        ),
      );
    });

    test("no subnet gives out public addresses, and each is in its zone", () => {
      const subnets = (attribute: string) => byName(stack, "network", "aws_subnet", attribute);
      const of = (privateValue: (zone: string) => unknown, publicValue = privateValue) =>
        Object.fromEntries(
          zones.flatMap((zone) => [
            [`vpc_private-${zone}`, privateValue(zone)],
            [`vpc_nat_public-${zone}`, publicValue(zone)],
          ]),
        );
      expect(subnets("map_public_ip_on_launch")).toEqual(of(() => false));
      expect(subnets("availability_zone")).toEqual(of((zone) => `eu-west-1${zone}`));
      expect(subnets("tags")).toEqual(
        of(
          (zone) => ({ Name: `tenantscope-central-private-${zone}` }),
          (zone) => ({ Name: `tenantscope-central-public-${zone}` }),
        ),
      );
    });

    test("says of itself what it made", () => {
      expect({
        vpc: withoutHashes(made.vpcId),
        cidr: made.cidr,
        private: withoutHashes(made.privateSubnetIds),
        public: withoutHashes(made.publicSubnetIds),
        entrance: made.apiEntrance,
        https: withoutHashes(made.httpsEgress),
        egress: made.egress.map(({ terraformResourceType }) => terraformResourceType),
      }).toEqual({
        vpc: "${aws_vpc.network_vpc.id}",
        cidr: "10.20.0.0/16",
        private: zones.map((zone) => `\${aws_subnet.network_vpc_private-${zone}.id}`),
        public: zones.map((zone) => `\${aws_subnet.network_vpc_nat_public-${zone}.id}`),
        entrance: undefined,
        https: {
          cidrs: ["0.0.0.0/0"],
          prefixListIds: { s3: "${aws_vpc_endpoint.network_endpoint-s3.prefix_list_id}" },
        },
        egress: [...zones.map(() => "aws_route"), "aws_vpc_endpoint"],
      });
    });
  });

  const { stack } = network(created());

  test("the VPC resolves names, as private DNS of endpoints needs it", () => {
    expect(only(stack, "aws_vpc")).toEqual({
      cidr_block: "10.20.0.0/16",
      enable_dns_hostnames: true,
      enable_dns_support: true,
      tags: { Name: "tenantscope-central" },
    });
  });

  test("the default security group is closed", () => {
    expect(withoutHashes(only(stack, "aws_default_security_group"))).toEqual({
      vpc_id: "${aws_vpc.network_vpc.id}",
      ingress: [],
      egress: [],
      tags: { Name: "tenantscope-central-closed" },
    });
  });

  test("the address ranges are the plan's", () => {
    expect(byName(stack, "network", "aws_subnet", "cidr_block")).toEqual({
      "vpc_private-a": "10.20.0.0/19",
      "vpc_private-b": "10.20.32.0/19",
      "vpc_private-c": "10.20.64.0/19",
      "vpc_nat_public-a": "10.20.192.0/22",
      "vpc_nat_public-b": "10.20.196.0/22",
      "vpc_nat_public-c": "10.20.200.0/22",
    });
  });

  test("NAT gateways come after the public subnets' route", () => {
    expect(byName(stack, "network", "aws_nat_gateway", "depends_on")).toEqual({
      "vpc_nat_nat-a": ["aws_route.network_vpc_nat_public-route"],
    });
  });

  test("S3 is reached from every private subnet, for the own account and image layers only", () => {
    const endpoint = only(stack, "aws_vpc_endpoint");
    expect(withoutHashes(endpoint)).toEqual({
      vpc_id: "${aws_vpc.network_vpc.id}",
      service_name: "com.amazonaws.eu-west-1.s3",
      vpc_endpoint_type: "Gateway",
      route_table_ids: ["a", "b", "c"].map(
        (zone) => `\${aws_route_table.network_vpc_private-table-${zone}.id}`,
      ),
      policy: expect.any(String) as string,
      tags: { Name: "tenantscope-central-s3" },
    });
  });

  test("one gateway for all stays where it is when a zone is added", () => {
    const nat = (zones: string[]) => {
      const { stack: each } = network(created({ zones }));
      return Object.entries(each.resource("aws_nat_gateway"));
    };
    expect(nat(["b", "c", "a"])).toEqual(nat(["b", "c"]));
    expect(nat(["b", "c"])).toHaveLength(1);
    expect(withoutHashes(nat(["b", "c"])[0]?.[1].subnet_id)).toBe(
      "${aws_subnet.network_vpc_nat_public-b.id}",
    );
  });

  test("a zone more changes no address and no attribute of what was there", () => {
    const two = network(created({ zones: ["c", "a"], egress: { kind: "nat", natPerZone: true } })).stack;
    const three = network(created({ egress: { kind: "nat", natPerZone: true } })).stack;
    const later = new Map(three.blocks.map((block) => [`${block.type}.${block.id}`, block.attributes]));
    const changed = two.blocks.filter(
      ({ type, id, attributes }) => JSON.stringify(later.get(`${type}.${id}`)) !== JSON.stringify(attributes),
    );
    expect(changed.map(({ address }) => address)).toEqual([
      // Its list of route tables grows.
      "aws_vpc_endpoint.network_endpoint-s3",
    ]);
  });
});
