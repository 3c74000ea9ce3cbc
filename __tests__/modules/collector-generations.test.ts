import type { ServiceTraces } from "../../fleet/trace-types";
import { collectorConfig, renderCollectorConfig } from "../../modules/collector/config";
import {
  GENERATION_NUMBERS,
  generationTags,
  GENERATIONS,
  OLDEST_GENERATION,
} from "../../modules/collector/generations";
import { DEFAULT_TRACES, EVERYTHING, input } from "../support/collector-inputs";

const sampled = (sampling: Partial<ServiceTraces["sampling"]>, memoryMiB = 256) =>
  input(
    {},
    { memoryMiB, traces: { ...DEFAULT_TRACES, sampling: { ...DEFAULT_TRACES.sampling, ...sampling } } },
  );

test("each generation says what it brought, the oldest is the default, and all but the first are tags", () => {
  expect(GENERATION_NUMBERS).toEqual([1, 2]);
  expect(OLDEST_GENERATION).toBe(1);
  const summaries = Object.values(GENERATIONS).map(({ summary }) => summary);
  expect(new Set(summaries).size).toBe(summaries.length);
  expect(GENERATION_NUMBERS.map(generationTags)).toEqual([
    {},
    { tags: { "tenantscope:collector-generation": "2" } },
  ]);
});

test.each([
  ["errors", sampled({ ratio: 0.1 }), 25_600],
  ["slow traces", sampled({ ratio: 0.1, keepErrors: false, keepSlowerThanMs: 5 }, 512), 51_200],
  ["everything", EVERYTHING, 25_600],
] as const)("generation 2 differs by the memory of what was kept: %s", (_, given, size) => {
  const first = collectorConfig(given);
  const second = collectorConfig({ ...given, generation: 2 });
  expect(second).toEqual({
    ...first,
    processors: {
      ...first.processors,
      tail_sampling: {
        ...first.processors["tail_sampling"],
        decision_cache: { sampled_cache_size: size },
      },
    },
  });
});

test.each([
  ["no sampling", input({}, { traces: DEFAULT_TRACES })],
  ["a share by the trace's id alone", sampled({ ratio: 0.1, keepErrors: false })],
  ["X-Ray's rule", sampled({ ratio: 0.1, keepErrors: false, xrayRemote: true })],
  ["no traces", input()],
])("where there is nothing to remember, the generations are alike: %s", (_, given) => {
  expect(renderCollectorConfig({ ...given, generation: 2 })).toBe(renderCollectorConfig(given));
});
