import type { Dashboard } from "./classic";
import type { TenantDashboardInput } from "./input";
import { layout } from "./layout";
import { cloudwatchLogsSection } from "./panels/cloudwatch-logs";
import { jaegerSection, TRACED_SERVICE } from "./panels/jaeger";
import { dashboardUids, toDashboard } from "./panels/links";
import { LEVELS, lokiSection } from "./panels/loki";
import { notePanel } from "./panels/text";
import { xraySection } from "./panels/xray";
import { choiceVariable, listVariable, textVariable } from "./variables";

/** A tenant's logs and traces, wherever its services send them. */
export function tenantSignals(input: TenantDashboardInput): Dashboard {
  const { tenant, displayName, region, services, sources } = input;
  const names = services.map(({ name }) => name);
  const traced = services.filter(({ jaeger }) => jaeger).map(({ name }) => name);
  const jaeger = traced.length > 0 ? sources.jaeger : undefined;
  const loki = services.some((service) => service.loki) ? sources.loki : undefined;
  const { cloudwatch, xray } = sources;
  const sections = [
    ...(loki === undefined ? [] : [lokiSection(loki, sources)]),
    ...(cloudwatch === undefined ? [] : [cloudwatchLogsSection(cloudwatch, input)]),
    ...(xray === undefined ? [] : [xraySection(xray, region)]),
    ...(jaeger === undefined ? [] : [jaegerSection(jaeger, tenant)]),
  ].filter(({ panels }) => panels.length > 0);
  const nothing = {
    title: "About",
    panels: [notePanel("Logs and traces", "No service of this tenant sends logs or traces.", 3)],
  };
  return layout({
    uid: dashboardUids.signals(tenant),
    title: `${displayName}: logs and traces`,
    description: "What the tenant's services say, and the way of their requests.",
    tags: ["tenantscope", `tenant:${tenant}`],
    variables: [
      ...(loki === undefined
        ? []
        : [listVariable("service", "Service", names), listVariable("level", "Level", LEVELS)]),
      textVariable("search", "Search"),
      ...(jaeger === undefined ? [] : [choiceVariable(TRACED_SERVICE, "Traces of", traced)]),
    ],
    links: [toDashboard("Overview", dashboardUids.overview(tenant), false)],
    sections: sections.length === 0 ? [nothing] : sections,
    from: "now-1h",
  });
}
