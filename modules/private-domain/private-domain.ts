import { ApiGatewayBasePathMapping } from "@cdktf/provider-aws/lib/api-gateway-base-path-mapping";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import { DataAwsOrganizationsOrganization } from "@cdktf/provider-aws/lib/data-aws-organizations-organization";
import { RamPrincipalAssociation } from "@cdktf/provider-aws/lib/ram-principal-association";
import { RamResourceAssociation } from "@cdktf/provider-aws/lib/ram-resource-association";
import { RamResourceShare } from "@cdktf/provider-aws/lib/ram-resource-share";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { DOMAIN_APIS, DOMAIN_PATHS, type DomainApi } from "./paths";
import { domainInvokeArn, domainPolicy } from "./policy";

/** Name of the resource share. */
const SHARE = "tenantscope-private-domain";

/** RAM's only permission for such a domain: an account may associate its endpoints with it. */
const MAY_ASSOCIATE =
  "arn:aws:ram::aws:permission/APIGatewayPrivateDomainNameManagementPolicyDefaultPermission";

/** A private API behind the domain; id and stage may be references. API Gateway maps no public API to it. */
export interface MappedApi {
  readonly apiId: string;
  readonly stageName: string;
}

export interface PrivateDomainProps {
  readonly accountId: string;
  readonly region: string;
  /** Host name such as `telemetry.example.com`, plain; no wildcard. */
  readonly name: string;
  /** Of ACM in the same Region: RSA 2048, or ECDSA 256 or 384. */
  readonly certificateArn: string;
  readonly apis: Readonly<Partial<Record<DomainApi, MappedApi>>>;
}

/**
 * A private custom domain name for the APIs, shared with the whole organization: whose VPC it is called from says nothing
 * about who calls. Fields but `name` are Terraform references.
 */
export class PrivateDomain extends Construct {
  readonly name: string;
  /** Of API Gateway's management: what a tenant's endpoint is associated with. */
  readonly arn: string;
  /** What IAM calls it when it is invoked. */
  readonly invokeArn: string;
  /** The shares and mappings: whoever is to call it should be created after. */
  readonly ready: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: PrivateDomainProps) {
    super(scope, id);
    this.name = props.name;
    const domain = new ApiGatewayDomainName(this, "domain", {
      domainName: props.name,
      certificateArn: props.certificateArn,
      endpointConfiguration: { types: ["PRIVATE"] },
      securityPolicy: "TLS_1_2",
      policy: JSON.stringify(domainPolicy(props)),
    });
    const domainNameId = attribute(domain, "domain_name_id");
    this.arn = attribute(domain, "arn");
    this.invokeArn = domainInvokeArn(props, props.name, domainNameId);
    const mappings = DOMAIN_APIS.flatMap((api) => {
      const mapped = props.apis[api];
      return mapped === undefined
        ? []
        : [
            new ApiGatewayBasePathMapping(this, `mapping-${api}`, {
              domainName: attribute(domain, "domain_name"),
              // Without it the provider looks for a public domain of the name.
              domainNameId,
              basePath: DOMAIN_PATHS[api],
              apiId: mapped.apiId,
              stageName: mapped.stageName,
            }),
          ];
    });
    this.ready = [...mappings, ...this.share()];
  }

  private share(): TerraformResource[] {
    const share = new RamResourceShare(this, "share", {
      name: SHARE,
      allowExternalPrincipals: false,
      permissionArns: [MAY_ASSOCIATE],
    });
    const resourceShareArn = attribute(share, "arn");
    // Its ARN names the management account, which nothing else here has to know.
    const organization = new DataAwsOrganizationsOrganization(this, "organization");
    return [
      new RamResourceAssociation(this, "shared-domain", { resourceShareArn, resourceArn: this.arn }),
      new RamPrincipalAssociation(this, "organization-share", {
        resourceShareArn,
        principal: `\${data.${organization.terraformResourceType}.${organization.friendlyUniqueId}.arn}`,
      }),
    ];
  }
}
