import { forTenants } from "./rule";

/** Warning: the alarms of an active tenant reach nobody. */
export const somebodyIsTold = forTenants(({ document, services, lifecycle, alerts }) => {
  const silent = lifecycle === "active" && alerts?.emails.length === 0;
  if (!silent || !services.some(({ service }) => service.mode === "managed")) return [];
  // Without a place: the file has none, and finding the nearest takes time in a large fleet.
  const message = 'has no "alerts.emails": nobody is told when a sidecar stops';
  return [{ file: document.file, pointer: "", message, remedy: "add an e-mail address" }];
});
