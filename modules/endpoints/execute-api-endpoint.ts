import type { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { interfaceEndpoint } from "./endpoint";
import { endpointPolicy, type EndpointPolicy } from "./policies";
import { EndpointSecurityGroup, type ClientGroup } from "./security-group";

/**
 * Where a private REST API is called inside a VPC: `https://<dnsName>/<stage>/...` with the header `x-apigw-api-id`.
 * References or plain text.
 */
export interface ApiEntrance {
  readonly endpointId: string;
  readonly dnsName: string;
}

export const entranceOf = (endpoint: VpcEndpoint): ApiEntrance => ({
  endpointId: attribute(endpoint, "id"),
  // The first name is the endpoint's own; those of the zones follow.
  dnsName: attribute(endpoint, "dns_entry[0].dns_name"),
});

export interface ExecuteApiEndpointProps {
  readonly name: string;
  readonly region: string;
  readonly vpcId: string;
  /** At most one per Availability Zone: AWS refuses a second. */
  readonly subnetIds: readonly string[];
  /** Nobody comes here by the service's usual name, so nobody but these has to be let in. */
  readonly clients: readonly ClientGroup[];
  /** The only caller. */
  readonly writerRoleArn: string;
  /** What it may call: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/POST/...`. */
  readonly methodArns: readonly string[];
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/**
 * Only the tenant's writer, and only its own methods: whoever else found the endpoint could at most try another API, and
 * no other API is behind it.
 */
export const executeApiPolicy = (writerRoleArn: string, methodArns: readonly string[]): EndpointPolicy =>
  endpointPolicy({
    Sid: "Writer",
    Effect: "Allow",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: methodArns,
    Condition: { StringEquals: { "aws:PrincipalArn": writerRoleArn } },
  });

/** An endpoint of the tenant's for the ingest API alone, under its own DNS name. */
export class ExecuteApiEndpoint extends Construct implements ApiEntrance {
  readonly endpointId: string;
  readonly dnsName: string;

  constructor(scope: Construct, id: string, props: ExecuteApiEndpointProps) {
    super(scope, id);
    const { name, region, vpcId, provider } = props;
    const group = new EndpointSecurityGroup(this, "clients", {
      name: `${name}-ingest-endpoint`,
      description: "Endpoint of the ingest API",
      vpcId,
      clients: { kind: "groups", groups: props.clients },
      provider,
    });
    const endpoint = interfaceEndpoint(this, {
      name,
      region,
      vpcId,
      provider,
      service: "execute-api",
      subnetIds: props.subnetIds,
      securityGroupId: group.id,
      policy: executeApiPolicy(props.writerRoleArn, props.methodArns),
    });
    ({ endpointId: this.endpointId, dnsName: this.dnsName } = entranceOf(endpoint));
  }
}

/** The entrance to the ingest API: the tenant's own endpoint when it has one, which stays as it is, or a new one. */
export const ingestEntrance = (
  scope: Construct,
  id: string,
  props: { readonly existing: ApiEntrance } | { readonly created: ExecuteApiEndpointProps },
): ApiEntrance => ("existing" in props ? props.existing : new ExecuteApiEndpoint(scope, id, props.created));
