import type { Explanation } from "./explained";

const ACCOUNT_PLAN = /^account of stark: PlanRole$/;
const ACCOUNT_APPLY = /^account of stark: ApplyRole$/;
const ACCOUNT = /^account of stark: (Plan|Apply)Role$/;

const NO_MORE =
  "Of the resources that the statement names the service knows these actions alone, or others that another statement allows: the star adds none.";
const ASSOCIATION =
  "AWS's reference lets GET be limited to the list of associations alone, which FindAssociations allows, and writes an account in each one's ARN: what names one of them is for what the reference leaves open.";

/** Mutants of the stack `workspaces` that no question tells from the document, and why that does no harm. */
export const RUNS_EXPLAINED: readonly Explanation[] = [
  {
    // The others are caught by not being like these.
    where:
      /^(central|limits|tenant-stark) |^border tenantscope-(run|services|tenant-stark)$|^account of stark: (ApplicationsBoundary|ApplyNamed|PlanRole|ApplyRole)$/,
    change: /Resource \S+\* becomes \S+\*\*$/,
    reason: "Two stars after each other are the same pattern as one: nothing has changed.",
  },
  {
    where: /^(tenant-stark apply|account of stark: (Plan|Apply)Role)$/,
    change:
      /^(Rules|Aliases|ZoneMade|Associations|MakeAssociation): Action \S+ becomes (aps|kms|route53|apigateway):\*$/,
    reason: NO_MORE,
  },
  { where: ACCOUNT_APPLY, change: /^TagAssociations: Action \S+ becomes apigateway:\*$/, reason: NO_MORE },
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
      /^NotTheRunsThemselves: (Action without iam:(Add|Remove|Set)\*|Resource without \S+:oidc-provider\/\S+|Resource \S+ becomes \S+:oidc-provider\/\S+)$/,
    reason:
      "The Deny of providers, policies' versions and people beside it (NoPeopleAndNoPolicies) holds for all of them, the runs' own included: this one names them a second time.",
  },
  {
    where: ACCOUNT_PLAN,
    change: /^Named: Resource \S+ becomes \S+:(cluster|task-definition)\/(\*|\S+[^*]\*)$/,
    reason: "Looking at clusters and task definitions is allowed of all of them, by Find.",
  },
  {
    where: ACCOUNT_PLAN,
    change:
      /^Associations: (the Allow is gone|the effect is the opposite|Resource \S+ becomes \S+\/domainname\/\*)$/,
    reason: ASSOCIATION,
  },
  {
    where: ACCOUNT_APPLY,
    change:
      /^Associations: (Action without apigateway:GET|Resource arn:aws:apigateway:\*::\S+ becomes \S+\/domainname\/\*)$/,
    reason: ASSOCIATION,
  },
  {
    where: ACCOUNT,
    change: /^(Find|Make)Associations?: Resource \S+ becomes \S+domainnameaccessassociations\*$/,
    reason: "API Gateway knows GET and POST of the list of associations, and neither of one of them.",
  },
  {
    where: ACCOUNT_APPLY,
    change: /^MakeAssociation: Resource \S+:\d{12}:\S+ becomes \S+:\d{12}:\/\*$/,
    reason: "No other list that takes a POST has an account in its ARN.",
  },
  {
    where: ACCOUNT,
    change: /^(ZoneMade|Record): Resource arn:aws:route53:::(change|hostedzone)\/\* becomes \*$/,
    reason:
      "The action takes no other type of resource, and ARNs of Route 53 have neither account nor Region.",
  },
  {
    where: ACCOUNT_APPLY,
    change: /^TagNewKey: ForAllValues:StringLike kms:ResourceAliases also for somebody else$/,
    reason: "What is put in ends with 2, which the pattern of the tenant's own aliases takes in.",
  },
  {
    where: ACCOUNT_APPLY,
    change:
      /^Record: ForAllValues:StringEquals route53:ChangeResourceRecordSetsRecordTypes also for somebody else$/,
    reason: "What is put in is A2: there is no such type of record. Types that there are the questions name.",
  },
];
