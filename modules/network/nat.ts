import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import type { ZonePlan } from "./subnet-plan";

/** Everywhere that no narrower route leads to. */
const ANYWHERE = "0.0.0.0/0";

/** A zone with what the VPC has made for it. */
export interface PrivateZone extends ZonePlan {
  readonly privateRouteTableId: string;
}

export interface NatEgressProps {
  readonly name: string;
  readonly region: string;
  readonly vpcId: string;
  readonly zones: readonly PrivateZone[];
  /** Zones with a gateway: their private subnets use their own, all others the first. */
  readonly gatewayZones: readonly string[];
}

/** The way out of a VPC: public subnets, which hold nothing but NAT gateways, and the private subnets' routes to them. */
export class NatEgress extends Construct {
  readonly publicSubnetIds: readonly string[];
  /** The private subnets' way out; what needs it should be created after. */
  readonly routes: readonly Route[];

  constructor(scope: Construct, id: string, props: NatEgressProps) {
    super(scope, id);
    const { name, vpcId, zones } = props;
    const gateway = new InternetGateway(this, "internet", { vpcId, tags: { Name: name } });
    const table = new RouteTable(this, "public", { vpcId, tags: { Name: `${name}-public` } });
    const wayOut = new Route(this, "public-route", {
      routeTableId: attribute(table, "id"),
      destinationCidrBlock: ANYWHERE,
      gatewayId: attribute(gateway, "id"),
    });
    const publicSubnet = ({ zone, publicCidr }: ZonePlan): string => {
      const subnet = new Subnet(this, `public-${zone}`, {
        vpcId,
        availabilityZone: `${props.region}${zone}`,
        cidrBlock: publicCidr,
        mapPublicIpOnLaunch: false,
        tags: { Name: `${name}-public-${zone}` },
      });
      new RouteTableAssociation(this, `public-table-${zone}`, {
        subnetId: attribute(subnet, "id"),
        routeTableId: attribute(table, "id"),
      });
      return attribute(subnet, "id");
    };
    const subnets = new Map(zones.map((plan) => [plan.zone, publicSubnet(plan)]));
    this.publicSubnetIds = [...subnets.values()];

    const gateways = new Map(
      props.gatewayZones.map((zone) => {
        const address = new Eip(this, `address-${zone}`, {
          domain: "vpc",
          tags: { Name: `${name}-nat-${zone}` },
        });
        const nat = new NatGateway(this, `nat-${zone}`, {
          allocationId: attribute(address, "id"),
          subnetId: subnets.get(zone),
          tags: { Name: `${name}-${zone}` },
        });
        createAfter(nat, wayOut);
        return [zone, attribute(nat, "id")];
      }),
    );
    const [common] = gateways.values();
    this.routes = zones.map(
      ({ zone, privateRouteTableId }) =>
        new Route(this, `private-route-${zone}`, {
          routeTableId: privateRouteTableId,
          destinationCidrBlock: ANYWHERE,
          natGatewayId: gateways.get(zone) ?? common,
        }),
    );
  }
}
