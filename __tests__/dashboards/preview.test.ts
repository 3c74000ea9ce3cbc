import { previewPage } from "../../dashboards/preview/page";
import { tenantDashboards } from "../../dashboards/dashboards";
import { everything, exampleFleetDashboards } from "../support/dashboard-inputs";
import { panelsOf, rowsOf } from "../support/dashboards";

const folders = () => [
  { name: "fleet", dashboards: exampleFleetDashboards() },
  { name: "tenant-acme", dashboards: tenantDashboards(everything()) },
];
const page = previewPage(folders());
const dashboards = folders().flatMap((folder) => folder.dashboards);

const count = (pattern: RegExp): number => [...page.matchAll(pattern)].length;

test("shows every dashboard, part and panel once, in its place on the grid", () => {
  expect(count(/<section id="/g)).toBe(dashboards.length);
  expect(count(/<article class="panel" style="grid-area:\d+\/\d+\/span \d+\/span \d+" title="/g)).toBe(
    dashboards.flatMap(panelsOf).length,
  );
  expect(count(/<h3 class="row"/g)).toBe(dashboards.flatMap(rowsOf).length);
  expect(page).toContain(
    "<code>sum(tenant_service:tasks:count{tenant=&quot;acme&quot;,service=~&quot;$service&quot;})</code>",
  );
});

test("is complete in itself: no scripts, no other files", () => {
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\ssrc=/);
  expect([...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)).toEqual(
    dashboards.map(({ uid }) => `#${uid ?? ""}`),
  );
});

test("shows text as text", () => {
  const [dashboard] = tenantDashboards({ ...everything(), displayName: "<b>A & B</b>" });
  if (dashboard === undefined) throw new Error("no dashboard");
  const shown = previewPage([{ name: "tenant-acme", dashboards: [dashboard] }]);
  expect(shown).toContain("<h2>&lt;b&gt;A &amp; B&lt;/b&gt;: overview</h2>");
  expect(shown).not.toContain("<b>A &");
});

test("the same dashboards give the same page", () => {
  expect(previewPage(folders())).toBe(page);
});
