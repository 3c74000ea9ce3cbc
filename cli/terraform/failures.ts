import { isTenant, ownerless } from "./normalise";
import { names, shortName } from "./wording";

/** A stack and why it could not be planned or deployed. */
export interface Failure {
  readonly stack: string;
  readonly message: string;
}

/** Stacks that failed for the same reason. */
export interface FailureGroup<T extends Failure> {
  readonly failures: readonly T[];
  /** With placeholders where the stacks' own names, accounts and requests differ. */
  readonly message: string;
}

/** `acme and zeta: why`. */
export const reasonText = ({
  failures,
  message,
}: {
  readonly failures: readonly Pick<Failure, "stack">[];
  readonly message: string;
}): string => `${names(failures.map(({ stack }) => stack))}: ${message}`;

/** AWS gives every request another one. */
const REQUEST = /(request ?id: ?)[0-9a-z-]+/gi;

/**
 * Puts together the stacks whose messages are equal but for the tenants' own names and accounts, in the order of the
 * first of each. Ids stay, except those of requests: a remedy such as `terraform force-unlock ID` needs them.
 */
export function alike<T extends Failure>(failures: readonly T[]): FailureGroup<T>[] {
  const byReason = new Map<string, T[]>();
  for (const failure of failures) {
    const { stack, message } = failure;
    const owner = isTenant(stack) ? { name: shortName(stack) } : {};
    const reason = ownerless(owner)(message.replace(REQUEST, "$1<id>"));
    byReason.set(reason, [...(byReason.get(reason) ?? []), failure]);
  }
  return [...byReason].map(([reason, members]) => {
    const [message = reason, ...others] = new Set(members.map((each) => each.message));
    return { failures: members, message: others.length === 0 ? message : reason };
  });
}
