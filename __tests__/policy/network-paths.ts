import type { Fleet, ManagedService, Tenant } from "../../fleet/types";
import { shown, type JsonObject } from "../support/json";
import type { Stack, Tree } from "../support/synth";
import { interpolations, referredBlock } from "../support/terraform";
import { targetText } from "./rules/network";
import { tenantOfStack } from "./rules/rule";

/** A way that security groups open, ends by the names of components or of the setting that names them. */
export interface NetworkPath {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly protocol: string;
  /** Which of the ends has a rule for it: an end outside of this program has none. */
  readonly rules: "in" | "out" | "out, in";
  /** What the rules' descriptions say. */
  readonly description: string;
}

const TARGETS = ["cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "prefix_list_id"];

/** Ends that the program makes, by what a rule refers to them; names of security groups lose their prefix. */
const OWN_ENDS: Readonly<Record<string, string>> = {
  "${each.value}": "the tenant's VPC",
  "aws_vpc_endpoint.network_endpoint-s3": "S3",
  "${local.contract.place.s3PrefixListId}": "S3",
  "${local.contract.place.endpointsSecurityGroupId}": "central-endpoints",
  "${local.contract.grafana.securityGroupId}": "grafana",
};

/** Every path of a fleet, once for all tenants and services that have the same. */
export function networkPaths(tree: Tree): NetworkPath[] {
  const paths = new Map<
    string,
    { path: Omit<NetworkPath, "rules" | "description">; rules: Set<string>; said: string }
  >();
  for (const stack of tree.stacks) {
    for (const direction of ["egress", "ingress"] as const) {
      for (const rule of Object.values(stack.resource(`aws_vpc_security_group_${direction}_rule`))) {
        const path = pathOf(tree, stack, direction, rule);
        const key = JSON.stringify(path);
        const entry = paths.get(key) ?? { path, rules: new Set(), said: shown(rule.description) };
        entry.rules.add(direction === "egress" ? "out" : "in");
        paths.set(key, entry);
      }
    }
  }
  return [...paths.values()].map(({ path, rules, said }) => ({
    ...path,
    rules: [...rules].sort().reverse().join(", ") as NetworkPath["rules"],
    description: said,
  }));
}

function pathOf(tree: Tree, stack: Stack, direction: "egress" | "ingress", rule: JsonObject) {
  const tenant = tenantOfStack(stack, tree);
  const [expression = ""] = interpolations(shown(rule.security_group_id));
  const group = referredBlock(stack, expression)?.block;
  if (group === undefined) throw new Error(`${stack.name}: a rule of no security group: ${shown(rule)}`);
  const own = endName(tree.fleet, tenant, shown(group.attributes.name), rule);
  const others = TARGETS.filter((key) => key in rule).map((key) => targetText(stack, rule[key]));
  const [other, ...more] = others;
  if (other === undefined || more.length > 0) throw new Error(`${stack.name}: not one end: ${shown(rule)}`);
  const far = endName(tree.fleet, tenant, other, rule);
  const [from, to] = direction === "egress" ? [own, far] : [far, own];
  return { from, to, port: portName(tenant, to, rule), protocol: shown(rule.ip_protocol) };
}

const managed = (tenant: Tenant | undefined): ManagedService[] =>
  tenant?.services.filter((service) => service.mode === "managed") ?? [];

const SERVICE = "service of a tenant";

function endName({ central }: Fleet, tenant: Tenant | undefined, end: string, rule: JsonObject): string {
  const own = OWN_ENDS[end];
  if (own !== undefined) return own;
  const services = managed(tenant);
  if (services.some(({ name }) => end === `tenantscope-${tenant?.name ?? ""}-${name}`)) return SERVICE;
  if (end.startsWith("tenantscope-")) {
    const name = end.slice("tenantscope-".length);
    return tenant?.name === undefined || !name.includes(tenant.name)
      ? name
      : `\`${name.replace(tenant.name, "<tenant>")}\``;
  }
  const named: readonly (readonly [string, readonly (string | undefined)[]])[] = [
    ["`egress` of the service", services.flatMap(({ egress }) => egressEnds(egress, rule))],
    ["load balancer of the service", services.map(({ loadBalancer }) => loadBalancer?.securityGroupId)],
    ["`allowFromSecurityGroups`", services.flatMap((service) => service.allowFromSecurityGroups)],
    ["`network.clients`", [...central.network.clients.cidrs, ...central.network.clients.securityGroupIds]],
    ["networks of `loki.direct`", central.loki.direct.map(({ cidr }) => cidr)],
    ["the central VPC", [central.network.cidr]],
    ["resolver of the central VPC", [resolverOf(central.network.cidr)]],
    ["`httpsEgressCidrs` of the tenant", tenant?.network.httpsEgressCidrs ?? []],
    ["anywhere", ["0.0.0.0/0"]],
  ];
  const name = named.find(([, ends]) => ends.includes(end))?.[0];
  if (name === undefined) throw new Error(`nothing names ${end}: ${shown(rule)}`);
  return name;
}

/** The third address of the network, as AWS has it. */
const resolverOf = (cidr: string): string => `${cidr.replace(/\d+\/\d+$/, "2")}/32`;

const egressEnds = (egress: ManagedService["egress"], { from_port, ip_protocol }: JsonObject) =>
  egress
    .filter(({ port, protocol }) => port === from_port && protocol === ip_protocol)
    .map(({ cidr, securityGroupId }) => cidr ?? securityGroupId);

function portName(tenant: Tenant | undefined, to: string, { from_port, to_port }: JsonObject): string {
  if (to === "`egress` of the service") return "as said";
  const ports = managed(tenant).map(({ containers: [first] }) => first?.port);
  if (to === SERVICE && typeof from_port === "number" && ports.includes(from_port)) return "its port";
  return from_port === to_port ? shown(from_port) : `${shown(from_port)}-${shown(to_port)}`;
}
