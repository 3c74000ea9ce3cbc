/** Grafana's names of the units that the panels use. */
export const UNITS = {
  count: "short",
  requestsPerSecond: "reqps",
  perSecond: "cps",
  /** 0 to 100. */
  percent: "percent",
  /** 0 to 1. */
  share: "percentunit",
  seconds: "s",
  bytes: "bytes",
  bytesPerSecond: "Bps",
  mebibytes: "mbytes",
  /** 1,024 are one virtual CPU. */
  cpuUnits: "suffix: CPU units",
  /** Lines of logs and rows of traces have none. */
  none: "none",
} as const;

export type Unit = (typeof UNITS)[keyof typeof UNITS];
