import type { TenantDashboardInput } from "../input";
import type { Section } from "../layout";
import { cloudwatchSearch } from "./cloudwatch-metrics";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

/** What ECS itself says of the services, for people who may not query the metrics' workspace. */
export function ecsCloudwatchSection(uid: string, { region, cluster }: TenantDashboardInput): Section {
  const panel = (title: string, metric: string) =>
    seriesPanel({
      title,
      description: "Percent of what the service's tasks reserve, as ECS tells CloudWatch.",
      unit: UNITS.percent,
      queries: [
        cloudwatchSearch({
          uid,
          region,
          namespace: "AWS/ECS",
          metric,
          statistic: "Average",
          where: `ClusterName="${cluster}"`,
          legend: "${PROP('Dim.ServiceName')}",
        }),
      ],
      width: 12,
    });
  return {
    title: "ECS services",
    panels: [panel("CPU of services", "CPUUtilization"), panel("Memory of services", "MemoryUtilization")],
  };
}
