import { centralFor, generationOf, waveOf } from "../../fleet/waves";
import { central } from "../support/fleet-parts";
import { exampleFleet } from "../support/fleets";
import { synthFiles } from "../support/synth";

const NEXT = "public.ecr.aws/aws-observability/aws-otel-collector:v0.51.0";
const waves = [
  { name: "canary", concurrency: 1, images: { adotCollector: NEXT } },
  { name: "fleet", concurrency: 10, images: {} },
];

test("a tenant that names no wave goes with the last", () => {
  expect(waveOf(waves, {}).name).toBe("fleet");
  expect(waveOf(waves, { wave: "canary" }).name).toBe("canary");
  expect(() => waveOf(waves, { wave: "other" })).toThrow("no wave other");
});

test("a wave's images take the place of the fleet's, the others stay", () => {
  const { images, ...rest } = central({ waves });
  expect(centralFor(central({ waves }), { wave: "canary" })).toEqual({
    ...rest,
    images: { ...images, adotCollector: NEXT },
  });
  expect(centralFor(central({ waves }), {})).toEqual({ ...rest, images });
});

test("a wave's generation takes the place of the fleet's", () => {
  const of = (own: readonly object[], configGeneration: 1 | 2) => {
    const fleet = central({
      configGeneration,
      waves: waves.map((wave, index) => ({ ...wave, ...own[index] })),
    });
    const found = fleet.waves.map((wave) => generationOf(fleet, wave));
    expect(fleet.waves.map(({ name }) => centralFor(fleet, { wave: name }).configGeneration)).toEqual(found);
    return found;
  };
  expect(of([], 1)).toEqual([1, 1]);
  expect(of([{ configGeneration: 2 }], 1)).toEqual([2, 1]);
  expect(of([{ configGeneration: 2 }], 2)).toEqual([2, 2]);
  expect(of([{}, { configGeneration: 1 }], 2)).toEqual([2, 1]);
});

test("a release reaches the stacks of its wave and no other", () => {
  const fleet = exampleFleet();
  const before = synthFiles(fleet);
  const after = synthFiles({ ...fleet, central: { ...fleet.central, waves } });
  const changed = [...after].filter(([name, text]) => text !== before.get(name)).map(([name]) => name);
  expect(changed).toEqual(["tenant-acme"]);
  // From the cache, which the example has.
  const copy = "/tenantscope/ecr-public/aws-observability/aws-otel-collector:v0.51.0";
  expect(after.get("tenant-acme")).toContain(copy);
  expect(before.get("tenant-acme")).not.toContain(copy);
  expect(after.get("tenant-acme")).not.toContain(NEXT);
});
