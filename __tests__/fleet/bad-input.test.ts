import { readFleet } from "../../fleet/read";
import { loadFleet } from "../../fleet/load";
import { pooledSeries } from "../../fleet/rules/metrics-limits";
import { rulesFit } from "../../fleet/rules/metrics-rules";
import { quotaRules } from "../../fleet/rules/quotas";
import { rules, warningRules } from "../../fleet/rules/all";
import { FleetError, formatProblem } from "../../lib/errors";
import type { BadInput } from "../fixtures/fleet/bad-input";
import { badVpn } from "../fixtures/fleet/bad-vpn";
import { badWaves } from "../fixtures/fleet/bad-waves";
import { badCloud } from "../fixtures/fleet/bad-cloud";
import { badDeploy } from "../fixtures/fleet/bad-deploy";
import { badGrafana } from "../fixtures/fleet/bad-grafana";
import { badImages } from "../fixtures/fleet/bad-images";
import { badLogs } from "../fixtures/fleet/bad-logs";
import { badRules } from "../fixtures/fleet/bad-rules";
import { badSchema } from "../fixtures/fleet/bad-schema";
import { badSyntax } from "../fixtures/fleet/bad-syntax";
import { badTraces } from "../fixtures/fleet/bad-traces";
import { badTasks } from "../fixtures/fleet/bad-tasks";
import { goodFiles, makeFolder, removeFolders } from "../fixtures/fleet/fleet-folder";
import { warned } from "../fixtures/fleet/warned";

afterEach(removeFolders);

const tables: Record<string, readonly BadInput[]> = {
  badSyntax,
  badSchema,
  badTasks,
  badRules,
  badLogs,
  badTraces,
  badGrafana,
  badImages,
  badWaves,
  badCloud,
  badDeploy,
  badVpn,
};
const all = Object.values(tables).flat();

test("the good fleet, which every bad one differs from, has no problem", () => {
  expect(readFleet(makeFolder(goodFiles()))).toMatchObject({ problems: [], warnings: [] });
});

describe.each(Object.entries(tables))("%s", (_, table) => {
  test.each(table.map((input) => [input.name, input] as const))("%s", (_name, input) => {
    const { problems, warnings } = readFleet(makeFolder(input.files));
    expect(problems.map(formatProblem)).toEqual(input.expected);
    expect(warnings.map(formatProblem)).toEqual(input.warnings ?? []);
  });
});

describe("valid, with warnings or without", () => {
  test.each(warned.map((input) => [input.name, input] as const))("%s", (_name, { files, expected }) => {
    const { problems, warnings } = readFleet(makeFolder(files));
    expect(problems.map(formatProblem)).toEqual([]);
    expect(warnings.map(formatProblem)).toEqual(expected);
  });

  test("no rule about warnings is without one, but those of quotas, which only a large fleet meets", () => {
    const views = warned.map(({ files }) => readFleet(makeFolder(files)).view);
    const idle = warningRules.filter((rule) => views.every((view) => rule(view).length === 0));
    expect(idle).toEqual([...quotaRules, pooledSeries, rulesFit]);
  });
});

test("loadFleet throws all of it as one FleetError", () => {
  for (const { files, expected } of all) {
    const root = makeFolder(files);
    expect(() => loadFleet(root)).toThrow(FleetError);
    expect(() => loadFleet(root)).toThrow(new Error(expected.join("\n")));
  }
});

test("there are many of them, each with a name and an answer of its own", () => {
  expect(all.length).toBeGreaterThanOrEqual(120);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  for (const { expected } of all) expect(expected).not.toHaveLength(0);
});

test("no rule is without a bad input that it finds", () => {
  const views = all.map(({ files }) => readFleet(makeFolder(files)).view);
  const idle = rules.filter((rule) => views.every((view) => rule(view).length === 0));
  expect(idle).toEqual([]);
});

test("every message names file, line and column and ends with a remedy", () => {
  for (const message of all.flatMap(({ expected }) => expected)) {
    expect(message).toMatch(/^(central|tenants\/[^/:]+)[.]json:[1-9]\d*:[1-9]\d* .+, .+/);
    expect(message).not.toMatch(/undefined|\[object|NaN/);
  }
});

test("a message is one line of what can be seen, whatever the file holds", () => {
  const problem = {
    file: "tenants/acme.json",
    pointer: `/\u001b[31m\u202e${"k".repeat(400)}`,
    message: 'has "\ud800" where a key should be',
    value: "\u009b2J\u2066",
    remedy: "remove it",
  };
  expect(formatProblem(problem)).toBe(
    `tenants/acme.json /\\u001b[31m\\u202e${"k".repeat(193)}... has "\\ud800" where a key should be (got "\\u009b2J\\u2066"), remove it`,
  );
});
