import type { Output } from "../command";
import { table } from "../table";
import { alike, reasonText } from "./failures";
import type { PlannedFleet } from "./plan-fleet";
import type { StackPlan } from "./plan-json";
import { count } from "../../lib/wording";

type Screen = Pick<Output, "columns" | "colours">;

/** `orphaned`: a tenant that is deployed although its file is gone. */
export type DriftStatus = "none" | "drift" | "orphaned" | "not deployed" | "failed";

/** One stack, compared with what is deployed. */
export interface Drift {
  readonly stack: string;
  readonly status: DriftStatus;
  /** Addresses of what was changed outside of Terraform since it last wrote the state, and makes a difference. */
  readonly outside: readonly string[];
  /** What Terraform would do to make it as configured: `update aws_ecs_service.orders`. */
  readonly differs: readonly string[];
  /** What was changed outside of Terraform and stays so: the next deployment would not touch it. */
  readonly seen: readonly { readonly address: string; readonly paths: readonly string[] }[];
  /** Why it could not be compared. */
  readonly message?: string;
}

/** Compares every stack, in order of their names. `orphaned` have no plan. */
export function driftOf({ plans, failures }: PlannedFleet, orphaned: readonly string[] = []): Drift[] {
  return [
    ...plans.map(({ stack, plan }) => ({
      stack,
      status: statusOf(plan),
      outside: plan.drift.map(({ address }) => address),
      differs: plan.changes.map(({ action, address }) => `${action} ${address}`),
      seen: plan.seen.map(({ address, attributes }) => ({
        address,
        paths: attributes.map(({ path }) => path),
      })),
    })),
    ...failures.map(({ stack, message }) => ({
      stack,
      ...{ status: "failed" as const, outside: [], differs: [], seen: [] },
      message,
    })),
    ...orphaned.map((stack) => ({
      stack,
      ...{ status: "orphaned" as const, outside: [], differs: [], seen: [] },
    })),
  ].sort((a, b) => (a.stack < b.stack ? -1 : 1));
}

function statusOf({ applyable, deployed }: StackPlan): DriftStatus {
  if (!applyable) return "none";
  return deployed ? "drift" : "not deployed";
}

/** Resources that a cell names; the others are counted. */
const MAX_NAMES = 6;

/**
 * A table of the stacks that drifted, and a sentence. What was seen but makes no difference is only counted unless
 * `showSeen`: AWS itself changes some values every day.
 */
export function driftText(drifts: readonly Drift[], output: Screen, showSeen = false): string {
  const drifted = drifts.filter(({ status }) => status === "drift");
  const others = drifts.filter(({ status }) => status === "failed" || status === "not deployed");
  const parts = [
    ...(drifted.length === 0 ? [] : [table(HEAD, drifted.map(row), output)]),
    ...seenText(
      drifts.filter(({ seen }) => seen.length > 0),
      output,
      showSeen,
    ),
    ...alike(
      others.map(({ stack, message = "not deployed yet, there is nothing to compare with" }) => ({
        stack,
        message,
      })),
    ).map((group) => `${reasonText(group)}\n`),
  ];
  const orphaned = drifts.filter(({ status }) => status === "orphaned").length;
  const compared = drifts.length - others.length - orphaned;
  parts.push(
    `${drifted.length === 0 ? "none" : drifted.length} of ${count(compared, "stack")} ${drifted.length === 1 ? "has" : "have"} drifted` +
      (orphaned > 0 ? `, ${orphaned} ${orphaned === 1 ? "has" : "have"} no file any more` : "") +
      `${others.length > 0 ? `, ${others.length} could not be compared` : ""}\n`,
  );
  return parts.join("");
}

const HEAD = ["stack", "changed outside of Terraform", "not as configured"];

const row = ({ stack, outside, differs }: Drift): string[] => [stack, cell(outside), cell(differs)];

function seenText(seeing: readonly Drift[], output: Screen, show: boolean): string[] {
  if (seeing.length === 0) return [];
  if (!show) {
    const where = seeing.length === 1 ? (seeing[0]?.stack ?? "") : count(seeing.length, "stack");
    return [`${where}: seen outside of Terraform, nothing to do (--seen lists it)\n`];
  }
  const rows = seeing.map(({ stack, seen }) => [
    stack,
    cell(
      seen.map(({ address, paths }) => (paths.length === 0 ? address : `${address} (${paths.join(" ")})`)),
    ),
  ]);
  return [table(["stack", "seen outside of Terraform, nothing to do"], rows, output)];
}

function cell(names: readonly string[]): string {
  if (names.length === 0) return "-";
  const more = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
