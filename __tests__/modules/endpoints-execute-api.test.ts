import { ingestEntrance } from "../../modules/endpoints/execute-api-endpoint";
import { census, only } from "../support/census";
import { ADMINISTRATOR, allow } from "../support/iam";
import { alone, byName, policyOf, withoutHashes } from "../support/module-stack";

const WRITER = "arn:aws:iam::111111111111:role/tenantscope/tenantscope-writer-acme";
const API = "arn:aws:execute-api:eu-west-1:111111111111:${local.contract.ingest.apiId}/v1/POST/t/acme";
const METHODS = [`${API}/otlp/v1/logs`, `${API}/v1/traces`];

describe("a created endpoint of the ingest API", () => {
  const { stack, made } = alone((scope) =>
    ingestEntrance(scope, "ingest", {
      created: {
        name: "tenantscope-acme",
        region: "eu-west-1",
        vpcId: "vpc-0aaaa",
        subnetIds: ["subnet-0aaaa", "subnet-0bbbb"],
        clients: [
          { key: "orders", securityGroupId: "${aws_security_group.orders.id}" },
          { key: "billing", securityGroupId: "${aws_security_group.billing.id}" },
        ],
        writerRoleArn: WRITER,
        methodArns: METHODS,
      },
    }),
  );

  test("has exactly this", () => {
    expect(census(stack)).toEqual({
      aws_security_group: 1,
      aws_vpc_endpoint: 1,
      aws_vpc_security_group_ingress_rule: 2,
    });
    expect(stack.text).not.toContain("TfToken");
  });

  test("keeps to its own name", () => {
    expect(withoutHashes(only(stack, "aws_vpc_endpoint"))).toEqual({
      vpc_id: "vpc-0aaaa",
      service_name: "com.amazonaws.eu-west-1.execute-api",
      vpc_endpoint_type: "Interface",
      private_dns_enabled: false,
      subnet_ids: ["subnet-0aaaa", "subnet-0bbbb"],
      security_group_ids: ["${aws_security_group.ingest_clients_group.id}"],
      policy: expect.any(String) as string,
      tags: { Name: "tenantscope-acme-execute-api" },
    });
    expect(withoutHashes({ endpointId: made.endpointId, dnsName: made.dnsName })).toEqual({
      endpointId: "${aws_vpc_endpoint.ingest_endpoint-execute-api.id}",
      dnsName: "${aws_vpc_endpoint.ingest_endpoint-execute-api.dns_entry[0].dns_name}",
    });
  });

  test("lets the writer alone call its own methods alone", () => {
    expect(policyOf(only(stack, "aws_vpc_endpoint"))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Writer",
          Effect: "Allow",
          Principal: "*",
          Action: "execute-api:Invoke",
          Resource: METHODS,
          Condition: { StringEquals: { "aws:PrincipalArn": WRITER } },
        },
      ],
    });
  });

  test("is reached from the services' security groups, by HTTPS", () => {
    const rule = (attribute: string) =>
      byName(stack, "ingest", "aws_vpc_security_group_ingress_rule", attribute);
    const both = (orders: unknown, billing = orders) => ({
      "clients_in-orders": orders,
      "clients_in-billing": billing,
    });
    expect(rule("referenced_security_group_id")).toEqual(
      both("${aws_security_group.orders.id}", "${aws_security_group.billing.id}"),
    );
    expect(rule("security_group_id")).toEqual(both("${aws_security_group.ingest_clients_group.id}"));
    expect(rule("cidr_ipv4")).toEqual(both(undefined));
    expect(rule("ip_protocol")).toEqual(both("tcp"));
    expect(rule("from_port")).toEqual(both(443));
    expect(rule("to_port")).toEqual(both(443));
    expect(only(stack, "aws_security_group")).toEqual({
      name: "tenantscope-acme-ingest-endpoint",
      description: "Endpoint of the ingest API",
      vpc_id: "vpc-0aaaa",
      revoke_rules_on_delete: true,
      tags: { Name: "tenantscope-acme-ingest-endpoint" },
    });
  });

  test.each([
    [WRITER, `${API}/otlp/v1/logs`, true],
    [WRITER, `${API}/v1/traces`, true],
    [WRITER, `${API.replace("acme", "globex")}/otlp/v1/logs`, false],
    [WRITER, `${API.replace("POST", "GET")}/otlp/v1/logs`, false],
    [WRITER.replace("acme", "globex"), `${API}/otlp/v1/logs`, false],
    ["arn:aws:iam::222222222222:role/admin", `${API}/otlp/v1/logs`, false],
  ])("%s at %s: %s", async (principal, resource, expected) => {
    const plain = (text: string) => text.replaceAll("${local.contract.ingest.apiId}", "abc123");
    const answer = await allow({
      principal,
      identityPolicies: [ADMINISTRATOR],
      action: "execute-api:Invoke",
      resource: plain(resource),
      // Not the writer's own account: there the rights of its own would be enough for the simulator.
      resourceAccount: "444444444444",
      resourcePolicy: JSON.parse(plain(JSON.stringify(policyOf(only(stack, "aws_vpc_endpoint"))))) as object,
    });
    expect(answer).toBe(expected);
  });
});

test("an existing endpoint is used as it is", () => {
  const existing = {
    endpointId: "vpce-0aaaa",
    dnsName: "vpce-0aaaa-1.execute-api.eu-west-1.vpce.amazonaws.com",
  };
  const { stack, made } = alone((scope) => ingestEntrance(scope, "ingest", { existing }));
  expect(stack.blocks).toEqual([]);
  expect(made).toEqual(existing);
});
