import { RECORDED } from "../rules/names";
import type { Section } from "../layout";
import { CHOSEN_SERVICE_RECORDED, CHOSEN_TASK, rate, type Select } from "../promql";
import { promRange } from "../queries";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

const TASK = "{{aws_ecs_service_name}} {{aws_ecs_task_id}}";

/** The tasks: how many there are, and all eight of ECS's metrics. */
export function ecsSection(uid: string, of: Select): Section {
  const task = (metric: string): string => of(metric, CHOSEN_TASK);
  const chosen = (series: string): string => of(series, CHOSEN_SERVICE_RECORDED);
  return {
    title: "ECS tasks",
    panels: [
      seriesPanel({
        title: "Tasks by service",
        description: "Tasks whose sidecar was heard from within five minutes.",
        unit: UNITS.count,
        queries: [promRange(uid, chosen(RECORDED.tasks), "{{service}}")],
        width: 8,
      }),
      seriesPanel({
        title: "CPU, used and reserved",
        description: "1,024 units are one virtual CPU. Reserved is what the task definition asks for.",
        unit: UNITS.cpuUnits,
        queries: [
          promRange(uid, task("ecs_task_cpu_utilized"), TASK),
          promRange(uid, task("ecs_task_cpu_reserved"), `${TASK} reserved`),
        ],
        width: 8,
      }),
      seriesPanel({
        title: "Memory, used and reserved",
        description: "A task that uses all that it reserves is stopped.",
        unit: UNITS.mebibytes,
        queries: [
          promRange(uid, task("ecs_task_memory_utilized"), TASK),
          promRange(uid, task("ecs_task_memory_reserved"), `${TASK} reserved`),
        ],
        width: 8,
      }),
      seriesPanel({
        title: "Tasks replaced",
        description: "Tasks that were heard from within an hour, but no more: deployments, scaling, crashes.",
        unit: UNITS.count,
        queries: [promRange(uid, chosen(RECORDED.tasksReplaced), "{{service}}")],
        width: 8,
      }),
      seriesPanel({
        title: "Network, received and sent",
        description: "All containers of the task, the sidecars among them.",
        unit: UNITS.bytesPerSecond,
        queries: [
          promRange(uid, task("ecs_task_network_rate_rx"), `${TASK} received`),
          promRange(uid, task("ecs_task_network_rate_tx"), `${TASK} sent`),
        ],
        width: 8,
      }),
      seriesPanel({
        title: "Storage, read and written",
        description: "The task's ephemeral storage.",
        unit: UNITS.bytesPerSecond,
        queries: [
          promRange(uid, rate(task("ecs_task_storage_read_bytes")), `${TASK} read`),
          promRange(uid, rate(task("ecs_task_storage_write_bytes")), `${TASK} written`),
        ],
        width: 8,
      }),
    ],
  };
}
