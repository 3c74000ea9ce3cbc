import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { toolName, VPN_NAMES } from "./names";
import { serviceAddress } from "./plan";
import type { ServiceFrontProps } from "./service-front";

const TTL_SECONDS = 300;

/** The names that people type, in a zone that the central VPC alone answers. */
export class ToolNames extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: Pick<ServiceFrontProps, "subnets" | "vpcId"> & {
      readonly services: readonly ServiceFrontProps["service"][];
    },
  ) {
    super(scope, id);
    const { vpcId, services, subnets } = props;
    const zone = new Route53Zone(this, "zone", {
      name: VPN_NAMES.zone,
      comment: "What people reach over the VPN",
      vpc: [{ vpcId }],
    });
    for (const service of services) {
      new Route53Record(this, service, {
        zoneId: attribute(zone, "zone_id"),
        name: toolName(service),
        type: "A",
        ttl: TTL_SECONDS,
        records: subnets.map((subnet) => serviceAddress(service, subnet)),
      });
    }
  }
}
