import { list, record, records, text } from "../lib/fields";
import type { Link } from "./links";
import { isFrontOfGrafana } from "./people";
import type { World } from "./references";
import type { Block } from "./stack";

/** What has security groups and is drawn for them; everything in a VPC may use its endpoints, but people's. */
const IN_NETWORK = new Set([
  "aws_ec2_client_vpn_endpoint",
  "aws_ecs_service",
  "aws_grafana_workspace",
  "aws_lambda_function",
  "aws_lb",
  "aws_opensearch_domain",
]);

/** Attributes by which something runs with a role. */
const RUNS_AS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  aws_ecs_task_definition: [
    ["task_role_arn", "task role"],
    ["execution_role_arn", "execution role"],
  ],
  aws_grafana_workspace: [["role_arn", "role"]],
  aws_lambda_function: [["role", "role"]],
};

/** Connections inside the accounts: by security groups, load balancers, APIs; and who runs with which role. */
export const flowLinks = (world: World): Link[] => [
  ...world.blocks.flatMap((block) => asLinks(world, block)),
  ...securityGroupLinks(world),
  ...loadBalancerLinks(world),
  ...apiLinks(world),
  ...subscriptionLinks(world),
];

const asLinks = (world: World, block: Block): Link[] =>
  (RUNS_AS[block.type] ?? []).flatMap(([attribute, label]) => {
    const role = world.parent(block.stack, block.attributes[attribute]);
    return role === undefined ? [] : [{ from: { block }, to: { block: role }, kind: "as" as const, label }];
  });

/** A service is drawn as the task that it runs. */
const drawn = (world: World, block: Block): Block =>
  block.type === "aws_ecs_service"
    ? (world.parent(block.stack, block.attributes["task_definition"]) ?? block)
    : block;

function securityGroupLinks(world: World): Link[] {
  const owners = ownersOfGroups(world);
  return world.blocks.flatMap((rule) => {
    const inward = rule.type === "aws_vpc_security_group_ingress_rule";
    if (!inward && rule.type !== "aws_vpc_security_group_egress_rule") return [];
    const { security_group_id: own, referenced_security_group_id: other } = rule.attributes;
    const here = owners(rule, own);
    const there = owners(rule, other);
    const [sources, targets] = inward ? [there, here] : [here, there];
    return sources.flatMap((from) =>
      targets
        .filter((to) => to !== from)
        .map((to): Link => ({ from: { block: from }, to: { block: to }, kind: "flow", label: port(rule) })),
    );
  });
}

/** Looks up what has the security group that an attribute of a rule names. */
function ownersOfGroups(world: World): (rule: Block, group: unknown) => readonly Block[] {
  const owners = new Map<Block, Block[]>();
  for (const block of world.blocks.filter((each) => IN_NETWORK.has(each.type) || isFrontOfGrafana(each))) {
    for (const place of world.places(block.stack, JSON.stringify(networkOf(block)))) {
      if (!("block" in place) || place.block.type !== "aws_security_group") continue;
      owners.set(place.block, [...(owners.get(place.block) ?? []), drawn(world, block)]);
    }
  }
  return (rule, group) =>
    world
      .places(rule.stack, text(group))
      .flatMap((place) => ("block" in place ? (owners.get(place.block) ?? []) : []));
}

/** The part of a resource that says which security groups it has. */
const networkOf = ({ attributes }: Block): unknown => [
  attributes["network_configuration"],
  attributes["vpc_config"],
  attributes["vpc_configuration"],
  attributes["vpc_options"],
  attributes["security_groups"],
  attributes["security_group_ids"],
];

function port({ attributes }: Block): string {
  const [from, to] = [attributes["from_port"], attributes["to_port"]].map(String);
  return from === to ? String(from) : `${String(from)}-${String(to)}`;
}

/** A load balancer's listeners, to the ports of the containers behind them. */
function loadBalancerLinks(world: World): Link[] {
  const listeners = world.blocks.filter(({ type }) => type === "aws_lb_listener");
  return world.blocks
    .filter(({ type }) => type === "aws_ecs_service")
    .flatMap((service) =>
      records(service.attributes["load_balancer"]).flatMap((target) => {
        const group = world.parent(service.stack, target["target_group_arn"]);
        return listeners
          .filter(
            ({ stack, attributes }) => group && world.parent(stack, attributes["default_action"]) === group,
          )
          .flatMap((listener): Link[] => {
            const balancer = world.parent(listener.stack, listener.attributes["load_balancer_arn"]);
            const label = `${String(listener.attributes["port"])} to ${String(target["container_port"])}`;
            return balancer === undefined
              ? []
              : [{ from: { block: balancer }, to: { block: drawn(world, service) }, kind: "flow", label }];
          });
      }),
    );
}

/** An API, to the load balancer or function that its methods are integrated with. */
const apiLinks = (world: World): Link[] =>
  world.blocks
    .filter(({ type }) => type === "aws_api_gateway_rest_api")
    .flatMap((block) =>
      world.places(block.stack, text(block.attributes["body"])).flatMap((to): Link[] => {
        if (!("block" in to) || !/^aws_(lb|lambda_function)$/.test(to.block.type)) return [];
        return [{ from: { block }, to, kind: "flow", label: to.block.type === "aws_lb" ? "VPC link" : "" }];
      }),
    );

/** A topic, to the functions that it calls; people's addresses are nobody's resources. */
const subscriptionLinks = (world: World): Link[] =>
  world.blocks
    .filter(({ type }) => type === "aws_sns_topic_subscription")
    .flatMap(({ stack, attributes }): Link[] => {
      const topic = world.parent(stack, attributes["topic_arn"]);
      const subscriber = world.parent(stack, attributes["endpoint"]);
      return topic === undefined || subscriber === undefined
        ? []
        : [{ from: { block: topic }, to: { block: subscriber }, kind: "flow", label: "" }];
    });

/** `POST /t/{tenant}/v1/traces`: the methods of an API. */
export function methodsOf({ attributes }: Block): string[] {
  const document: unknown = JSON.parse(text(attributes["body"]) || "{}");
  return Object.entries(record(record(document)["paths"])).map(([path, methods]) => {
    const names = Object.keys(record(methods)).filter((name) => /^[a-z]+$/.test(name));
    return `${list(names)
      .map((name) => String(name).toUpperCase())
      .join(", ")} ${path}`;
  });
}
