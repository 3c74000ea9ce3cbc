import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-ports";
import { ManagedProcess, untilServing } from "./process";

/** Labels of a series, `__name__` among them. */
export type Labels = Readonly<Record<string, string>>;

/** Seconds since 1970, value. */
export type Sample = readonly [number, number];

interface Answer<T> {
  readonly status: string;
  readonly data: T;
  readonly error?: string;
}

export interface RuleOptions {
  /** Texts of rule files. */
  readonly files: readonly string[];
  /** How often the groups are evaluated that do not say it themselves. */
  readonly seconds: number;
}

/**
 * A real Prometheus that scrapes nothing and takes remote writes, with its data in a temporary folder. With rules it
 * evaluates them, as AMP does.
 */
export class Prometheus {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly process: ManagedProcess,
  ) {}

  static async start(
    command: string,
    { files, seconds }: RuleOptions = { files: [], seconds: 60 },
  ): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "tenantscope-prometheus-"));
    files.forEach((text, index) => {
      writeFileSync(join(folder, `rules-${index}.yml`), text);
    });
    writeFileSync(
      join(folder, "prometheus.yml"),
      `global: { evaluation_interval: ${seconds}s }\nrule_files: ["rules-*.yml"]\n`,
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
    const prometheus = new Prometheus(`http://${address}`, folder, program);
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

  /** The current value of each series of an instant vector. */
  async query(expression: string): Promise<readonly { readonly labels: Labels; readonly value: number }[]> {
    const { result } = await this.get<{ result: { metric: Labels; value: [number, string] }[] }>("query", {
      query: expression,
    });
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** Numbers of the finite values of the last five minutes, five seconds apart; only of series that have any. */
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

  /** Every stored sample of the matching series in the last `minutes`, as it was written. */
  async samples(
    selector: string,
    minutes: number,
  ): Promise<readonly { readonly labels: Labels; readonly samples: readonly Sample[] }[]> {
    const { result } = await this.get<{ result: { metric: Labels; values: [number, string][] }[] }>("query", {
      query: `${selector}[${minutes}m]`,
    });
    return result.map(({ metric, values }) => ({
      labels: metric,
      samples: values.map(([time, value]) => [time, Number(value)] as const),
    }));
  }

  private async get<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const { status, data, error } = (await answer.json()) as Answer<T>;
    if (status !== "success") throw new Error(`Prometheus: ${error ?? String(answer.status)}`);
    return data;
  }
}
