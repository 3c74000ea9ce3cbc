import { census, only } from "../support/census";
import { endpointsByService, policyOf, withoutHashes } from "../support/module-stack";
import { created, FLOW_LOG_CENSUS, network } from "../support/network";

const ownAccount = (service: string, conditions: Record<string, string>) => ({
  Sid: "OwnAccount",
  Effect: "Allow",
  Principal: "*",
  Action: `${service}:*`,
  Resource: "*",
  Condition: { StringEquals: conditions },
});
const PRINCIPAL = { "aws:PrincipalAccount": "111111111111" };
const BOTH = { ...PRINCIPAL, "aws:ResourceAccount": "111111111111" };

const S3_POLICY = {
  Version: "2012-10-17",
  Statement: [
    ownAccount("s3", BOTH),
    {
      Sid: "ImageLayers",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"],
    },
  ],
};

const SERVICES = [
  "aps-workspaces",
  "ecr.api",
  "ecr.dkr",
  "execute-api",
  "logs",
  "monitoring",
  "secretsmanager",
  "sns",
  "ssm",
  "sts",
  "xray",
];

describe("a created VPC with endpoints", () => {
  const { stack, made } = network(created({ zones: ["a", "b"], egress: { kind: "endpoints" } }));

  test("has exactly this, and no way to the internet", () => {
    expect(census(stack)).toEqual({
      ...FLOW_LOG_CENSUS,
      aws_default_security_group: 1,
      aws_route_table: 2,
      aws_route_table_association: 2,
      aws_security_group: 1,
      aws_subnet: 2,
      aws_vpc: 1,
      aws_vpc_endpoint: 12,
      aws_vpc_security_group_ingress_rule: 1,
    });
    expect(made.publicSubnetIds).toEqual([]);
    expect(stack.text).not.toContain("0.0.0.0/0");
  });

  test("exactly these services", () => {
    expect(Object.keys(endpointsByService(stack)).sort()).toEqual([...SERVICES, "s3"].sort());
    expect(made.egress.map((resource) => resource.node.id).sort()).toEqual(
      [...SERVICES, "s3"].map((service) => `endpoint-${service.replace(".", "-")}`).sort(),
    );
  });

  test.each(SERVICES)(
    "%s: in every private subnet, under its usual name unless it is execute-api",
    (service) => {
      expect(withoutHashes(endpointsByService(stack)[service])).toEqual({
        policy: expect.any(String) as string,
        vpc_id: "${aws_vpc.network_vpc.id}",
        service_name: `com.amazonaws.eu-west-1.${service}`,
        vpc_endpoint_type: "Interface",
        private_dns_enabled: service !== "execute-api",
        subnet_ids: ["a", "b"].map((zone) => `\${aws_subnet.network_vpc_private-${zone}.id}`),
        security_group_ids: ["${aws_security_group.network_clients_group.id}"],
        tags: { Name: `tenantscope-central-${service}` },
      });
    },
  );

  test("every policy is for the own account, and for what Grafana reads as a tenant's role", () => {
    const policies = Object.entries(endpointsByService(stack)).map(([service, endpoint]) => [
      service,
      policyOf(endpoint),
    ]);
    const own = (service: string, conditions: Record<string, string>) => ({
      Version: "2012-10-17",
      Statement: [ownAccount(service, conditions)],
    });
    const read = (service: string) => ({
      Version: "2012-10-17",
      Statement: [
        ownAccount(service, BOTH),
        {
          Sid: "GrafanaForTenants",
          Effect: "Allow",
          Principal: "*",
          Action: `${service}:*`,
          Resource: "*",
          Condition: {
            StringEquals: { "aws:PrincipalOrgID": "o-tenantscope1", "aws:ResourceOrgID": "o-tenantscope1" },
            ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/tenantscope/tenantscope-*-grafana" },
          },
        },
      ],
    });
    expect(Object.fromEntries(policies)).toEqual({
      "aps-workspaces": own("aps", BOTH),
      "ecr.api": own("ecr", PRINCIPAL),
      "ecr.dkr": own("ecr", PRINCIPAL),
      "execute-api": own("execute-api", BOTH),
      logs: read("logs"),
      monitoring: read("cloudwatch"),
      s3: S3_POLICY,
      secretsmanager: own("secretsmanager", BOTH),
      sns: own("sns", BOTH),
      ssm: own("ssm", BOTH),
      sts: own("sts", PRINCIPAL),
      xray: read("xray"),
    });
  });

  test("HTTPS from the VPC and nothing else", () => {
    expect(withoutHashes(only(stack, "aws_security_group"))).toEqual({
      name: "tenantscope-central-endpoints",
      description: "Interface endpoints of AWS services",
      vpc_id: "${aws_vpc.network_vpc.id}",
      revoke_rules_on_delete: true,
      tags: { Name: "tenantscope-central-endpoints" },
    });
    expect(withoutHashes(only(stack, "aws_vpc_security_group_ingress_rule"))).toEqual({
      security_group_id: "${aws_security_group.network_clients_group.id}",
      description: "HTTPS from the VPC",
      cidr_ipv4: "10.20.0.0/16",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    });
  });

  test("is left by HTTPS through the endpoints and no address besides", () => {
    expect(withoutHashes(made.httpsEgress)).toEqual({
      cidrs: [],
      securityGroupIds: { endpoints: "${aws_security_group.network_clients_group.id}" },
      prefixListIds: { s3: "${aws_vpc_endpoint.network_endpoint-s3.prefix_list_id}" },
    });
  });

  test("private APIs are called by the endpoint's own name", () => {
    expect(withoutHashes(made.apiEntrance)).toEqual({
      endpointId: "${aws_vpc_endpoint.network_endpoint-execute-api.id}",
      dnsName: "${aws_vpc_endpoint.network_endpoint-execute-api.dns_entry[0].dns_name}",
    });
  });

  test("named clients take the place of the VPC's network", () => {
    const rules = network(created({ egress: { kind: "endpoints" } }), {
      endpointClients: {
        kind: "groups",
        groups: [
          { key: "loki", securityGroupId: "sg-0aaaa" },
          { key: "gateway", securityGroupId: "sg-0bbbb" },
        ],
      },
    }).stack.resource("aws_vpc_security_group_ingress_rule");
    expect(
      Object.values(rules)
        .map((rule) => [rule.referenced_security_group_id, rule.cidr_ipv4, rule.from_port, rule.to_port])
        .sort(),
    ).toEqual([
      ["sg-0aaaa", undefined, 443, 443],
      ["sg-0bbbb", undefined, 443, 443],
    ]);
  });
});
