import Table from "cli-table3";
import type { Colors } from "picocolors/types";
import type { Status } from "./run-state";
import { count } from "../../lib/wording";

/** How one stack fared. */
export interface Row {
  readonly step: string;
  readonly stack: string;
  readonly status: Status | "done before" | "not started";
  readonly seconds?: number;
  /** Relative to the fleet's root. */
  readonly log?: string;
  readonly message?: string;
}

/** From this many on, the stacks that need no attention are only counted. */
const MAX_LINES = 40;
/** Columns that stack, step, status and seconds need; a narrower terminal gets plain lines. */
const MIN_COLUMNS = 70;

const QUIET: ReadonlySet<Row["status"]> = new Set<Row["status"]>([
  "done",
  "unchanged",
  "done before",
  "not started",
]);
const isQuiet = ({ status }: Row): boolean => QUIET.has(status);

/** Table of the stacks, what went wrong, and a sentence. */
export function summary(rows: readonly Row[], seconds: number, colours: Colors, columns = 100): string {
  const shown = rows.length > MAX_LINES ? rows.filter((row) => !isQuiet(row)) : rows;
  const parts: string[] = [];
  if (rows.length === 0) return "there is nothing to deploy";
  if (shown.length > 0) parts.push(columns < MIN_COLUMNS ? plain(shown) : table(shown, colours));
  for (const { stack, message, log } of rows) {
    if (message !== undefined) parts.push(`${stack}: ${message}\n  log: ${log ?? ""}`);
  }
  parts.push(sentence(rows, seconds));
  return parts.join("\n");
}

function table(rows: readonly Row[], colours: Colors): string {
  const result = new Table({
    head: ["stack", "wave", "status", "seconds"],
    colAligns: ["left", "left", "left", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const status = isQuiet(row) ? row.status : colours.red(row.status);
    result.push([row.stack, row.step, status, row.seconds?.toFixed(1) ?? ""]);
  }
  return result.toString();
}

const plain = (rows: readonly Row[]): string =>
  rows
    .map(({ stack, status, seconds }) => `${stack} ${status} ${seconds?.toFixed(1) ?? ""}`.trimEnd())
    .join("\n");

const ORDER = ["done", "unchanged", "done before", "failed", "refused", "stopped", "not started"] as const;

/** `12 stacks in 33.1 s: 9 done, 1 failed, 2 not started`. */
function sentence(rows: readonly Row[], seconds: number): string {
  const counts = ORDER.map((status) => [status, rows.filter((row) => row.status === status).length] as const);
  const text = counts.flatMap(([status, number]) => (number > 0 ? [`${number} ${status}`] : [])).join(", ");
  return `${count(rows.length, "stack")} in ${seconds.toFixed(1)} s: ${text}`;
}
