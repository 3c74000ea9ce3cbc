import { forServices } from "./rule";

/** Rates of counters that nobody takes: one of the two settings is a mistake. */
export const ratesNeedStatsd = forServices(({ pointer, service: { metrics } }, { document }) => {
  if (metrics.statsd || metrics.statsdRates.length === 0) return [];
  const message = 'has no effect without "statsd"';
  const remedy = 'set "statsd" to true or remove it';
  return [document.problem(`${pointer}/metrics/statsdRates`, { message, remedy }, "key")];
});
