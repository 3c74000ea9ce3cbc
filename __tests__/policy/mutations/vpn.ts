import type { Json } from "../../support/json";
import { add, put } from "../../support/mutate";
import { central, type Mutation } from "./mutation";

const RULE = "resource/aws_ec2_client_vpn_authorization_rule";
const PLATFORM = "90a1b2c3-0000-4000-8000-000000000001";
const EVERYONE = "90a1b2c3-0000-4000-8000-000000000002";
const ENDPOINT = "resource/aws_ec2_client_vpn_endpoint/vpn_endpoint";
const REACH = "who connects by VPN";
const NARROW = "the VPN authenticates";
const INGRESS = "resource/aws_vpc_security_group_ingress_rule";
const EGRESS = "resource/aws_vpc_security_group_egress_rule";

const rule = (cidr: string, group?: string) => ({
  client_vpn_endpoint_id: "x",
  target_network_cidr: cidr,
  ...(group === undefined ? { authorize_all_groups: true } : { access_group_id: group }),
});

/** Ways of the VPN that nobody asked for, and those that are gone. */
export const VPN_MUTATIONS: readonly Mutation[] = [
  central(REACH, "the whole VPC for a group", add(`${RULE}/x`, rule("10.0.0.0/16", EVERYONE))),
  central(REACH, "the whole VPC for everybody", add(`${RULE}/x`, rule("10.0.0.0/16"))),
  central(REACH, "everything", add(`${RULE}/x`, rule("0.0.0.0/0", PLATFORM))),
  central(
    REACH,
    "the neighbour of an address",
    put(`${RULE}/vpn_rule-loki-a-${PLATFORM}/target_network_cidr`, "10.0.224.6/31"),
  ),
  central(REACH, "Loki for those who look", add(`${RULE}/x`, rule("10.0.224.6/32", EVERYONE))),
  central(REACH, "Loki for everybody", add(`${RULE}/x`, rule("10.0.224.6/32"))),
  central(
    REACH,
    "everybody in a group's rule",
    put(`${RULE}/vpn_rule-grafana-a-${EVERYONE}/access_group_id`, undefined),
  ),
  central(REACH, "a group without names", put(`${RULE}/vpn_rule-dns-${EVERYONE}/access_group_id`, PLATFORM)),
  central(
    REACH,
    "Jaeger at Loki's address",
    put("resource/aws_lb/vpn-jaeger_load-balancer/subnet_mapping/0/private_ipv4_address", "10.0.224.6"),
  ),
  central(REACH, "no way out to Jaeger", put(`${EGRESS}/vpn_jaeger-out/to_port`, 81)),
  central(REACH, "Jaeger lets nobody in", put(`${INGRESS}/vpn_jaeger-in/to_port`, 81)),
  central(
    REACH,
    "Loki does not let its load balancer in",
    put(`${INGRESS}/vpn-to-loki-in/referenced_security_group_id`, "sg-x"),
  ),
  central(
    REACH,
    "a load balancer that leads to another service",
    put(
      "resource/aws_ecs_service/jaeger-query_service/load_balancer/0/target_group_arn",
      "${aws_lb_target_group.gateway_load-balancer_ingest-targets_5CA34EF5.arn}",
    ),
  ),
  central(REACH, "no VPN", put("resource/aws_ec2_client_vpn_endpoint", {})),
  central(REACH, "a VPN of a tenant", add("resource/aws_ec2_client_vpn_endpoint/x/id", "x"), "tenant-acme"),
  central(
    "security groups let",
    "the VPN out to Loki's tasks",
    add(`${EGRESS}/x`, {
      security_group_id: "${aws_security_group.vpn_group_E8AD213F.id}",
      cidr_ipv4: "10.0.0.0/16",
      ip_protocol: "tcp",
      from_port: 3100,
      to_port: 3100,
    }),
  ),
  central(
    "no way in from an address range",
    "the clients of the VPN",
    add(`${INGRESS}/x`, { cidr_ipv4: "10.100.0.0/22", ip_protocol: "tcp", from_port: 3100, to_port: 3100 }),
  ),
  central(NARROW, "no log", put(`${ENDPOINT}/connection_log_options/enabled`, false)),
  central(NARROW, "a log elsewhere", put(`${ENDPOINT}/connection_log_options/cloudwatch_log_group`, "x")),
  central(NARROW, "all traffic", put(`${ENDPOINT}/split_tunnel`, false)),
  central(NARROW, "no portal", put(`${ENDPOINT}/self_service_portal`, "disabled")),
  central(NARROW, "endless sessions", put(`${ENDPOINT}/disconnect_on_session_timeout`, false)),
  central(NARROW, "long sessions", put(`${ENDPOINT}/session_timeout_hours`, 24)),
  central(NARROW, "other clients", put(`${ENDPOINT}/client_cidr_block`, "10.0.0.0/16")),
  central(NARROW, "another certificate", put(`${ENDPOINT}/server_certificate_arn`, "arn:x")),
  central(
    NARROW,
    "another identity provider",
    put(
      `${ENDPOINT}/authentication_options/0/saml_provider_arn`,
      "arn:aws:iam::999999999999:saml-provider/x",
    ),
  ),
  central(
    NARROW,
    "certificates besides",
    put(`${ENDPOINT}/authentication_options`, (old) => [
      ...(old as Json[]),
      { type: "certificate-authentication" },
    ]),
  ),
  central(NARROW, "the VPC's default group", put(`${ENDPOINT}/security_group_ids`, ["sg-default"])),
  central(
    NARROW,
    "one zone less",
    put("resource/aws_ec2_client_vpn_network_association/vpn_association-b", undefined),
  ),
];
