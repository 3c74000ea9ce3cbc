import { installTools } from "../tools/tools";
import { testRules, type FiringAlert } from "./promtool";
import { rulesOf, seriesOf } from "./rules-fleet";
import { taskSeries, type InputSeries } from "./series";

const { promtool } = installTools();

const alertOf = (alertname: string, tenant: string, service: string): FiringAlert => ({
  alertname,
  severity: "warning",
  tenant,
  service,
});

/** Tasks of a service that follow one another, each so many minutes long. */
const successive = (
  tenant: string,
  service: string,
  from: number,
  lives: readonly number[],
): InputSeries[] => {
  let after = from;
  return lives.flatMap((minutes, index) => {
    const series = taskSeries({ tenant, service, id: `next-${index}`, after, phases: [{ minutes }] });
    after += minutes;
    return series;
  });
};

describe("tasks that are replaced", () => {
  const restarting = alertOf("TasksRestarting", "acme", "orders");

  test("again and again: said, for that service alone", () => {
    const series = [
      ...seriesOf(181, { "acme/orders/1": [{ minutes: 60 }] }),
      ...successive("acme", "orders", 60, [11, 11, 11, 11, 11, 11, 55]),
    ];
    testRules(promtool, rulesOf(), series, [
      { minute: 95, firing: [] },
      {
        minute: 121,
        firing: [restarting],
        annotations: {
          alert: restarting,
          texts: {
            summary: "Tasks of orders keep being replaced",
            description: "4 tasks ended within the last hour, again and again and not in one deployment.",
            runbook_url: "https://runbooks.example/TasksRestarting.md",
          },
        },
      },
    ]);
  });

  test("one after the other while twelve run well: said all the same", () => {
    const well = Array.from({ length: 11 }, (_, index) =>
      taskSeries({ tenant: "acme", service: "orders", id: `well-${index}`, phases: [{ minutes: 181 }] }),
    );
    const series = [
      ...seriesOf(181),
      ...well.flat(),
      ...successive("acme", "orders", 60, Array<number>(20).fill(6)),
    ];
    testRules(promtool, rulesOf(), series, [
      { minute: 90, firing: [] },
      ...[120, 150, 180].map((minute) => ({ minute, firing: [restarting] })),
    ]);
  });

  test("by a rolling deployment of a large service: quiet", () => {
    // Each of twenty tasks gives way to a new one, within a quarter of an hour.
    const series = Array.from({ length: 20 }, (_, index) => {
      const task = (id: string, after: number, minutes: number): InputSeries[] =>
        taskSeries({ tenant: "acme", service: "orders", id, after, phases: [{ minutes }] });
      const end = 60 + Math.floor((index * 15) / 20);
      return [...task(`old-${index}`, 0, end), ...task(`new-${index}`, end - 1, 161 - end)];
    });
    testRules(
      promtool,
      rulesOf(),
      [...seriesOf(160), ...series.flat()],
      [...Array(16).keys()].map((step) => ({ minute: 60 + 6 * step, firing: [] })),
    );
  });

  test("by a deployment: quiet, whatever their counters did", () => {
    // Eight tasks at once, whose totals are high, and eight that begin at nothing.
    const old = Array.from({ length: 8 }, (_, index) =>
      taskSeries({
        tenant: "acme",
        service: "orders",
        id: `old-${index}`,
        phases: [{ minutes: 60, failures: 0 }],
      }),
    );
    const young = Array.from({ length: 8 }, (_, index) =>
      taskSeries({
        tenant: "acme",
        service: "orders",
        id: `young-${index}`,
        after: 60,
        phases: [{ minutes: 61 }],
      }),
    );
    const series = [...seriesOf(121, { "acme/orders/1": [] }), ...old.flat(), ...young.flat()];
    testRules(
      promtool,
      rulesOf(),
      series,
      [62, 66, 71, 75, 90, 119].map((minute) => ({ minute, firing: [] })),
    );
  });

  test("more often than its tenant allows, and no oftener than another's", () => {
    const lives = [20, 20, 40];
    const series = [
      ...seriesOf(121, { "acme/orders/1": [{ minutes: 41 }], "initech/reports/1": [{ minutes: 41 }] }),
      ...successive("acme", "orders", 41, lives),
      ...successive("initech", "reports", 41, lives),
    ];
    testRules(promtool, rulesOf({ acme: { thresholds: { taskRestarts: 1 } } }), series, [
      { minute: 93, firing: [{ ...restarting }] },
    ]);
  });
});

describe("what a task uses of what it reserved", () => {
  test("CPU: the service with one busy task", () => {
    const cpu = alertOf("CpuSaturated", "globex", "checkout");
    const busy = [{ minutes: 60 }, { minutes: 61, cpu: 0.97 }];
    testRules(promtool, rulesOf(), seriesOf(121, { "globex/checkout/2": busy }), [
      { minute: 74, firing: [] },
      {
        minute: 90,
        firing: [cpu],
        annotations: {
          alert: cpu,
          texts: {
            summary: "checkout is short of CPU",
            description: "A task uses 97% of the CPU that it reserved.",
            runbook_url: "https://runbooks.example/CpuSaturated.md",
          },
        },
      },
    ]);
  });

  test("a peak is not saturation", () => {
    const peak = [{ minutes: 60 }, { minutes: 10, cpu: 1, memory: 1 }, { minutes: 51 }];
    testRules(
      promtool,
      rulesOf(),
      seriesOf(121, { "acme/orders/1": peak }),
      [65, 70, 75, 80, 90].map((minute) => ({ minute, firing: [] })),
    );
  });

  test("memory: above a tenant's own threshold, and below the fleet's", () => {
    const memory = alertOf("MemorySaturated", "initech", "reports");
    const used = [{ minutes: 61, memory: 0.6 }];
    const series = seriesOf(61, { "acme/orders/1": used, "initech/reports/1": used });
    testRules(promtool, rulesOf({ initech: { thresholds: { memoryRatio: 0.5 } } }), series, [
      {
        minute: 60,
        firing: [memory],
        annotations: {
          alert: memory,
          texts: {
            summary: "reports is short of memory",
            description: "A task uses 60% of the memory that it reserved.",
            runbook_url: "https://runbooks.example/MemorySaturated.md",
          },
        },
      },
    ]);
  });

  test("memory: above the fleet's threshold, and below a tenant's own", () => {
    const used = [{ minutes: 61, memory: 0.95 }];
    const series = seriesOf(61, { "acme/orders/1": used, "initech/reports/1": used });
    testRules(promtool, rulesOf({ initech: { thresholds: { memoryRatio: 0.98 } } }), series, [
      { minute: 60, firing: [alertOf("MemorySaturated", "acme", "orders")] },
    ]);
  });
});
