import type { Fleet } from "../../../fleet/types";
import { asText, objects, shown, texts, walk, type Json, type JsonObject } from "../../support/json";
import type { Stack, Tree } from "../../support/synth";
import { interpolations, referredBlock, vpcOfNetworks } from "../../support/terraform";
import { centralGroups, tenantGroups } from "./security-groups";
import { forStacks, tenantOfStack, type Rule } from "./rule";

/** Types that open a way in from the internet, and those that hide rules from the ones below. */
const FORBIDDEN_TYPES =
  /^aws_(eip.*|internet_gateway.*|egress_only_.*|nat_gateway.*|instance|lb|alb|elb|lambda_function_url|security_group_rule|default_.*|ec2_.*|vpc_(peering|endpoint_policy|endpoint_service).*)$/;

/** Which of them the central stack has all the same, for its own network. */
function allowedTypes(stack: Stack, { central }: Fleet): ReadonlySet<string> {
  if (stack.name !== "central") return new Set();
  const { network, vpn } = central;
  const created = network.kind === "created";
  // Its endpoint is on the internet; who gets through it and how far, the rules about it say.
  const clientVpn = ["authorization_rule", "endpoint", "network_association"].map(
    (part) => `aws_ec2_client_vpn_${part}`,
  );
  const nat = ["aws_eip", "aws_internet_gateway", "aws_nat_gateway"];
  return new Set([
    "aws_lb",
    ...(vpn === undefined ? [] : clientVpn),
    ...(created ? ["aws_default_security_group"] : []),
    ...(created && network.egress === "nat" ? nat : []),
  ]);
}

export const nothingIsPublic = forStacks("nothing gets a public address", (stack, { fleet }) =>
  stack.blocks.flatMap(({ address, type, attributes }) => [
    ...(FORBIDDEN_TYPES.test(type) && !allowedTypes(stack, fleet).has(type)
      ? [`${address} is of a forbidden type`]
      : []),
    ...[...walk(attributes)]
      .filter(({ path, value }) => /public_ip|publicly_accessible/.test(path.at(-1) ?? "") && value !== false)
      .map(({ path }) => `${address} ${path.join(".")}`),
    ...(type === "aws_lb" && attributes.internal !== true ? [`${address} is not internal`] : []),
    ...(type === "aws_ecs_service" && !saysNoPublicIp(attributes)
      ? [`${address} does not refuse a public IP`]
      : []),
  ]),
);

const saysNoPublicIp = ({ network_configuration }: JsonObject): boolean =>
  objects(network_configuration).length === 1 &&
  objects(network_configuration).every(({ assign_public_ip }) => assign_public_ip === false);

/** What a rule is about: a range or an id as it is, a security group or endpoint of the stack by its name. */
export function targetText(stack: Stack, value: Json | undefined): string {
  const text = shown(value);
  const [expression = ""] = interpolations(text);
  const block = referredBlock(stack, expression)?.block;
  if (block === undefined) return text;
  return block.type === "aws_security_group" ? shown(block.attributes.name) : block.address;
}

/** A rule as `tcp 443 10.0.0.0/8`. */
function ruleText(stack: Stack, rule: JsonObject): string {
  const target = ["cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "prefix_list_id"]
    .filter((key) => key in rule)
    .map((key) => targetText(stack, rule[key]))
    .join("+");
  const ports =
    rule.from_port === rule.to_port
      ? shown(rule.from_port)
      : `${shown(rule.from_port)}-${shown(rule.to_port)}`;
  return `${shown(rule.ip_protocol)} ${ports} ${target}`;
}

/** Rules of one direction by the name of the security group that they belong to. */
function rulesByGroup(stack: Stack, direction: "ingress" | "egress"): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { name } of Object.values(stack.resource("aws_security_group"))) groups.set(asText(name), []);
  for (const rule of Object.values(stack.resource(`aws_vpc_security_group_${direction}_rule`))) {
    const [expression = ""] = interpolations(asText(rule.security_group_id));
    const name = shown(referredBlock(stack, expression)?.block.attributes.name);
    groups.set(name, [...(groups.get(name) ?? []), ruleText(stack, rule)].sort());
  }
  return groups;
}

