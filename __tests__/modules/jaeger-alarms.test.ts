import { readSettings } from "../../lambda/jaeger-storage-proxy/settings";
import { ERROR_PATTERN } from "../../modules/jaeger/alarms";
import { only } from "../support/census";
import { asText } from "../support/json";
import type { Stack } from "../support/synth";
import { SERVICES } from "./jaeger-module";

const [{ stack: collector }, { stack: query }, { stack: tenantsQuery }] = SERVICES;

const errorsAlarm = (stack: Stack) => {
  const alarms = Object.values(stack.resource("aws_cloudwatch_metric_alarm"));
  const [found, ...others] = alarms.filter(({ alarm_name: name }) => asText(name).endsWith("-errors"));
  if (found === undefined || others.length > 0) throw new Error("not one alarm of errors");
  return {
    threshold: Number(found.threshold),
    period: Number(found.period),
    of: Number(found.evaluation_periods),
    datapoints: Number(found.datapoints_to_alarm),
    description: asText(found.alarm_description),
  };
};

const { deadlineMs } = readSettings({ OPENSEARCH_URL: "https://domain.example", REGION: "eu-west-1" });
/** From one lost bulk to the next of one worker of one task: what the proxy repeats, and gathering the next one. */
const betweenLines = deadlineMs / 1000 + 1;

/** Whether it is raised by an outage that begins at a second of a minute, with the least lines that there can be. */
function isRaised(stack: Stack, outageSeconds: number, offset: number): boolean {
  const { threshold, period, of, datapoints } = errorsAlarm(stack);
  const counts = Array.from({ length: Math.ceil((offset + outageSeconds) / period) + 1 }, () => 0);
  for (let second = betweenLines; second <= outageSeconds; second += betweenLines) {
    const minute = Math.floor((offset + second) / period);
    counts[minute] = (counts[minute] ?? 0) + 1;
  }
  const breaching = counts.map((count) => (count > threshold ? 1 : 0));
  return breaching.some(
    (_, at) =>
      breaching.slice(Math.max(0, at - of + 1), at + 1).reduce<number>((sum, each) => sum + each, 0) >=
      datapoints,
  );
}

const OFFSETS = Array.from({ length: 60 }, (_, second) => second);

describe("an outage of the storage", () => {
  test("of two minutes raises the collector's alarm, however few spans there are", () => {
    expect(OFFSETS.filter((offset) => !isRaised(collector, 120, offset))).toEqual([]);
  });

  test("that costs one bulk at most does not", () => {
    expect(OFFSETS.filter((offset) => isRaised(collector, betweenLines, offset))).toEqual([]);
  });

  test("is known by whole bulks: their number is below ten a minute even with two tasks of two workers", () => {
    expect((2 * 2 * 60) / betweenLines).toBeLessThan(10);
    expect(errorsAlarm(collector)).toMatchObject({ threshold: 0, period: 60, of: 5, datapoints: 2 });
    expect(errorsAlarm(collector).description).toContain("Spans are lost or refused.");
  });
});

test("a search that fails loses nothing: a query service's alarm needs many", () => {
  for (const stack of [query, tenantsQuery]) {
    expect(errorsAlarm(stack)).toMatchObject({ threshold: 10, period: 60, of: 10, datapoints: 5 });
    expect(errorsAlarm(stack).description).not.toContain("Spans");
  }
});

test("one document of a bulk is no error, which any tenant could make; refused spans are", () => {
  const [open, close, ...quoted] = [
    ERROR_PATTERN.at(0),
    ERROR_PATTERN.at(-1),
    ...ERROR_PATTERN.matchAll(/"([^"]+)"/g),
  ];
  expect([open, close]).toEqual(["{", "}"]);
  expect(quoted.map((match) => (match as RegExpMatchArray)[1])).toEqual([
    "error",
    "Elasticsearch part of bulk request failed",
    "failed to encode bulk document",
    "Memory usage is above soft limit. Refusing data.",
  ]);
  expect(ERROR_PATTERN).toMatch(
    /^\{ \(\$\.level = "error"( && \$\.msg != "[^"]+"){2}\) \|\| \$\.msg = "[^"]+" \}$/,
  );
  for (const { stack } of SERVICES) {
    expect(only(stack, "aws_cloudwatch_log_metric_filter").pattern).toBe(ERROR_PATTERN);
  }
});
