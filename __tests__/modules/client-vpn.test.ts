import type { CentralNetwork } from "../../fleet/types";
import type { CentralVpn } from "../../fleet/vpn-types";
import { authenticationOptions, ClientVpn, type ClientVpnProps } from "../../modules/client-vpn/client-vpn";
import {
  authorizationRules,
  resolverAddress,
  serviceAddress,
  servicePlaces,
} from "../../modules/client-vpn/plan";
import { census, only } from "../support/census";
import { asText } from "../support/json";
import { NO_CLIENTS } from "../support/fleet-parts";
import { synthModule } from "./gateway-module";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/1";
const SAML = "arn:aws:iam::111111111111:saml-provider/vpn";

const created: CentralNetwork = {
  kind: "created",
  cidr: "10.20.0.0/16",
  zones: ["b", "a"],
  egress: "nat",
  natPerZone: false,
  clients: NO_CLIENTS,
};

const vpn: CentralVpn = {
  clientCidr: "10.100.0.0/22",
  authentication: { type: "saml", samlProviderArn: SAML },
  serverCertificateArn: CERTIFICATE,
  access: {
    loki: { groupIds: ["platform"], everybody: false },
    grafana: { groupIds: ["platform", "people"], everybody: false },
  },
  closeGrafana: false,
  associations: 1,
  transport: "udp",
  sessionHours: 8,
  serviceSubnets: [],
};

const PROPS: ClientVpnProps = {
  accountId: "111111111111",
  region: "eu-west-1",
  settings: vpn,
  vpcId: "vpc-1",
  subnetIds: { a: "subnet-a" },
  resolver: "10.20.0.2",
  rules: [
    { key: "loki-a-x", cidr: "10.20.224.6/32", groupId: "a/b ${x}", description: "loki a" },
    { key: "dns-everybody", cidr: "10.20.0.2/32", description: "Names" },
  ],
  services: { grafana: "sg-grafana", loki: "sg-loki" },
  logRetentionDays: 90,
};

const build = (changes: Partial<ClientVpnProps> = {}) =>
  synthModule((scope) => {
    new ClientVpn(scope, "vpn", { ...PROPS, ...changes });
  });

describe("what is at which address", () => {
  test("a created network has a subnet for it in each zone, an existing one those that are named", () => {
    expect(servicePlaces(created, vpn)).toEqual([
      { key: "a", cidr: "10.20.224.0/22" },
      { key: "b", cidr: "10.20.228.0/22" },
    ]);
    const existing: CentralNetwork = {
      kind: "existing",
      vpcId: "vpc-1",
      cidr: "10.20.0.0/16",
      privateSubnetIds: ["subnet-1", "subnet-2"],
      clients: NO_CLIENTS,
    };
    const serviceSubnets = [{ subnetId: "subnet-9", cidr: "10.20.9.16/28" }];
    expect(servicePlaces(existing, { serviceSubnets })).toEqual([{ key: "subnet-9", cidr: "10.20.9.16/28" }]);
    expect(servicePlaces({ ...created, cidr: "10.20.0.0/24" }, vpn)).toEqual([]);
  });

  test("each service has the same place in every subnet, behind what AWS keeps for itself", () => {
    const place = { key: "x", cidr: "10.20.9.16/28" };
    expect((["grafana", "jaeger", "loki"] as const).map((service) => serviceAddress(service, place))).toEqual(
      ["10.20.9.20", "10.20.9.21", "10.20.9.22"],
    );
    expect(resolverAddress("10.20.0.0/16")).toBe("10.20.0.2");
    expect(() => resolverAddress("10.20.0.1/16")).toThrow("10.20.0.1/16 is an address inside a network");
  });

  test("a rule for each group and address, and names for whoever has one", () => {
    const rules = authorizationRules(vpn, created);
    expect(rules.map(({ key, cidr, groupId }) => `${key} ${cidr} ${groupId ?? "-"}`)).toEqual([
      "grafana-a-platform 10.20.224.4/32 platform",
      "grafana-b-platform 10.20.228.4/32 platform",
      "grafana-a-people 10.20.224.4/32 people",
      "grafana-b-people 10.20.228.4/32 people",
      "loki-a-platform 10.20.224.6/32 platform",
      "loki-b-platform 10.20.228.6/32 platform",
      "dns-platform 10.20.0.2/32 platform",
      "dns-people 10.20.0.2/32 people",
    ]);
  });

  test("everybody is one rule for each address", () => {
    const access = { jaeger: { groupIds: [], everybody: true }, loki: { groupIds: [], everybody: true } };
    expect(authorizationRules({ ...vpn, access }, created).map(({ key, groupId }) => [key, groupId])).toEqual(
      [
        ["jaeger-a-everybody", undefined],
        ["jaeger-b-everybody", undefined],
        ["loki-a-everybody", undefined],
        ["loki-b-everybody", undefined],
        ["dns-everybody", undefined],
      ],
    );
  });
});

