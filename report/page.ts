import { createHash } from "node:crypto";
import type { Picture } from "../diagram/svg";
import { Markup, markup } from "../lib/markup";
import { count } from "../lib/wording";
import type { Report, ReportLink, TenantRow, WaveRow } from "./data";
import { pictureSection } from "./picture";
import { PICTURE_SCRIPT } from "./picture-script";
import { SCRIPT } from "./script";
import { STYLE } from "./style";

/** One page that needs nothing else: no server, no other file. */
export function pageOf(report: Report, picture: Picture): string {
  const title = `tenantscope: ${count(report.tenants.length, "tenant")}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${facts(report)}
${warnings(report.warnings)}
<h2 id="tenants-title">Tenants</h2>
<div class="tools">
<label for="filter">Filter</label>
<input id="filter" type="search" placeholder="acme suspended eu-west-1" autocomplete="off">
<span id="shown" role="status" class="quiet"></span>
</div>
<div class="scroll" tabindex="0" role="region" aria-labelledby="tenants-title">
<table id="tenants">
<thead><tr>${COLUMNS.map(heading)}<th scope="col">Links</th></tr></thead>
<tbody>
${report.tenants.map(tenantLine)}</tbody>
</table>
</div>
<p class="quiet">US dollars are an estimate for a month with the default assumptions, the tenant's part of the shared
services included: <code>tenantscope cost</code>. Limits that are not there are the fleet's. Links into the AWS console
need a session in that account.</p>
<h2 id="waves-title">Waves</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="waves-title">
<table>
<thead><tr><th scope="col">Wave</th><th scope="col" class="number">Tenants</th><th scope="col" class="number">At a
time</th><th scope="col" class="number">Configuration</th><th scope="col">Images in the tenants' tasks</th></tr></thead>
<tbody>
${report.waves.map(waveLine)}</tbody>
</table>
</div>
${pictureSection(picture)}</main>
<script>${new Markup(PAGE_SCRIPT)}</script>
</body>
</html>
`.text;
}

const PAGE_SCRIPT = SCRIPT + PICTURE_SCRIPT;

/** Nothing from elsewhere, and no script but the page's own: a name in a manifest cannot become one. */
const policy = (): string =>
  `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(PAGE_SCRIPT).digest("base64")}'`;

const NUMBERS = "USD/month";
/** A narrow screen shows the first ones. */
const COLUMNS = [
  "Tenant",
  NUMBERS,
  "Lifecycle",
  "Wave",
  "Account",
  "Region",
  "Services",
  "Destinations",
  "Limits",
];

const heading = (name: string): Markup =>
  markup`<th scope="col" class="${name === NUMBERS ? "number" : "words"}"><button type="button">${name}</button></th>`;

const usd = (amount: number): string =>
  `$${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

function facts({ central, tenants, cost }: Report): Markup {
  const by = (lifecycle: TenantRow["lifecycle"]): string =>
    String(tenants.filter((tenant) => tenant.lifecycle === lifecycle).length);
  const fact = (name: string, value: string): Markup => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const all = [
    fact("active", by("active")),
    fact("suspended", by("suspended")),
    fact("offboarding", by("offboarding")),
    fact("estimate for a month", usd(cost.total)),
    fact("of it shared", usd(cost.sharedTotal)),
    fact("CloudWatch and X-Ray alone", usd(cost.elsewhereTotal)),
    fact("CloudWatch by OTLP alone", usd(cost.otlpTotal)),
    fact("central account", `${central.accountId}, ${central.region}`),
  ];
  return markup`<dl class="facts">${all}</dl><p>${links(central.links)}</p>`;
}

const warnings = (lines: readonly string[]): Markup =>
  lines.length === 0
    ? markup`<p class="quiet">tenantscope validate has no warnings.</p>`
    : markup`<details open class="warnings"><summary>${count(lines.length, "warning")} of tenantscope validate</summary>${items(lines)}</details>`;

const links = (all: readonly ReportLink[]): Markup[] =>
  all.map(
    ({ text, url }, index) => markup`${index === 0 ? "" : ", "}<a href="${url}" rel="noreferrer">${text}</a>`,
  );

const items = (lines: readonly string[]): Markup =>
  lines.length === 0 ? markup`` : markup`<ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;

/** The cells in the order of {@link COLUMNS}. */
function tenantLine(tenant: TenantRow): Markup {
  const { name, displayName, lifecycle, usd: amount } = tenant;
  const cells = [
    markup`<td class="number" data-value="${(amount ?? 0).toFixed(2)}">${amount === null ? "" : usd(amount)}</td>`,
    markup`<td class="${lifecycle}">${lifecycle}</td>`,
    ...[tenant.wave, tenant.accountId, tenant.region].map((text) => markup`<td>${text}</td>`),
    ...[tenant.services, tenant.destinations, tenant.limits].map((lines) => markup`<td>${items(lines)}</td>`),
    markup`<td>${links(tenant.links)}</td>`,
  ];
  const called = displayName === name ? "" : markup` <span class="quiet">${displayName}</span>`;
  return markup`<tr><th scope="row" data-value="${name}">${name}${called}</th>${cells}</tr>\n`;
}

const waveLine = ({ name, tenants, concurrency, generation, images }: WaveRow): Markup =>
  markup`<tr><th scope="row">${name}</th><td class="number">${tenants}</td><td class="number">${concurrency}</td><td class="number">${generation}</td><td>${images.join(", ")}</td></tr>\n`;
