/** Mutants that no test can tell from the policy, and why that does no harm. An entry that explains none fails. */
export interface Explanation {
  /** Stack, address and attribute of the policy. */
  readonly where: RegExp;
  /** `<Sid>: <change>`. */
  readonly change: RegExp;
  readonly reason: string;
}

export const EXPLAINED: readonly Explanation[] = [];
