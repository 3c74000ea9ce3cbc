import { lokiConfig, type LokiInput } from "../../modules/loki/config";

/** As the central stack would have it; the limits are generous, since one test is about them. */
export const lokiInput = (change: Partial<LokiInput> = {}): LokiInput => ({
  region: "eu-west-1",
  replicas: 1,
  replica: 0,
  discoveryName: "loki.tenantscope.internal",
  chunksBucket: "tenantscope-loki-chunks-111111111111-eu-west-1",
  memoryMiB: 1024,
  limits: { mibPerSecond: 32, retentionDays: 30, maxStreams: 5000 },
  ...change,
});

/** Every configuration that can be rendered, by a name for people. */
export const EVERY_INPUT: readonly (readonly [string, LokiInput])[] = [
  ["the only replica", lokiInput()],
  ...[0, 1, 2].map(
    (replica) => [`replica ${replica} of three`, lokiInput({ replicas: 3, replica })] as const,
  ),
];

export const lokiConfigOf = (replicas: 1 | 3, replica = 0) => lokiConfig(lokiInput({ replicas, replica }));
