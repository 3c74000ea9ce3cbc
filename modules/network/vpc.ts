import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { isMistake } from "../../lib/cidr";
import { attribute } from "../../lib/terraform-text";
import { NatEgress, type PrivateZone } from "./nat";
import { subnetPlan, type ZonePlan } from "./subnet-plan";

export interface VpcProps {
  /** Beginning of every Name tag. */
  readonly name: string;
  readonly region: string;
  /** Its subnets are {@link subnetPlan}'s; the fleet's rules have checked both. */
  readonly cidr: string;
  /** The first is where a NAT gateway for all zones stands: add zones behind it. */
  readonly zones: readonly string[];
  /**
   * With NAT gateways; without any way out when absent. One in every zone survives the loss of a zone and keeps traffic
   * inside its zone; one for all costs less.
   */
  readonly nat?: { readonly perZone: boolean };
}

/** A VPC with private subnets and, with NAT, public ones. Its default security group admits nothing and lets nothing out. */
export class Vpc extends Construct {
  /** Terraform references from here on, in the order of the zones. */
  readonly id: string;
  readonly privateSubnetIds: readonly string[];
  readonly privateRouteTableIds: readonly string[];
  readonly publicSubnetIds: readonly string[];
  /** The routes out; what needs them should be created after. */
  readonly egress: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: VpcProps) {
    super(scope, id);
    const { name, region, cidr } = props;
    const plan = subnetPlan(cidr, props.zones);
    if (isMistake(plan)) throw new Error(`${this.node.path}: ${cidr} ${plan.message}, ${plan.remedy}`);

    const vpc = new AwsVpc(this, "vpc", {
      cidrBlock: cidr,
      // Both are what private DNS of the endpoints rests on.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    });
    this.id = attribute(vpc, "id");
    new DefaultSecurityGroup(this, "default-security-group", {
      vpcId: this.id,
      ingress: [],
      egress: [],
      tags: { Name: `${name}-closed` },
    });

    const zones = plan.map((zone) => this.privateZone(name, region, zone));
    this.privateSubnetIds = zones.map(({ privateSubnetId }) => privateSubnetId);
    this.privateRouteTableIds = zones.map(({ privateRouteTableId }) => privateRouteTableId);
    const nat = props.nat && this.natEgress(props, props.nat.perZone, zones);
    this.publicSubnetIds = nat?.publicSubnetIds ?? [];
    this.egress = nat?.routes ?? [];
  }

  private natEgress(props: VpcProps, perZone: boolean, zones: readonly PrivateZone[]): NatEgress {
    return new NatEgress(this, "nat", {
      name: props.name,
      region: props.region,
      vpcId: this.id,
      zones,
      gatewayZones: perZone ? zones.map(({ zone }) => zone) : props.zones.slice(0, 1),
    });
  }

  /** A table for each zone even when all routes are the same, so that a change of the egress moves routes only. */
  private privateZone(
    name: string,
    region: string,
    plan: ZonePlan,
  ): PrivateZone & { readonly privateSubnetId: string } {
    const { zone } = plan;
    const subnet = new Subnet(this, `private-${zone}`, {
      vpcId: this.id,
      availabilityZone: `${region}${zone}`,
      cidrBlock: plan.privateCidr,
      mapPublicIpOnLaunch: false,
      tags: { Name: `${name}-private-${zone}` },
    });
    const table = new RouteTable(this, `private-table-${zone}`, {
      vpcId: this.id,
      tags: { Name: `${name}-private-${zone}` },
    });
    const [privateSubnetId, privateRouteTableId] = [attribute(subnet, "id"), attribute(table, "id")];
    new RouteTableAssociation(this, `private-association-${zone}`, {
      subnetId: privateSubnetId,
      routeTableId: privateRouteTableId,
    });
    return { ...plan, privateSubnetId, privateRouteTableId };
  }
}
