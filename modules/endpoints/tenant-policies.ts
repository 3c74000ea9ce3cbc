import { allActions, endpointPolicy, type EndpointPolicy, type EndpointStatement } from "./policies";
import type { EndpointService } from "./services";

/** Whom a tenant's endpoints let through. ARNs may be references. */
export interface TenantPerimeter {
  readonly accountId: string;
  /** Further accounts whose roles the tenant's applications take on and then use inside the VPC. */
  readonly trustedAccountIds: readonly string[];
  /** The tenant's writer role in the central account, and the workspace that it writes to. */
  readonly writerRoleArn: string;
  readonly workspaceArn: string;
}

/**
 * Policy of one of a tenant's endpoints. The tenant's applications share the endpoints, most of them under the usual
 * name of the service, so the policies keep out one thing only: credentials of strangers, with which data could be
 * carried to an account of theirs. Which actions and resources, IAM decides as before; a list here would only break
 * an application that uses something the list does not know.
 */
export function tenantEndpointPolicy(
  service: EndpointService | "s3",
  perimeter: TenantPerimeter,
): EndpointPolicy {
  return endpointPolicy(ownPrincipals(service, perimeter), ...exceptions(service, perimeter));
}

const ownPrincipals = (
  service: EndpointService | "s3",
  { accountId, trustedAccountIds }: TenantPerimeter,
): EndpointStatement => ({
  Sid: "OwnPrincipals",
  Effect: "Allow",
  Principal: "*",
  Action: allActions(service),
  Resource: "*",
  Condition: { StringEquals: { "aws:PrincipalAccount": [accountId, ...trustedAccountIds] } },
});

/** Requests that arrive without credentials of the tenant's. */
function exceptions(service: EndpointService | "s3", perimeter: TenantPerimeter): EndpointStatement[] {
  switch (service) {
    case "aps-workspaces":
      // The sidecar signs as the writer, which is a role of the central account.
      return [
        {
          Sid: "Writer",
          Effect: "Allow",
          Principal: "*",
          Action: "aps:RemoteWrite",
          Resource: perimeter.workspaceArn,
          Condition: { StringEquals: { "aws:PrincipalArn": perimeter.writerRoleArn } },
        },
      ];
    case "sts":
      // Federation brings a token instead of a signature; the role's trust policy judges it.
      return [
        {
          Sid: "Federation",
          Effect: "Allow",
          Principal: "*",
          Action: ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
          Resource: "*",
        },
      ];
    case "s3":
      // Image layers, package repositories and other people's pre-signed links: signed by strangers or not at all.
      // Reading carries nothing out.
      return [
        {
          Sid: "Reading",
          Effect: "Allow",
          Principal: "*",
          Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
          Resource: "*",
        },
      ];
    default:
      return [];
  }
}