export const securityGroupsAreTheManifests = forStacks(
  "security groups let in and out exactly what the manifest says",
  (stack, tree) => {
    const tenant = tenantOfStack(stack, tree);
    const expected =
      tenant !== undefined
        ? tenantGroups(tenant, tree.fleet.central)
        : stack.name === "central"
          ? centralGroups(tree.fleet.central)
          : {};
    return [
      ...(["ingress", "egress"] as const).flatMap((direction) => {
        const found = JSON.stringify([...rulesByGroup(stack, direction)].sort());
        const wanted = Object.entries(expected).map(([name, rules]) => [name, [...rules[direction]].sort()]);
        return found === JSON.stringify(wanted.sort()) ? [] : [`${direction} ${found}`];
      }),
      ...Object.entries(stack.resource("aws_security_group"))
        .filter(([, group]) => "ingress" in group || "egress" in group)
        .map(([id]) => `aws_security_group.${id} has rules of its own`),
      ...Object.entries(stack.resource("aws_default_security_group"))
        .filter(([, { ingress, egress }]) => JSON.stringify([ingress, egress]) !== "[[],[]]")
        .map(([id]) => `aws_default_security_group.${id} is open`),
    ];
  },
);

/** The networks that a manifest names as those that may come in, by stack. */
function admittedNetworks(stack: Stack, tree: Tree): string[] {
  const { central } = tree.fleet;
  const people = central.network.clients.cidrs.map((cidr) => `tcp 16686 ${cidr}`);
  if (stack.name !== "central") return people;
  const direct = central.loki.direct.map(({ cidr }) => `tcp 80 ${cidr}`);
  return [...direct, `tcp 443 ${central.network.cidr}`, ...people];
}

/** Whether a rule admits HTTPS from the networks of the tenant's own VPC, to endpoints that are made in it. */
function isFromOwnVpc(stack: Stack, rule: JsonObject, vpcId: string | undefined): boolean {
  const [expression = ""] = interpolations(shown(rule.for_each));
  return (
    vpcId !== undefined &&
    rule.for_each === `\${${expression}}` &&
    vpcOfNetworks(stack, expression) === vpcId &&
    ruleText(stack, rule) === "tcp 443 ${each.value}"
  );
}

export const nobodyMayComeFromEverywhere = forStacks(
  "no way in from an address range but those of the manifests",
  (stack, tree) => {
    const admitted = admittedNetworks(stack, tree);
    const network = tenantOfStack(stack, tree)?.network;
    const vpcId = network?.endpoints.kind === "created" ? network.vpcId : undefined;
    return Object.entries(stack.resource("aws_vpc_security_group_ingress_rule"))
      .filter(([, rule]) => "cidr_ipv4" in rule || "cidr_ipv6" in rule || "prefix_list_id" in rule)
      .filter(([, rule]) => !admitted.includes(ruleText(stack, rule)) && !isFromOwnVpc(stack, rule, vpcId))
      .map(([id, rule]) => `aws_vpc_security_group_ingress_rule.${id}: ${ruleText(stack, rule)}`);
  },
);

/** Subnets of a stack whose route table leads to an internet gateway, as references. */
function publicSubnets(stack: Stack): Set<string> {
  const tables = new Set(
    Object.values(stack.resource("aws_route"))
      .filter((route) => "gateway_id" in route)
      .map(({ route_table_id }) => shown(route_table_id)),
  );
  return new Set(
    Object.values(stack.resource("aws_route_table_association"))
      .filter(({ route_table_id }) => tables.has(shown(route_table_id)))
      .map(({ subnet_id }) => shown(subnet_id)),
  );
}

/** The private subnets of a stack's network, ids or references. */
function privateSubnets(stack: Stack, tree: Tree): string[] {
  const tenant = tenantOfStack(stack, tree);
  if (tenant !== undefined) return [...tenant.network.privateSubnetIds];
  const { network } = tree.fleet.central;
  if (network.kind === "existing") return [...network.privateSubnetIds];
  const open = publicSubnets(stack);
  return Object.keys(stack.resource("aws_subnet"))
    .map((id) => `\${aws_subnet.${id}.id}`)
    .filter((reference) => !open.has(reference) && !isServiceSubnet(stack, reference));
}

