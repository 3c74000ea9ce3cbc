import type { Dashboard } from "../../dashboards/classic";
import { tenantDashboards } from "../../dashboards/dashboards";
import { tenantOverview } from "../../dashboards/tenant-overview";
import { tenantSignals } from "../../dashboards/tenant-signals";
import { dashboardJson } from "../../dashboards/layout";
import { everything, exampleFleetDashboards, exampleTenantDashboards } from "../support/dashboard-inputs";
import { panelsOf, rowsOf, targetsOf } from "../support/dashboards";

const COLUMNS = 24;
/** Grafana's own recommendation is 1 MiB; far less opens fast. */
const MAX_BYTES = 100_000;
/** Kinds of panels that show no numbers. */
const WITHOUT_UNIT = ["dashlist"];

const all = (): Dashboard[] => [
  ...exampleFleetDashboards(),
  ...tenantDashboards(everything()),
  ...tenantDashboards(everything({})),
  ...[...exampleTenantDashboards().values()].flat(),
];

/** Titles of the panels by section. */
function outline(dashboard: Dashboard): Record<string, string[]> {
  const sections: Record<string, string[]> = {};
  let section = "";
  for (const panel of dashboard.panels ?? []) {
    if (panel.type === "row") section = panel.title ?? "";
    else (sections[section] ??= []).push(panel.title ?? "");
  }
  return sections;
}

test("the same input gives the same text", () => {
  expect(all().map(dashboardJson)).toEqual(all().map(dashboardJson));
});

test("uids and titles", () => {
  const named = [...exampleFleetDashboards(), ...[...exampleTenantDashboards().values()].flat()];
  expect(named.map(({ uid, title }) => [uid, title])).toEqual([
    ["fleet-health", "Fleet: health"],
    ["fleet-capacity", "Fleet: capacity"],
    ["fleet-cost", "Fleet: cost drivers"],
    ["fleet-tenant", "Fleet: one tenant"],
    ["acme-overview", "acme: overview"],
    ["acme-signals", "acme: logs and traces"],
    ["globex-overview", "Globex Corporation: overview"],
    ["globex-signals", "Globex Corporation: logs and traces"],
    ["initech-overview", "Initech: overview"],
    ["initech-signals", "Initech: logs and traces"],
  ]);
});

test("a tenant's overview, with metrics and without", () => {
  const without = tenantOverview(everything({ cloudwatch: "cloudwatch-acme" }));
  expect(outline(tenantOverview(everything()))).toEqual({
    Now: [
      "Requests",
      "Failed requests",
      "Slowest service, p95",
      "Tasks",
      "Silent services",
      "Telemetry lost",
    ],
    "Requests by service": [
      "Request rate",
      "Error ratio",
      "Duration, p95",
      "Duration, p50 and p99",
      "Error ratio, longer",
    ],
    "Requests by route": [
      "Request rate by route",
      "Refused and failed requests by route",
      "Duration by route, p95",
    ],
    "ECS tasks": [
      "Tasks by service",
      "CPU, used and reserved",
      "Memory, used and reserved",
      "Tasks replaced",
      "Network, received and sent",
      "Storage, read and written",
    ],
    Application: ["Messages sent to SQS", "Operations on DynamoDB"],
    Sidecars: [
      "Telemetry handed on",
      "Telemetry refused and lost",
      "Fullest queue",
      "Memory of the largest sidecar",
      "Telemetry taken in",
    ],
  });
  expect(outline(without)).toEqual({
    About: ["Metrics"],
    "ECS services": ["CPU of services", "Memory of services"],
  });
  expect(without.templating.list).toEqual([]);
});

