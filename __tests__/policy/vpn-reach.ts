import { contains, isMistake, parseCidr, type Cidr } from "../../lib/cidr";
import { asText, objects, shown, texts, type Json, type JsonObject } from "../support/json";
import { only } from "../support/census";
import type { Stack } from "../support/synth";
import { interpolations, referredBlock } from "../support/terraform";

/**
 * Who of the VPN reaches what, computed from a synthesised stack and nothing else: the authorization rules open
 * addresses, the security groups of both sides open ports, and listeners lead on to services.
 */

const blockOf = (stack: Stack, value: Json | undefined) => {
  const [expression = ""] = interpolations(shown(value));
  return referredBlock(stack, expression)?.block;
};

const groupName = (stack: Stack, value: Json | undefined): string =>
  shown(blockOf(stack, value)?.attributes.name ?? value);

interface SecurityRule {
  readonly group: string;
  /** Name of the other group, or a network. */
  readonly other: string;
  readonly port: string;
}

function rulesOf(stack: Stack, direction: "ingress" | "egress"): SecurityRule[] {
  return Object.values(stack.resource(`aws_vpc_security_group_${direction}_rule`)).map((rule) => ({
    group: groupName(stack, rule.security_group_id),
    other: groupName(stack, rule.referenced_security_group_id ?? rule.cidr_ipv4 ?? rule.prefix_list_id),
    port:
      rule.from_port === rule.to_port
        ? `${shown(rule.ip_protocol)} ${shown(rule.from_port)}`
        : `${shown(rule.ip_protocol)} ${shown(rule.from_port)}-${shown(rule.to_port)}`,
  }));
}

/** Whether both sides open the way. */
function isOpen(stack: Stack, from: string, to: string, port: string): boolean {
  const has = (direction: "ingress" | "egress", group: string, other: string) =>
    rulesOf(stack, direction).some(
      (rule) => rule.group === group && rule.other === other && rule.port === port,
    );
  return has("egress", from, to) && has("ingress", to, from);
}

/** Something at a fixed address. */
interface Front {
  readonly address: string;
  readonly groups: readonly string[];
  /** Port as people use it, and what is behind it. */
  readonly ways: readonly { readonly port: string; readonly leadsTo: string; readonly goesOn: boolean }[];
}

/** Services behind a target group, each with whether the load balancer may reach its tasks. */
function behind(stack: Stack, targetGroup: Json | undefined, groups: readonly string[]) {
  const id = blockOf(stack, targetGroup)?.id;
  return Object.values(stack.resource("aws_ecs_service")).flatMap((service) =>
    objects(service.load_balancer)
      .filter(({ target_group_arn }) => blockOf(stack, target_group_arn)?.id === id)
      .map(({ container_port }) => {
        const own = objects(service.network_configuration).flatMap(({ security_groups }) =>
          texts(security_groups).map((group) => groupName(stack, group)),
        );
        const port = shown(container_port);
        return {
          leadsTo: `${asText(service.name)}:${port}`,
          goesOn: own.some((to) => groups.some((from) => isOpen(stack, from, to, `tcp ${port}`))),
        };
      }),
  );
}

function balancers(stack: Stack): Front[] {
  return stack.blocks
    .filter(({ type }) => type === "aws_lb")
    .flatMap(({ id, attributes }) => {
      const groups = texts(attributes.security_groups).map((group) => groupName(stack, group));
      const ways = Object.values(stack.resource("aws_lb_listener"))
        .filter(({ load_balancer_arn }) => blockOf(stack, load_balancer_arn)?.id === id)
        .flatMap(({ port, default_action }) =>
          objects(default_action).flatMap(({ target_group_arn }) =>
            behind(stack, target_group_arn, groups).map((way) => ({ port: `tcp ${shown(port)}`, ...way })),
          ),
        );
      return objects(attributes.subnet_mapping).map(({ private_ipv4_address }) => ({
        address: asText(private_ipv4_address),
        groups,
        ways,
      }));
    });
}

function endpoints(stack: Stack): Front[] {
  return Object.values(stack.resource("aws_vpc_endpoint")).flatMap((endpoint) =>
    objects(endpoint.subnet_configuration).map(({ ipv4 }) => ({
      address: asText(ipv4),
      groups: texts(endpoint.security_group_ids).map((group) => groupName(stack, group)),
      ways: [
        { port: "tcp 443", leadsTo: asText(endpoint.service_name).split(".").at(-1) ?? "", goesOn: true },
      ],
    })),
  );
}

const cidrOf = (text: string): Cidr => {
  const cidr = parseCidr(text);
  if (isMistake(cidr)) throw new Error(`${text} ${cidr.message}`);
  return cidr;
};

/**
 * The rules that count for an address: AWS asks those with the longest prefix alone. Empty: nobody may send to it.
 */
function admitted(rules: readonly JsonObject[], address: string): string[] {
  const to = cidrOf(`${address}/32`);
  const matching = rules
    .map((rule) => ({ rule, cidr: cidrOf(asText(rule.target_network_cidr)) }))
    .filter(({ cidr }) => contains(cidr, to));
  const longest = Math.max(...matching.map(({ cidr }) => cidr.prefix));
  return matching
    .filter(({ cidr }) => cidr.prefix === longest)
    .map(({ rule }) => (rule.authorize_all_groups === true ? "everybody" : shown(rule.access_group_id)));
}

/**
 * By group, what its members reach: `<address> <port> -> <service>`. A rule that opens anything but the address of a front
 * or the resolver shows as `opens <network>`, and so does whatever the VPN's security group lets out to a network.
 */
export function vpnReach(stack: Stack): Record<string, string[]> {
  const endpoint = only(stack, "aws_ec2_client_vpn_endpoint");
  const rules = Object.values(stack.resource("aws_ec2_client_vpn_authorization_rule"));
  const [own = ""] = texts(endpoint.security_group_ids).map((group) => groupName(stack, group));
  const fronts = [...balancers(stack), ...endpoints(stack)];
  const resolvers = texts(endpoint.dns_servers);
  const reached: [group: string, what: string][] = [
    ...fronts.flatMap(({ address, groups, ways }) =>
      admitted(rules, address).flatMap((who) =>
        ways
          .filter(({ port, goesOn }) => goesOn && groups.some((group) => isOpen(stack, own, group, port)))
          .map(({ port, leadsTo }): [string, string] => [who, `${address} ${port} -> ${leadsTo}`]),
      ),
    ),
    ...resolvers.flatMap((address) =>
      admitted(rules, address).flatMap((who) =>
        rulesOf(stack, "egress")
          .filter(({ group, other }) => group === own && other === `${address}/32`)
          .map(({ port }): [string, string] => [who, `${address} ${port} -> names`]),
      ),
    ),
    ...rules
      .map((rule) => ({ rule, cidr: asText(rule.target_network_cidr) }))
      .filter(
        ({ cidr }) =>
          ![...fronts.map(({ address }) => address), ...resolvers].includes(cidr.replace(/[/]32$/, "")),
      )
      .map(({ rule, cidr }): [string, string] => [shown(rule.access_group_id), `opens ${cidr}`]),
  ];
  const result: Record<string, string[]> = {};
  for (const [who, what] of reached) result[who] = [...(result[who] ?? []), what].sort();
  return result;
}
