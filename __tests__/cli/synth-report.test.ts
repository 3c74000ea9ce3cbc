import type { WriteStream } from "node:tty";
import { Progress } from "../../cli/synth-progress";
import { report } from "../../cli/synth-report";
import type { WrittenStack } from "../../cli/synth-stacks";

const stack = (name: string, resources: number): WrittenStack => ({
  folder: "",
  resources,
  manifest: {
    name,
    constructPath: name,
    synthesizedStackPath: "",
    stackMetadataPath: "",
    workingDirectory: "",
    annotations: [],
    dependencies: [],
  },
});

const fleetOf = (tenants: number): WrittenStack[] => [
  stack("central", 10),
  stack("limits", 1),
  ...Array.from({ length: tenants }, (_, index) => stack(`tenant-t${String(index)}`, index + 20)),
];

test("a small fleet has a line per stack", () => {
  expect(report(fleetOf(2), 0.25)).toBe(
    [
      "stack      resources",
      "central           10",
      "limits             1",
      "tenant-t0         20",
      "tenant-t1         21",
      "4 stacks, 52 resources in 0.3 s",
    ].join("\n"),
  );
});

test("the tenants of a large one share a line", () => {
  const text = report(fleetOf(21), 12);
  expect(text).toContain("tenant-* (21 stacks)  20 to 40, median 30\n");
  expect(text).not.toContain("tenant-t");
  expect(text).toMatch(/\n23 stacks, 641 resources in 12\.0 s$/);
  expect(report(fleetOf(20), 12)).toContain("tenant-t19");
});

test.each([
  ["a terminal and a large fleet", true, 51, ["\r10 of 53 stacks", "\r\u001b[K"]],
  ["a terminal and a small fleet", true, 50, []],
  ["no terminal", false, 1000, []],
])("progress shows on %s", (_, isTTY, tenants, expected) => {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  const progress = new Progress({ isTTY, write } as unknown as WriteStream, tenants);
  progress.show(10, 53);
  progress.clear();
  expect(written).toEqual(expected);
});
