import { census, only } from "../support/census";
import { shown, texts } from "../support/json";
import { endpointsByService, policyOf } from "../support/module-stack";
import { created, existing, FLOW_LOG_CENSUS, FLOW_LOGS, network } from "../support/network";

describe("an existing VPC", () => {
  test("gets nothing that is not asked for", () => {
    const { stack, made } = network(existing());
    expect(stack.blocks).toEqual([]);
    expect(made).toMatchObject({
      vpcId: "vpc-0aaaa",
      cidr: "10.30.0.0/16",
      privateSubnetIds: ["subnet-0aaaa", "subnet-0bbbb"],
      publicSubnetIds: ["subnet-0cccc"],
      egress: [],
    });
    expect(made.apiEntrance).toBeUndefined();
    expect(made.httpsEgress).toEqual({ cidrs: ["0.0.0.0/0"] });
  });

  test("gets the S3 routes alone", () => {
    const { stack } = network(existing({ s3RouteTableIds: ["rtb-0aaaa"] }));
    expect(census(stack)).toEqual({ aws_vpc_endpoint: 1 });
    expect(only(stack, "aws_vpc_endpoint")).toMatchObject({
      vpc_id: "vpc-0aaaa",
      vpc_endpoint_type: "Gateway",
      route_table_ids: ["rtb-0aaaa"],
    });
  });

  test("gets flow logs alone", () => {
    const { stack } = network(existing({ flowLogs: FLOW_LOGS }));
    expect(census(stack)).toEqual(FLOW_LOG_CENSUS);
    expect(only(stack, "aws_flow_log").vpc_id).toBe("vpc-0aaaa");
  });

  test("gets the endpoints asked for, which serve all of it", () => {
    const { stack, made } = network(existing(), { extraEndpoints: ["kms", "execute-api", "kms"] });
    expect(census(stack)).toEqual({
      "data.aws_vpc": 1,
      aws_security_group: 1,
      aws_vpc_endpoint: 2,
      aws_vpc_security_group_ingress_rule: 1,
    });
    expect(Object.keys(endpointsByService(stack))).toEqual(["execute-api", "kms"]);
    expect(texts(endpointsByService(stack)["kms"]?.subnet_ids)).toEqual(["subnet-0aaaa", "subnet-0bbbb"]);
    expect(made.apiEntrance).toBeDefined();
    // The VPC's own way out stays: an image may come from anywhere.
    expect(made.httpsEgress).toEqual({ cidrs: ["0.0.0.0/0"] });
    const [vpc] = Object.entries(stack.data("aws_vpc"));
    expect(vpc?.[1]).toEqual({ id: "vpc-0aaaa" });
    expect(only(stack, "aws_vpc_security_group_ingress_rule")).toMatchObject({
      for_each: `\${toset([for each in data.aws_vpc.${vpc?.[0] ?? ""}.cidr_block_associations : each.cidr_block if each.state == "associated"])}`,
      cidr_ipv4: "${each.value}",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    });
  });
});

describe("whatever the network", () => {
  const ALL = [
    network(created()).stack,
    network(created({ egress: { kind: "endpoints" } })).stack,
    network(existing({ s3RouteTableIds: ["rtb-0aaaa"], flowLogs: FLOW_LOGS }), {
      extraEndpoints: ["kms", "monitoring", "xray", "elasticfilesystem"],
    }).stack,
  ];

  test("nobody may come in from everywhere", () => {
    for (const stack of ALL) {
      const rules = Object.values(stack.resource("aws_vpc_security_group_ingress_rule"));
      expect(
        rules.filter((rule) => /^(0\.0\.0\.0|::)\/0$/.test(shown(rule.cidr_ipv4 ?? rule.cidr_ipv6))),
      ).toEqual([]);
      expect(stack.resource("aws_security_group_rule")).toEqual({});
      expect(
        Object.values(stack.resource("aws_security_group")).filter((group) => "ingress" in group),
      ).toEqual([]);
    }
  });

  test("texts hold no tokens", () => {
    for (const stack of ALL) expect(stack.text).not.toContain("TfToken");
  });

  test("in us-east-1 Docker Hub's layers pass as well: they lie in a bucket there", () => {
    const { stack } = network(created(), { region: "us-east-1" });
    expect(policyOf(only(stack, "aws_vpc_endpoint"))).toMatchObject({
      Statement: [
        { Sid: "OwnAccount" },
        {
          Sid: "ImageLayers",
          Resource: [
            "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
            "arn:aws:s3:::docker-images-prod/*",
          ],
        },
      ],
    });
  });

  test("a network that cannot be divided is refused", () => {
    expect(() => network(created({ cidr: "10.0.0.0/28" }))).toThrow(
      "network/vpc: 10.0.0.0/28 is a /28 network, use a prefix from 16 to 21",
    );
  });
});
