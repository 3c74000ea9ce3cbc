/**
 * Every public image that this program runs, pinned to a release. Tenants' own images stand in their manifests. Tags
 * rather than digests: these publishers never move a release tag, and a digest that nobody here can pull is a guess.
 */
export const IMAGES = {
  /** AWS Distro for OpenTelemetry collector; each release is supported only until the next minor. */
  adotCollector: "public.ecr.aws/aws-observability/aws-otel-collector:v0.50.0",
} as const;
