import { adviceFor, type Advice } from "../cost/advice";
import { ASSUMPTIONS, type AssumptionName, type Assumptions } from "../cost/assumptions";
import {
  bySignal,
  type Estimate,
  estimate,
  type EstimateInput,
  type Line,
  type TenantEstimate,
} from "../cost/estimate";
import { SIGNALS } from "../cost/item";
import { PRICES, type PriceId, type Prices } from "../cost/prices";
import { asClaimed, CLAIM, type Saving, saving, savingBySignal, savings } from "../cost/saving";
import type { Tenant } from "../fleet/types";
import { count } from "../lib/wording";
import type { Output } from "./command";
import { jsonText } from "./json";
import { table } from "./table";

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
/** Three digits are what such an estimate is worth. */
const quantity = (value: number): string =>
  new Intl.NumberFormat("en", {
    maximumSignificantDigits: 3,
    notation: value < 1e6 ? "standard" : "compact",
  }).format(value);

/** An estimate of one tenant: its lines, what drives them, the other way, advice, and what it rests on. */
export function tenantCost(input: EstimateInput, tenant: Tenant, json: boolean, output: Output): string {
  const result = estimate(input);
  const found = result.tenants.find(({ name }) => name === tenant.name);
  if (found === undefined) return offboarding(tenant, json);
  const advice = adviceFor(tenant, found);
  if (json)
    return jsonText({
      ...found,
      saving: saving(found.total, found.elsewhereTotal),
      advice,
      tooSmall: result.tooSmall,
      ...basis(input),
    });
  return [
    `${tenant.name}: about ${usd(found.total)} a month: ${usd(found.own)} of its own and ${usd(found.share)} as one of ${count(result.tenants.length, "tenant")} that share ${usd(result.sharedTotal)}\n`,
    signalTable(found, output),
    lineTable(found.lines, output),
    `CloudWatch and X-Ray alone, with the same load: ${usd(found.elsewhereTotal)}. ${verdict(found.total, found.elsewhereTotal)}\n`,
    lineTable(found.elsewhere, output),
    advice.length === 0
      ? "Nothing in its manifest would lower it by much.\n"
      : `What would lower it, each by itself:\n${adviceTable(advice, output)}`,
    basisText(result, input, output),
  ].join("\n");
}

/** An estimate of all tenants, what they share, and where the other way would cost less. */
export function fleetCost(input: EstimateInput, json: boolean, output: Output): string {
  const result = estimate(input);
  const cells = savings(input);
  const claimed = savings(asClaimed(input));
  const signals = savingBySignal(input);
  if (json) {
    const { tenants, ...rest } = result;
    const short = tenants.map(({ name, lines, own, share, total, elsewhereTotal }) => ({
      ...{ name, own, share, total, elsewhereTotal },
      bySignal: Object.fromEntries(bySignal(lines)),
    }));
    return jsonText({
      ...rest,
      tenants: short,
      saving: saving(result.total, result.elsewhereTotal),
      savings: cells,
      savingsAsClaimed: claimed,
      savingBySignal: Object.fromEntries(signals),
      ...basis(input),
    });
  }
  return [
    `The fleet: about ${usd(result.total)} a month for ${count(result.tenants.length, "tenant")}: ${usd(result.sharedTotal)} for what they share, the rest each its own\n`,
    tenantTable(result, output),
    `Shared:\n${lineTable(result.shared, output)}`,
    `CloudWatch and X-Ray alone, with the same load: ${usd(result.elsewhereTotal)}. ${verdict(result.total, result.elsewhereTotal)}`,
    `By signal, each with the shared services that only it needs: ${[...signals].map(([signal, share]) => `${signal} ${lower(share)}`).join(", ")}.\n`,
    `Saved of what CloudWatch and X-Ray would cost, by the fleet's size and the load of every task:\n${savingTable(cells, output)}`,
    `${claim(cells)}\n`,
    `The same with Jaeger in X-Ray's place and nothing in CloudWatch twice:\n${savingTable(claimed, output)}`,
    `${claim(claimed)}\n`,
    basisText(result, input, output),
  ].join("\n");
}

const offboarding = (tenant: Tenant, json: boolean): string =>
  json
    ? jsonText({ name: tenant.name, total: 0 })
    : `${tenant.name} is offboarding: its stack has no resources, so nothing is left to pay for but what docs/BOOTSTRAP.md says stays\n`;

const lower = (share: number): string =>
  share >= 0 ? `${percent(share)} lower` : `${percent(-share)} higher`;

const verdict = (here: number, there: number): string =>
  there === 0 ? "" : `tenantscope is ${lower(saving(here, there))}.`;

