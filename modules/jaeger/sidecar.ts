import { JAEGER_CONTAINER } from "../../lib/names";
import type { ContainerDefinition } from "../collector/container";
import { jaegerSidecarConfig } from "./config";
import { jaegerContainer } from "./container";
import { JAEGER_HEALTH_PORT } from "./ports";
import { JAEGER_SIDECAR } from "./size";

export interface JaegerSidecarProps {
  readonly tenant: string;
  readonly tenantRegion: string;
  readonly centralRegion: string;
  readonly image: string;
  /** Base URL of the tenant's store. It and the next two may be references. */
  readonly storageUrl: string;
  readonly writerRoleArn: string;
  readonly externalId: string;
  readonly retentionDays: number;
  readonly logGroup: string;
}

/**
 * Jaeger in a tenant's task. Never essential, like the collector: it stops when it cannot reach its storage at its start,
 * and the task runs on.
 */
export const jaegerSidecarContainer = (props: JaegerSidecarProps): ContainerDefinition => ({
  ...jaegerContainer({
    name: JAEGER_CONTAINER,
    image: props.image,
    config: jaegerSidecarConfig({
      tenant: props.tenant,
      tenantRegion: props.tenantRegion,
      region: props.centralRegion,
      retentionDays: props.retentionDays,
      memoryMiB: JAEGER_SIDECAR.memory,
    }),
    environment: {
      JAEGER_STORAGE_URL: props.storageUrl,
      JAEGER_WRITER_ROLE_ARN: props.writerRoleArn,
      JAEGER_EXTERNAL_ID: props.externalId,
    },
    region: props.tenantRegion,
    memoryMiB: JAEGER_SIDECAR.memory,
    healthPort: JAEGER_HEALTH_PORT,
    logGroup: props.logGroup,
    logPrefix: "jaeger",
  }),
  essential: false,
  ...JAEGER_SIDECAR,
  restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
});
