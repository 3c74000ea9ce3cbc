import { ADVANCED_PARAMETER, MAX_TASK_DEFINITION } from "../../lib/limits";
import { forManagedServices, forServices } from "./rule";

/**
 * Room for what the program adds, in bytes: the sidecar with its configuration, log options, names. Estimates on the safe
 * side, since rendering every service's documents here would double the time of a large fleet; tests hold them against
 * the documents.
 */
export const OWN_TASK_BYTES = 16_384;
/** The processors of a collector's configuration without the names of the rates. */
export const PROCESSORS_BYTES = 3072;

/** ECS refuses a task definition over 64 KiB; only the manifest's own text can make it that large. */
export const taskDefinitionFits = forManagedServices(({ pointer, service }, { document }) => {
  const bytes = Buffer.byteLength(JSON.stringify(service.containers)) + OWN_TASK_BYTES;
  if (bytes <= MAX_TASK_DEFINITION) return [];
  const message = `makes a task definition of about ${String(bytes)} bytes; ECS takes ${String(MAX_TASK_DEFINITION)}`;
  return [
    document.problem(pointer, { message, remedy: "move large environment values into a secret or a file" }),
  ];
});

/**
 * The published configuration is cut between its sections, and each must fit an SSM parameter; the list of rates, which the
 * processors have, is its only part without a bound.
 */
export const configurationFits = forServices(({ pointer, service }, { document }) => {
  const { statsdRates } = service.metrics;
  // The empty list of a service without rates is in the estimate.
  if (statsdRates.length === 0) return [];
  const bytes = Buffer.byteLength(JSON.stringify(statsdRates)) + PROCESSORS_BYTES;
  if (bytes <= ADVANCED_PARAMETER) return [];
  const message = `makes a collector configuration of about ${String(bytes)} bytes; an SSM parameter takes ${String(ADVANCED_PARAMETER)}`;
  const remedy = "name only the counters that seldom move";
  return [document.problem(`${pointer}/metrics/statsdRates`, { message, remedy })];
});
