import type { ManagedService, Tenant } from "../../../fleet/types";
import { asText, objects, shown, walk, type JsonObject } from "../../support/json";
import type { Stack } from "../../support/synth";
import { interpolations, referredBlock } from "../../support/terraform";
import { forStacks, tenantOfStack, type Rule } from "./rule";

/** Types that open a way in from the internet, and those that hide rules from the ones below. */
const FORBIDDEN_TYPES =
  /^aws_(eip|internet_gateway|nat_gateway|instance|lb|alb|elb|lambda_function_url|security_group_rule|default_.*|ec2_.*|vpc_endpoint_policy)$/;

export const nothingIsPublic = forStacks("nothing gets a public address", (stack) =>
  stack.blocks.flatMap(({ address, type, attributes }) => [
    ...(FORBIDDEN_TYPES.test(type) ? [`${address} is of a forbidden type`] : []),
    ...[...walk(attributes)]
      .filter(({ path, value }) => /public_ip|publicly_accessible/.test(path.at(-1) ?? "") && value !== false)
      .map(({ path }) => `${address} ${path.join(".")}`),
    ...(type === "aws_ecs_service" && !saysNoPublicIp(attributes)
      ? [`${address} does not refuse a public IP`]
      : []),
  ]),
);

const saysNoPublicIp = ({ network_configuration }: JsonObject): boolean =>
  objects(network_configuration).length === 1 &&
  objects(network_configuration).every(({ assign_public_ip }) => assign_public_ip === false);

/** A rule as `tcp 443 10.0.0.0/8`. */
function ruleText(rule: JsonObject): string {
  const target = ["cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "prefix_list_id"]
    .filter((key) => key in rule)
    .map((key) => shown(rule[key]))
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
    groups.set(name, [...(groups.get(name) ?? []), ruleText(rule)].sort());
  }
  return groups;
}

const expectedEgress = (tenant: Tenant, service: ManagedService): string[] => [
  ...tenant.network.httpsEgressCidrs.map((cidr) => `tcp 443 ${cidr}`),
  ...service.egress.map(
    ({ protocol, port, cidr, securityGroupId }) =>
      `${protocol} ${String(port)} ${cidr ?? securityGroupId ?? ""}`,
  ),
];

function expectedIngress(service: ManagedService): string[] {
  const port = service.containers[0]?.port;
  const sources = new Set([
    ...(service.loadBalancer === undefined ? [] : [service.loadBalancer.securityGroupId]),
    ...service.allowFromSecurityGroups,
  ]);
  return port === undefined ? [] : [...sources].map((source) => `tcp ${String(port)} ${source}`);
}

export const securityGroupsAreTheManifests = forStacks(
  "security groups let in and out exactly what the manifest says",
  (stack, tree) => {
    const tenant = tenantOfStack(stack, tree);
    const services =
      tenant === undefined || tenant.lifecycle === "offboarding"
        ? []
        : tenant.services.filter((service) => service.mode === "managed");
    const groupName = (service: ManagedService) => `tenantscope-${tenant?.name ?? ""}-${service.name}`;
    const expected = (rules: (service: ManagedService) => string[]) =>
      JSON.stringify(services.map((service) => [groupName(service), rules(service).sort()]).sort());
    const found = (direction: "ingress" | "egress") =>
      JSON.stringify([...rulesByGroup(stack, direction)].sort());
    return [
      ...(tenant === undefined || found("egress") === expected((service) => expectedEgress(tenant, service))
        ? []
        : [`egress ${found("egress")}`]),
      ...(found("ingress") === expected(expectedIngress) ? [] : [`ingress ${found("ingress")}`]),
      ...Object.entries(stack.resource("aws_security_group"))
        .filter(([, group]) => "ingress" in group || "egress" in group)
        .map(([id]) => `aws_security_group.${id} has rules of its own`),
    ];
  },
);

export const nobodyMayComeFromEverywhere = forStacks("no way in from an address range", (stack) =>
  Object.entries(stack.resource("aws_vpc_security_group_ingress_rule"))
    .filter(([, rule]) => "cidr_ipv4" in rule || "cidr_ipv6" in rule || "prefix_list_id" in rule)
    .map(([id, rule]) => `aws_vpc_security_group_ingress_rule.${id}: ${ruleText(rule)}`),
);

/** Services run in the subnets of the manifest and nowhere else. */
export const servicesStayInTheirSubnets = forStacks(
  "services run in the private subnets of the manifest",
  (stack, tree) => {
    const tenant = tenantOfStack(stack, tree);
    const expected = JSON.stringify(tenant?.network.privateSubnetIds ?? []);
    return Object.entries(stack.resource("aws_ecs_service")).flatMap(([id, { network_configuration }]) =>
      objects(network_configuration)
        .filter(({ subnets }) => JSON.stringify(subnets) !== expected)
        .map(() => `aws_ecs_service.${id}`),
    );
  },
);

export const NETWORK_RULES: readonly Rule[] = [
  nothingIsPublic,
  securityGroupsAreTheManifests,
  nobodyMayComeFromEverywhere,
  servicesStayInTheirSubnets,
];
