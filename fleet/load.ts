import { FleetError, formatProblem } from "../lib/errors";
import { type FleetReading, readFleet } from "./read";
import type { Fleet } from "./types";

/** The fleet below `root`, checked, with every default applied. Throws a `FleetError` that names every mistake at once. */
export function loadFleet(root: string): Fleet {
  return toFleet(readFleet(root));
}

export function toFleet({ view, problems, warnings }: FleetReading): Fleet {
  const central = view.central.whole;
  if (problems.length > 0 || central === undefined) throw new FleetError(problems);
  return {
    central,
    tenants: view.tenants.flatMap(({ whole }) => whole ?? []),
    warnings: warnings.map(formatProblem),
  };
}
