import type { CentralAlerts } from "../../fleet/grafana-types";
import { alerting, recording } from "./expressions";
import { DECLARED, RECORDED } from "./names";
import type { RuleGroup } from "./types";

/** From this share of silent tenants on it is one cause and not theirs. */
const FLEET_SHARE = 0.25;
/** Of four tenants one is already that share. */
const FLEET_AT_LEAST = 3;

const expected = `max by (tenant, service) (${DECLARED.expected})`;

/**
 * What should be heard and is not. Series that end raise no alert by themselves, so these rules begin with what the
 * tenants' own rules declare. The same group computes and judges, so that all three alerts see the same minute.
 */
export function silenceGroup({ runbooksUrl }: CentralAlerts): RuleGroup {
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
        expr: `${RECORDED.silentTenants} >= ${FLEET_SHARE} and sum(${RECORDED.tenantSilent}) >= ${FLEET_AT_LEAST}`,
        // Before any single tenant's, which it then holds back.
        for: "5m",
        labels: { severity: "critical" },
        summary: "Many tenants are silent at once",
        description:
          "Nothing is heard of {{ $value | humanizePercentage }} of the tenants: look for one cause on our side.",
      }),
      alerting(runbooksUrl, {
        name: "TenantSilent",
        expr: `${RECORDED.tenantSilent} == 1`,
        for: "10m",
        labels: { severity: "critical" },
        summary: "Nothing is heard of {{ $labels.tenant }}",
        description: "No sidecar of any of its services has sent a sample for at least ten minutes.",
      }),
      alerting(runbooksUrl, {
        name: "ServiceSilent",
        expr: `${RECORDED.serviceSilent} == 1`,
        for: "10m",
        labels: { severity: "critical" },
        summary: "Nothing is heard of {{ $labels.service }}",
        description: "It should run, and no sidecar of it has sent a sample for at least ten minutes.",
      }),
    ],
  };
}
