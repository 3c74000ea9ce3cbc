const LIGHT =
  "--page:#f4f5f5;--card:#fff;--line:#d8dade;--text:#24292e;--soft:#6b7078;--accent:#1f60c4;--code:#f1f3f6";
const DARK =
  "--page:#111217;--card:#181b1f;--line:#2c3035;--text:#d8d9da;--soft:#93979f;--accent:#6e9fff;--code:#22252b";

/** The page's style sheet: Grafana's grid of 24 columns, light and dark as the reader's system or as chosen. */
export const STYLE = `
:root{color-scheme:light;${LIGHT}}
@media(prefers-color-scheme:dark){:root:not(:has(#light:checked)){color-scheme:dark;${DARK}}}
:root:has(#dark:checked){color-scheme:dark;${DARK}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:14px/1.45 system-ui,"DejaVu Sans",sans-serif;display:grid;grid-template-columns:230px minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:16px;border-right:1px solid var(--line);background:var(--card)}
nav h1{font-size:16px;margin:0 0 12px}
nav h2{font-size:11px;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:16px 0 4px}
nav a{display:block;color:var(--text);text-decoration:none;padding:3px 8px;border-radius:4px}
nav a:hover{background:var(--code);color:var(--accent)}
nav fieldset{border:1px solid var(--line);border-radius:4px;margin:0;padding:4px 8px;display:flex;gap:10px;font-size:12px}
nav label{display:flex;gap:3px;align-items:center}
main{padding:20px 24px 60px;min-width:0}
section{margin-bottom:56px;scroll-margin-top:16px}
section>header{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:baseline;margin-bottom:10px}
section>header h2{margin:0;font-size:20px}
section>header p{margin:0;color:var(--soft);flex-basis:100%}
.chip{border:1px solid var(--line);border-radius:4px;padding:1px 8px;font-size:12px;background:var(--card);white-space:nowrap}
.chip b{font-weight:600;color:var(--accent)}
.grid{display:grid;grid-template-columns:repeat(24,minmax(0,1fr));grid-auto-rows:30px;gap:8px}
.row{margin:0;font-size:14px;align-self:center;border-bottom:1px solid var(--line);padding-bottom:2px}
.panel{background:var(--card);border:1px solid var(--line);border-radius:4px;padding:8px 10px;overflow:hidden;display:flex;flex-direction:column;min-width:0}
.panel h4{margin:0;font-size:13px;font-weight:600;display:flex;gap:6px;align-items:flex-start}
.panel svg{width:16px;height:16px;flex:none;margin-top:1px;fill:none;stroke:var(--accent);stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.panel .facts{margin:3px 0 0;display:flex;flex-wrap:wrap;gap:0 8px;font-size:11px;color:var(--soft)}
.panel .about{margin:3px 0 0;font-size:12px;color:var(--soft)}
.panel ul{list-style:none;margin:5px 0 0;padding:0;overflow:auto;min-height:0}
.panel li{display:flex;gap:6px;margin-bottom:3px;font-size:11px}
.panel li b{color:var(--accent);flex:none}
code{font:11px/1.4 ui-monospace,"DejaVu Sans Mono",monospace;background:var(--code);border-radius:3px;padding:1px 4px;overflow-wrap:anywhere;min-width:0}
@media(max-width:900px){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}}
`;
