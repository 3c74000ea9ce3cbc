import type { Dashboard } from "./classic";
import type { TenantDashboardInput } from "./input";
import { layout, type Section } from "./layout";
import { ecsCloudwatchSection } from "./panels/ecs-cloudwatch";
import { dashboardUids, toDashboard } from "./panels/links";
import { serviceVariables, tenantMetricsSections } from "./panels/tenant-metrics";
import { OVERVIEW_TAG } from "./panels/tenant-list";
import { notePanel } from "./panels/text";

/** A tenant's services and tasks: how they do, and whether their telemetry comes through. */
export function tenantOverview(input: TenantDashboardInput): Dashboard {
  const { tenant, displayName, sources } = input;
  const signals = dashboardUids.signals(tenant);
  const metrics = sources.metrics === undefined ? undefined : { uid: sources.metrics, tenant, signals };
  return layout({
    uid: dashboardUids.overview(tenant),
    title: `${displayName}: overview`,
    description: "Requests, tasks and telemetry of the tenant's services.",
    tags: ["tenantscope", OVERVIEW_TAG, `tenant:${tenant}`],
    variables: metrics === undefined ? [] : serviceVariables(metrics),
    links: [toDashboard("Logs and traces", signals, false)],
    sections: metrics === undefined ? withoutMetrics(input) : tenantMetricsSections(metrics),
  });
}

function withoutMetrics(input: TenantDashboardInput): Section[] {
  const { cloudwatch } = input.sources;
  const note = notePanel(
    "Metrics",
    "The metrics of this tenant are in a workspace that it shares with other tenants, so only the platform team queries them. " +
      'A workspace of its own (`"isolation": "dedicated"`), or `"metrics"` among `grafana.sharedQueries`, shows them here.',
    4,
  );
  return [
    { title: "About", panels: [note] },
    ...(cloudwatch === undefined ? [] : [ecsCloudwatchSection(cloudwatch, input)]),
  ];
}
