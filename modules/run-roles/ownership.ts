import type { Statement } from "../../lib/iam";
import { actionsOfService } from "./rights";

type Condition = NonNullable<Statement["Condition"]>;

/** Everything that a stack makes carries its name; nobody may put another stack's on anything. */
const OWNER_TAG = "tenantscope:stack";
const OWNER = `aws:ResourceTag/${OWNER_TAG}`;
const MAKER = `aws:RequestTag/${OWNER_TAG}`;

/** Things of these stacks. What has no such tag is nobody's. */
export const ownedBy = (...stacks: readonly string[]): Condition => ({ StringEquals: { [OWNER]: stacks } });

/** Things that the stack is about to make. */
export const madeBy = (stack: string): Condition => ({ StringEquals: { [MAKER]: stack } });

/** Things of the stack, to change them or their tags; never to another stack's name. */
const keptBy = (stack: string): Condition => ({
  StringEquals: { [OWNER]: stack },
  StringEqualsIfExists: { [MAKER]: stack },
});

/**
 * The first tags of a thing, where AWS asks for the right to tag when it makes one and does not tell that from tagging one
 * that is there: never a thing with another stack's tag, but perhaps one with none.
 */
export const firstTaggedBy = (stack: string): Condition => ({
  StringEquals: { [MAKER]: stack },
  StringEqualsIfExists: { [OWNER]: stack },
});

/** Any tags but another stack's name, where AWS knows nothing of what is tagged. */
export const taggedAs = (stack: string): Condition => ({ StringEqualsIfExists: { [MAKER]: stack } });

/** ARN of what a service calls so, in one place. */
export type ArnOf = (service: string, name: string) => string;

/** Things of a service whose ids AWS gives, or whose names do not tell whose they are. */
export interface Things {
  readonly service: string;
  /** Actions, as all below: names after each other. */
  readonly make: string;
  readonly tag: string;
  /** Where the service says with which action a thing is made when it is tagged: those actions. */
  readonly tellsWhenMade?: boolean;
  /** ARN patterns, where it does not say so. */
  readonly firstTagOn?: readonly string[];
  readonly change: string;
}

/** Making things with the stack's tag, and keeping those that have it. One statement for all services: IAM counts characters. */
export function rightsOn(stack: string, things: readonly Things[]): Statement[] {
  const telling = things.filter(({ tellsWhenMade }) => tellsWhenMade);
  const silent = things.filter(({ firstTagOn }) => firstTagOn !== undefined);
  const actions = (of: readonly Things[], names: (each: Things) => string): string[] =>
    // Two kinds of things of one service may have an action in common.
    [...new Set(of.flatMap((each) => actionsOfService(each.service, names(each))))];
  return [
    {
      Sid: "Make",
      Effect: "Allow",
      Action: actions(things, ({ make }) => make),
      Resource: "*",
      Condition: madeBy(stack),
    },
    ...telling.map((each): Statement => ({
      Sid: `TagNew${each.service}`,
      Effect: "Allow",
      Action: actions([each], ({ tag }) => tag),
      Resource: "*",
      Condition: {
        StringEquals: { [MAKER]: stack, [`${each.service}:CreateAction`]: each.make.split(" ") },
      },
    })),
    {
      Sid: "TagNew",
      Effect: "Allow",
      Action: actions(silent, ({ tag }) => tag),
      Resource: silent.flatMap(({ firstTagOn = [] }) => firstTagOn),
      Condition: firstTaggedBy(stack),
    },
    {
      Sid: "Keep",
      Effect: "Allow",
      Action: actions(things, ({ tag, change }) => `${tag} ${change}`),
      Resource: "*",
      Condition: keptBy(stack),
    },
  ];
}
