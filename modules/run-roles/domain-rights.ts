import type { Statement } from "../../lib/iam";
import { madeBy } from "./ownership";
import { actionsOfService } from "./rights";

/** The private domain of the central APIs. */
export interface DomainProps {
  readonly name: string;
  /** Of the central stack. */
  readonly accountId: string;
}

/**
 * The private domain in the tenant's VPC: its association with the tenant's endpoint, and a private zone of exactly its
 * name. AWS gives a zone's id and knows no tags of it; a record is known by its name, and a zone that holds any but its
 * own two cannot be deleted.
 *
 * @param accountId of the tenant
 */
export function domainRights(
  { name, accountId: ownerId }: DomainProps,
  stack: string,
  accountId: string,
): Statement[] {
  const zones = "arn:aws:route53:::hostedzone/*";
  // AWS writes this ARN with an account and without.
  const associations = [accountId, ""].map(
    (account) => `arn:aws:apigateway:*:${account}:/domainnameaccessassociations`,
  );
  return [
    {
      Sid: "Associate",
      Effect: "Allow",
      Action: "apigateway:CreateAccessAssociation",
      Resource: `arn:aws:apigateway:*:${ownerId}:/domainnames/${name}+*`,
    },
    {
      Sid: "MakeAssociation",
      Effect: "Allow",
      Action: "apigateway:POST",
      Resource: associations,
      Condition: madeBy(stack),
    },
    { Sid: "FindAssociations", Effect: "Allow", Action: "apigateway:GET", Resource: associations },
    {
      Sid: "Associations",
      Effect: "Allow",
      Action: actionsOfService("apigateway", "DELETE GET"),
      Resource: associations.map((each) => `${each}/domainname/${name}*`),
    },
    {
      Sid: "TagAssociations",
      Effect: "Allow",
      Action: actionsOfService("apigateway", "DELETE GET PUT"),
      Resource: `arn:aws:apigateway:*::/tags/*domainnameaccessassociations*${name}*`,
    },
    {
      Sid: "MakeZone",
      Effect: "Allow",
      Action: actionsOfService("route53", "CreateHostedZone ListHostedZones"),
      Resource: "*",
    },
    { Sid: "ZoneMade", Effect: "Allow", Action: "route53:GetChange", Resource: "arn:aws:route53:::change/*" },
    {
      Sid: "Zones",
      Effect: "Allow",
      Action: actionsOfService(
        "route53",
        "ChangeTagsForResource DeleteHostedZone GetHostedZone ListResourceRecordSets ListTagsForResource",
      ),
      Resource: zones,
    },
    {
      Sid: "Record",
      Effect: "Allow",
      Action: "route53:ChangeResourceRecordSets",
      Resource: zones,
      Condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": name,
          "route53:ChangeResourceRecordSetsRecordTypes": "A",
        },
      },
    },
  ];
}
