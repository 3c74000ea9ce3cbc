import { centralNames } from "../../lib/names";
import type { FleetDashboardInput } from "../input";
import type { Section } from "../layout";
import { cloudwatchSearch, type CloudwatchSearch } from "./cloudwatch-metrics";
import { seriesPanel } from "./series";
import { UNITS, type Unit } from "./units";

type Search = Pick<CloudwatchSearch, "namespace" | "metric" | "statistic" | "legend" | "where">;

/** The way of logs and traces in the central account: API, gateway, Loki, Jaeger, OpenSearch. */
export function centralServicesSection({
  region,
  sources: { cloudwatch: uid },
}: FleetDashboardInput): Section {
  const panel = (title: string, description: string, unit: Unit, ...searches: readonly Search[]) =>
    seriesPanel({
      title,
      description,
      unit,
      queries: searches.map((search) => cloudwatchSearch({ uid, region, ...search })),
      width: 8,
      empty: "Nothing reported",
    });
  const api = (metric: string, legend: string): Search => ({
    namespace: "AWS/ApiGateway",
    metric,
    statistic: "Sum",
    legend: `\${PROP('Dim.ApiName')} ${legend}`,
  });
  const ecs = (metric: string): Search => ({
    namespace: "AWS/ECS",
    metric,
    statistic: "Maximum",
    where: `ClusterName="${centralNames.cluster}"`,
    legend: "${PROP('Dim.ServiceName')}",
  });
  return {
    title: "Central services",
    panels: [
      panel("Requests of the APIs", "In five minutes.", UNITS.count, api("Count", "requests")),
      panel(
        "Requests that the APIs refused or failed",
        "4xx: rights, size, rate. 5xx: something behind the API is away.",
        UNITS.count,
        api("4XXError", "4xx"),
        api("5XXError", "5xx"),
      ),
      panel("OpenSearch, free storage", "Of the fullest data node, in MiB.", UNITS.mebibytes, {
        namespace: "AWS/ES",
        metric: "FreeStorageSpace",
        statistic: "Minimum",
        legend: "${PROP('Dim.DomainName')}",
      }),
      panel(
        "CPU of central services",
        "Percent of what their tasks reserve.",
        UNITS.percent,
        ecs("CPUUtilization"),
      ),
      panel(
        "Memory of central services",
        "Percent of what their tasks reserve.",
        UNITS.percent,
        ecs("MemoryUtilization"),
      ),
      panel("Functions that failed", "Invocations in five minutes.", UNITS.count, {
        namespace: "AWS/Lambda",
        metric: "Errors",
        statistic: "Sum",
        legend: "${PROP('Dim.FunctionName')}",
      }),
    ],
  };
}
