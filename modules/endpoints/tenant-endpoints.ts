import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { interfaceEndpoint, s3Endpoint } from "./endpoint";
import { EndpointSecurityGroup, type EndpointClients } from "./security-group";
import type { EndpointService } from "./services";
import { tenantEndpointPolicy, type TenantPerimeter } from "./tenant-policies";

/** What a tenant's tasks call besides the ingest API, which has an endpoint of its own. */
const TASK_SERVICES = ["ecr.api", "ecr.dkr", "logs", "ssm", "sts", "xray"] as const;

/**
 * The interface endpoints of a tenant whose telemetry stays inside AWS. The workspace is reached through one only from
 * its own Region; from another the remote write takes the VPC's usual way out.
 */
export const tenantEndpointServices = (regions: {
  readonly tenant: string;
  readonly central: string;
}): readonly Exclude<EndpointService, "execute-api">[] => [
  ...(regions.tenant === regions.central ? (["aps-workspaces"] as const) : []),
  ...TASK_SERVICES,
];

export interface TenantEndpointsProps extends TenantPerimeter {
  /** Beginning of every name and tag. */
  readonly name: string;
  readonly region: string;
  readonly vpcId: string;
  /** At most one per Availability Zone: AWS refuses a second. */
  readonly subnetIds: readonly string[];
  /** The interface endpoints to create: without those that the VPC has already. */
  readonly services: readonly Exclude<EndpointService, "execute-api">[];
  /** Route tables that get a route to S3; none when the VPC has a gateway endpoint already. */
  readonly s3RouteTableIds: readonly string[];
  readonly clients: EndpointClients;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/**
 * The endpoints in a tenant's VPC through which its tasks reach AWS. The VPC must have DNS resolution and DNS host names
 * on; existing endpoints are not touched.
 */
export class TenantEndpoints extends Construct {
  /** What a service's tasks should be created after. */
  readonly endpoints: readonly VpcEndpoint[];

  constructor(scope: Construct, id: string, props: TenantEndpointsProps) {
    super(scope, id);
    const { name, region, vpcId, provider } = props;
    this.endpoints = [
      ...this.interfaces(props),
      ...(props.s3RouteTableIds.length === 0
        ? []
        : [
            s3Endpoint(this, {
              name,
              region,
              vpcId,
              provider,
              routeTableIds: props.s3RouteTableIds,
              policy: tenantEndpointPolicy("s3", props),
            }),
          ]),
    ];
  }

  private interfaces(props: TenantEndpointsProps): VpcEndpoint[] {
    const { name, region, vpcId, provider } = props;
    if (props.services.length === 0) return [];
    const group = new EndpointSecurityGroup(this, "clients", {
      name: `${name}-endpoints`,
      description: "Interface endpoints of AWS services",
      vpcId,
      clients: props.clients,
      provider,
    });
    return props.services.map((service) =>
      interfaceEndpoint(this, {
        name,
        region,
        vpcId,
        provider,
        service,
        subnetIds: props.subnetIds,
        securityGroupId: group.id,
        policy: tenantEndpointPolicy(service, props),
      }),
    );
  }
}
