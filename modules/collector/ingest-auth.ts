import type { CollectorInput } from "./config";
import { env } from "./environment";

export const INGEST_AUTH = "sigv4auth/ingest";

/** Signs for the ingest API as the tenant's writer. */
export const ingestAuth = (input: CollectorInput): Record<string, object> => ({
  [INGEST_AUTH]: {
    region: input.centralRegion,
    service: "execute-api",
    assume_role: {
      arn: env("AMP_WRITER_ROLE_ARN"),
      sts_region: input.tenantRegion,
      external_id: env("AMP_EXTERNAL_ID"),
    },
  },
});

/** What every exporter to the ingest API has, beside its queue. */
export const ingestExporter = () => ({
  compression: "gzip",
  headers: { "x-apigw-api-id": env("INGEST_API_ID") },
  auth: { authenticator: INGEST_AUTH },
  // API Gateway gives up after 29 s.
  timeout: "25s",
});

/** The detector knows the cluster by its ARN only. */
export const CLUSTER_NAME = {
  "resource/cluster": {
    attributes: [
      { key: "aws.ecs.cluster.arn", pattern: "cluster/(?P<ecs_cluster_name>[^/]+)$", action: "extract" },
      { key: "aws.ecs.cluster.name", from_attribute: "ecs_cluster_name", action: "upsert" },
      { key: "ecs_cluster_name", action: "delete" },
    ],
  },
};
