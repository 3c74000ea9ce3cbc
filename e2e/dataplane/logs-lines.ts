import { type Line } from "./logs-fluent-bit";
import { type LokiEntry, type LokiServer } from "./loki-server";

const PAGE = 5000;
const HOUR_NS = 3_600_000_000_000n;

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;

/** Lines that begin with `name`, all different and each with a time of its own, of `bytes` bytes. */
export class Lines {
  private count = 0;
  private lastTime = now();

  constructor(
    private readonly name: string,
    private readonly bytes = 200,
  ) {}

  /** How many there are so far. */
  get total(): number {
    return this.count;
  }

  next(count: number): Line[] {
    const time = now();
    if (time > this.lastTime) this.lastTime = time;
    return [...Array(count).keys()].map(() => {
      this.lastTime += 1n;
      this.count += 1;
      return { time: this.lastTime, text: `${this.name} ${this.count} `.padEnd(this.bytes, ".") };
    });
  }
}

interface Page {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [string, string])[];
    }[];
  };
}

async function get(
  loki: LokiServer,
  tenant: string,
  path: string,
  query: Record<string, string>,
): Promise<unknown> {
  const answer = await loki.request(`/loki/api/v1/${path}?${new URLSearchParams(query).toString()}`, tenant);
  if (!answer.ok) throw new Error(`Loki: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** How many entries of the last hour match, counted by Loki. */
export async function countLines(loki: LokiServer, tenant: string, selector: string): Promise<number> {
  const { data } = (await get(loki, tenant, "query", {
    query: `sum(count_over_time(${selector}[1h]))`,
  })) as { data: { result: readonly { value: readonly [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

/**
 * The sum of the numbers of all lines that match. With {@link countLines} it tells as much as reading each of them:
 * a missing line and a doubled one do not make up for each other.
 */
export async function sumLines(loki: LokiServer, tenant: string, selector: string): Promise<number> {
  const number = '| regexp "^\\\\w+ (?P<number>\\\\d+) " | keep number, service_name | unwrap number';
  const { data } = (await get(loki, tenant, "query", {
    query: `sum(sum_over_time(${selector} ${number} [1h]))`,
  })) as { data: { result: readonly { value: readonly [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

/** Every entry of the last hour that matches, oldest first. Times of lines must differ. */
export async function everyLine(loki: LokiServer, tenant: string, selector: string): Promise<LokiEntry[]> {
  const entries: LokiEntry[] = [];
  let start = now() - HOUR_NS;
  for (;;) {
    const { data } = (await get(loki, tenant, "query_range", {
      query: selector,
      start: String(start),
      end: String(now() + HOUR_NS / 60n),
      limit: String(PAGE),
      direction: "forward",
    })) as Page;
    const page = data.result
      .flatMap(({ stream, values }) => values.map(([time, line]) => ({ time, line, labels: stream })))
      .sort((a, b) => (BigInt(a.time) < BigInt(b.time) ? -1 : 1));
    entries.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return entries;
    start = BigInt(last.time) + 1n;
  }
}
