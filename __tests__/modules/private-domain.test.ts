import { DomainEntrance } from "../../modules/private-domain/domain-entrance";
import { PrivateDomain, type PrivateDomainProps } from "../../modules/private-domain/private-domain";
import { domainPolicy } from "../../modules/private-domain/policy";
import { census, only } from "../support/census";
import { alone, byName, policyOf, withoutHashes } from "../support/module-stack";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555";
const API = { apiId: "${aws_api_gateway_rest_api.ingest.id}", stageName: "v1" };
const STORAGE = {
  apiId: "${aws_api_gateway_rest_api.storage.id}",
  stageName: "${aws_api_gateway_stage.s.stage_name}",
};

const domain = (apis: PrivateDomainProps["apis"] = { ingest: API, storage: STORAGE }) =>
  alone(
    (scope) =>
      new PrivateDomain(scope, "domain", {
        accountId: "111111111111",
        region: "eu-west-1",
        name: "telemetry.example.com",
        certificateArn: CERTIFICATE,
        apis,
      }),
  );

describe("in the central account", () => {
  const { stack, made } = domain();

  test("has exactly this", () => {
    expect(census(stack)).toEqual({
      aws_api_gateway_base_path_mapping: 2,
      aws_api_gateway_domain_name: 1,
      aws_ram_principal_association: 1,
      aws_ram_resource_association: 1,
      aws_ram_resource_share: 1,
      "data.aws_organizations_organization": 1,
    });
    expect(stack.text).not.toContain("TfToken");
  });

  test("a private name, with a policy of its own", () => {
    const name = only(stack, "aws_api_gateway_domain_name");
    expect(name).toEqual({
      domain_name: "telemetry.example.com",
      certificate_arn: CERTIFICATE,
      endpoint_configuration: { types: ["PRIVATE"] },
      security_policy: "TLS_1_2",
      policy: expect.any(String) as string,
    });
    expect(policyOf(name)).toEqual(domainPolicy({ accountId: "111111111111", region: "eu-west-1" }));
  });

  test("an API below each path; the id tells the domain from a public one of the name", () => {
    const mapping = (basePath: string, { apiId, stageName }: typeof API) => ({
      domain_name: "${aws_api_gateway_domain_name.domain.domain_name}",
      domain_name_id: "${aws_api_gateway_domain_name.domain.domain_name_id}",
      base_path: basePath,
      api_id: apiId,
      stage_name: stageName,
    });
    expect(withoutHashes(Object.values(stack.resource("aws_api_gateway_base_path_mapping")))).toEqual([
      mapping("ingest", API),
      mapping("storage", STORAGE),
    ]);
  });

  test("shared with the organization and nobody outside", () => {
    expect(only(stack, "aws_ram_resource_share")).toEqual({
      name: "tenantscope-private-domain",
      allow_external_principals: false,
      permission_arns: [
        "arn:aws:ram::aws:permission/APIGatewayPrivateDomainNameManagementPolicyDefaultPermission",
      ],
    });
    const share = { resource_share_arn: "${aws_ram_resource_share.domain_share.arn}" };
    expect(withoutHashes(only(stack, "aws_ram_resource_association"))).toEqual({
      ...share,
      resource_arn: "${aws_api_gateway_domain_name.domain.arn}",
    });
    expect(withoutHashes(only(stack, "aws_ram_principal_association"))).toEqual({
      ...share,
      principal: "${data.aws_organizations_organization.domain_organization.arn}",
    });
  });

  test("says what others need", () => {
    const { name, arn, invokeArn, ready } = made;
    expect(withoutHashes({ name, arn, invokeArn })).toEqual({
      name: "telemetry.example.com",
      arn: "${aws_api_gateway_domain_name.domain.arn}",
      invokeArn:
        "arn:aws:execute-api:eu-west-1:111111111111:/domainnames/telemetry.example.com+" +
        "${aws_api_gateway_domain_name.domain.domain_name_id}",
    });
    expect(ready.map(({ node }) => node.id)).toEqual([
      "mapping-ingest",
      "mapping-storage",
      "shared-domain",
      "organization-share",
    ]);
  });

  test("maps only what there is", () => {
    const paths = byName(
      domain({ storage: STORAGE }).stack,
      "domain",
      "aws_api_gateway_base_path_mapping",
      "base_path",
    );
    expect(paths).toEqual({ [Object.keys(paths)[0] ?? ""]: "storage" });
  });
});

describe("in a tenant's VPC", () => {
  const { stack, made } = alone(
    (scope) =>
      new DomainEntrance(scope, "domain", {
        domain: { name: "telemetry.example.com", arn: "${local.contract.ingest.domain.arn}" },
        vpcId: "vpc-0aaaa",
        endpointId: "${aws_vpc_endpoint.ingest.id}",
      }),
  );

  test("has exactly this", () => {
    expect(census(stack)).toEqual({
      aws_api_gateway_domain_name_access_association: 1,
      aws_route53_record: 1,
      aws_route53_zone: 1,
      "data.aws_vpc_endpoint": 1,
      time_sleep: 1,
    });
    expect(stack.text).not.toContain("TfToken");
  });

  test("its endpoint may come in by the domain", () => {
    expect(only(stack, "aws_api_gateway_domain_name_access_association")).toEqual({
      domain_name_arn: "${local.contract.ingest.domain.arn}",
      access_association_source_type: "VPCE",
      access_association_source: "${aws_vpc_endpoint.ingest.id}",
    });
  });

  test("the name leads to the endpoint, in this VPC only", () => {
    expect(only(stack, "aws_route53_zone")).toEqual({
      name: "telemetry.example.com",
      comment: expect.any(String) as string,
      vpc: [{ vpc_id: "vpc-0aaaa" }],
    });
    const address = "data.aws_vpc_endpoint.domain_endpoint.dns_entry[0]";
    expect(withoutHashes(only(stack, "aws_route53_record"))).toEqual({
      zone_id: "${aws_route53_zone.domain_zone.zone_id}",
      name: "telemetry.example.com",
      type: "A",
      alias: {
        name: `\${${address}.dns_name}`,
        zone_id: `\${${address}.hosted_zone_id}`,
        evaluate_target_health: false,
      },
    });
    const [endpoint] = stack.blocks.filter(({ type }) => type === "aws_vpc_endpoint");
    expect(endpoint?.attributes).toEqual({ id: "${aws_vpc_endpoint.ingest.id}" });
  });

  test("what calls it waits for a new association to be ready", () => {
    expect(withoutHashes(only(stack, "time_sleep"))).toEqual({
      create_duration: "900s",
      triggers: {
        association: "${aws_api_gateway_domain_name_access_association.domain_association.arn}",
        domain: "${local.contract.ingest.domain.arn}",
      },
      depends_on: ["aws_api_gateway_domain_name_access_association.domain_association"],
    });
    expect(made.ready.map(({ node }) => node.id)).toEqual(["association-wait", "record"]);
  });
});