/** Of fixed addresses, for the VPN: nothing runs there. */
const isServiceSubnet = (stack: Stack, reference: string): boolean =>
  interpolations(reference).some((expression) => /^aws_subnet[.]vpn-subnets_\w+[.]id$/.test(expression)) &&
  stack.name === "central";

/** Services run in the subnets of the manifest and nowhere else. */
export const servicesStayInTheirSubnets = forStacks(
  "services run in the private subnets of the manifest",
  (stack, tree) => {
    const own = privateSubnets(stack, tree).sort();
    const all = (subnets: readonly string[]) => JSON.stringify([...subnets].sort()) === JSON.stringify(own);
    // A replica is tied to a zone, so that its subnet is one of them.
    const some = (subnets: readonly string[]) =>
      subnets.length > 0 && subnets.every((subnet) => own.includes(subnet));
    const isRight = tenantOfStack(stack, tree) === undefined ? some : all;
    return [
      ...Object.entries(stack.resource("aws_ecs_service")).flatMap(([id, { network_configuration }]) =>
        objects(network_configuration)
          .filter(({ subnets }) => !isRight(texts(subnets)) && !isCentralPlace(stack, id, texts(subnets)))
          .map(() => `aws_ecs_service.${id}`),
      ),
      ...Object.entries(stack.resource("aws_lb"))
        // The VPN's have fixed addresses, which a rule of their own judges.
        .filter(([id, { subnets }]) => !isOfVpn(id) && !all(texts(subnets)))
        .map(([id]) => `aws_lb.${id}`),
      ...Object.entries(stack.resource("aws_efs_mount_target"))
        .filter(([, { subnet_id }]) => !some(texts(subnet_id)))
        .map(([id]) => `aws_efs_mount_target.${id}`),
    ];
  },
);

const isOfVpn = (id: string): boolean => /^vpn-(jaeger|loki)_load-balancer_\w+$/.test(id);

/** A tenant's query service runs where the shared services do, as the contract says. */
const isCentralPlace = (stack: Stack, id: string, subnets: readonly string[]): boolean =>
  id.startsWith("jaeger-query_service") &&
  stack.resource("aws_ecs_service")[id]?.provider === "aws.central" &&
  subnets.length > 0 &&
  subnets.every((subnet, index) => subnet === `\${local.contract.place.privateSubnetIds[${String(index)}]}`);

/** An address of the internet belongs to a NAT gateway, through which nothing comes in. */
export const addressesAreTheNats = forStacks(
  "public addresses and subnets are there for NAT gateways alone",
  (stack) => {
    const open = publicSubnets(stack);
    const nats = Object.values(stack.resource("aws_nat_gateway"));
    const users = (reference: string) => stack.text.split(reference).length - 1;
    return [
      ...Object.keys(stack.resource("aws_eip"))
        .filter((id) => {
          const reference = `\${aws_eip.${id}.id}`;
          return nats.filter((nat) => nat.allocation_id === reference).length !== 1 || users(reference) !== 1;
        })
        .map((id) => `aws_eip.${id}`),
      ...nats
        .filter(({ subnet_id }) => !open.has(shown(subnet_id)))
        .map(() => "a NAT gateway without a way out"),
      ...stack.blocks
        .filter(({ type }) => !["aws_nat_gateway", "aws_route_table_association"].includes(type))
        .filter(({ attributes }) => [...open].some((subnet) => JSON.stringify(attributes).includes(subnet)))
        .map(({ address }) => `${address} is in a public subnet`),
    ];
  },
);

export const NETWORK_RULES: readonly Rule[] = [
  nothingIsPublic,
  securityGroupsAreTheManifests,
  nobodyMayComeFromEverywhere,
  servicesStayInTheirSubnets,
  addressesAreTheNats,
];
