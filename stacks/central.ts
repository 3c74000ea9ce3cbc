import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import { pulledImages } from "../lib/image-cache";
import { centralNames, stackNames } from "../lib/names";
import { boundRoles } from "../lib/role-boundaries";
import { boundaryArn, BOUNDARIES } from "../lib/run-names";
import { centralAwsProvider, configureStack } from "../lib/stack-options";
import { centralTags } from "../lib/tags";
import { ampLogDelivery } from "../modules/amp/log-delivery";
import { AlertRouting } from "../modules/alerting/alert-routing";
import { AmpWorkspace } from "../modules/amp/workspace";
import { publishContract } from "../modules/contract/contract";
import { oamSinks } from "../modules/oam/sink";
import { centralAccess } from "./central-access";
import { centralGrafana } from "./central-grafana";
import { centralRegistry } from "./central-registry";
import { centralServices } from "./central-services";
import { metricsAlerts } from "./metrics-alerts";

/** What all tenants share, in the central account. Tenants know of it only through the contract. */
export class CentralStack extends TerraformStack {
  constructor(scope: Construct, settings: Central) {
    super(scope, stackNames.central);
    const central = { ...settings, images: pulledImages(settings) };
    configureStack(this, stackNames.central, central);
    centralAwsProvider(this, central, centralTags(central, stackNames.central));

    const workspace = new AmpWorkspace(this, "metrics", {
      alias: centralNames.ampAlias,
      accountId: central.accountId,
      region: central.region,
      logRetentionDays: central.logRetentionDays,
      queryLogMinSamples: central.metrics.queryLogMinSamples,
      logDelivery: ampLogDelivery(this, central),
    });
    const services = centralServices(this, central);
    const oamSinksByRegion = oamSinks(this, {
      name: centralNames.oamSink,
      organizationId: central.organizationId,
      accepts: { logs: true, metrics: true, traces: true },
      regions: central.regions,
    });
    const routing = new AlertRouting(this, "alert-routing", {
      accountId: central.accountId,
      region: central.region,
      organizationId: central.organizationId,
      logRetentionDays: central.logRetentionDays,
      alertTopic: services.asked.alerts,
    });
    metricsAlerts(this, {
      central,
      workspaceId: workspace.id,
      routingTopicArn: routing.topicArn,
      alarmTopicArn: services.asked.alerts.arn,
      alias: centralNames.ampAlias,
      pooled: true,
    });
    const grafana = centralGrafana(this, central, { ...services.asked, metrics: workspace });
    const { vpc, fronts } = services.asked;
    centralAccess(this, central, { vpc, fronts, behind: services.asked });
    publishContract(this, {
      ...services.contract,
      grafana,
      alerts: { routingTopicArn: routing.topicArn },
      oamSinks: oamSinksByRegion,
      metrics: {
        workspaceId: workspace.id,
        workspaceArn: workspace.arn,
        remoteWriteUrl: workspace.remoteWriteUrl,
        queryUrl: workspace.queryUrl,
      },
    });
    centralRegistry(this, settings);
    boundRoles(this, central, { own: boundaryArn(central.accountId, BOUNDARIES.services) });
    new TerraformOutput(this, "grafana_url", { value: grafana.url });
    new TerraformOutput(this, "workspace_id", { value: workspace.id });
    new TerraformOutput(this, "remote_write_url", { value: workspace.remoteWriteUrl });
  }
}
