import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RuleFile } from "../../dashboards/rules/types";
import { ruleYaml } from "../../dashboards/rules/yaml";
import type { InputSeries } from "./series";

export interface FiringAlert {
  readonly alertname: string;
  readonly severity: string;
  readonly [label: string]: string;
}

/** What must hold at a minute: exactly these alerts fire, and these texts go out with one of them. */
export interface Expectation {
  readonly minute: number;
  readonly firing: readonly FiringAlert[];
  readonly annotations?: { readonly alert: FiringAlert; readonly texts: Readonly<Record<string, string>> };
  /** Values of expressions, by the labels in promtool's notation. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Runs a program in a folder with the given files; what it printed, or an error with it. */
export function runWith(
  files: Readonly<Record<string, string>>,
  command: string,
  args: readonly string[],
): string {
  const folder = mkdtempSync(join(tmpdir(), "tenantscope-rules-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}:\n${stdout}${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const yamlFiles = (files: Readonly<Record<string, RuleFile>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, file]) => [`${name}.yml`, ruleYaml(file)]));

export function checkRules(promtool: string, files: Readonly<Record<string, RuleFile>>): string {
  const texts = yamlFiles(files);
  return runWith(texts, promtool, ["check", "rules", "--lint=all", "--lint-fatal", ...Object.keys(texts)]);
}

const sample = (labels: Readonly<Record<string, string>>): string =>
  `ALERTS{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ")}}`;

/** Runs the rules over the series with promtool; throws with its report where an expectation does not hold. */
export function testRules(
  promtool: string,
  rules: Readonly<Record<string, RuleFile>>,
  series: readonly InputSeries[],
  expectations: readonly Expectation[],
): void {
  const texts = yamlFiles(rules);
  // What tenants declare first: promtool gives groups no order of its own.
  const groups = [...new Set(Object.values(rules).flatMap((file) => file.groups.map(({ name }) => name)))];
  const test = {
    rule_files: Object.keys(texts),
    evaluation_interval: "1m",
    group_eval_order: groups.sort((a, b) => Number(b === "declared") - Number(a === "declared")),
    tests: [
      {
        interval: "1m",
        input_series: series,
        promql_expr_test: expectations.flatMap(({ minute, firing, values = {} }) => [
          {
            expr: 'ALERTS{alertstate="firing"}',
            eval_time: `${minute}m`,
            exp_samples: firing.map((labels) => ({
              labels: sample({ ...labels, alertstate: "firing" }),
              value: 1,
            })),
          },
          ...Object.entries(values).map(([expr, samples]) => ({
            expr,
            eval_time: `${minute}m`,
            exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
          })),
        ]),
        alert_rule_test: expectations.flatMap(({ minute, annotations }) => {
          if (annotations === undefined) return [];
          const { alertname, ...labels } = annotations.alert;
          return [
            {
              alertname,
              eval_time: `${minute}m`,
              exp_alerts: [{ exp_labels: labels, exp_annotations: annotations.texts }],
            },
          ];
        }),
      },
    ],
  };
  runWith({ ...texts, "test.yml": stringify(test, { aliasDuplicateObjects: false }) }, promtool, [
    "test",
    "rules",
    "test.yml",
  ]);
}
