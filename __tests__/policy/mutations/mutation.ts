import { type Change } from "../../support/mutate";

/** One way to break a rule. */
export interface Mutation {
  /** How the rule's name begins. */
  readonly rule: string;
  readonly broken: string;
  readonly change: Change;
  readonly stack: string;
}

/** Of the stack of a tenant that lives off the defaults, unless another is named. */
export const mutation = (rule: string, broken: string, change: Change, stack = "tenant-acme"): Mutation => ({
  rule,
  broken,
  change,
  stack,
});

/** Of the central stack, unless another is named. */
export const central = (rule: string, broken: string, change: Change, stack = "central"): Mutation =>
  mutation(rule, broken, change, stack);
