import { forTenants, type Rule } from "./rule";

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

/** Warning: the platform team's alarms, and alerts without a way to their tenant, reach nobody. */
export const platformIsTold: Rule = ({ central: { document, whole } }) => {
  if (!whole || whole.alerts.emails.length > 0) return [];
  const message =
    'has no "alerts.emails": nobody hears the alarms of the central services, and the alerts that are the platform team\'s';
  return [
    { file: document.file, pointer: "", message, remedy: "add an e-mail address of the platform team" },
  ];
};
