import { adviceFor } from "../cost/advice";
import { type Estimate, estimate, type EstimateInput } from "../cost/estimate";
import { fleetReliance, type Reliance, relianceOf, tenantReliance } from "../cost/reliance";
import { asClaimed, CLAIM, type Saving, saving, savingBySignal, savings } from "../cost/saving";
import { bySignal } from "../cost/estimate";
import type { Tenant } from "../fleet/types";
import { count } from "../lib/wording";
import type { Output } from "./command";
import { basisText, cautionText, relianceText } from "./cost-basis";
import {
  adviceTable,
  lineTable,
  percent,
  quantity,
  savingTable,
  signalTable,
  tenantTable,
  usd,
} from "./cost-tables";
import { jsonText } from "./json";
import { wrapped } from "./wrap";

/** An estimate of one tenant: its lines, what drives them, the other way, advice, and what it rests on. */
export function tenantCost(input: EstimateInput, tenant: Tenant, json: boolean, output: Output): string {
  const { assumptions, prices } = input;
  const result = estimate(input);
  const { sharedTotal, tooSmall, unpriced } = result;
  const found = result.tenants.find(({ name }) => name === tenant.name) ?? nothing(tenant);
  const reliance = {
    total: tenantReliance(found, result, prices),
    elsewhere: relianceOf(found.elsewhere, prices),
    otlp: relianceOf(found.otlp, prices),
  };
  const advice = adviceFor(tenant, found);
  if (json) {
    return jsonText({
      ...found,
      ...{
        saving: saving(found.total, found.elsewhereTotal),
        savingOtlp: saving(found.total, found.otlpTotal),
      },
      ...{ reliance, advice },
      ...{ tooSmall, unpriced, assumptions, prices },
    });
  }
  const say = (text: string): string => wrapped(text, output.columns);
  if (tenant.lifecycle === "offboarding") {
    return say(
      `${tenant.name} is offboarding: its stack has no resources, so nothing is left to pay for but what docs/BOOTSTRAP.md says stays\n`,
    );
  }
  return sections(
    say(
      `${tenant.name}: about ${usd(found.total)} a month: ${usd(found.own)} of its own and ${usd(found.share)} as one of ${count(result.tenants.length, "tenant")} that share ${usd(sharedTotal)}\n${relianceText(reliance.total)}\n${cheapest(found)}`,
    ),
    cautionText(result, output),
    signalTable(found, output),
    lineTable(found.lines, prices, output),
    found.elsewhere.length === 0
      ? say("It sends nothing, so CloudWatch and X-Ray alone would cost nothing.\n")
      : [
          `${say(classicText(found, reliance.elsewhere))}\n\n${lineTable(found.elsewhere, prices, output)}`,
          `${say(otlpText(found, reliance.otlp))}\n\n${lineTable(found.otlp, prices, output)}`,
        ].join("\n"),
    advice.length === 0
      ? say("Nothing in its manifest would lower it by much.\n")
      : `${say("What would lower it, each by itself:")}\n${adviceTable(advice, output)}`,
    basisText(result, input, output),
  );
}

/** An estimate of all tenants, what they share, and where the other way would cost less. */
export function fleetCost(input: EstimateInput, json: boolean, output: Output): string {
  const { assumptions, prices } = input;
  const result = estimate(input);
  const cells = savings(input, result);
  const claimed = savings(asClaimed(input));
  const signals = savingBySignal(result, "elsewhere");
  const signalsOtlp = savingBySignal(result, "otlp");
  const reliance = fleetReliance(result, prices);
  const { tenants, shared, sharedTotal, total, elsewhereTotal, otlpTotal } = result;
  if (json) {
    const short = tenants.map((each) => ({
      ...{ name: each.name, own: each.own, share: each.share },
      ...{ total: each.total, elsewhereTotal: each.elsewhereTotal, otlpTotal: each.otlpTotal },
      bySignal: Object.fromEntries(bySignal(each.lines)),
    }));
    return jsonText({
      ...result,
      ...{ tenants: short, saving: saving(total, elsewhereTotal), savingOtlp: saving(total, otlpTotal) },
      ...{ reliance, savings: cells, savingsAsClaimed: claimed },
      ...{ savingBySignal: Object.fromEntries(signals), savingBySignalOtlp: Object.fromEntries(signalsOtlp) },
      ...{ assumptions, prices },
    });
  }
  const say = (text: string): string => wrapped(text, output.columns);
  if (tenants.length === 0) {
    return sections(
      say(
        `The fleet has no tenants that cost anything: about ${usd(total)} a month for what they will share\n${relianceText(reliance.total)}\n`,
      ),
      cautionText(result, output),
      `Shared:\n${lineTable(shared, prices, output)}`,
      say("With nobody to send anything there is nothing to compare with CloudWatch and X-Ray.\n"),
      basisText(result, input, output),
    );
  }
  return sections(
    say(
      `The fleet: about ${usd(total)} a month for ${count(tenants.length, "tenant")}: ${usd(sharedTotal)} for what they share, the rest each its own\n${relianceText(reliance.total)}\n${cheapest(result)}`,
    ),
    cautionText(result, output),
    tenantTable(result, output),
    `Shared:\n${lineTable(shared, prices, output)}`,
    elsewhereTotal === 0
      ? say("They send nothing, so CloudWatch and X-Ray alone would cost nothing.\n")
      : [
          say(`${classicText(result, reliance.elsewhere)}\n${bySignalText(signals)}`),
          say(`${otlpText(result, reliance.otlp)}\n${bySignalText(signalsOtlp)}`),
          ...(
            [
              ["", cells],
              [", with Jaeger in X-Ray's place and nothing in CloudWatch twice", claimed],
            ] as const
          ).flatMap(([as, each]) => savingTexts(as, each, output)),
        ].join("\n"),
    basisText(result, input, output),
  );
}

