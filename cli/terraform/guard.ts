import type { Action, Change } from "./plan-json";

/**
 * What holds data: gone with it is what nobody can make again. A key is among them, since without it nobody can read
 * what it has encrypted, and so is a dashboard workspace, in which people work by hand.
 */
const HOLDS_DATA: ReadonlySet<string> = new Set([
  "aws_cloudwatch_log_group",
  "aws_dynamodb_table",
  "aws_efs_file_system",
  "aws_grafana_workspace",
  "aws_kms_key",
  "aws_opensearch_domain",
  "aws_prometheus_workspace",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
]);

/** Data that a plan would take away. */
export interface Loss {
  readonly stack: string;
  readonly address: string;
  readonly action: Extract<Action, "destroy" | "replace">;
}

/** What would be lost with a stack's changes. */
export const lossesOf = (stack: string, changes: readonly Change[]): Loss[] =>
  changes.flatMap(({ address, type, action }) =>
    HOLDS_DATA.has(type) && (action === "destroy" || action === "replace")
      ? [{ stack, address, action }]
      : [],
  );

/** `tenant-acme:aws_cloudwatch_log_group.orders`, as `--approve-data` takes it. */
export const approvalOf = ({ stack, address }: Pick<Loss, "stack" | "address">): string =>
  `${stack}:${address}`;

/** The losses that nobody has approved by name. */
export function refused(losses: readonly Loss[], approvals: readonly string[]): Loss[] {
  const approved = new Set(approvals);
  return losses.filter((loss) => !approved.has(approvalOf(loss)));
}

/** What is in the way, and the options that approve it. */
export function refusal(losses: readonly Loss[]): string {
  const lines = losses.map(({ stack, address, action }) => `  ${stack}: ${action} ${address}`);
  const options = losses.map((loss) => `  --approve-data '${approvalOf(loss)}'`);
  return [
    "data would be lost, so nothing goes on:",
    ...lines,
    "if it may be lost, say so by name:",
    ...options,
  ].join("\n");
}
