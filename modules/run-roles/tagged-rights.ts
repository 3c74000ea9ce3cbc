import type { Statement } from "../../lib/iam";
import { KEYS } from "./keys";
import { rightsOn, type ArnOf, type Things } from "./ownership";
import { actionsOfService } from "./rights";
import { inNetwork, SECURITY_GROUPS, securityGroupRules } from "./security-groups";

/** What a tenant's stack makes in the tenant's account that no name tells from the account's other things. */
export function taggedRights(stack: string, arn: ArnOf): Statement[] {
  const tracing = [arn("xray", "group/tenantscope-*"), arn("xray", "sampling-rule/ts-*")];
  const things: readonly Things[] = [
    KEYS,
    {
      ...SECURITY_GROUPS,
      make: `${SECURITY_GROUPS.make} CreateVpcEndpoint`,
      change: `${SECURITY_GROUPS.change} DeleteVpcEndpoints ModifyVpcEndpoint`,
    },
    securityGroupRules(arn),
    {
      // Called as in the manifest, in a cluster that may be somebody else's.
      service: "ecs",
      make: "CreateService",
      tag: "TagResource",
      tellsWhenMade: true,
      change: "DeleteService UntagResource UpdateService",
    },
    {
      // Target groups, whose names may be cut, and rules of the listeners of somebody else's load balancer.
      service: "elasticloadbalancing",
      make: "CreateRule CreateTargetGroup",
      tag: "AddTags",
      tellsWhenMade: true,
      change:
        "DeleteRule DeleteTargetGroup ModifyRule ModifyTargetGroup ModifyTargetGroupAttributes RemoveTags SetRulePriorities",
    },
    {
      service: "oam",
      make: "CreateLink",
      tag: "TagResource",
      firstTagOn: [arn("oam", "link/*")],
      change: "DeleteLink UntagResource UpdateLink",
    },
    {
      // X-Ray's names are short, so that the tenant's may be cut.
      service: "xray",
      make: "CreateGroup CreateSamplingRule",
      tag: "TagResource",
      firstTagOn: tracing,
      change: "DeleteGroup DeleteSamplingRule GetGroup UntagResource UpdateGroup UpdateSamplingRule",
    },
  ];
  return [
    ...rightsOn(stack, things),
    ...inNetwork(arn),
    {
      // The manifest names them; the endpoint comes into them, nothing about them changes.
      Sid: "EndpointIn",
      Effect: "Allow",
      Action: actionsOfService("ec2", "CreateVpcEndpoint ModifyVpcEndpoint"),
      Resource: ["route-table", "security-group", "subnet", "vpc"].map((type) => arn("ec2", `${type}/*`)),
    },
  ];
}
