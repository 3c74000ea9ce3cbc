import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { alertmanagerDefinition } from "../dashboards/rules/alertmanager";
import { fleetRules, type FleetRuleOptions } from "../dashboards/rules/fleet";
import { FLEET_NAMESPACE } from "../dashboards/rules/names";
import { ruleYaml } from "../dashboards/rules/yaml";
import type { Central } from "../fleet/types";
import { ampAlarms } from "../modules/alerting/amp-alarms";
import { ruleNamespace, workspaceAlerts } from "../modules/amp/rules";

export interface MetricsAlertsProps {
  readonly central: Pick<Central, "alerts" | "metrics" | "region">;
  /** References. */
  readonly workspaceId: string;
  readonly routingTopicArn: string;
  /** Who is told of the workspace's own alarms. */
  readonly alarmTopicArn: string;
  readonly alias: string;
  /** Whether tenants share it. */
  readonly pooled: boolean;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** Texts that were rendered, by what they are made of: every workspace of its own has the same. */
const rendered = new Map<string, string>();

function fleetRuleYaml(alerts: Central["alerts"], options: FleetRuleOptions): string {
  const key = JSON.stringify([alerts, options]);
  const text = rendered.get(key) ?? ruleYaml(fleetRules(alerts, options));
  rendered.set(key, text);
  return text;
}

/** The rules that every workspace of metrics has, where their alerts go, and the alarms of the workspace itself. */
export function metricsAlerts(scope: Construct, props: MetricsAlertsProps): void {
  const { central, workspaceId, provider } = props;
  const { sharedActiveSeries } = central.metrics;
  const common = { workspaceId, ...(provider === undefined ? {} : { provider }) };
  ruleNamespace(scope, "fleet-rules", {
    ...common,
    name: FLEET_NAMESPACE,
    rules: fleetRuleYaml(central.alerts, props.pooled ? { sharedActiveSeries } : {}),
  });
  workspaceAlerts(scope, "alertmanager", {
    ...common,
    definition: alertmanagerDefinition({ topicArn: props.routingTopicArn, region: central.region }),
  });
  ampAlarms(scope, "metrics", { ...common, alias: props.alias, topicArn: props.alarmTopicArn });
}
