import type { Problem } from "../../lib/errors";
import { forServices } from "./rule";

/** Each is an exporter of that name in the collector. */
export const exportNamesDiffer = forServices(({ pointer, service }, { document }) => {
  const seen = new Set<string>();
  return service.exports.otlp.flatMap(({ name }, index): Problem[] => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = "is the name of another endpoint of the service";
    const at = `${pointer}/exports/otlp/${String(index)}/name`;
    return [document.problem(at, { message, value: name, remedy: "choose another" })];
  });
});

const CREDENTIAL = /auth|token|secret|password|api-?key|access-?key|license-?key|^x-.*-key$/i;

/** A plain header stands in the task definition, the published configuration and the state. */
export const headersHoldNoCredentials = forServices(({ pointer, service }, { document }) =>
  service.exports.otlp.flatMap(({ headers, secretHeaders }, index) => {
    const at = `${pointer}/exports/otlp/${String(index)}`;
    return Object.keys(headers).flatMap((header): Problem[] => {
      if (Object.keys(secretHeaders).some((each) => each.toLowerCase() === header.toLowerCase())) {
        const message = "is set by secretHeaders too";
        return [document.problem(`${at}/headers/${header}`, { message, remedy: "remove one of the two" })];
      }
      if (!CREDENTIAL.test(header)) return [];
      const message = "looks like a credential, which everybody who may read the task could read";
      const remedy = "put the value into an object of S3 and name it in secretHeaders";
      return [document.problem(`${at}/headers/${header}`, { message, remedy })];
    });
  }),
);

/** The signals of an endpoint are those that the service's collector takes. */
export const exportedSignalsExist = forServices(({ pointer, service }, { document }) =>
  service.exports.otlp.flatMap(({ signals }, index) =>
    signals.flatMap((signal, position): Problem[] => {
      if (signal !== "logs" || service.logs.destinations.includes("loki")) return [];
      const message = 'needs "loki" among the destinations of the logs: others do not pass the collector';
      const at = `${pointer}/exports/otlp/${String(index)}/signals/${String(position)}`;
      return [document.problem(at, { message, value: signal, remedy: 'add "loki" there or remove it' })];
    }),
  ),
);
