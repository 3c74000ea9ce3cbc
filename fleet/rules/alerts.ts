import { forTenants } from "./rule";

/** Warning: the alarms of an active tenant reach nobody. */
export const somebodyIsTold = forTenants(({ document, services, lifecycle, alerts }) => {
  if (lifecycle !== "active" || !alerts) return [];
  const { emails, httpsUrls, slackSecretArn, pagerDutySecretArn } = alerts;
  const told = emails.length + httpsUrls.length > 0 || (slackSecretArn ?? pagerDutySecretArn) !== undefined;
  if (told || !services.some(({ service }) => service.mode === "managed")) return [];
  // Without a place: the file has none, and finding the nearest takes time in a large fleet.
  const message = 'has no "alerts.emails": nobody is told when a sidecar stops';
  return [{ file: document.file, pointer: "", message, remedy: "add an e-mail address" }];
});
