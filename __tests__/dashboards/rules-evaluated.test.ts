import { fleetRules } from "../../dashboards/rules/fleet";
import { exampleFleet } from "../support/fleets";
import { asObject, asText, objects, type JsonObject } from "../support/json";
import { metricNames } from "../support/promql";
import { synthFiles, treeOf } from "../support/synth";
import { recordingsOf } from "./rules-policy";

const example = exampleFleet();
const alerts = { ...example.central.alerts, runbooksUrl: "https://runbooks.example/" };
const fleet = { ...example, central: { ...example.central, alerts } };

/** Grafana's own alert, as the stack of an example without tenants has it. */
function ownAlert(): JsonObject {
  const tree = treeOf(fleet, synthFiles(fleet, { tenants: new Set() }));
  const [group] = Object.values(tree.stack("grafana").resource("grafana_rule_group"));
  const [rule, ...others] = objects(group?.["rule"]);
  expect(others).toEqual([]);
  return asObject(rule);
}

const recordings = recordingsOf(fleetRules(alerts));

/** All that a recorded series needs in order to be there. */
const inputs = (record: string): string[] =>
  recordings
    .filter((rule) => rule.record === record)
    .flatMap(({ expr }) => [...metricNames(expr), ...(expr.match(/[{[]/g) ?? [])]);

test("what Grafana watches is recorded whatever is sent or declared: an idle fleet is no alarm", () => {
  const { name, data, annotations } = ownAlert();
  expect(name).toBe("RulesNotEvaluated");
  const watched = objects(data)
    .map(({ model }) => asObject(JSON.parse(asText(model)) as JsonObject))
    .flatMap(({ expr }) => (expr === undefined ? [] : metricNames(asText(expr))));
  expect(watched).toHaveLength(1);
  const [metric = ""] = watched;
  expect(recordings.map(({ record }) => record)).toContain(metric);
  expect(inputs(metric)).toEqual([]);
  // Empty where no tenant declares a service.
  expect(inputs("fleet:silent_tenants:ratio")).not.toEqual([]);
  expect(asObject(annotations)["runbook_url"]).toBe("https://runbooks.example/RulesNotEvaluated.md");
});
