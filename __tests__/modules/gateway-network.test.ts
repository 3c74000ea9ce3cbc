import { only } from "../support/census";
import { asObject, objects, shown, texts, type Json } from "../support/json";
import type { Stack } from "../support/synth";
import { DIRECT, SETTINGS, buildGateway as build, target } from "./gateway-module";

/** Rules as `ingress group tcp port other side`. */
const rules = (stack: Stack): string[] =>
  stack.blocks
    .filter(({ type }) => /^aws_vpc_security_group_(in|e)gress_rule$/.test(type))
    .map(({ type, attributes }) => {
      const other = ["cidr_ipv4", "referenced_security_group_id", "prefix_list_id"].filter(
        (key) => key in attributes,
      );
      expect(other).toHaveLength(1);
      expect(attributes["from_port"]).toBe(attributes["to_port"]);
      const side = (value: Json | undefined): string =>
        target(stack, value).replace("aws_security_group.gateway_security-groups_", "");
      return `${type.includes("ingress") ? "in" : "out"} ${side(attributes["security_group_id"])} ${shown(
        attributes["ip_protocol"],
      )} ${shown(attributes["from_port"])} ${side(attributes[other[0] ?? ""])}`;
    })
    .sort();

const stack = build();
const joined = build({ settings: { ...SETTINGS, direct: DIRECT } });

describe("network", () => {
  test("exactly these rules: nothing but the VPC link reaches the ingest port", () => {
    expect(rules(stack)).toEqual([
      "in task tcp 8080 load-balancer",
      "out load-balancer tcp 8080 task",
      "out task tcp 3100 sg-loki",
      "out task tcp 4318 sg-jaeger",
      "out task tcp 443 10.0.0.0/16",
      "out task tcp 443 pl-s3",
    ]);
  });

  test("interface endpoints by their security group, where they are the only way out", () => {
    const inside = build({ httpsEgressCidrs: [], httpsEgressSecurityGroupIds: ["sg-endpoints"] });
    expect(rules(inside).filter((rule) => rule.includes(" 443 "))).toEqual([
      "out task tcp 443 pl-s3",
      "out task tcp 443 sg-endpoints",
    ]);
    expect(inside.text).not.toContain("cidr_ipv4");
  });

  test("joined networks get the direct port, and no other", () => {
    expect(rules(joined).filter((rule) => !rules(stack).includes(rule))).toEqual([
      "in load-balancer tcp 80 10.20.0.0/16",
      "in load-balancer tcp 80 10.30.0.0/16",
      "in task tcp 8081 load-balancer",
      "out load-balancer tcp 8081 task",
    ]);
  });

  test("without Jaeger there is no way to it", () => {
    const upstreams = { loki: SETTINGS.upstreams.loki };
    const without = build({ settings: { ...SETTINGS, upstreams }, jaegerSecurityGroupId: undefined });
    expect(rules(without).filter((rule) => rule.includes("4318"))).toEqual([]);
  });

  test("the load balancer is internal, in a group of its own, and lets the VPC link past that", () => {
    const loadBalancer = only(stack, "aws_lb");
    expect(loadBalancer).toMatchObject({
      name: "tenantscope-gateway",
      internal: true,
      load_balancer_type: "network",
      subnets: ["subnet-1", "subnet-2"],
      enforce_security_group_inbound_rules_on_private_link_traffic: "off",
      enable_cross_zone_load_balancing: true,
    });
    expect(texts(loadBalancer["security_groups"]).map((each) => target(stack, each))).toEqual([
      "aws_security_group.gateway_security-groups_load-balancer",
    ]);
  });

  test("the direct port keeps the client's address, the ingest port does not need it", () => {
    const groups = Object.values(joined.resource("aws_lb_target_group")).map((group) => [
      group["name"],
      group["port"],
      group["protocol"],
      group["preserve_client_ip"],
      asObject(group["health_check"]),
    ]);
    const health = {
      protocol: "HTTP",
      path: "/healthz",
      port: "8080",
      matcher: "200",
      interval: 10,
      timeout: 5,
      healthy_threshold: 2,
      unhealthy_threshold: 2,
    };
    expect(groups).toEqual([
      ["tenantscope-gateway-direct", 8081, "TCP", "true", health],
      ["tenantscope-gateway-ingest", 8080, "TCP", "false", health],
    ]);
    const listeners = Object.values(joined.resource("aws_lb_listener")).map((listener) => [
      listener["port"],
      listener["protocol"],
      objects(listener["default_action"]).map((action) => [
        action["type"],
        target(joined, action["target_group_arn"]).replace(/.*_/, ""),
      ]),
    ]);
    expect(listeners).toEqual([
      [80, "TCP", [["forward", "direct-targets"]]],
      [8080, "TCP", [["forward", "ingest-targets"]]],
    ]);
  });
});
