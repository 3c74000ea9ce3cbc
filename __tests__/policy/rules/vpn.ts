import type { Central } from "../../../fleet/types";
import { asObject, asText, objects, shown, texts } from "../../support/json";
import { only } from "../../support/census";
import { unescape } from "../../support/terraform";
import { vpnReach } from "../vpn-reach";
import { forStacks, type Rule } from "./rule";

/** Each service: last octet of its addresses within a subnet, and what a way to it looks like. */
const SERVICES = {
  grafana: { offset: 4, ways: () => ["tcp 443 -> grafana-workspace"] },
  jaeger: { offset: 5, ways: () => ["tcp 80 -> jaeger-query:16686"] },
  loki: {
    offset: 6,
    ways: ({ loki }: Central) =>
      Array.from({ length: loki.replicas }, (_, replica) => `tcp 80 -> loki-${String(replica)}:3100`),
  },
} as const;

/** First addresses of the subnets that hold nothing but fixed addresses. */
function serviceSubnets(subnets: readonly string[], { network, vpn }: Central): string[] {
  const cidrs = network.kind === "existing" ? (vpn?.serviceSubnets.map(({ cidr }) => cidr) ?? []) : subnets;
  return cidrs.map((cidr) => cidr.replace(/[/].*/, ""));
}

const plus = (address: string, offset: number): string =>
  address.replace(/\d+$/, (last) => String(Number(last) + offset));

/** What a manifest means, by group. */
function meant(subnets: readonly string[], central: Central): Record<string, string[]> {
  const { vpn, network } = central;
  const result: Record<string, string[]> = {};
  const resolver = plus(network.cidr.replace(/[/].*/, ""), 2);
  for (const [service, { offset, ways }] of Object.entries(SERVICES)) {
    const access = vpn?.access[service as keyof typeof SERVICES];
    const who = access?.everybody === true ? ["everybody"] : (access?.groupIds ?? []);
    const reached = serviceSubnets(subnets, central).flatMap((subnet) =>
      ways(central).map((way) => `${plus(subnet, offset)} ${way}`),
    );
    for (const group of who) result[group] = [...(result[group] ?? []), ...reached];
  }
  return Object.fromEntries(
    Object.entries(result).map(([group, reached]) => [
      group,
      [...reached, `${resolver} tcp 53 -> names`, `${resolver} udp 53 -> names`].sort(),
    ]),
  );
}

const sortedText = (reach: Record<string, string[]>): string =>
  JSON.stringify(
    Object.entries(reach)
      .map(([group, reached]) => [group, reached])
      .sort(),
  );

export const groupsReachTheirServices = forStacks(
  "who connects by VPN reaches exactly the services of its groups",
  (stack, { fleet: { central } }) => {
    const wanted = stack.name === "central" && central.vpn !== undefined;
    if (Object.keys(stack.resource("aws_ec2_client_vpn_endpoint")).length !== (wanted ? 1 : 0)) {
      return ["has or lacks a VPN"];
    }
    if (!wanted) return [];
    const subnets = Object.entries(stack.resource("aws_subnet"))
      .filter(([id]) => id.startsWith("vpn-subnets_"))
      .map(([, { cidr_block }]) => asText(cidr_block));
    const reach = Object.entries(vpnReach(stack)).map(
      ([group, reached]) => [unescape(group), reached] as const,
    );
    const found = sortedText(Object.fromEntries(reach));
    const expected = sortedText(meant(subnets, central));
    return found === expected ? [] : [`reaches ${found} instead of ${expected}`];
  },
);

export const vpnIsNarrow = forStacks(
  "the VPN authenticates as the manifest says, keeps a log, and takes only what is for it",
  (stack, { fleet: { central } }) => {
    const { vpn } = central;
    if (stack.name !== "central" || vpn === undefined) return [];
    const endpoint = only(stack, "aws_ec2_client_vpn_endpoint");
    const { authentication } = vpn;
    const saml = authentication.type === "saml";
    const log = asObject(endpoint.connection_log_options);
    const zones = Object.values(stack.resource("aws_ec2_client_vpn_network_association"));
    const problems: [boolean, string][] = [
      [endpoint.split_tunnel !== true, "takes everything"],
      [endpoint.disconnect_on_session_timeout !== true, "sessions never end"],
      [endpoint.session_timeout_hours !== vpn.sessionHours, "sessions end at another time"],
      [endpoint.client_cidr_block !== vpn.clientCidr, "clients have other addresses"],
      [endpoint.server_certificate_arn !== vpn.serverCertificateArn, "another certificate"],
      [endpoint.self_service_portal !== (saml ? "enabled" : "disabled"), "portal"],
      [
        JSON.stringify(objects(endpoint.authentication_options)) !==
          JSON.stringify([
            saml
              ? {
                  saml_provider_arn: authentication.samlProviderArn,
                  self_service_saml_provider_arn:
                    authentication.selfServiceSamlProviderArn ?? authentication.samlProviderArn,
                  type: "federated-authentication",
                }
              : {
                  root_certificate_chain_arn: authentication.clientRootCertificateArn,
                  type: "certificate-authentication",
                },
          ]),
        "another authentication",
      ],
      [
        log.enabled !== true ||
          !/^\$\{aws_cloudwatch_log_group[.]vpn_log_/.test(shown(log.cloudwatch_log_group)) ||
          !/^\$\{aws_cloudwatch_log_stream[.]vpn_log_/.test(shown(log.cloudwatch_log_stream)),
        "no log of connections",
      ],
      [
        !/^\$\{aws_security_group[.]vpn_group_\w+[.]id\}$/.test(texts(endpoint.security_group_ids).join()),
        "another security group",
      ],
      [zones.length !== vpn.associations, "other zones"],
    ];
    return problems.filter(([wrong]) => wrong).map(([, what]) => what);
  },
);

export const VPN_RULES: readonly Rule[] = [groupsReachTheirServices, vpnIsNarrow];
