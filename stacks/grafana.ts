import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { fleetDashboards } from "../dashboards/dashboards";
import { fleetDashboardInput } from "../dashboards/fleet-input";
import { runbookUrl } from "../dashboards/rules/expressions";
import { RECORDED } from "../dashboards/rules/names";
import type { Central } from "../fleet/types";
import { fleetGrafanaNames } from "../lib/grafana-names";
import { grafanaProvider } from "../lib/grafana-provider";
import { stackNames } from "../lib/names";
import { centralAwsProvider, configureStack } from "../lib/stack-options";
import { centralTags } from "../lib/tags";
import { readContract } from "../modules/contract/contract";
import { dataSource } from "../modules/grafana-content/data-source";
import {
  cloudwatchSource,
  jaegerSource,
  metricsSource,
  xraySource,
} from "../modules/grafana-content/data-sources";
import { FleetAlerts } from "../modules/grafana-content/fleet-alerts";
import { DashboardFolder } from "../modules/grafana-content/folder";
import { queryUrl } from "../modules/jaeger/query";

/** What the platform team sees in Grafana: all tenants. It names none of them. */
export class GrafanaStack extends TerraformStack {
  constructor(scope: Construct, central: Central) {
    super(scope, stackNames.grafana);
    configureStack(this, stackNames.grafana, central);
    const provider = centralAwsProvider(this, central, centralTags(central, stackNames.grafana));
    const contract = readContract(this, provider);
    grafanaProvider(this, contract.grafana.url);

    const { region } = central;
    const { metrics, cloudwatch, xray, jaeger, folder } = fleetGrafanaNames;
    const access = { licence: central.grafana.licence, teamIds: [], roles: ["Editor"] } as const;
    for (const spec of [
      metricsSource({ uid: metrics, name: "Pooled metrics", url: contract.metrics.queryUrl, region }),
      cloudwatchSource({ uid: cloudwatch, name: "CloudWatch of all accounts", region, xrayUid: xray }),
      xraySource({ uid: xray, name: "X-Ray of all accounts", region }),
      jaegerSource({ uid: jaeger, name: "Shared Jaeger", url: queryUrl(), metrics: { uid: metrics } }),
    ]) {
      dataSource(this, spec.uid, spec, access);
    }
    const dashboards = new DashboardFolder(this, "folder", {
      uid: folder,
      title: "Fleet",
      teamIds: [],
      roles: ["Editor"],
      dashboards: fleetDashboards(fleetDashboardInput({ central })),
    });
    new FleetAlerts(this, "alerts", {
      alertTopicArn: contract.place.alertTopicArn,
      folderUid: dashboards.uid,
      metricsUid: metrics,
      heartbeat: RECORDED.rulesEvaluated,
      runbookUrl: runbookUrl(central.alerts.runbooksUrl, "RulesNotEvaluated"),
    });
  }
}
