import type { Statement } from "../../lib/iam";
import type { ArnOf, Things } from "./ownership";
import { actionsOfService } from "./rights";

const RULES =
  "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress ModifySecurityGroupRules RevokeSecurityGroupEgress " +
  "RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsEgress UpdateSecurityGroupRuleDescriptionsIngress";

/** Security groups, but for {@link inNetwork}. */
export const SECURITY_GROUPS: Things = {
  service: "ec2",
  make: "CreateSecurityGroup",
  tag: "CreateTags",
  tellsWhenMade: true,
  change: `DeleteSecurityGroup DeleteTags ${RULES}`,
};

/** Terraform tags a rule after it is made. The tag opens nothing: whoever changes a rule needs its group, too. */
export const securityGroupRules = (arn: ArnOf): Things => ({
  service: "ec2",
  make: "",
  tag: "CreateTags",
  firstTagOn: [arn("ec2", "security-group-rule/*")],
  change: "",
});

/** Where groups are made, and the rules of those that one may change: AWS asks for both. */
export const inNetwork = (arn: ArnOf): Statement[] => [
  {
    Sid: "InTheNetwork",
    Effect: "Allow",
    Action: "ec2:CreateSecurityGroup",
    Resource: arn("ec2", "vpc/*"),
  },
  {
    Sid: "SecurityGroupRules",
    Effect: "Allow",
    Action: actionsOfService("ec2", RULES),
    Resource: arn("ec2", "security-group-rule/*"),
  },
];
