import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ASSUMPTIONS, readAssumptions } from "../../cost/assumptions";
import { estimate } from "../../cost/estimate";
import { PRICES } from "../../cost/prices";
import { inputOf } from "../cost/input";
import { exampleFleet } from "../support/fleets";
import { tenantscope } from "../support/tenantscope";

/** What may be wrong with the words and files that `cost` is given. */
const root = join(__dirname, "..", "..");
const example = inputOf(exampleFleet());
const folder = mkdtempSync(join(tmpdir(), "tenantscope-cost-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const cost = (...args: string[]) => tenantscope(["cost", ...args, "--root", root]);

test("every assumption that is wrong, at once", async () => {
  const words = ["logLines=1", "hoursPerMont=1", "zzz=1", "errorRatio=2", "bulkBytes=0", "hoursPerMonth=0"];
  words.push("hoursPerMonth=745", "bytesPerLine=2000000000000", "requestsPerSecond=5", "requestsPerSecond=6");
  const { status, out, err } = await cost("acme", ...words.flatMap((word) => ["--assume", word]));
  expect([status, out]).toEqual([2, ""]);
  expect(err.split("\n")).toEqual([
    '--assume logLines=1: there is no assumption "logLines", did you mean "logLinesPerSecond"?',
    '--assume hoursPerMont=1: there is no assumption "hoursPerMont", did you mean "hoursPerMonth"?',
    `--assume zzz=1: there is no assumption "zzz", choose one of ${Object.keys(ASSUMPTIONS).join(", ")}`,
    "--assume errorRatio=2: is a share: at most 1",
    "--assume bulkBytes=0: must be more than 0",
    "--assume hoursPerMonth=0: must be more than 0",
    "--assume hoursPerMonth=745: a month has at most 744 hours",
    "--assume bytesPerLine=2000000000000: is at most 1000000000000",
    "--assume requestsPerSecond=6: is given twice",
    "",
  ]);
});

test.each([
  "0x10",
  "1e9",
  " 5 ",
  "-1",
  "+1",
  "NaN",
  "Infinity",
  "",
  "1.",
  ".5",
  "1,5",
  "1_000",
  "5\n",
  "5 lines/s",
  "\u0665",
])("%j is no decimal number", async (value) => {
  expect(await cost("acme", "--assume", `logLinesPerSecond=${value}`)).toEqual({
    status: 2,
    out: "",
    err: `--assume logLinesPerSecond=${value}: needs a decimal number from 0, such as logLinesPerSecond=5 (lines/s)\n`,
  });
});

test.each(Object.entries(ASSUMPTIONS))("%s may be as small as it may be", (name, { value }) => {
  const zero = ((): boolean => {
    try {
      readAssumptions([`${name}=0`]);
      return true;
    } catch {
      return false;
    }
  })();
  const assumptions = readAssumptions([`${name}=${zero ? "0" : "0.5"}`]);
  const { total, elsewhereTotal } = estimate({ ...example, assumptions });
  expect([total, elsewhereTotal].every((usd) => Number.isFinite(usd) && usd > 0)).toBe(true);
  expect(value).toBeGreaterThan(0);
});

test("every price that is wrong, at once", async () => {
  const file = join(folder, "wrong.json");
  const good = { usd: 1, source: "our agreement", read: "2026-11-01" };
  writeFileSync(
    file,
    JSON.stringify({
      "kms.keys": good,
      kms: good,
      x: good,
      "kms.key": { usd: "1" },
      secret: null,
      "nat.hour": { ...good, usd: -1, read: "2026-02-30", region: 7, Region: "eu-west-1" },
    }).replace('"nat.hour"', '"nat.data": { "usd": 1e999, "source": " ", "read": "today" }, "nat.hour"'),
  );
  const { status, out, err } = await cost("acme", "--prices", file);
  expect([status, out]).toEqual([1, ""]);
  expect(err.split("\n").map((line) => line.replace(`${file}: `, ""))).toEqual([
    '"kms.keys" is no price, did you mean "kms.key"?',
    '"kms" is no price, did you mean "kms.key"?',
    `"x" is no price, choose one of ${Object.keys(PRICES).join(", ")}`,
    '"kms.key" needs "usd", the dollars for a key-month: a number from 0',
    '"kms.key" needs "source": where the price was read',
    '"kms.key" needs "read": the day, such as 2026-11-20',
    '"secret" must be an object, such as { "usd": 1, "source": "...", "read": "2026-11-20" }',
    '"nat.data" needs "usd", the dollars for a GB: a number from 0',
    '"nat.data" needs "source": where the price was read',
    '"nat.data" needs "read": the day, such as 2026-11-20',
    '"nat.hour" needs "usd", the dollars for a hour: a number from 0',
    '"nat.hour" needs "read": the day, such as 2026-11-20',
    '"nat.hour" has a "region" that is no text',
    '"nat.hour" has "Region", which is none of usd, source, read, region',
    "",
  ]);
});
