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

/** A real Prometheus that scrapes nothing and takes remote writes, with its data in a temporary folder. */
export class Prometheus {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly process: ManagedProcess,
  ) {}

  static async start(command: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "tenantscope-prometheus-"));
    writeFileSync(join(folder, "prometheus.yml"), "global: {}\n");
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

  /** The current value of each series of an instant vector. */
  async query(expression: string): Promise<readonly { readonly labels: Labels; readonly value: number }[]> {
    const { result } = await this.get<{ result: { metric: Labels; value: [number, string] }[] }>("query", {
      query: expression,
    });
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
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
