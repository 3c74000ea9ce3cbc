import { exploreUrl, seriesLink } from "../../dashboards/panels/links";
import { tenantOverview } from "../../dashboards/tenant-overview";
import { tenantSignals } from "../../dashboards/tenant-signals";
import { allSources, everything, exampleFleetDashboards } from "../support/dashboard-inputs";
import { panelsOf } from "../support/dashboards";

interface Link {
  readonly title: string;
  readonly url: string;
}

/** What a link to Explore would open, once Grafana has put in what it knows. */
function opened(url: string, known: Readonly<Record<string, string>>): unknown {
  const filled = url.replace(/\$\{([^}]*)\}/g, (whole, name: string) => known[name] ?? whole);
  return JSON.parse(new URL(filled, "https://grafana.example").searchParams.get("panes") ?? "");
}

/** The links of the column with the ids of traces. */
function traceLinks(sources = allSources("acme")): Link[] {
  const table = panelsOf(tenantSignals(everything(sources))).find(
    ({ title }) => title === "Errors with a trace",
  );
  const column = table?.fieldConfig?.overrides.find(({ matcher }) => matcher.options === "trace");
  return (column?.properties ?? []).flatMap(({ id, value }) => (id === "links" ? (value as Link[]) : []));
}

test("the id of a trace opens it wherever the tenant has traces", () => {
  const known = {
    "__data.fields.trace": "0af7651916cd43dd8448eb211c80319c",
    "__data.fields.xray": "1-0af76519-16cd43dd8448eb211c80319c",
    __from: "1700000000000",
    __to: "1700003600000",
  };
  const pane = (uid: string, query: object) => ({
    one: {
      datasource: uid,
      queries: [{ refId: "A", datasource: { uid }, ...query }],
      range: { from: known.__from, to: known.__to },
    },
  });
  expect(traceLinks().map(({ title, url }) => [title, opened(url, known)])).toEqual([
    ["Trace in Jaeger", pane("jaeger-acme", { query: known["__data.fields.trace"] })],
    ["Trace in X-Ray", pane("xray-acme", { queryType: "getTrace", query: known["__data.fields.xray"] })],
  ]);
  const { jaeger, xray, ...rest } = allSources("acme");
  expect(traceLinks({ ...rest, jaeger }).map(({ title }) => title)).toEqual(["Trace in Jaeger"]);
  expect(traceLinks({ ...rest, xray }).map(({ title }) => title)).toEqual(["Trace in X-Ray"]);
  expect(traceLinks(rest)).toEqual([]);
});

test("Grafana's own variables stay as they are in an address, everything else is encoded", () => {
  const url = exploreUrl("a", { query: 'x="${__data.fields.y}"&' });
  expect(url).toContain("x%3D%5C%22${__data.fields.y}%5C%22%26");
  expect(url.split("?")[1]).not.toMatch(/[" ]/);
});

test("a line leads to the same time elsewhere", () => {
  const { title, url } = seriesLink("Logs", "acme-signals", { service: "${__field.labels.service}" }).build();
  expect([title, url]).toEqual([
    "Logs",
    "/d/acme-signals?var-service=${__field.labels.service}&${__url_time_range}",
  ]);
});

test("links between dashboards lead to dashboards that exist", () => {
  const dashboards = [...exampleFleetDashboards(), tenantOverview(everything()), tenantSignals(everything())];
  const uids = dashboards.map(({ uid }) => uid);
  // The tenant's name is a variable in the fleet's.
  const targets = dashboards.flatMap((dashboard) =>
    [...JSON.stringify(dashboard).matchAll(/"\/d\/([^"?]+)/g)].map(([, uid = ""]) =>
      uid.replace("${tenant}", "acme"),
    ),
  );
  expect(targets.length).toBeGreaterThan(20);
  expect(targets.filter((uid) => !uids.includes(uid))).toEqual([]);
});
