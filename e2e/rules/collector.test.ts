import { installTools } from "../tools/tools";
import { testRules, type FiringAlert } from "./promtool";
import { rulesOf, seriesOf } from "./rules-fleet";
import { flat, input, nothing, rising, taskSeries, type InputSeries } from "./series";

const { promtool } = installTools();

const warning = (alertname: string, rest: Readonly<Record<string, string>>): FiringAlert => ({
  alertname,
  severity: "warning",
  ...rest,
});

/** A counter of the collector of acme's orders. */
const ofOrders = (name: string, labels: Readonly<Record<string, string>>, ...values: string[]): InputSeries =>
  input(
    name,
    { tenant: "acme", aws_ecs_service_name: "orders", aws_ecs_task_id: "acme/orders/1", ...labels },
    ...values,
  );

describe("telemetry that is lost", () => {
  const exporter = "otlp_http/loki";
  const lost = warning("TelemetryLost", { tenant: "acme", service: "orders", signal: "logs", exporter });

  test("is said once, though its counter begins with the first loss", () => {
    const counter = ofOrders(
      "otelcol_exporter_send_failed_log_records_total",
      { exporter },
      nothing(60),
      flat(300, 61),
    );
    testRules(
      promtool,
      rulesOf(),
      [...seriesOf(121), counter],
      [
        { minute: 59, firing: [] },
        {
          minute: 61,
          firing: [lost],
          annotations: {
            alert: lost,
            texts: {
              summary: "orders loses logs",
              description: "Its sidecar gave up 1 items a second on the way to otlp_http/loki.",
              runbook_url: "https://runbooks.example/TelemetryLost.md",
            },
          },
        },
        { minute: 85, firing: [] },
      ],
    );
  });

  test("for want of room in the queue counts as well", () => {
    const counter = ofOrders(
      "otelcol_exporter_enqueue_failed_log_records_total",
      { exporter },
      flat(0, 60),
      rising(60, 61, 60),
    );
    testRules(
      promtool,
      rulesOf(),
      [...seriesOf(121), counter],
      [
        { minute: 59, firing: [] },
        { minute: 65, firing: [lost] },
      ],
    );
  });

  test("is not lost again by the task that comes after", () => {
    const before = ofOrders("otelcol_exporter_send_failed_log_records_total", { exporter }, flat(300, 60));
    const next = taskSeries({
      tenant: "acme",
      service: "orders",
      id: "next",
      after: 60,
      phases: [{ minutes: 61 }],
    });
    const series = [...seriesOf(121, { "acme/orders/1": [{ minutes: 60 }] }), before, ...next];
    testRules(
      promtool,
      rulesOf(),
      series,
      [40, 62, 66, 80, 120].map((minute) => ({ minute, firing: [] })),
    );
  });
});

describe("telemetry that is refused", () => {
  test("for ten minutes: said, with the reason", () => {
    const refused = warning("TelemetryRefused", {
      tenant: "initech",
      service: "reports",
      signal: "metrics",
      reason: "receiver",
    });
    const phases = [{ minutes: 60 }, { minutes: 61, refused: 120 }];
    testRules(promtool, rulesOf(), seriesOf(121, { "initech/reports/1": phases }), [
      { minute: 68, firing: [] },
      {
        minute: 80,
        firing: [refused],
        annotations: {
          alert: refused,
          texts: {
            summary: "The sidecar of reports refuses metrics",
            description: "2 items a second are turned away (receiver).",
            runbook_url: "https://runbooks.example/TelemetryRefused.md",
          },
        },
      },
    ]);
  });

  test("by the memory limiter", () => {
    const counter = ofOrders("otelcol_processor_memory_limiter_refused_spans_total", {}, rising(6, 61));
    testRules(
      promtool,
      rulesOf(),
      [...seriesOf(61), counter],
      [
        {
          minute: 60,
          firing: [
            warning("TelemetryRefused", {
              tenant: "acme",
              service: "orders",
              signal: "traces",
              reason: "memory",
            }),
          ],
        },
      ],
    );
  });

  test("for a moment: quiet", () => {
    const phases = [{ minutes: 60 }, { minutes: 3, refused: 120 }, { minutes: 58 }];
    testRules(
      promtool,
      rulesOf(),
      seriesOf(121, { "initech/reports/1": phases }),
      [62, 66, 70, 80].map((minute) => ({ minute, firing: [] })),
    );
  });
});

test("a queue that fills is said before it is full, by the tenant's own threshold where it has one", () => {
  const filling = warning("CollectorQueueFilling", {
    tenant: "globex",
    service: "checkout",
    exporter: "prometheus_remote_write/app",
  });
  const phases = [{ minutes: 60 }, { minutes: 61, queue: 1700 }];
  const series = seriesOf(121, { "globex/checkout/1": phases, "acme/orders/1": phases });
  testRules(promtool, rulesOf({ acme: { thresholds: { queueRatio: 0.95 } } }), series, [
    { minute: 63, firing: [] },
    {
      minute: 70,
      firing: [filling],
      annotations: {
        alert: filling,
        texts: {
          summary: "Telemetry of checkout piles up",
          description: "The queue to prometheus_remote_write/app is 85% full; what does not fit is lost.",
          runbook_url: "https://runbooks.example/CollectorQueueFilling.md",
        },
      },
    },
  ]);
});

describe("active series", () => {
  test("of a tenant near its limit, and of no other", () => {
    const near = warning("SeriesLimitNear", { tenant: "acme" });
    const rules = rulesOf({ acme: { activeSeries: 20 }, globex: { activeSeries: 100_000 } });
    testRules(promtool, rules, seriesOf(121), [{ minute: 90, firing: [near] }]);
  });

  test("by the tenant's own threshold", () => {
    const rules = rulesOf({ acme: { activeSeries: 20, thresholds: { seriesRatio: 50 } } });
    testRules(promtool, rules, seriesOf(121), [{ minute: 90, firing: [] }]);
  });

  test("of two rollouts within two hours: all of them count, until two hours have passed", () => {
    const near = warning("SeriesLimitNear", { tenant: "acme" });
    const generation = (id: string, after: number, minutes: number): InputSeries[] =>
      taskSeries({ tenant: "acme", service: "orders", id, after, phases: [{ minutes }] });
    const series = [
      ...seriesOf(301, { "acme/orders/1": [{ minutes: 70 }] }),
      ...generation("second", 70, 40),
      ...generation("third", 110, 191),
    ];
    const active = (count: number) => ({
      'tenant:active_series:count2h{tenant="acme"}': {
        'tenant:active_series:count2h{tenant="acme"}': count,
      },
    });
    // A task has 20 series here, and the tenant 32 recorded ones; two more while it fires.
    testRules(promtool, rulesOf({ acme: { activeSeries: 100 } }), series, [
      { minute: 69, firing: [], values: active(52) },
      { minute: 105, firing: [], values: active(72) },
      { minute: 125, firing: [near], values: active(94) },
      { minute: 180, firing: [near], values: active(94) },
      { minute: 200, firing: [], values: active(72) },
      { minute: 300, firing: [], values: active(52) },
    ]);
  });

  test("of those without a limit of their own, together", () => {
    const near: FiringAlert = { alertname: "SharedSeriesLimitNear", severity: "critical" };
    testRules(promtool, rulesOf({}, 100), seriesOf(121), [{ minute: 90, firing: [near] }]);
    // Those with one do not count.
    const limits = { activeSeries: 100_000 };
    const rules = rulesOf({ acme: limits, globex: limits, initech: limits }, 100);
    testRules(promtool, rules, seriesOf(121), [{ minute: 90, firing: [] }]);
  });
});
