import type { Statement } from "../../lib/iam";
import {
  allActions,
  endpointPolicy,
  imageLayerBuckets,
  type EndpointPolicy,
  type EndpointStatement,
} from "../endpoints/policies";
import type { EndpointService } from "../endpoints/services";

/**
 * Services that are left with the caller's account as the only condition: a role of another account is another account's
 * resource, and so are the images of AWS services that add containers to a task.
 */
const OTHERS_RESOURCES: ReadonlySet<EndpointService | "s3"> = new Set(["ecr.api", "ecr.dkr", "sts"]);

/** Policy of one of the central account's endpoints: its own principals, at its own resources. */
export function centralEndpointPolicy(
  service: EndpointService | "s3",
  account: { readonly accountId: string; readonly region: string },
): EndpointPolicy {
  const { accountId, region } = account;
  return endpointPolicy(ownAccount(service, accountId), ...(service === "s3" ? [imageLayers(region)] : []));
}

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
