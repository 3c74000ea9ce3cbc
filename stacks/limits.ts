import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Central, Tenant } from "../fleet/types";
import { stackNames } from "../lib/names";
import { centralAwsProvider, configureStack } from "../lib/stack-options";
import { centralTags } from "../lib/tags";
import { workspaceLimits } from "../modules/amp/limits";
import { lokiOverridesObject } from "../modules/loki/overrides-object";
import { readContract } from "../modules/contract/contract";

/** What the stack is made of, and nothing else. */
export interface LimitsInput {
  readonly central: Central;
  readonly tenants: readonly Pick<Tenant, "name" | "isolation" | "lifecycle" | "limits">[];
}

/** What the shared services keep per tenant in one document. A tenant that lives off the defaults does not occur here. */
export class LimitsStack extends TerraformStack {
  constructor(scope: Construct, fleet: LimitsInput) {
    super(scope, stackNames.limits);
    const { central } = fleet;
    configureStack(this, stackNames.limits, central);
    const provider = centralAwsProvider(this, central, centralTags(central, stackNames.limits));
    const contract = readContract(this, provider);

    const pooled = fleet.tenants.filter(
      ({ isolation, lifecycle }) => isolation === "pooled" && lifecycle !== "offboarding",
    );
    workspaceLimits(this, "metrics", {
      workspaceId: contract.metrics.workspaceId,
      retentionDays: central.metrics.retentionDays,
      defaultBucket: central.metrics.sharedActiveSeries,
      tenants: pooled.flatMap(({ name, limits }) =>
        limits.activeSeries === undefined ? [] : [{ tenant: name, activeSeries: limits.activeSeries }],
      ),
    });
    lokiOverridesObject(this, "logs", {
      owner: central,
      tenants: fleet.tenants
        .filter(({ lifecycle }) => lifecycle !== "offboarding")
        .map(({ name, limits: { logMiBPerSecond, logRetentionDays } }) => ({
          tenant: name,
          ...(logMiBPerSecond === undefined ? {} : { logMiBPerSecond }),
          ...(logRetentionDays === undefined ? {} : { logRetentionDays }),
        })),
    });
  }
}
