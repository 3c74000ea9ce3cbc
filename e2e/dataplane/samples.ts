import { type Sample } from "./prometheus";

/** Seconds between neighbours, of the samples at or after `from` (seconds since 1970). */
export function gaps(samples: readonly Sample[], from: number): number[] {
  const times = samples.map(([time]) => time).filter((time) => time >= from);
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

/** What a counter counted over its samples: a value below the one before it means that it began anew. */
export function total(samples: readonly Sample[]): number {
  const values = samples.map(([, value]) => value);
  return values.reduce((sum, value, index) => {
    const before = values[index - 1] ?? 0;
    return sum + (value < before ? value : value - before);
  }, 0);
}
