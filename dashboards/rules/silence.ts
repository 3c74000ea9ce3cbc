import type { CentralAlerts } from "../../fleet/grafana-types";
import { alerting, recording } from "./expressions";
import { DECLARED, RECORDED } from "./names";
import type { RuleGroup } from "./types";

/** From this share of silent tenants on it is one cause and not theirs. */
const FLEET_SHARE = 0.25;
/** Of four tenants one is already that share. */
const FLEET_AT_LEAST = 3;

const expected = `max by (tenant, service) (${DECLARED.expected})`;

/** Minutes that new services have, besides those for which an alert waits, until they are heard. */
const SETTLING_MINUTES = 20;

/** Samples of tenants, or of services, of which something was expected that long ago already. */
const settled = (vector: string, of: "tenant" | "tenant, service"): string =>
  `${vector} and on (${of}) ${DECLARED.expected} offset ${SETTLING_MINUTES}m`;

/**
 * What should be heard and is not. Series that end raise no alert by themselves, so these rules begin with what the
 * tenants' own rules declare. The same group computes and judges, so that all three alerts see the same minute.
 * The recorded series tell at once; the alerts give what was just declared its time to start.
 */
export function silenceGroup({ runbooksUrl }: CentralAlerts): RuleGroup {
  const tenants = settled(RECORDED.tenantSilent, "tenant");
  return {
    name: "silence",
    interval: "1m",
    rules: [
      recording(RECORDED.expectedServices, `count by (tenant) (${expected})`),
      recording(RECORDED.serviceSilent, `(${expected} unless ${RECORDED.tasks}) or 0 * ${expected}`),
      recording(RECORDED.tenantSilent, `min by (tenant) (${RECORDED.serviceSilent})`),
      recording(RECORDED.silentTenants, `avg(${RECORDED.tenantSilent})`),
      alerting(runbooksUrl, {
        name: "ManyTenantsSilent",
        expr: `avg(${tenants}) >= ${FLEET_SHARE} and sum(${tenants}) >= ${FLEET_AT_LEAST}`,
        // Before any single tenant's, which it then holds back.
        for: "5m",
        labels: { severity: "critical" },
        summary: "Many tenants are silent at once",
        description:
          "Nothing is heard of {{ $value | humanizePercentage }} of the tenants: look for one cause on our side.",
      }),
      alerting(runbooksUrl, {
        name: "TenantSilent",
        expr: settled(`${RECORDED.tenantSilent} == 1`, "tenant"),
        for: "10m",
        labels: { severity: "critical" },
        summary: "Nothing is heard of {{ $labels.tenant }}",
        description: "No sidecar of any of its services has sent a sample for at least ten minutes.",
      }),
      alerting(runbooksUrl, {
        name: "ServiceSilent",
        expr: settled(`${RECORDED.serviceSilent} == 1`, "tenant, service"),
        for: "10m",
        labels: { severity: "critical" },
        summary: "Nothing is heard of {{ $labels.service }}",
        description: "It should run, and no sidecar of it has sent a sample for at least ten minutes.",
      }),
    ],
  };
}
