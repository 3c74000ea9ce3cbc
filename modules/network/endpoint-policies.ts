import type { Statement } from "../../lib/iam";
import {
  allActions,
  endpointPolicy,
  imageLayerBuckets,
  type EndpointPolicy,
  type EndpointStatement,
} from "../endpoints/policies";
import { GRAFANA_READ_ROLES } from "../../lib/grafana-names";
import type { EndpointService } from "../endpoints/services";

/**
 * Services that are left with the caller's account as the only condition: a role of another account is another account's
 * resource, and so are the images of AWS services that add containers to a task.
 */
const OTHERS_RESOURCES: ReadonlySet<EndpointService | "s3"> = new Set(["ecr.api", "ecr.dkr", "sts"]);

/** Where Grafana reads as a role of a tenant's account, at that account's resources. */
const READ_FOR_TENANTS: ReadonlySet<EndpointService | "s3"> = new Set(["logs", "monitoring", "xray"]);

/**
 * Policy of one of the central account's endpoints: its own principals, at its own resources, and the roles that Grafana
 * takes on in the organization's other accounts.
 */
export function centralEndpointPolicy(
  service: EndpointService | "s3",
  account: { readonly accountId: string; readonly region: string; readonly organizationId: string },
): EndpointPolicy {
  const { accountId, region, organizationId } = account;
  return endpointPolicy(
    ownAccount(service, accountId),
    ...(READ_FOR_TENANTS.has(service) ? [grafanaForTenants(service, organizationId)] : []),
    ...(service === "s3" ? [imageLayers(region)] : []),
  );
}

const grafanaForTenants = (service: EndpointService | "s3", organizationId: string): EndpointStatement => ({
  Sid: "GrafanaForTenants",
  Effect: "Allow",
  Principal: "*",
  Action: allActions(service),
  Resource: "*",
  Condition: {
    StringEquals: { "aws:PrincipalOrgID": organizationId, "aws:ResourceOrgID": organizationId },
    ArnLike: { "aws:PrincipalArn": GRAFANA_READ_ROLES },
  },
});

function ownAccount(service: EndpointService | "s3", accountId: string): EndpointStatement {
  const condition: NonNullable<Statement["Condition"]> = {
    StringEquals: {
      "aws:PrincipalAccount": accountId,
      ...(OTHERS_RESOURCES.has(service) ? {} : { "aws:ResourceAccount": accountId }),
    },
  };
  return {
    Sid: "OwnAccount",
    Effect: "Allow",
    Principal: "*",
    Action: allActions(service),
    Resource: "*",
    Condition: condition,
  };
}

const imageLayers = (region: string): EndpointStatement => ({
  Sid: "ImageLayers",
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: imageLayerBuckets(region),
});
