import { PrometheusWorkspaceConfiguration } from "@cdktf/provider-aws/lib/prometheus-workspace-configuration";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

export interface WorkspaceLimits {
  /** Reference or id. */
  readonly workspaceId: string;
  readonly retentionDays: number;
  /** Active series of everything that no entry of `tenants` covers: AMP's default bucket; no limit when absent. */
  readonly defaultBucket?: number;
  /** Active series of the tenants that have a limit of their own. */
  readonly tenants: readonly { readonly tenant: string; readonly activeSeries: number }[];
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** Retention and active-series limits of a workspace. A workspace has exactly one such document. */
export function workspaceLimits(
  scope: Construct,
  id: string,
  props: WorkspaceLimits,
): PrometheusWorkspaceConfiguration {
  const limit = (labelSet: Record<string, string>, maxSeries: number) => ({
    labelSet,
    limits: [{ maxSeries }],
  });
  return new PrometheusWorkspaceConfiguration(scope, id, {
    provider: props.provider,
    workspaceId: props.workspaceId,
    retentionPeriodInDays: props.retentionDays,
    limitsPerLabelSet: [
      ...(props.defaultBucket === undefined ? [] : [limit({}, props.defaultBucket)]),
      ...props.tenants.map(({ tenant, activeSeries }) => limit({ tenant }, activeSeries)),
    ],
  });
}
