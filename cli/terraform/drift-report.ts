import Table from "cli-table3";
import type { PlannedFleet } from "./plan-fleet";
import type { StackPlan } from "./plan-json";
import { count } from "../../lib/wording";

export type DriftStatus = "none" | "drift" | "not deployed" | "failed";

/** One stack, compared with what is deployed. */
export interface Drift {
  readonly stack: string;
  readonly status: DriftStatus;
  /** Addresses of what was changed outside of Terraform since it last wrote the state. */
  readonly outside: readonly string[];
  /** What Terraform would do to make it as configured: `update aws_ecs_service.orders`. */
  readonly differs: readonly string[];
  /** Why it could not be compared. */
  readonly message?: string;
}

/** Compares every stack, in order of their names. */
export function driftOf({ plans, failures }: PlannedFleet): Drift[] {
  return [
    ...plans.map(({ stack, plan }) => ({
      stack,
      status: statusOf(plan),
      outside: plan.drift.map(({ address }) => address),
      differs: plan.changes.map(({ action, address }) => `${action} ${address}`),
    })),
    ...failures.map(({ stack, message }) => ({
      stack,
      status: "failed" as const,
      outside: [],
      differs: [],
      message,
    })),
  ].sort((a, b) => (a.stack < b.stack ? -1 : 1));
}

function statusOf({ changes, drift, deployed }: StackPlan): DriftStatus {
  if (!deployed && changes.length > 0) return "not deployed";
  return changes.length > 0 || drift.length > 0 ? "drift" : "none";
}

/** Resources that a cell names; the others are counted. */
const MAX_LINES = 6;
const MIN_COLUMNS = 60;
/** What borders and padding take from three columns. */
const FRAME = 10;

/** A table of the stacks that drifted, for a terminal of so many columns, and a sentence. Empty table: no drift. */
export function driftText(drifts: readonly Drift[], columns = 120): string {
  const drifted = drifts.filter(({ status }) => status === "drift");
  const others = drifts.filter(({ status }) => status === "failed" || status === "not deployed");
  const parts: string[] = [];
  if (drifted.length > 0) {
    const room = Math.max(MIN_COLUMNS, columns) - FRAME;
    const widths = [0.22, 0.39, 0.39].map((share) => Math.floor(room * share) + 2);
    const table = new Table({
      head: ["stack", "changed outside of Terraform", "not as configured"],
      colWidths: widths,
      wordWrap: true,
      wrapOnWordBoundary: false,
      style: { head: [], border: [] },
    });
    for (const { stack, outside, differs } of drifted) table.push([stack, cell(outside), cell(differs)]);
    parts.push(table.toString());
  }
  for (const { stack, status, message } of others) {
    parts.push(
      `${stack}: ${status === "failed" ? (message ?? "") : "not deployed yet, there is nothing to compare with"}`,
    );
  }
  const compared = drifts.length - others.length;
  parts.push(
    `${drifted.length === 0 ? "none" : drifted.length} of ${count(compared, "stack")} ${drifted.length === 1 ? "has" : "have"} drifted` +
      (others.length > 0 ? `, ${others.length} could not be compared` : ""),
  );
  return parts.join("\n");
}

function cell(lines: readonly string[]): string {
  if (lines.length === 0) return "-";
  const more = lines.length - MAX_LINES;
  return [...lines.slice(0, MAX_LINES), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}
