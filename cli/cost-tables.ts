import type { Advice } from "../cost/advice";
import type { Line } from "../cost/charges";
import { bySignal, type Estimate, type TenantEstimate } from "../cost/estimate";
import { SIGNALS } from "../cost/item";
import { total } from "../cost/money";
import type { Prices } from "../cost/prices";
import { type Saving, saving } from "../cost/saving";
import { count } from "../lib/wording";
import type { Output } from "./command";
import { table } from "./table";

const CENT = 0.01;

/** To the cent. What is less is not nothing. */
export const usd = (amount: number): string =>
  amount > 0 && amount < CENT / 2 ? "< $0.01" : `$${dollars.format(amount)}`;
const dollars = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
/** What is saved is never said to be more than it is: 69.9 % are not 70 %. */
export const saved = (share: number): string => `${String(Math.floor(share * 100))} %`;
/** Three digits are what such an estimate is worth. */
export const quantity = (value: number): string =>
  new Intl.NumberFormat("en", {
    maximumSignificantDigits: 3,
    notation: value < 1e6 ? "standard" : "compact",
  }).format(value);

export function signalTable({ lines, elsewhere, otlp }: TenantEstimate, output: Output): string {
  const [here, there, newer] = [bySignal(lines), bySignal(elsewhere), bySignal(otlp)];
  const rows = SIGNALS.filter((signal) => here.has(signal) || there.has(signal)).map((signal) => [
    signal,
    usd(here.get(signal) ?? 0),
    usd(there.get(signal) ?? 0),
    usd(newer.get(signal) ?? 0),
    driver(lines.filter((line) => line.signal === signal)),
  ]);
  return table(["signal", "here", "CloudWatch", "by OTLP", "mostly"], rows, output, [1, 2, 3]);
}

const dearestFirst = (lines: readonly Line[]): Line[] => lines.toSorted((one, other) => other.usd - one.usd);

const driver = (lines: readonly Line[]): string => {
  const [largest] = dearestFirst(lines);
  return largest === undefined || largest.usd === 0 ? "" : largest.what;
};

/** The dearest first. Those below a cent are one row: a bill would not show them either. */
export function lineTable(lines: readonly Line[], prices: Prices, output: Output): string {
  const sorted = dearestFirst(lines);
  const small = sorted.filter(({ usd: amount }) => amount < CENT);
  const shown = small.length < 2 ? sorted : sorted.slice(0, -small.length);
  const rows = shown.map(({ signal, what, price, quantity: amount, usd: each, account }) => [
    signal,
    what,
    `${quantity(amount / (prices[price]?.per ?? 1))} x ${prices[price]?.unit ?? ""}`,
    usd(each),
    account,
  ]);
  const together = usd(total(small.map(({ usd: each }) => each)));
  const rest =
    small.length < 2 ? [] : [["", `${String(small.length)} more, each below a cent`, "", together, ""]];
  return table(["signal", "what", "a month", "USD", "paid by"], [...rows, ...rest], output, [3]);
}

export const adviceTable = (advice: readonly Advice[], output: Output): string =>
  table(
    ["about", "change"],
    advice.map(({ what, usd: amount }) => [usd(amount), what]),
    output,
    [0],
  );

export const tenantTable = ({ tenants }: Estimate, output: Output): string =>
  table(
    ["tenant", "own", "share", "total", "CloudWatch", "saved", "by OTLP", "saved", "mostly"],
    tenants.map(({ name, own, share, total: all, elsewhereTotal, otlpTotal, lines }) => [
      name,
      usd(own),
      usd(share),
      usd(all),
      usd(elsewhereTotal),
      elsewhereTotal === 0 ? "" : saved(saving(all, elsewhereTotal)),
      usd(otlpTotal),
      otlpTotal === 0 ? "" : saved(saving(all, otlpTotal)),
      driver(lines),
    ]),
    output,
    [1, 2, 3, 4, 5, 6, 7],
  );

export function savingTable(cells: readonly Saving[], output: Output): string {
  const loads = [...new Set(cells.map(({ load }) => load))];
  const sizes = [...new Set(cells.map(({ tenants }) => tenants))];
  const rows = sizes.map((tenants) => [
    count(tenants, "tenant"),
    ...loads.map((load) =>
      saved(cells.find((cell) => cell.tenants === tenants && cell.load === load)?.saving ?? 0),
    ),
  ]);
  return table(
    ["", ...loads.map((load) => `load x ${String(load)}`)],
    rows,
    output,
    loads.map((_, at) => at + 1),
  );
}
