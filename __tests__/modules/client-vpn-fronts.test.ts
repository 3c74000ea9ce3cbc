import { GrafanaFront } from "../../modules/client-vpn/grafana-front";
import { toolName, VPN_NAMES } from "../../modules/client-vpn/names";
import { ServiceFront } from "../../modules/client-vpn/service-front";
import { ServiceSubnets } from "../../modules/client-vpn/service-subnets";
import { ToolNames } from "../../modules/client-vpn/tool-names";
import { census, only } from "../support/census";
import { objects } from "../support/json";
import { synthModule } from "./gateway-module";

describe("the fronts", () => {
  const subnets = [
    { key: "a", cidr: "10.20.224.0/22", subnetId: "subnet-a" },
    { key: "b", cidr: "10.20.228.0/22", subnetId: "subnet-b" },
  ];
  const place = { vpcId: "vpc-1", subnets };

  test("a load balancer with fixed addresses, which nobody reaches yet", () => {
    const stack = synthModule((scope) => {
      new ServiceFront(scope, "front", { ...place, service: "jaeger", port: 16686 });
    });
    expect(census(stack)).toEqual({
      aws_lb: 1,
      aws_lb_listener: 1,
      aws_lb_target_group: 1,
      aws_security_group: 1,
    });
    expect(only(stack, "aws_lb")).toMatchObject({
      name: "tenantscope-vpn-jaeger",
      internal: true,
      load_balancer_type: "network",
      enable_cross_zone_load_balancing: true,
      subnet_mapping: [
        { subnet_id: "subnet-a", private_ipv4_address: "10.20.224.5" },
        { subnet_id: "subnet-b", private_ipv4_address: "10.20.228.5" },
      ],
    });
    expect(only(stack, "aws_lb_listener")).toMatchObject({ port: 80, protocol: "TCP" });
    expect(only(stack, "aws_lb_target_group")).toMatchObject({
      port: 16686,
      target_type: "ip",
      preserve_client_ip: "false",
      deregistration_delay: "0",
      health_check: { protocol: "TCP", port: "16686", interval: 10, unhealthy_threshold: 5 },
    });
  });

  test("Grafana's endpoint has fixed addresses and answers its name in the VPC", () => {
    const stack = synthModule((scope) => {
      new GrafanaFront(scope, "front", { ...place, region: "eu-west-1" });
    });
    expect(census(stack)).toEqual({ aws_security_group: 1, aws_vpc_endpoint: 1 });
    const endpoint = only(stack, "aws_vpc_endpoint");
    expect(endpoint).toMatchObject({
      service_name: "com.amazonaws.eu-west-1.grafana-workspace",
      vpc_endpoint_type: "Interface",
      private_dns_enabled: true,
      subnet_ids: ["subnet-a", "subnet-b"],
      subnet_configuration: [
        { subnet_id: "subnet-a", ipv4: "10.20.224.4" },
        { subnet_id: "subnet-b", ipv4: "10.20.228.4" },
      ],
    });
    expect(endpoint).not.toHaveProperty("policy");
  });

  test("subnets without any way out", () => {
    const stack = synthModule((scope) => {
      new ServiceSubnets(scope, "subnets", {
        name: "tenantscope-central",
        region: "eu-west-1",
        vpcId: "vpc-1",
        places: subnets,
      });
    });
    expect(census(stack)).toEqual({ aws_route_table: 1, aws_route_table_association: 2, aws_subnet: 2 });
    expect(only(stack, "aws_route_table")).toEqual({
      vpc_id: "vpc-1",
      tags: { Name: "tenantscope-central-services" },
    });
    expect(
      Object.values(stack.resource("aws_subnet")).map(({ availability_zone, cidr_block }) => [
        availability_zone,
        cidr_block,
      ]),
    ).toEqual([
      ["eu-west-1a", "10.20.224.0/22"],
      ["eu-west-1b", "10.20.228.0/22"],
    ]);
  });

  test("names lead to exactly the fixed addresses, in a zone of the VPC alone", () => {
    const stack = synthModule((scope) => {
      new ToolNames(scope, "names", { ...place, services: ["jaeger", "loki"] });
    });
    expect(objects(only(stack, "aws_route53_zone")["vpc"])).toEqual([{ vpc_id: "vpc-1" }]);
    expect(
      Object.values(stack.resource("aws_route53_record")).map(({ name, type, records }) => [
        name,
        type,
        records,
      ]),
    ).toEqual([
      ["jaeger.tools.tenantscope.internal", "A", ["10.20.224.5", "10.20.228.5"]],
      ["loki.tools.tenantscope.internal", "A", ["10.20.224.6", "10.20.228.6"]],
    ]);
    expect(toolName("loki")).toBe(`loki.${VPN_NAMES.zone}`);
  });
});
