import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fleetRules } from "../../dashboards/rules/fleet";
import { tenantRules } from "../../dashboards/rules/tenant";
import { readFleet } from "../../fleet/read";
import { rulesFit } from "../../fleet/rules/metrics-rules";
import type { FleetView, TenantView } from "../../fleet/view";
import { formatProblem } from "../../lib/errors";
import { goodFiles, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { expressionsOf } from "../dashboards/rules-policy";

afterEach(removeFolders);

const viewOf = (changes: object): FleetView =>
  readFleet(makeFolder({ ...goodFiles(), "tenants/acme.json": toText({ ...goodTenant(), ...changes }) }))
    .view;

/** The fleet with so many of its one tenant, and further ones after them. */
const times = (view: FleetView, count: number, ...more: readonly TenantView[]): FleetView => {
  const [tenant] = view.tenants;
  if (!tenant) throw new Error("the good fleet has a tenant");
  return { ...view, tenants: [...Array.from({ length: count }, () => tenant), ...more] };
};
const said = (problems: ReturnType<typeof rulesFit>): string[] => problems.map(formatProblem);

describe("rules of the pooled workspace", () => {
  const limits = { activeSeries: 1000 };
  const thresholds = { errorRatio: 0.5 };
  const view = viewOf({ limits, alerts: { emails: ["oncall@acme.example"], thresholds } });
  const { whole } = view.central;
  if (!whole) throw new Error("the good fleet is good");
  const ofTheFleet = expressionsOf(fleetRules(whole.alerts, whole.metrics)).length;
  /** Tenants of three rules each that the quota has room for. */
  const room = Math.floor((2000 - ofTheFleet) / 3);

  test("every tenant of the fleet has three, the most there are", () => {
    const counts = view.tenants.map(({ whole: tenant }) =>
      tenant ? expressionsOf(tenantRules(whole.alerts, tenant)).length : 0,
    );
    expect(counts).toEqual([3]);
    expect(room).toBeGreaterThan(600);
  });

  test("the page about costs has the fleet's own number", () => {
    const page = readFileSync(join(__dirname, "..", "..", "docs", "ALERTS.md"), "utf8");
    expect(page).toContain(`| rules | ${ofTheFleet} in a pooled workspace`);
  });

  test("as many tenants as fit; the one at which they end is named", () => {
    const [last] = viewOf({ limits }).tenants;
    if (!last) throw new Error("the good fleet has a tenant");
    const at = Object.create(last.document, { file: { value: "tenants/zeta.json" } }) as typeof last.document;
    const zeta = { ...last, document: at };
    expect(said(rulesFit(times(view, room)))).toEqual([]);
    const sum = ofTheFleet + 3 * room + 2;
    expect(sum).toBeGreaterThan(2000);
    expect(said(rulesFit(times(view, room, zeta, ...view.tenants)))).toEqual([
      `central.json and its pooled tenants need ${sum + 3} rules of metrics; the default quota of a workspace is 2000, which ends at tenants/zeta.json, have the quota raised, or give some tenants isolation of their own`,
    ]);
  });

  test("tenants with a workspace of their own, or of which nothing is expected, do not count", () => {
    const others = [{ isolation: "dedicated" }, { lifecycle: "suspended" }].flatMap(
      (changes) => viewOf({ limits, ...changes }).tenants,
    );
    expect(said(rulesFit(times(view, room, ...others)))).toEqual([]);
  });
});
