import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { interfaceEndpoint, s3Endpoint } from "../endpoints/endpoint";
import { type ApiEntrance, entranceOf } from "../endpoints/execute-api-endpoint";
import { EndpointSecurityGroup, type EndpointClients } from "../endpoints/security-group";
import type { EndpointService } from "../endpoints/services";
import { centralEndpointPolicy } from "./endpoint-policies";
import { type FlowLogSettings, VpcFlowLog } from "./flow-log";
import type { HttpsEgress } from "./https-egress";
import { Vpc } from "./vpc";

/** Where the central services run. Ids or Terraform references as ready strings, in the order of the zones. */
export interface CentralNetwork {
  readonly vpcId: string;
  readonly cidr: string;
  readonly privateSubnetIds: readonly string[];
  /** Empty in a VPC without a way out. */
  readonly publicSubnetIds: readonly string[];
}

/**
 * How the private subnets reach AWS and the internet.
 * - `nat`: through NAT gateways, one in every zone or one for all;
 * - `endpoints`: AWS through interface endpoints, the internet not at all. The VPC has no internet gateway and no public
 *   subnet then, and every image must come from a registry inside AWS.
 */
export type Egress = { readonly kind: "nat"; readonly natPerZone: boolean } | { readonly kind: "endpoints" };

export interface CreatedVpc {
  readonly kind: "created";
  readonly cidr: string;
  /** Two or three letters of Availability Zones; a NAT gateway for all of them stands in the first. */
  readonly zones: readonly string[];
  readonly egress: Egress;
  readonly flowLogs: FlowLogSettings;
}

/** A VPC that somebody else keeps: it gets what is asked for here and nothing else. */
export interface ExistingVpc extends CentralNetwork {
  readonly kind: "existing";
  /** Route tables that get a route to S3; none when the VPC has a gateway endpoint already. */
  readonly s3RouteTableIds: readonly string[];
  readonly flowLogs?: FlowLogSettings;
}

export interface CentralNetworkProps {
  /** Beginning of every name and Name tag. */
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly organizationId: string;
  readonly vpc: CreatedVpc | ExistingVpc;
  /** Interface endpoints besides those that `egress` brings. */
  readonly extraEndpoints: readonly EndpointService[];
  /** Who may call the interface endpoints. @default everything in the VPC */
  readonly endpointClients?: EndpointClients;
}

/** What the central services call, and Grafana for its data sources. S3, EFS and the others use their keys themselves: tasks have no need of KMS. */
const SERVICES: readonly EndpointService[] = [
  "aps-workspaces",
  "ecr.api",
  "ecr.dkr",
  "execute-api",
  "logs",
  "monitoring",
  "secretsmanager",
  "sns",
  "ssm",
  "sts",
  "xray",
];

const hasNoOtherWayOut = (vpc: CreatedVpc | ExistingVpc): boolean =>
  vpc.kind === "created" && vpc.egress.kind === "endpoints";

interface InterfaceEndpoints {
  readonly endpoints: ReadonlyMap<EndpointService, ReturnType<typeof interfaceEndpoint>>;
  /** Of all of them; undefined when there are none. */
  readonly securityGroupId?: string;
}

/** The network of the central account: made here, or one that exists. */
export class CentralVpc extends Construct implements CentralNetwork {
  readonly vpcId: string;
  readonly cidr: string;
  readonly privateSubnetIds: readonly string[];
  readonly publicSubnetIds: readonly string[];
  /** Where private REST APIs are called inside the VPC, when it has an endpoint for them. */
  readonly apiEntrance?: ApiEntrance;
  /** Addresses of S3, for security groups, where the VPC has a gateway endpoint of ours. */
  readonly s3PrefixListId?: string;
  /**
   * What tasks in the private subnets reach by HTTPS: image registries have no address that a rule could name, unless
   * the endpoints are the only way out.
   */
  readonly httpsEgress: HttpsEgress;
  /** The ways out of the private subnets: create services after them, or their first tasks cannot pull their images. */
  readonly egress: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: CentralNetworkProps) {
    super(scope, id);
    const { name, region, vpc } = props;
    const network = vpc.kind === "created" ? this.create(props, vpc) : { ...vpc, egress: [] };
    this.vpcId = network.vpcId;
    this.cidr = network.cidr;
    this.privateSubnetIds = network.privateSubnetIds;
    this.publicSubnetIds = network.publicSubnetIds;

    if (vpc.flowLogs !== undefined) {
      const { accountId } = props;
      new VpcFlowLog(this, "flow-logs", { ...vpc.flowLogs, name, accountId, region, vpcId: this.vpcId });
    }
    const s3 =
      network.s3RouteTableIds.length === 0
        ? []
        : [
            s3Endpoint(this, {
              name,
              region,
              vpcId: this.vpcId,
              routeTableIds: network.s3RouteTableIds,
              policy: centralEndpointPolicy("s3", props),
            }),
          ];
    const [gateway] = s3;
    if (gateway !== undefined) this.s3PrefixListId = attribute(gateway, "prefix_list_id");
    const { endpoints, securityGroupId } = this.interfaces(props);
    const executeApi = endpoints.get("execute-api");
    if (executeApi !== undefined) this.apiEntrance = entranceOf(executeApi);
    this.egress = [...network.egress, ...s3, ...endpoints.values()];
    this.httpsEgress = {
      ...(hasNoOtherWayOut(vpc) && securityGroupId !== undefined
        ? { cidrs: [], securityGroupIds: { endpoints: securityGroupId } }
        : { cidrs: ["0.0.0.0/0"] }),
      ...(this.s3PrefixListId === undefined ? {} : { prefixListIds: { s3: this.s3PrefixListId } }),
    };
  }

  private create(props: CentralNetworkProps, { cidr, zones, egress }: CreatedVpc) {
    const vpc = new Vpc(this, "vpc", {
      name: props.name,
      region: props.region,
      cidr,
      zones,
      ...(egress.kind === "nat" ? { nat: { perZone: egress.natPerZone } } : {}),
    });
    return {
      vpcId: vpc.id,
      cidr,
      privateSubnetIds: vpc.privateSubnetIds,
      publicSubnetIds: vpc.publicSubnetIds,
      s3RouteTableIds: vpc.privateRouteTableIds,
      egress: vpc.egress,
    };
  }

  private interfaces(props: CentralNetworkProps): InterfaceEndpoints {
    const { name, region, vpc } = props;
    const brought = hasNoOtherWayOut(vpc) ? SERVICES : [];
    const services = [...new Set([...brought, ...props.extraEndpoints])].sort();
    if (services.length === 0) return { endpoints: new Map() };
    const group = new EndpointSecurityGroup(this, "clients", {
      name: `${name}-endpoints`,
      description: "Interface endpoints of AWS services",
      vpcId: this.vpcId,
      clients:
        props.endpointClients ??
        (vpc.kind === "created" ? { kind: "cidr", cidr: this.cidr } : { kind: "vpc" }),
    });
    const endpoints = new Map(
      services.map((service) => [
        service,
        interfaceEndpoint(this, {
          name,
          region,
          vpcId: this.vpcId,
          service,
          subnetIds: this.privateSubnetIds,
          securityGroupId: group.id,
          policy: centralEndpointPolicy(service, props),
        }),
      ]),
    );
    return { endpoints, securityGroupId: group.id };
  }
}
