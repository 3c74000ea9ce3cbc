import { ApiGatewayDomainNameAccessAssociation } from "@cdktf/provider-aws/lib/api-gateway-domain-name-access-association";
import { DataAwsVpcEndpoint } from "@cdktf/provider-aws/lib/data-aws-vpc-endpoint";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Sleep } from "@cdktf/provider-time/lib/sleep";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";

/** Time that API Gateway takes until an endpoint with a new association reaches the domain. */
const ASSOCIATION_TAKES = "900s";

export interface DomainEntranceProps {
  /** The domain: its plain host name, and the ARN of API Gateway's management, which may be a reference. */
  readonly domain: { readonly name: string; readonly arn: string };
  /** The tenant's VPC, with DNS resolution and DNS host names on. */
  readonly vpcId: string;
  /**
   * Its interface endpoint for execute-api in the Region of the domain; id or reference. Its policy must allow the
   * domain's invoke ARN.
   */
  readonly endpointId: string;
}

/** The private domain in a tenant's VPC: its name leads to the tenant's own endpoint, which may come in by it. */
export class DomainEntrance extends Construct {
  /** What calls the domain should be created after. */
  readonly ready: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: DomainEntranceProps) {
    super(scope, id);
    const { domain, endpointId, vpcId } = props;
    const association = new ApiGatewayDomainNameAccessAssociation(this, "association", {
      domainNameArn: domain.arn,
      accessAssociationSourceType: "VPCE",
      accessAssociationSource: endpointId,
    });
    // A zone of exactly this name: the VPC resolves everything else as before.
    const zone = new Route53Zone(this, "zone", {
      name: domain.name,
      comment: "The APIs of tenantscope, through this VPC's endpoint",
      vpc: [{ vpcId }],
    });
    const endpoint = new DataAwsVpcEndpoint(this, "endpoint", { id: endpointId });
    // The first entry is the endpoint's own; those of the zones follow.
    const address = `data.${endpoint.terraformResourceType}.${endpoint.friendlyUniqueId}.dns_entry[0]`;
    const record = new Route53Record(this, "record", {
      zoneId: attribute(zone, "zone_id"),
      name: domain.name,
      // The name is the zone's own, where DNS allows no CNAME.
      type: "A",
      alias: {
        name: `\${${address}.dns_name}`,
        zoneId: `\${${address}.hosted_zone_id}`,
        evaluateTargetHealth: false,
      },
    });
    const associated = new Sleep(this, "association-wait", {
      createDuration: ASSOCIATION_TAKES,
      // A new association takes as long as the first.
      triggers: { association: attribute(association, "arn"), domain: domain.arn },
    });
    createAfter(associated, association);
    this.ready = [associated, record];
  }
}
