import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import type { ServicePlace } from "./plan";

export interface ServiceSubnet extends ServicePlace {
  /** Id or reference. */
  readonly subnetId: string;
}

export interface ServiceSubnetsProps {
  readonly name: string;
  readonly region: string;
  /** Reference. */
  readonly vpcId: string;
  /** Their keys are letters of zones. */
  readonly places: readonly ServicePlace[];
}

/** Subnets of fixed addresses in a VPC of ours: without any route but the VPC's own. */
export class ServiceSubnets extends Construct {
  readonly subnets: readonly ServiceSubnet[];

  constructor(scope: Construct, id: string, { name, region, vpcId, places }: ServiceSubnetsProps) {
    super(scope, id);
    const tags = { Name: `${name}-services` };
    const table = new RouteTable(this, "table", { vpcId, tags });
    this.subnets = places.map((place) => {
      const subnet = new Subnet(this, place.key, {
        vpcId,
        availabilityZone: `${region}${place.key}`,
        cidrBlock: place.cidr,
        mapPublicIpOnLaunch: false,
        tags: { Name: `${name}-services-${place.key}` },
      });
      const subnetId = attribute(subnet, "id");
      new RouteTableAssociation(this, `association-${place.key}`, {
        subnetId,
        routeTableId: attribute(table, "id"),
      });
      return { ...place, subnetId };
    });
  }
}
