import type { AlertThresholds, CentralAlerts } from "../../fleet/grafana-types";
import { fleetRules } from "../../dashboards/rules/fleet";
import { tenantRules, type DeclaringTenant } from "../../dashboards/rules/tenant";
import type { RuleFile } from "../../dashboards/rules/types";
import { attached, managed, tenant } from "../../__tests__/support/fleet-parts";
import type { InputSeries, Phase } from "./series";
import { taskSeries } from "./series";

export const ALERTS: CentralAlerts = {
  emails: [],
  runbooksUrl: "https://runbooks.example",
  thresholds: {
    errorRatio: 0.01,
    latencySeconds: 1,
    cpuRatio: 0.9,
    memoryRatio: 0.9,
    taskRestarts: 3,
    queueRatio: 0.8,
    seriesRatio: 0.8,
  },
};

interface Changes {
  readonly thresholds?: Partial<AlertThresholds>;
  readonly activeSeries?: number;
  readonly lifecycle?: DeclaringTenant["lifecycle"];
}

/** Three tenants that run, one with two services and one of them attached, and one that is suspended. */
const SERVICES = {
  acme: [managed("orders")],
  globex: [managed("checkout", { count: 2 }), managed("catalog"), managed("archive", { count: 0 })],
  initech: [attached("reports", "arn:aws:iam::444444444444:role/reports")],
  umbrella: [managed("labs")],
} as const;
export type Name = keyof typeof SERVICES;

/** The rules of the fleet as they stand in one workspace, with changes to some tenants. */
export function rulesOf(
  changes: Partial<Record<Name, Changes>> = {},
  sharedActiveSeries = 1_000_000,
): Record<string, RuleFile> {
  const declared = (Object.keys(SERVICES) as Name[]).map((name) => {
    const { thresholds = {}, activeSeries, lifecycle } = changes[name] ?? {};
    const of = tenant({
      name,
      accountId: "222222222222",
      services: [...SERVICES[name]],
      lifecycle: lifecycle ?? (name === "umbrella" ? "suspended" : "active"),
      limits: activeSeries === undefined ? {} : { activeSeries },
    });
    return [name, tenantRules(ALERTS, { ...of, alerts: { ...of.alerts, thresholds } })] as const;
  });
  return {
    fleet: fleetRules(ALERTS, { sharedActiveSeries }),
    ...Object.fromEntries(declared.filter(([, file]) => file.groups.length > 0)),
  };
}

/** The tasks that run by the manifests, all well unless told otherwise. */
const TASKS = {
  "acme/orders/1": ["acme", "orders"],
  "globex/checkout/1": ["globex", "checkout"],
  "globex/checkout/2": ["globex", "checkout"],
  "globex/catalog/1": ["globex", "catalog"],
  "initech/reports/1": ["initech", "reports"],
} as const;
export type TaskName = keyof typeof TASKS;

/** Series of so many minutes; a task with an empty list never runs. */
export function seriesOf(
  minutes: number,
  changes: Partial<Record<TaskName, readonly Phase[]>> = {},
): InputSeries[] {
  return (Object.keys(TASKS) as TaskName[]).flatMap((id) => {
    const [tenantName, service] = TASKS[id];
    const phases = changes[id] ?? [{ minutes }];
    return phases.length === 0 ? [] : taskSeries({ tenant: tenantName, service, id, phases });
  });
}
