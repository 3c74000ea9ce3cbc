import { installTools } from "../tools/tools";
import { testRules, type FiringAlert } from "./promtool";
import { rulesOf, seriesOf } from "./rules-fleet";
import { taskSeries } from "./series";

const { promtool } = installTools();

const burn = (tenant: string, service: string, window: "1h" | "6h" | "3d"): FiringAlert => ({
  alertname: "ErrorBudgetBurn",
  severity: window === "3d" ? "warning" : "critical",
  tenant,
  service,
  window,
});

describe("the error budget", () => {
  test("burns fast: said within minutes, and over soon after the failures", () => {
    const fast = [{ minutes: 400 }, { minutes: 30, failures: 30 }, { minutes: 30 }];
    const alert = burn("acme", "orders", "1h");
    testRules(promtool, rulesOf(), seriesOf(460, { "acme/orders/1": fast }), [
      { minute: 405, firing: [] },
      { minute: 425, firing: [alert] },
      { minute: 436, firing: [] },
    ]);
  });

  test("burns for hours: the two longer windows", () => {
    const slow = [{ minutes: 401, failures: 5 }];
    const alert = burn("acme", "orders", "6h");
    testRules(promtool, rulesOf(), seriesOf(401, { "acme/orders/1": slow }), [
      {
        minute: 400,
        firing: [burn("acme", "orders", "3d"), alert],
        values: {
          "round(60 * tenant_service:http_errors:rate5m) > 0": { '{tenant="acme", service="orders"}': 5 },
        },
      },
    ]);
  });

  test("burns for days: a warning, and it says by how much", () => {
    const creeping = [{ minutes: 800, failures: 3 }];
    const alert = burn("globex", "catalog", "3d");
    // Half a day of five tasks takes promtool too long: the other tenants are away.
    const away = { lifecycle: "suspended" } as const;
    const series = seriesOf(800, {
      "globex/catalog/1": creeping,
      "acme/orders/1": [],
      "initech/reports/1": [],
      "globex/checkout/2": [],
    });
    testRules(promtool, rulesOf({ acme: away, initech: away }), series, [
      {
        minute: 799,
        firing: [alert],
        annotations: {
          alert,
          texts: {
            summary: "catalog fails too many requests",
            description:
              "5% of the requests of the last 3d failed (5xx), and of the last 6h as well: the error budget burns at least 1 times too fast.",
            runbook_url: "https://runbooks.example/ErrorBudgetBurn.md",
          },
        },
      },
    ]);
  });

  test("is not touched by a few failures among few requests", () => {
    // Four of the requests of an hour, all of which fail.
    const rare = [{ minutes: 121, requests: 4 / 60, failures: 4 / 60 }];
    testRules(promtool, rulesOf(), seriesOf(121, { "acme/orders/1": rare }), [
      { minute: 60, firing: [] },
      { minute: 120, firing: [] },
    ]);
  });

  test("is as large as the tenant's own", () => {
    const failing = [{ minutes: 201, failures: 3 }];
    const series = seriesOf(201, { "acme/orders/1": failing, "initech/reports/1": failing });
    testRules(promtool, rulesOf({ initech: { thresholds: { errorRatio: 0.1 } } }), series, [
      { minute: 200, firing: [burn("acme", "orders", "3d")] },
    ]);
  });

  test("however large, total failure is said", () => {
    const down = [{ minutes: 121, failures: 60 }];
    testRules(
      promtool,
      rulesOf({ acme: { thresholds: { errorRatio: 0.5 } } }),
      seriesOf(121, { "acme/orders/1": down }),
      [
        {
          minute: 120,
          firing: (["1h", "3d", "6h"] as const).map((window) => burn("acme", "orders", window)),
        },
      ],
    );
  });

  test("does not burn because a task with a high count of failures is replaced", () => {
    const historic = [{ minutes: 400, failures: 0.3 }];
    const next = taskSeries({
      tenant: "acme",
      service: "orders",
      id: "next",
      after: 400,
      phases: [{ minutes: 61, failures: 0.3 }],
    });
    const series = [...seriesOf(461, { "acme/orders/1": historic }), ...next];
    testRules(
      promtool,
      rulesOf(),
      series,
      [399, 402, 405, 410, 420, 460].map((minute) => ({ minute, firing: [] })),
    );
  });
});

describe("latency", () => {
  const slow = (tenant: string, service: string): FiringAlert => ({
    alertname: "LatencyHigh",
    severity: "warning",
    tenant,
    service,
  });

  test("high: said, for that service alone", () => {
    const alert = slow("globex", "checkout");
    const phases = [{ minutes: 60 }, { minutes: 61, seconds: 2 }];
    const series = seriesOf(121, { "globex/checkout/1": phases, "globex/checkout/2": phases });
    testRules(promtool, rulesOf(), series, [
      { minute: 68, firing: [] },
      {
        minute: 120,
        firing: [alert],
        annotations: {
          alert,
          texts: {
            summary: "checkout answers slowly",
            description: "One request in twenty takes longer than 2.425s.",
            runbook_url: "https://runbooks.example/LatencyHigh.md",
          },
        },
      },
    ]);
  });

  test("by the tenant's own threshold, and not where hardly anybody asks", () => {
    const phases = [{ minutes: 61, seconds: 2 }];
    const rare = [{ minutes: 61, seconds: 4, requests: 1 }];
    const series = seriesOf(61, {
      "acme/orders/1": phases,
      "initech/reports/1": phases,
      "globex/catalog/1": rare,
    });
    testRules(promtool, rulesOf({ initech: { thresholds: { latencySeconds: 4 } } }), series, [
      { minute: 60, firing: [slow("acme", "orders")] },
    ]);
  });
});
