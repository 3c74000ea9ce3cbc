import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ASSUMPTIONS } from "../../cost/assumptions";
import { PRICES, type Price } from "../../cost/prices";

/** `docs/COST.md` lists what may be given by `--assume` and `--prices`; here is what its tables must say. */
const text = readFileSync(join(__dirname, "..", "..", "docs", "COST.md"), "utf8");

const rowsOf = (heading: string): string[] => {
  const section = text.slice(text.indexOf(`\n${heading}\n`)).split(/\n## /)[1] ?? "";
  return section.split("\n").filter((line) => line.startsWith("| `"));
};

const steps = ({ tiers, unit }: Price): string =>
  `${tiers.map(({ usd }) => `$${String(usd)}`).join(", then ")} for a ${unit}`;

test("every assumption with its default, unit and meaning", () => {
  const wanted = Object.entries(ASSUMPTIONS).map(
    ([name, { value, unit, what }]) => `| \`${name}\` | ${`${String(value)} ${unit}`.trim()} | ${what} |`,
  );
  expect(rowsOf("## The assumptions")).toEqual(wanted);
});

test("every price with its unit, Region, day, how it is known and where", () => {
  const wanted = (Object.entries(PRICES) as [string, Price][]).map(
    ([id, price]) =>
      `| \`${id}\` | ${price.what} | ${steps(price)} | ${price.region} | ${price.read} | ${price.confidence} | <${price.source}> |`,
  );
  expect(rowsOf("## The prices")).toEqual(wanted);
});

test("how many prices nobody has read on the seller's page is said", () => {
  const all = Object.values(PRICES) as Price[];
  const of = (confidence: Price["confidence"]): number =>
    all.filter((price) => price.confidence === confidence).length;
  expect(text).toContain(
    `Of ${all.length} prices ${of("official")} are \`official\`, ${of("secondary")} \`secondary\`, ${of("memory") || "none"} from \`memory\``,
  );
});
