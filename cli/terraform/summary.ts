import { dirname } from "node:path";
import { createColors } from "picocolors";
import type { Colors } from "picocolors/types";
import type { Output } from "../command";
import { table } from "../table";
import { alike, reasonText } from "./failures";
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

const QUIET: ReadonlySet<Row["status"]> = new Set<Row["status"]>([
  "done",
  "unchanged",
  "done before",
  "not started",
]);
const isQuiet = ({ status }: Row): boolean => QUIET.has(status);

/** Table of the stacks, what went wrong, and a sentence. */
export function summary(
  rows: readonly Row[],
  seconds: number,
  output: Pick<Output, "columns" | "colours">,
): string {
  if (rows.length === 0) return "there is nothing to deploy\n";
  const shown = rows.length > MAX_LINES ? rows.filter((row) => !isQuiet(row)) : rows;
  const colours = createColors(output.colours ?? false);
  const parts: string[] = [];
  if (shown.length > 0) parts.push(table(HEAD, shown.map(cells(colours)), output, [HEAD.length - 1]));
  const told = rows.flatMap(({ message, ...row }) => (message === undefined ? [] : [{ ...row, message }]));
  // A refusal names what to approve, so it is the stack's own.
  parts.push(...told.filter(isRefusal).map((row) => reason([row], row.message)));
  parts.push(
    ...alike(told.filter((row) => !isRefusal(row))).map(({ failures, message }) => reason(failures, message)),
  );
  return [...parts, `${sentence(rows, seconds)}\n`].join("");
}

const isRefusal = ({ status }: Row): boolean => status === "refused";

function reason(rows: readonly Row[], message: string): string {
  const [first, ...others] = rows;
  const log = first?.log ?? "";
  const logs = others.length === 0 ? `log: ${log}` : `logs: ${dirname(log)}`;
  return `${reasonText({ failures: rows, message })}\n  ${logs}\n`;
}

const HEAD = ["stack", "wave", "status", "seconds"];

const cells =
  (colours: Colors) =>
  (row: Row): string[] => [
    row.stack,
    row.step,
    isQuiet(row) ? row.status : colours.red(row.status),
    row.seconds?.toFixed(1) ?? "",
  ];

const ORDER = ["done", "unchanged", "done before", "failed", "refused", "stopped", "not started"] as const;

/** `12 stacks in 33.1 s: 9 done, 1 failed, 2 not started`. */
function sentence(rows: readonly Row[], seconds: number): string {
  const counts = ORDER.map((status) => [status, rows.filter((row) => row.status === status).length] as const);
  const text = counts.flatMap(([status, number]) => (number > 0 ? [`${number} ${status}`] : [])).join(", ");
  return `${count(rows.length, "stack")} in ${seconds.toFixed(1)} s: ${text}`;
}
