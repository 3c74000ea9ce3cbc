import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import { centralNames, stackNames } from "../lib/names";
import { centralAwsProvider, configureStack } from "../lib/stack-options";
import { centralTags } from "../lib/tags";
import { ampLogDelivery } from "../modules/amp/log-delivery";
import { AmpWorkspace } from "../modules/amp/workspace";
import { publishContract } from "../modules/contract/contract";
import { oamSinks } from "../modules/oam/sink";
import { centralServices } from "./central-services";

/** What all tenants share, in the central account. Tenants know of it only through the contract. */
export class CentralStack extends TerraformStack {
  constructor(scope: Construct, central: Central) {
    super(scope, stackNames.central);
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
    publishContract(this, {
      ...services,
      oamSinks: oamSinksByRegion,
      metrics: {
        workspaceId: workspace.id,
        workspaceArn: workspace.arn,
        remoteWriteUrl: workspace.remoteWriteUrl,
      },
    });
    new TerraformOutput(this, "workspace_id", { value: workspace.id });
    new TerraformOutput(this, "remote_write_url", { value: workspace.remoteWriteUrl });
  }
}
