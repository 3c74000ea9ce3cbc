import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { EndpointPolicy } from "./policies";
import { endpointId, serviceName, type EndpointService } from "./services";

interface EndpointProps {
  /** Beginning of the Name tag. */
  readonly name: string;
  readonly region: string;
  /** Id or reference. */
  readonly vpcId: string;
  readonly policy: EndpointPolicy;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

export interface InterfaceEndpointProps extends EndpointProps {
  readonly service: EndpointService;
  /** At most one per Availability Zone: AWS refuses a second. */
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/**
 * An interface endpoint under the service's usual DNS name. Only execute-api keeps to its own name: private DNS would
 * take over the names of every REST API there is, and every public one that the VPC calls would answer 403.
 */
export function interfaceEndpoint(scope: Construct, props: InterfaceEndpointProps): VpcEndpoint {
  const { service } = props;
  return new VpcEndpoint(scope, endpointId(service), {
    provider: props.provider,
    vpcId: props.vpcId,
    serviceName: serviceName(props.region, service),
    vpcEndpointType: "Interface",
    subnetIds: [...props.subnetIds],
    securityGroupIds: [props.securityGroupId],
    privateDnsEnabled: service !== "execute-api",
    policy: JSON.stringify(props.policy),
    tags: { Name: `${props.name}-${service}` },
  });
}

export interface S3EndpointProps extends EndpointProps {
  readonly routeTableIds: readonly string[];
}

/** A gateway endpoint for S3: routes of the tables, no interface and no charge. */
export function s3Endpoint(scope: Construct, props: S3EndpointProps): VpcEndpoint {
  return new VpcEndpoint(scope, endpointId("s3"), {
    provider: props.provider,
    vpcId: props.vpcId,
    serviceName: serviceName(props.region, "s3"),
    vpcEndpointType: "Gateway",
    routeTableIds: [...props.routeTableIds],
    policy: JSON.stringify(props.policy),
    tags: { Name: `${props.name}-s3` },
  });
}
