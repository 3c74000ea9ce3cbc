import type { Explanation } from "./explained";

/** Mutants of the stack `workspaces` that no question tells from the document, and why that does no harm. */
export const RUNS_EXPLAINED: readonly Explanation[] = [
  {
    where: /./,
    change: /Resource \S+\* becomes \S+\*\*$/,
    reason: "Two stars after each other are the same pattern as one: nothing has changed.",
  },
  {
    where: /^(tenant-stark apply|account of stark: (Plan|Apply)Role)$/,
    change:
      /^(Rules|Aliases|ZoneMade|Associations|MakeAssociation|TagAssociations): Action \S+ becomes (aps|kms|route53|apigateway):\*$/,
    reason:
      "Of the resources that the statement names the service knows these actions alone, or others that another statement allows: the star adds none.",
  },
  {
    where: /^(tenant-stark apply|account of stark: ApplyRole)$/,
    change:
      /^SecurityGroupRules: Action without ec2:(RevokeSecurityGroup|UpdateSecurityGroupRuleDescriptions)(Egress|Ingress)$/,
    reason:
      "AWS's reference lets these be limited to groups alone, and the groups are the stack's by their tag; should AWS ask about the rule as well, it is allowed.",
  },
  {
    where: /^border tenantscope-run$/,
    change:
      /^NotTheRunsThemselves: (Action without iam:(Add|Remove|Set)\*|Resource (without )?arn:aws:iam::\d{12}:oidc-provider\/app\.terraform\.io)/,
    reason:
      "The Deny of providers, policies' versions and people beside it (NoPeopleAndNoPolicies) holds for all of them, the runs' own included: this one names them a second time.",
  },
  {
    where: /^account of stark: PlanRole$/,
    change: /^Named: Resource \S+:(cluster|task-definition)\/tenantscope-stark(-\*)? becomes /,
    reason: "Looking at clusters and task definitions is allowed of all of them, by Find.",
  },
  {
    where: /^account of stark: (Plan|Apply)Role$/,
    change:
      /^Associations: (the Allow is gone|the effect is the opposite|Action without apigateway:GET|Resource \S+ becomes \S+:\/domainnameaccessassociations\/domainname\/\*$)/,
    reason:
      "AWS's reference lets GET be limited to the list of associations alone, which FindAssociations allows, and writes an account in each one's ARN: the form without is for what the reference leaves open.",
  },
  {
    where: /^account of stark: (Plan|Apply)Role$/,
    change:
      /^(Find|Make)Associations?: Resource \S+domainnameaccessassociations becomes \S+(domainnameaccessassociations\*|:\/\*)$/,
    reason:
      "API Gateway knows GET and POST of the list of associations, not of one; and no other list has an account in its ARN.",
  },
  {
    where: /^account of stark: (Plan|Apply)Role$/,
    change: /^(ZoneMade|Record): Resource arn:aws:route53:::(change|hostedzone)\/\* becomes \*$/,
    reason:
      "The action takes no other type of resource, and ARNs of Route 53 have neither account nor Region.",
  },
  {
    where: /^account of stark: ApplyRole$/,
    change: /^TagNewKey: ForAllValues:StringLike kms:ResourceAliases also for somebody else$/,
    reason: "What is put in ends with 2, which the pattern of the tenant's own aliases takes in.",
  },
  {
    where: /^account of stark: ApplyRole$/,
    change:
      /^Record: ForAllValues:StringEquals route53:ChangeResourceRecordSetsRecordTypes also for somebody else$/,
    reason: "What is put in is A2: there is no such type of record. Types that there are the questions name.",
  },
];