describe("the endpoint", () => {
  const stack = build();

  test("has exactly these resources", () => {
    expect(census(stack)).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_cloudwatch_log_stream: 1,
      aws_ec2_client_vpn_authorization_rule: 2,
      aws_ec2_client_vpn_endpoint: 1,
      aws_ec2_client_vpn_network_association: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_security_group: 1,
      aws_vpc_security_group_egress_rule: 4,
      aws_vpc_security_group_ingress_rule: 2,
    });
  });

  test("is exactly this", () => {
    const [group] = Object.keys(stack.resource("aws_security_group"));
    const [log] = Object.keys(stack.resource("aws_cloudwatch_log_group"));
    const [stream] = Object.keys(stack.resource("aws_cloudwatch_log_stream"));
    expect(only(stack, "aws_ec2_client_vpn_endpoint")).toEqual({
      description: "Way of people to Grafana, Jaeger and Loki",
      authentication_options: [
        { type: "federated-authentication", saml_provider_arn: SAML, self_service_saml_provider_arn: SAML },
      ],
      server_certificate_arn: CERTIFICATE,
      client_cidr_block: "10.100.0.0/22",
      split_tunnel: true,
      dns_servers: ["10.20.0.2"],
      transport_protocol: "udp",
      vpn_port: 443,
      session_timeout_hours: 8,
      disconnect_on_session_timeout: true,
      self_service_portal: "enabled",
      client_login_banner_options: { enabled: false },
      client_connect_options: { enabled: false },
      connection_log_options: {
        enabled: true,
        cloudwatch_log_group: `\${aws_cloudwatch_log_group.${String(log)}.name}`,
        cloudwatch_log_stream: `\${aws_cloudwatch_log_stream.${String(stream)}.name}`,
      },
      vpc_id: "vpc-1",
      security_group_ids: [`\${aws_security_group.${String(group)}.id}`],
      tags: { Name: "tenantscope-vpn" },
    });
    expect(only(stack, "aws_ec2_client_vpn_network_association")["subnet_id"]).toBe("subnet-a");
  });

  test("lets a group, or everybody, send to one address; what a group is called cannot hurt", () => {
    const rules = Object.entries(stack.resource("aws_ec2_client_vpn_authorization_rule"));
    const [endpoint] = Object.keys(stack.resource("aws_ec2_client_vpn_endpoint"));
    const common = { client_vpn_endpoint_id: `\${aws_ec2_client_vpn_endpoint.${String(endpoint)}.id}` };
    expect(rules.map(([, rule]) => rule)).toEqual([
      {
        ...common,
        authorize_all_groups: true,
        target_network_cidr: "10.20.0.2/32",
        description: "Names",
      },
      {
        ...common,
        access_group_id: "a/b $${x}",
        target_network_cidr: "10.20.224.6/32",
        description: "loki a",
      },
    ]);
  });

  test("keeps its log, encrypted with a key that the log service uses for it alone", () => {
    expect(only(stack, "aws_cloudwatch_log_group")).toMatchObject({
      name: "/tenantscope/central/vpn",
      retention_in_days: 90,
    });
    expect(only(stack, "aws_cloudwatch_log_stream")["name"]).toBe("connections");
    expect(asText(only(stack, "aws_kms_key")["policy"])).toContain(
      "arn:aws:logs:eu-west-1:111111111111:log-group:/tenantscope/central/vpn",
    );
  });

  test("with certificates: no portal; a banner is text", () => {
    const settings: CentralVpn = {
      ...vpn,
      authentication: { type: "certificate", clientRootCertificateArn: CERTIFICATE },
      transport: "tcp",
      loginBanner: "Only ${us}",
    };
    expect(only(build({ settings }), "aws_ec2_client_vpn_endpoint")).toMatchObject({
      authentication_options: [
        { type: "certificate-authentication", root_certificate_chain_arn: CERTIFICATE },
      ],
      self_service_portal: "disabled",
      transport_protocol: "tcp",
      client_login_banner_options: { enabled: true, banner_text: "Only $${us}" },
    });
  });

  test("a portal with an application of its own", () => {
    expect(
      authenticationOptions({
        type: "saml",
        samlProviderArn: SAML,
        selfServiceSamlProviderArn: `${SAML}-portal`,
      }),
    ).toEqual({
      type: "federated-authentication",
      samlProviderArn: SAML,
      selfServiceSamlProviderArn: `${SAML}-portal`,
    });
  });
});
