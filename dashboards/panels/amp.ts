import type { FleetDashboardInput } from "../input";
import type { Section } from "../layout";
import { cloudwatchSearch, type CloudwatchSearch } from "./cloudwatch-metrics";
import { seriesPanel } from "./series";
import { UNITS, type Unit } from "./units";

interface AmpPanel extends Pick<CloudwatchSearch, "namespace" | "metric" | "statistic" | "legend" | "where"> {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
}

const USAGE = { namespace: "AWS/Usage", metric: "ResourceCount", statistic: "Maximum" } as const;
const PROMETHEUS = "AWS/Prometheus";
/** `AWS/Usage` is about all services. */
const usage = (resource: string): string => `Service="Prometheus" Resource="${resource}"`;

const PANELS: readonly AmpPanel[] = [
  {
    title: "Active series by workspace",
    description: "As Amazon Managed Prometheus counts them: what had a sample within two hours.",
    unit: UNITS.count,
    ...USAGE,
    where: usage("ActiveSeries"),
    legend: "${PROP('Dim.ResourceId')}",
  },
  {
    title: "Samples ingested by workspace",
    description: "Per second. Beyond the quota writes are answered 429, and sidecars try again.",
    unit: UNITS.perSecond,
    ...USAGE,
    where: usage("IngestionRate"),
    legend: "${PROP('Dim.ResourceId')}",
  },
  {
    title: "Samples refused by reason",
    description: "In five minutes: limits, samples too old, duplicates.",
    unit: UNITS.count,
    namespace: PROMETHEUS,
    metric: "DiscardedSamples",
    statistic: "Sum",
    legend: "${PROP('Dim.Reason')}",
  },
  {
    title: "Active series by limit",
    description: "Of each tenant with a limit of its own, and of the others together.",
    unit: UNITS.count,
    namespace: PROMETHEUS,
    metric: "ActiveSeriesPerLabelSet",
    statistic: "Maximum",
    legend: "${LABEL}",
  },
  {
    title: "Rules that failed",
    description: "Evaluations in five minutes; alerts do not fire while their rules fail.",
    unit: UNITS.count,
    namespace: PROMETHEUS,
    metric: "RuleEvaluationFailures",
    statistic: "Sum",
    legend: "${PROP('Dim.RuleGroup')}",
  },
  {
    title: "Notifications that failed",
    description: "Alerts that the alert manager could not hand to SNS, in five minutes.",
    unit: UNITS.count,
    namespace: PROMETHEUS,
    metric: "AlertManagerNotificationsFailed",
    statistic: "Sum",
    legend: "${LABEL}",
  },
];

/** The workspaces, as AWS sees them. */
export const ampSection = ({ region, sources: { cloudwatch } }: FleetDashboardInput): Section => ({
  title: "Amazon Managed Prometheus",
  panels: PANELS.map(({ title, description, unit, ...search }) =>
    seriesPanel({
      title,
      description,
      unit,
      queries: [cloudwatchSearch({ uid: cloudwatch, region, ...search })],
      width: 8,
      empty: "Nothing reported",
    }),
  ),
});
