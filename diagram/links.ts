import type { Place } from "./references";

/**
 * `as`: a task, function or workspace runs with a role. `flow`: connections inside an account. Everything else is access
 * by a policy or a setting, inside an account or into another.
 */
export type LinkKind = "assume" | "grant" | "invoke" | "reach" | "send" | "pull" | "show" | "as" | "flow";

export interface Link {
  readonly from: Place;
  readonly to: Place;
  readonly kind: LinkKind;
  /** What is said beside the arrow. */
  readonly label: string;
}

export const accountOf = (place: Place): string =>
  "block" in place ? place.block.account.accountId : place.accountId;

export const idOf = (place: Place): string => ("block" in place ? place.block.key : place.arn);

/** What links lead from and to, by id. */
export const placesOf = (links: readonly Link[]): Map<string, Place> =>
  new Map(links.flatMap(({ from, to }) => [from, to]).map((place) => [idOf(place), place]));

/** Whether a link leads out of its account. */
export const isCross = ({ from, to }: Link): boolean => accountOf(from) !== accountOf(to);
