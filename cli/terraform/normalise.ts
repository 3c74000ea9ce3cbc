import { stackNames } from "../../lib/names";
import type { Change, StackPlan } from "./plan-json";

/** Whose names and ids are to be left out of a comparison. */
export interface Owner {
  /** The tenant's name; absent for a stack that all share. */
  readonly name?: string;
  readonly accountId?: string;
}

/** A stack with its plan. */
export interface Planned {
  readonly stack: string;
  readonly owner: Owner;
  readonly plan: StackPlan;
}

/** Shorter names are parts of too many other words. */
const TELLING = 4;

/** `vpc-0a1b...`, `subnet-...`, `ws-<uuid>`: kind, and an end that says nothing. */
const RESOURCE_ID =
  /\b([a-z]{2,12})-(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{17}|[0-9a-f]{8})\b/g;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const HASH = /\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b/g;
const ACCOUNT_IN_ARN = /(arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:)\d{12}:/g;
/** CDKTF ends a long id with a hash of the path in which the tenant's name may be. */
const CONSTRUCT_HASH = /_[0-9A-F]{8}$/;

/** Rewrites texts without the owner's name and account; what AWS has given stays. */
export function ownerless({ name, accountId }: Owner): (text: string) => string {
  const own = name === undefined ? undefined : new RegExp(`(?<![a-z0-9])${escaped(name)}(?![a-z0-9])`, "g");
  return (text) => {
    let result = text;
    if (own !== undefined) result = result.replace(own, "<tenant>");
    if (accountId !== undefined) result = result.replaceAll(accountId, "<account>");
    return result.replace(ACCOUNT_IN_ARN, "$1<account>:");
  };
}

/**
 * Rewrites texts so that two tenants with the same change have the same text: the owner's name and account, ids that
 * AWS has given, hashes. The numbers that people write (sizes, counts, versions) stay.
 */
export function normaliser(owner: Owner): (text: string) => string {
  const rewrite = ownerless(owner);
  return (text) => rewrite(text).replace(RESOURCE_ID, "<$1>").replace(UUID, "<uuid>").replace(HASH, "<hash>");
}

/** Rewrites addresses: ids of constructs hold the name without what an id may not hold, and in the midst of words. */
export function addressNormaliser(owner: Owner): (address: string) => string {
  const normalise = normaliser(owner);
  const { name = "" } = owner;
  const bare = name.replaceAll("-", "");
  return (address) => {
    let result = normalise(address.replace(CONSTRUCT_HASH, ""));
    for (const part of bare.length < TELLING ? [] : [name, bare])
      result = result.replaceAll(part, "<tenant>");
    return result;
  };
}

/** What must be equal for two stacks to have the same changes. */
export function fingerprint({ stack, owner, plan }: Planned): string {
  const address = addressNormaliser(owner);
  const text = normaliser(owner);
  const changes = plan.changes.map((change) => ({
    address: address(change.address),
    type: change.type,
    action: change.action,
    ...(change.note !== undefined && { note: address(change.note) }),
    attributes: change.attributes
      .map(({ path, before, after }) => [text(path), text(before), text(after)])
      .sort(byText),
  }));
  return JSON.stringify([isTenant(stack) ? "tenant" : stack, changes.sort(byText)]);
}

/** A change as it is shown for a whole group: with placeholders instead of one tenant's names. */
export function generalised({ owner }: Planned, change: Change): Change {
  const address = addressNormaliser(owner);
  const text = normaliser(owner);
  return {
    ...change,
    address: address(change.address),
    ...(change.note !== undefined && { note: address(change.note) }),
    attributes: change.attributes.map(({ path, before, after }) => ({
      path: text(path),
      before: text(before),
      after: text(after),
    })),
  };
}

export const isTenant = (stack: string): boolean => stack.startsWith(stackNames.tenant(""));

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