test("a tenant's logs and traces: a part for each place that they go to, and no other", () => {
  const parts = {
    Logs: ["Lines by level", "Error lines by service", "Lines", "Errors with a trace"],
    "Logs in CloudWatch": ["Lines by log group", "Lines in CloudWatch"],
    "Traces in X-Ray": [
      "Service map",
      "Failed traces",
      "Faults and errors",
      "Average response time",
      "Slow traces",
    ],
    "Traces in Jaeger": ["Newest traces", "Newest failed traces"],
  };
  const signals = (input = everything()): Dashboard => tenantSignals(input);
  expect(outline(signals())).toEqual(parts);
  const { sources } = everything();
  for (const [source, part] of [
    ["loki", "Logs"],
    ["cloudwatch", "Logs in CloudWatch"],
    ["xray", "Traces in X-Ray"],
    ["jaeger", "Traces in Jaeger"],
  ] as const) {
    const rest = Object.fromEntries(Object.entries(parts).filter(([title]) => title !== part));
    expect(outline(signals(everything({ ...sources, [source]: undefined })))).toEqual(rest);
  }
  expect(outline(signals(everything({})))).toEqual({ About: ["Logs and traces"] });
});

test("what the example's tenants see follows from their manifests", () => {
  const sections = [...exampleTenantDashboards()].map(([tenant, dashboards]) => [
    tenant,
    ...dashboards.map((dashboard) => Object.keys(outline(dashboard))),
  ]);
  expect(sections).toEqual([
    ["acme", ["About", "ECS services"], ["Logs", "Traces in X-Ray"]],
    ["globex", ["About", "ECS services"], ["Logs", "Logs in CloudWatch", "Traces in X-Ray"]],
    [
      "initech",
      ["Now", "Requests by service", "Requests by route", "ECS tasks", "Application", "Sidecars"],
      ["Logs in CloudWatch", "Traces in X-Ray"],
    ],
  ]);
});

describe.each(all().map((dashboard) => [dashboard.uid ?? "", dashboard] as const))(
  "%s",
  (_uid, dashboard) => {
    const panels = dashboard.panels ?? [];

    test("numbers its panels from 1 and names each once", () => {
      expect(panels.map(({ id }) => id)).toEqual(panels.map((_, index) => index + 1));
      const titles = panelsOf(dashboard).map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
      expect(titles).not.toContain("");
      expect(rowsOf(dashboard).flatMap((row) => row.panels)).toEqual([]);
    });

    test("has no two panels in one place, and no holes", () => {
      const cells = panels.flatMap(({ title, gridPos }) => {
        const { x, y, w, h } = gridPos ?? { x: 0, y: 0, w: 0, h: 0 };
        expect({ title, fits: w > 0 && h > 0 && x + w <= COLUMNS }).toEqual({ title, fits: true });
        return [...Array(w * h).keys()].map((at) => `${x + (at % w)},${y + Math.floor(at / w)}`);
      });
      expect(new Set(cells).size).toBe(cells.length);
      const bottom = Math.max(...panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));
      expect(cells.length).toBe(COLUMNS * bottom);
    });

    test("says what each panel shows, and in which unit", () => {
      for (const { title, type, description, fieldConfig } of panelsOf(dashboard)) {
        const unit = fieldConfig?.defaults.unit ?? "";
        expect({ title, unit: WITHOUT_UNIT.includes(type) || unit !== "" }).toEqual({ title, unit: true });
        expect({ title, described: type === "text" || (description ?? "").endsWith(".") }).toEqual({
          title,
          described: true,
        });
      }
    });

    test("letters each panel's queries", () => {
      for (const panel of panelsOf(dashboard)) {
        const letters = targetsOf(panel).map(({ refId }) => refId);
        expect(letters).toEqual(Array.from("ABCDEFGHIJ").slice(0, letters.length));
        expect(letters.length > 0).toBe(!["text", "dashlist"].includes(panel.type));
      }
    });

    test("is small, cannot be changed by hand, and has no id of one Grafana", () => {
      const text = dashboardJson(dashboard);
      expect(Buffer.byteLength(text)).toBeLessThan(MAX_BYTES);
      expect(dashboard.editable).toBe(false);
      expect(dashboard).not.toHaveProperty("id");
      expect(dashboard).not.toHaveProperty("version");
    });
  },
);
