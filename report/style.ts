/** Colours have a contrast of at least 4.5 to 1 in both settings. Paper gets the light one, without controls. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --panel: #f6f8fa; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --link: #0550ae;
  --good: #116329; --warn: #7d4e00; --bad: #a40e26;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --panel: #161b22; --text: #e6edf3; --quiet: #9da7b1; --line: #30363d; --link: #79c0ff;
    --good: #56d364; --warn: #e3b341; --bad: #ff9492;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 1600px; margin: 0 auto; padding: 16px 24px 48px; }
h1 { font-size: 24px; margin: 8px 0; }
h2 { font-size: 18px; margin: 32px 0 8px; }
h3 { font-size: 14px; margin: 16px 0 8px; }
a { color: var(--link); }
.facts { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; padding: 0; }
.facts div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; }
.facts dt { color: var(--quiet); font-size: 13px; }
.facts dd { margin: 0; font-size: 18px; font-weight: 600; }
.tools { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin: 8px 0; }
.tools button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--quiet); border-radius: 6px; padding: 4px 12px; min-width: 36px; cursor: pointer; }
.tools input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--quiet); border-radius: 6px; padding: 6px 10px; width: min(320px, 100%); }
.quiet { color: var(--quiet); }
.scroll { overflow: auto; border: 1px solid var(--line); border-radius: 8px; }
.scroll:focus-visible, button:focus-visible, input:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 7px 12px; border-bottom: 1px solid var(--line); }
thead th { background: var(--panel); white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
tbody th { font-weight: 600; background: var(--page); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td ul { list-style: none; margin: 0; padding: 0; }
td li { white-space: nowrap; }
th .quiet { font-weight: 400; display: block; }
thead button { all: unset; cursor: pointer; }
thead button::after { content: " \\2195"; color: var(--quiet); }
th[aria-sort="ascending"] button::after { content: " \\2191"; color: inherit; }
th[aria-sort="descending"] button::after { content: " \\2193"; color: inherit; }
.active { color: var(--good); } .suspended { color: var(--warn); } .offboarding { color: var(--bad); }
.warnings li { overflow-wrap: anywhere; }
.picture { max-height: 85vh; cursor: grab; }
.picture:active { cursor: grabbing; }
.picture svg { display: block; margin: 0 auto; }
.legend { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr)); gap: 6px 20px; margin: 12px 0; font-size: 13px; }
.legend div { display: flex; gap: 10px; align-items: center; overflow-wrap: anywhere; }
.legend svg { flex: none; }
details { margin: 12px 0; }
@media (max-width: 700px) {
  main { padding: 8px 12px 32px; }
  th, td { padding: 6px 8px; }
}
@media (min-width: 701px) { #tenants tbody th { position: sticky; left: 0; } }
@media print {
  body { font-size: 11px; }
  .tools, thead button::after { display: none; }
  a { color: inherit; text-decoration: none; }
  table { font-size: 10px; }
  th, td { padding: 3px 5px; }
  td li, td.number, th.number, thead th { white-space: normal; }
  .legend { font-size: 11px; }
  .scroll { overflow: visible; border: 0; }
  #picture-title { break-before: page; }
  .picture { max-height: none; }
  .picture svg { width: 100%; height: auto; max-height: 95vh; }
  tr { break-inside: avoid; }
}
`;