type Totals = Pick<Estimate, "total" | "elsewhereTotal" | "otlpTotal">;

const classicText = ({ total, elsewhereTotal }: Totals, reliance: Reliance): string =>
  `CloudWatch and X-Ray alone, with the same load: ${usd(elsewhereTotal)}. ${verdict(total, elsewhereTotal)}\n${relianceText(reliance)}`;

const otlpText = ({ total, otlpTotal }: Totals, reliance: Reliance): string =>
  `CloudWatch alone, with metrics by OTLP and spans in Transaction Search: ${usd(otlpTotal)}. ${verdict(total, otlpTotal)}\n${relianceText(reliance)}`;

/** "CloudWatch alone would cost about $58.00, tenantscope is 4 times as high." */
const cheapest = ({ total, elsewhereTotal, otlpTotal }: Totals): string =>
  elsewhereTotal === 0
    ? ""
    : `The cheaper way in CloudWatch alone would cost about ${usd(Math.min(elsewhereTotal, otlpTotal))}: ${verdict(total, Math.min(elsewhereTotal, otlpTotal))}\n`;

const bySignalText = (signals: ReadonlyMap<string, number>): string =>
  `By signal, each with the shared services that only it needs: ${[...signals].map(([signal, share]) => `${signal} ${lower(share)}`).join(", ")}.\n`;

/** The tables of what is saved of both ways, each with where the claim holds. */
const savingTexts = (as: string, cells: readonly Saving[], output: Output): string[] =>
  (
    [
      ["CloudWatch and X-Ray", cells],
      [
        "CloudWatch by OTLP and Transaction Search",
        cells.map((cell) => ({ ...cell, saving: cell.savingOtlp })),
      ],
    ] as const
  ).flatMap(([way, each]) => [
    `${wrapped(`Saved of what ${way} would cost, by the fleet's size and the load of every task${as}:`, output.columns)}\n${savingTable(each, output)}`,
    wrapped(`${claim(each)}\n`, output.columns),
  ]);

const sections = (...texts: readonly string[]): string => texts.filter((text) => text !== "").join("\n");

/** Of a tenant that is offboarding. */
const nothing = ({ name }: Tenant) => ({
  ...{ name, lines: [], own: 0, share: 0, total: 0 },
  ...{ elsewhere: [], elsewhereTotal: 0, otlp: [], otlpTotal: 0 },
});

/** Of ten times as much, percents say little. */
const lower = (share: number): string =>
  share >= 0
    ? `${percent(share)} lower`
    : share > -9
      ? `${percent(-share)} higher`
      : `${quantity(1 - share)} times as high`;

const verdict = (here: number, there: number): string =>
  there === 0 ? "" : `tenantscope is ${lower(saving(here, there))}.`;

function claim(cells: readonly Saving[]): string {
  const holds = cells.filter(({ saving: share }) => share >= CLAIM);
  const where = holds
    .map(({ tenants, load }) => `${count(tenants, "tenant")} at load x ${String(load)}`)
    .join(", ");
  return holds.length === 0
    ? `${percent(CLAIM)} less is reached nowhere in this table.`
    : `${percent(CLAIM)} less is reached by ${where}; nowhere else in this table.`;
}
