import type { Statement } from "../../lib/iam";
import { firstTaggedBy, ownedBy, type ArnOf, type Things } from "./ownership";
import { actionsOfService } from "./rights";

/** Keys, but for {@link keyRights}. */
export const KEYS: Things = {
  service: "kms",
  make: "CreateKey",
  tag: "TagResource",
  change:
    "CreateAlias DeleteAlias DisableKey EnableKey EnableKeyRotation PutKeyPolicy ScheduleKeyDeletion UntagResource UpdateAlias " +
    "UpdateKeyDescription",
};

/** Looking at any key: right after it is made AWS may not know its tags yet. */
export const LOOK_AT_KEYS = "DescribeKey GetKeyPolicy GetKeyRotationStatus ListAliases ListResourceTags";

/**
 * AWS gives a key's id, and asks of whoever makes keys the right to tag every key. So somebody else's without tags is told
 * from the stack's by its aliases: with any but these it never gets the stack's tag, without which nothing can be done to it.
 *
 * @param aliases names or patterns, each with `alias/` before it
 */
export const keyRights = (stack: string, arn: ArnOf, aliases: readonly string[]): Statement[] => [
  {
    Sid: "TagNewKey",
    Effect: "Allow",
    Action: "kms:TagResource",
    Resource: arn("kms", "key/*"),
    Condition: {
      ...firstTaggedBy(stack),
      "ForAllValues:StringLike": { "kms:ResourceAliases": aliases },
    },
  },
  {
    Sid: "Aliases",
    Effect: "Allow",
    Action: actionsOfService("kms", "CreateAlias DeleteAlias UpdateAlias"),
    Resource: aliases.map((alias) => arn("kms", alias)),
  },
];

/**
 * Using the stack's keys through one service, which keeps data with them.
 *
 * @param throughService its host name, or a pattern of it
 */
export const keyUse = (stack: string, actions: string, throughService: string): Statement => ({
  Sid: "UseKeys",
  Effect: "Allow",
  Action: actionsOfService("kms", actions),
  Resource: "*",
  Condition: { ...ownedBy(stack), StringLike: { "kms:ViaService": throughService } },
});

/**
 * Looking at the environments of functions. Lambda shows one only to who may use its key, and says nothing but an error in
 * its place to everybody else: every variable would be planned anew. They hold no secret.
 *
 * @param region or a pattern of it
 */
export const readEnvironments = (stack: string, region: string): Statement =>
  keyUse(stack, "Decrypt", `lambda.${region}.amazonaws.com`);
