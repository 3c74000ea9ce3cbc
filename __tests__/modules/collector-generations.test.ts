import { OWN_TASK_BYTES, PROCESSORS_BYTES } from "../../fleet/rules/rendered-size";
import schema from "../../fleet/schema/central.schema.json";
import type { ServiceTraces } from "../../fleet/trace-types";
import { ADVANCED_PARAMETER } from "../../lib/limits";
import { literal } from "../../lib/terraform-text";
import { collectorConfig, renderCollectorConfig } from "../../modules/collector/config";
import {
  GENERATION_NUMBERS,
  generationTags,
  GENERATIONS,
  OLDEST_GENERATION,
} from "../../modules/collector/generations";
import { configurationParts } from "../../modules/collector/parameter";
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

test("central.json takes those that can be rendered", () => {
  const { configGeneration, waves } = schema.properties;
  expect(configGeneration.enum).toEqual(GENERATION_NUMBERS);
  expect(waves.items.properties.configGeneration.enum).toEqual(GENERATION_NUMBERS);
});

test.each(GENERATION_NUMBERS)(
  "generation %d, every signal on, is as long as `validate` reckons",
  (generation) => {
    const given = { ...EVERYTHING, generation };
    const parts = configurationParts(given);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThan(ADVANCED_PARAMETER);
    const text = literal(renderCollectorConfig(given));
    const [processors = ""] = text
      .split(/^(?=[a-z]+:)/m)
      .filter((section) => section.startsWith("processors:"));
    expect(processors).not.toBe("");
    const rates = JSON.stringify(EVERYTHING.metrics.statsdRates).length;
    expect(Buffer.byteLength(processors) - rates).toBeLessThan(PROCESSORS_BYTES);
    expect(Buffer.byteLength(JSON.stringify(text)) + 4096).toBeLessThan(OWN_TASK_BYTES);
  },
);
