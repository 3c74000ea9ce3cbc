import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../dataplane/free-ports";
import { ManagedProcess, untilServing } from "../dataplane/process";
import { type Labels } from "../dataplane/prometheus";

interface Answer<T> {
  readonly status: string;
  readonly data: T;
  readonly error?: string;
}

/** A real Prometheus that takes remote writes and evaluates rule files, as AMP does. */
export class RulesPrometheus {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly process: ManagedProcess,
  ) {}

  /** `ruleFiles`: texts of rule files. Every group is evaluated each `evaluateSeconds`, unless it says otherwise. */
  static async start(
    command: string,
    ruleFiles: readonly string[],
    evaluateSeconds: number,
  ): Promise<RulesPrometheus> {
    const folder = mkdtempSync(join(tmpdir(), "tenantscope-prometheus-"));
    ruleFiles.forEach((text, index) => {
      writeFileSync(join(folder, `rules-${index}.yml`), text);
    });
    writeFileSync(
      join(folder, "prometheus.yml"),
      `global: { evaluation_interval: ${evaluateSeconds}s }\nrule_files: ["rules-*.yml"]\n`,
    );
    const address = `127.0.0.1:${await freePort()}`;
    const program = new ManagedProcess({
      name: "prometheus",
      command,
      args: [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=${address}`,
        "--web.enable-remote-write-receiver",
      ],
    });
    const prometheus = new RulesPrometheus(`http://${address}`, folder, program);
    try {
      await untilServing(program, `${prometheus.url}/-/ready`);
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
    return prometheus;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Series that match the selector and have samples at all. */
  series(selector: string): Promise<readonly Labels[]> {
    return this.get("series", { "match[]": selector });
  }

  /** Values of a label, ascending. */
  async labelValues(label: string, selector: string): Promise<readonly string[]> {
    const found = (await this.series(selector)).map((labels) => labels[label] ?? "");
    return [...new Set(found)].filter((value) => value !== "").sort();
  }

  /** Finite values of an instant query. */
  async query(expression: string): Promise<readonly { readonly labels: Labels; readonly value: number }[]> {
    const { result } = await this.get<{ result: { metric: Labels; value: [number, string] }[] }>("query", {
      query: expression,
    });
    return result
      .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
      .filter(({ value }) => Number.isFinite(value));
  }

  /** Finite samples of the last five minutes, five seconds apart. */
  async range(expression: string): Promise<readonly { readonly labels: Labels; readonly samples: number }[]> {
    const end = Date.now() / 1000;
    const { result } = await this.get<{ result: { metric: Labels; values: [number, string][] }[] }>(
      "query_range",
      { query: expression, start: String(end - 300), end: String(end), step: "5" },
    );
    return result
      .map(({ metric, values }) => ({
        labels: metric,
        samples: values.filter(([, value]) => Number.isFinite(Number(value))).length,
      }))
      .filter(({ samples }) => samples > 0);
  }

  private async get<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const { status, data, error } = (await answer.json()) as Answer<T>;
    if (status !== "success") throw new Error(`Prometheus: ${error ?? String(answer.status)}`);
    return data;
  }
}
