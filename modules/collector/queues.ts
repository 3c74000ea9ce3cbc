/**
 * Shares of the sidecar's memory that telemetry may have that could not be sent yet, in bytes on the wire. In memory it
 * takes several times that, and an outage of one place must not make the memory limiter refuse what goes to another: all
 * of them together stay below a quarter.
 */
export const QUEUE_SHARES = {
  logs: 0.125,
  traces: 0.0625,
  /** Of all further endpoints together. */
  exports: 0.03125,
} as const;

/** Bytes that a queue with this share holds. */
export const queueBytes = (memoryMiB: number, share: number): number =>
  Math.floor(memoryMiB * share * 1024 * 1024);
