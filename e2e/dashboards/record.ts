import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Labels } from "../dataplane/prometheus";

const FILE = join(__dirname, "..", "..", "dashboards", "recorded-metrics.json");

/** Metric name -> names of its labels, with spaces between; both ascending. */
export type Recording = Readonly<Record<string, string>>;

/** The metrics that collectors wrote, from their series. Recorded series, with a colon or ours, are left out. */
export function recordingOf(series: readonly Labels[]): Recording {
  const labels = new Map<string, Set<string>>();
  for (const { __name__: name = "", ...rest } of series) {
    if (name.includes(":") || name.startsWith("tenantscope_") || name.startsWith("ALERTS")) continue;
    const known = labels.get(name) ?? new Set();
    for (const label of Object.keys(rest)) known.add(label);
    labels.set(name, known);
  }
  return Object.fromEntries(
    [...labels]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, known]) => [name, [...known].sort().join(" ")]),
  );
}

export const committedRecording = (): Recording => JSON.parse(readFileSync(FILE, "utf8")) as Recording;

export function writeRecording(recording: Recording): void {
  writeFileSync(FILE, `${JSON.stringify(recording, null, 2)}\n`);
}