function signalTable({ lines, elsewhere }: TenantEstimate, output: Output): string {
  const [here, there] = [bySignal(lines), bySignal(elsewhere)];
  const rows = SIGNALS.filter((signal) => here.has(signal) || there.has(signal)).map((signal) => [
    signal,
    usd(here.get(signal) ?? 0),
    usd(there.get(signal) ?? 0),
    driver(lines.filter((line) => line.signal === signal)),
  ]);
  return table(["signal", "here", "CloudWatch", "mostly"], rows, output);
}

const driver = (lines: readonly Line[]): string => {
  const [largest] = lines.toSorted((one, other) => other.usd - one.usd);
  return largest === undefined || largest.usd === 0 ? "" : largest.what;
};

const lineTable = (lines: readonly Line[], output: Output): string =>
  table(
    ["signal", "what", "a month", "USD", "paid by"],
    lines
      .toSorted((one, other) => other.usd - one.usd)
      .map(({ signal, what, price, quantity: amount, usd: amountUsd, account }) => [
        signal,
        what,
        `${quantity(amount / PRICES[price].per)} x ${PRICES[price].unit}`,
        usd(amountUsd),
        account,
      ]),
    output,
  );

const adviceTable = (advice: readonly Advice[], output: Output): string =>
  table(
    ["about", "change"],
    advice.map(({ what, usd: amount }) => [usd(amount), what]),
    output,
  );

const tenantTable = ({ tenants }: Estimate, output: Output): string =>
  table(
    ["tenant", "own", "share", "total", "CloudWatch", "saved", "mostly"],
    tenants.map(({ name, own, share, total, elsewhereTotal, lines }) => [
      name,
      usd(own),
      usd(share),
      usd(total),
      usd(elsewhereTotal),
      percent(saving(total, elsewhereTotal)),
      driver(lines),
    ]),
    output,
  );

function savingTable(cells: readonly Saving[], output: Output): string {
  const loads = [...new Set(cells.map(({ load }) => load))];
  const sizes = [...new Set(cells.map(({ tenants }) => tenants))];
  const rows = sizes.map((tenants) => [
    count(tenants, "tenant"),
    ...loads.map((load) =>
      percent(cells.find((cell) => cell.tenants === tenants && cell.load === load)?.saving ?? 0),
    ),
  ]);
  return table(["", ...loads.map((load) => `load x ${String(load)}`)], rows, output);
}

function claim(cells: readonly Saving[]): string {
  const holds = cells.filter(({ saving: share }) => share >= CLAIM);
  const where = holds
    .map(({ tenants, load }) => `${count(tenants, "tenant")} at load x ${String(load)}`)
    .join(", ");
  return holds.length === 0
    ? `${percent(CLAIM)} less is reached nowhere in this table.`
    : `${percent(CLAIM)} less is reached by ${where}; nowhere else in this table.`;
}

const usedPrices = ({ shared, tenants }: Estimate): PriceId[] =>
  [
    ...new Set(
      [...shared, ...tenants.flatMap(({ lines, elsewhere }) => [...lines, ...elsewhere])].map(
        ({ price }) => price,
      ),
    ),
  ].sort();

const basis = ({ assumptions, prices }: EstimateInput): { assumptions: Assumptions; prices: Prices } => ({
  assumptions,
  prices,
});

/** What the numbers rest on. */
function basisText(result: Estimate, { assumptions, prices }: EstimateInput, output: Output): string {
  const rows = (Object.keys(ASSUMPTIONS) as AssumptionName[]).map((name) => {
    const { unit, what, value } = ASSUMPTIONS[name];
    return [
      name,
      `${String(assumptions[name])} ${unit}`.trim(),
      assumptions[name] === value ? what : `${what} (given; ${String(value)} otherwise)`,
    ];
  });
  const used = usedPrices(result).map((id) => {
    const { what, tiers, unit, region, read, source, confidence, free } = prices[id];
    const steps = tiers.map(({ usd: each }) => `$${String(each)}`).join(", then ");
    return [
      what,
      `${steps} a ${unit}`,
      free === undefined ? "" : quantity(free / prices[id].per),
      region,
      read,
      confidence,
      source,
    ];
  });
  const small = result.tooSmall.map(
    ({ what, configured, needed }) =>
      `central.json has ${String(configured)} ${what}; this load takes ${String(needed)}, and they are priced as such`,
  );
  return [
    ...small.map((line) => `${line}\n`),
    `Assumptions (another value: --assume name=value):\n${table(["name", "value", "what"], rows, output)}`,
    `Prices:\n${table(["what", "price", "free", "Region", "read", "from", "source"], used, output)}`,
    "Not in it: the applications' own tasks, taxes, support, data between Regions, discounts, and a saving of your own time.\n",
  ].join("\n");
}
