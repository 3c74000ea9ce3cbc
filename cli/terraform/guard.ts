import { HOLDS_DATA } from "./holds-data";
import { INTERRUPTED, type Action, type Change } from "./plan-json";

/** Data that a plan would take away. */
export interface Loss {
  readonly stack: string;
  readonly address: string;
  readonly action: Extract<Action, "destroy" | "replace">;
  /** What is in it. */
  readonly holds: string;
  /** What else there is to say, as of the change. */
  readonly note?: string;
}

/** What would be lost with a stack's changes. */
export const lossesOf = (stack: string, changes: readonly Change[]): Loss[] =>
  changes.flatMap(({ address, type, action, note }) => {
    const holds = HOLDS_DATA[type];
    return holds !== undefined && (action === "destroy" || action === "replace")
      ? [{ stack, address, action, holds, ...(note !== undefined && { note }) }]
      : [];
  });

/** `tenant-acme:aws_cloudwatch_log_group.orders`, as `--approve-data` takes it. */
export const approvalOf = ({ stack, address }: Pick<Loss, "stack" | "address">): string =>
  `${stack}:${address}`;

/** The losses that nobody has approved by name. */
export function refused(losses: readonly Loss[], approvals: readonly string[]): Loss[] {
  const approved = new Set(approvals);
  return losses.filter((loss) => !approved.has(approvalOf(loss)));
}

/** Terraform makes anew what it was making when it was interrupted, even when AWS has finished it since. */
const UNTAINT =
  "if AWS has finished what was interrupted, keep it: `terraform untaint <address>` in the stack's folder";
const isUnfinished = ({ note }: Loss): boolean => note?.includes(INTERRUPTED) ?? false;

/** What is in the way, and the options that approve it. */
export function refusal(losses: readonly Loss[]): string {
  const lines = losses.flatMap(({ stack, address, action, holds, note }) => [
    `  ${stack}: ${action} ${address}`,
    `    holds ${holds}${note === undefined ? "" : `; ${note}`}`,
  ]);
  const options = losses.map((loss) => `  --approve-data '${approvalOf(loss)}'`);
  return [
    "data would be lost, so nothing goes on:",
    ...lines,
    ...(losses.some(isUnfinished) ? [UNTAINT] : []),
    "if it may be lost, say so by name:",
    ...options,
  ].join("\n");
}
