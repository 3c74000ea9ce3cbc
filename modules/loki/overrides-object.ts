import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../../lib/terraform-text";
import { configBucket, OVERRIDES_KEY, type BucketOwner } from "./names";
import { renderLokiOverrides, type TenantLogLimits } from "./overrides";

export interface LokiOverridesProps {
  /** Account and Region of Loki: the bucket's name follows from them. */
  readonly owner: BucketOwner;
  readonly tenants: readonly TenantLogLimits[];
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** Writes the overrides document; running replicas have it within a minute. There is exactly one. */
export function lokiOverridesObject(scope: Construct, id: string, props: LokiOverridesProps): S3Object {
  return new S3Object(scope, id, {
    provider: props.provider,
    bucket: configBucket(props.owner),
    key: OVERRIDES_KEY,
    content: literal(renderLokiOverrides(props.tenants)),
    contentType: "application/yaml",
  });
}
