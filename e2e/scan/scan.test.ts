import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everyOptionFleet } from "../../__tests__/support/every-option-fleet";
import { CLOUD_BACKEND, exampleFleet, S3_BACKEND } from "../../__tests__/support/fleets";
import { Stack, synth } from "../../__tests__/support/synth";
import { BROKEN, broken } from "./broken";
import { installCheckov, reportOf, scan, type Report } from "./checkov";
import { EXCEPTIONS, judged } from "./exceptions";
import { writePrepared } from "./prepare";

const FLEETS = {
  example: exampleFleet(),
  "every-option": everyOptionFleet({ type: "local" }),
  "every-option-s3": everyOptionFleet(S3_BACKEND),
  "every-option-cloud": everyOptionFleet(CLOUD_BACKEND),
};
/** Of what is in them checkov knows no check. */
const WITHOUT_CHECKS = /\/(limits|grafana|tenant-hooli)\//;

const folder = mkdtempSync(join(tmpdir(), "tenantscope-scan-"));
const stacks = new Map(
  Object.entries(FLEETS).flatMap(([fleet, values]) =>
    synth(values).stacks.map((stack) => [`${fleet}/${stack.name}`, stack] as const),
  ),
);
const wrong = new Map(
  BROKEN.map((each) => {
    const { json, id } = broken(example(each.stack).json, each);
    const name = `${each.name}/${each.stack}`;
    return [name, { each, id, stack: new Stack(name, JSON.stringify(json)) }] as const;
  }),
);
function example(name: string): Stack {
  const stack = stacks.get(`example/${name}`);
  if (stack === undefined) throw new Error(`the example has no ${name}`);
  return stack;
}

let report: Report;
let ofBroken: Report;
beforeAll(async () => {
  const bin = installCheckov();
  const wrongStacks = new Map([...wrong].map(([name, { stack }]) => [name, stack]));
  [report, ofBroken] = (await Promise.all(
    (
      [
        ["right", stacks],
        ["wrong", wrongStacks],
      ] as const
    ).map(([name, all]) => {
      const below = join(folder, name);
      for (const [path, stack] of all) writePrepared(below, path, stack);
      return scan(bin, below, all);
    }),
  )) as [Report, Report];
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("no failed check but those that are listed, and none is listed that does not fail", () => {
  const { unlisted, idle } = judged(report.failed);
  const { passed, failed } = report;
  const total = String(failed.length);
  process.stdout.write(
    `checkov: ${String(stacks.size)} stacks, ${String(passed)} checks passed, ${total} failed; ` +
      `${String(failed.length - unlisted.length)} of them listed by ${String(EXCEPTIONS.length)} exceptions\n`,
  );
  expect(unlisted.map(({ stack, check, name, address }) => `${stack} ${address} ${check} ${name}`)).toEqual(
    [],
  );
  expect(idle.map(({ check, where }) => `${check} ${where.source}`)).toEqual([]);
});

test("every stack was looked at, in both ways", () => {
  const files = [...stacks.keys()].flatMap((name) => [`${name}/cdk.tf.json`, `${name}/tfplan.json`]);
  const unseen = files.filter((file) => !report.checks.has(file));
  expect(unseen.filter((file) => !WITHOUT_CHECKS.test(file))).toEqual([]);
  for (const file of ["cdk.tf.json", "tfplan.json"]) {
    expect(report.checks.get(`example/central/${file}`)).toBeGreaterThan(500);
    expect(report.checks.get(`example/tenant-acme/${file}`)).toBeGreaterThan(50);
  }
});

test.each([...wrong])("found: %s", (name, { each, id, stack }) => {
  const address = stack.blocks.find((block) => block.id === id && block.type === each.type)?.address;
  const seen = ofBroken.failed.filter(({ stack: where, check }) => where === name && check === each.check);
  expect(seen.map((finding) => finding.address)).toEqual([address]);
  expect(judged(seen).unlisted).toEqual(seen);
});

test("a run that scanned nothing is no success", () => {
  const summary = { passed: 0, failed: 0, parsing_errors: 0 };
  expect(() => reportOf(JSON.stringify(summary), stacks)).toThrow("scanned nothing");
  const of = (check_type: string, parsing_errors: number) => ({
    check_type,
    summary: { ...summary, parsing_errors },
    results: { passed_checks: [], failed_checks: [] },
  });
  expect(() => reportOf(JSON.stringify([of("terraform_json", 0)]), stacks)).toThrow("scanned nothing");
  const unread = JSON.stringify([of("terraform_json", 2), of("terraform_plan", 0)]);
  expect(() => reportOf(unread, stacks)).toThrow("could not read 2 files");
});

test("every exception says why, and none is there twice", () => {
  expect(EXCEPTIONS.filter(({ reason }) => reason.length < 40)).toEqual([]);
  expect(new Set(EXCEPTIONS.map(({ check, where }) => `${check} ${where.source}`)).size).toBe(
    EXCEPTIONS.length,
  );
});
