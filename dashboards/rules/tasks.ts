import type { AlertThresholds, CentralAlerts } from "../../fleet/grafana-types";
import { above, alerting, byService, ofActive, recording } from "./expressions";
import { RECORDED } from "./names";
import type { AlertingRule, RuleGroup } from "./types";

/** Every sidecar has it, whatever else it collects: where it is heard, a task runs. */
export const HEARTBEAT = "otelcol_process_uptime_total";
/** Scraped every minute, sent at most five minutes later. */
export const HEARD_WITHIN = "10m";

/** The pieces of an hour over which ended tasks must be spread, and how many of them, to be no deployment. */
const QUARTERS = [0, 15, 30, 45];
const BUSY_QUARTERS = 3;

const heard = (window: string): string =>
  `count by (tenant, aws_ecs_service_name, aws_ecs_task_id) (last_over_time(${HEARTBEAT}[${window}]))`;

/** Ended within the window, as far as a task is known to have ended: nothing of it for as long as samples may wait. */
const ended = (window: string): string =>
  `${byService("count", `(${heard(window)} unless ${heard(HEARD_WITHIN)})`)} or 0 * ${RECORDED.tasks}`;

/** In how many of the last four quarters of an hour a task ended; no sample for none. */
const busyQuarters = `count by (tenant, service) (${QUARTERS.map(
  (minutes) =>
    `label_replace(${RECORDED.tasksReplacedQuarter}${minutes === 0 ? "" : ` offset ${minutes}m`} > 0, ` +
    `"quarter", "${minutes}", "", "")`,
).join(" or ")})`;

/** The mean hides a peak between two samples; reserved nothing is a share of nothing. */
const used = (resource: "cpu" | "memory"): string =>
  byService(
    "max",
    `avg_over_time(ecs_task_${resource}_utilized[5m]) / (avg_over_time(ecs_task_${resource}_reserved[5m]) > 0)`,
  );

interface Saturation {
  readonly name: string;
  readonly recorded: string;
  readonly threshold: keyof AlertThresholds;
  readonly what: string;
}

const saturated = ({ thresholds, runbooksUrl }: CentralAlerts, of: Saturation): AlertingRule =>
  alerting(runbooksUrl, {
    name: of.name,
    expr: ofActive(above(of.recorded, { threshold: of.threshold, value: thresholds[of.threshold] })),
    for: "15m",
    labels: { severity: "warning" },
    summary: `{{ $labels.service }} is short of ${of.what}`,
    description: `A task uses {{ $value | humanizePercentage }} of the ${of.what} that it reserved.`,
  });

/** The tasks of each service: how many there are, how many went, what they use of what they reserved. */
export function taskGroups(alerts: CentralAlerts): RuleGroup[] {
  const { thresholds, runbooksUrl } = alerts;
  const replaced = above(RECORDED.tasksReplaced, {
    threshold: "taskRestarts",
    value: thresholds.taskRestarts,
  });
  return [
    {
      name: "tasks",
      interval: "1m",
      rules: [
        recording(RECORDED.tasks, byService("count", heard(HEARD_WITHIN))),
        recording(RECORDED.tasksReplaced, ended("1h")),
        recording(RECORDED.tasksReplacedQuarter, ended("25m")),
        recording(RECORDED.cpu, used("cpu")),
        recording(RECORDED.memory, used("memory")),
      ],
    },
    {
      name: "task-alerts",
      interval: "1m",
      rules: [
        alerting(runbooksUrl, {
          name: "TasksRestarting",
          // A deployment ends any number of tasks, but within two quarters of an hour; what goes on for longer fails.
          expr: ofActive(`${replaced} and ${busyQuarters} >= ${BUSY_QUARTERS}`),
          for: "0s",
          labels: { severity: "warning" },
          summary: "Tasks of {{ $labels.service }} keep being replaced",
          description:
            "{{ $value }} tasks ended within the last hour, again and again and not in one deployment.",
        }),
        saturated(alerts, {
          name: "CpuSaturated",
          recorded: RECORDED.cpu,
          threshold: "cpuRatio",
          what: "CPU",
        }),
        saturated(alerts, {
          name: "MemorySaturated",
          recorded: RECORDED.memory,
          threshold: "memoryRatio",
          what: "memory",
        }),
      ],
    },
  ];
}
