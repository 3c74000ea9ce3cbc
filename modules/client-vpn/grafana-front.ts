import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { closedGroup } from "./access-group";
import { VPN_NAMES } from "./names";
import { serviceAddress } from "./plan";
import type { ServiceSubnet } from "./service-subnets";

export interface GrafanaFrontProps {
  readonly region: string;
  readonly vpcId: string;
  readonly subnets: readonly ServiceSubnet[];
}

/**
 * Grafana's address, answered inside the VPC at fixed addresses. Its requests carry no IAM identity, so the service takes
 * no endpoint policy: who comes in is the security group's to say, and who signs in the workspace's. Fields are Terraform
 * references.
 */
export class GrafanaFront extends Construct {
  readonly endpointId: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, { region, vpcId, subnets }: GrafanaFrontProps) {
    super(scope, id);
    const name = VPN_NAMES.service("grafana");
    this.securityGroupId = closedGroup(this, "group", {
      name,
      description: "Way of people to Grafana",
      vpcId,
    });
    const endpoint = new VpcEndpoint(this, "endpoint", {
      vpcId,
      serviceName: `com.amazonaws.${region}.grafana-workspace`,
      vpcEndpointType: "Interface",
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      subnetConfiguration: subnets.map((subnet) => ({
        subnetId: subnet.subnetId,
        ipv4: serviceAddress("grafana", subnet),
      })),
      securityGroupIds: [this.securityGroupId],
      privateDnsEnabled: true,
      tags: { Name: name },
    });
    this.endpointId = attribute(endpoint, "id");
  }
}
