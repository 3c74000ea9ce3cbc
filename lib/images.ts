/**
 * Every public image that this program runs, pinned to a release. Tenants' own images stand in their manifests. Tags
 * rather than digests: these publishers never move a release tag, and a digest that nobody here can pull is a guess.
 */
export const IMAGES = {
  /** AWS Distro for OpenTelemetry collector; each release is supported only until the next minor. */
  adotCollector: "public.ecr.aws/aws-observability/aws-otel-collector:v0.50.0",
  /** FireLens log router. 2.x is out of support; `stable` has meant 1.9 of Fluent Bit for years. */
  fluentBit: "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.16",
  jaeger: "docker.io/jaegertracing/jaeger:2.20.0",
  loki: "docker.io/grafana/loki:3.7.6",
  /** Runs as uid 101 and listens above 1024. */
  nginx: "docker.io/nginxinc/nginx-unprivileged:1.28.0-alpine",
  /** A shell for what an image without one needs written before its start. */
  busybox: "public.ecr.aws/docker/library/busybox:1.37.0",
  awsCli: "public.ecr.aws/aws-cli/aws-cli:2.31.0",
} as const;
