import type { Section } from "../layout";
import { CHOSEN_SERVICE, rate, sumBy, type Select } from "../promql";
import { promRange } from "../queries";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

const NO_METRIC = "No service sends this metric";

/** The applications' own metrics, by the names that the demo applications use; others are found in Explore. */
export function applicationSection(uid: string, of: Select): Section {
  const byOutcome = (metric: string, label: string) => ({
    unit: UNITS.perSecond,
    queries: [
      promRange(
        uid,
        sumBy(["aws_ecs_service_name", label, "status"], rate(of(metric, CHOSEN_SERVICE))),
        `{{aws_ecs_service_name}} {{${label}}} {{status}}`,
      ),
    ],
    width: 12,
    empty: NO_METRIC,
  });
  return {
    title: "Application",
    panels: [
      seriesPanel({
        title: "Messages sent to SQS",
        description: "By queue and outcome.",
        ...byOutcome("sqs_messages_sent_total", "queue"),
      }),
      seriesPanel({
        title: "Operations on DynamoDB",
        description: "By operation and outcome: an item that is not there is not_found.",
        ...byOutcome("dynamodb_operations_total", "operation"),
      }),
    ],
  };
}
