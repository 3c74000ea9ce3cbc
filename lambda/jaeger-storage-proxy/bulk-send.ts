import { setTimeout as sleep } from "node:timers/promises";
import { failureFrom, failureOf, isPassing, type Failure } from "./answers";
import { splitBySize, type BulkAction } from "./bulk-parse";
import { Refusal } from "./refusal";
import { type Budget, type Upstream } from "./upstream";

interface Item {
  readonly status: number;
  readonly error?: { readonly type?: string; readonly reason?: string };
}

/** One of `items` in a bulk answer: `{ index: { status, error?, ... } }`. */
type KeyedItem = Readonly<Record<string, Item>>;

export interface BulkAnswer {
  readonly took: number;
  readonly errors: boolean;
  readonly items: readonly KeyedItem[];
}

export interface BulkOptions {
  /** Of one request to OpenSearch, in bytes. */
  readonly partBytes: number;
  /** Milliseconds at most before busy items are sent again. */
  readonly pauseMs: number;
}

interface Entry {
  readonly position: number;
  readonly bytes: Buffer;
}

/** OpenSearch had no room for the item just then. */
const BUSY = [429, 503];
/** Jaeger after 2.13 repeats no document by itself: what stays busy for so long is lost. */
const MAX_ROUNDS = 8;

/**
 * Sends the actions in parts, one after the other and in order, and puts the answers together. Items that OpenSearch was
 * too busy for are sent again while there is time; every action has an id, so repeating changes nothing that was stored.
 * A `create` that finds its document there already is no failure where it was sent before: the first answer got lost.
 *
 * A part that fails as a whole fails the request when no part was answered: nothing was stored as far as is known, and the
 * caller repeats it all. When another part was, its items carry the failure, as 429 or 503: Jaeger repeats such items.
 */
export async function sendBulk(
  actions: readonly BulkAction[],
  options: BulkOptions,
  upstream: Upstream,
  budget: Budget,
): Promise<BulkAnswer | Failure> {
  const run = new BulkRun(actions, options.partBytes, upstream, budget);
  let entries = run.sendable();
  for (let round = 1; entries.length > 0; round += 1) {
    entries = await run.round(round, entries);
    const pause = options.pauseMs * round * Math.random();
    if (round === MAX_ROUNDS || Date.now() + pause >= budget.deadline) break;
    if (entries.length > 0) {
      budget.retries += 1;
      await sleep(pause);
    }
  }
  return run.result();
}

class BulkRun {
  private readonly items: (KeyedItem | undefined)[];
  private took = 0;
  private isAnswered = false;
  private failure: Failure | undefined;

  constructor(
    private readonly actions: readonly BulkAction[],
    private readonly partBytes: number,
    private readonly upstream: Upstream,
    private readonly budget: Budget,
  ) {
    this.items = actions.map((action) =>
      action.refused === undefined
        ? undefined
        : failed(action, 400, "illegal_argument_exception", action.refused),
    );
  }

  sendable(): Entry[] {
    return this.actions.flatMap(({ bytes, refused }, position) =>
      refused === undefined ? [{ position, bytes }] : [],
    );
  }

  /** @returns what OpenSearch was too busy for */
  async round(number: number, entries: readonly Entry[]): Promise<Entry[]> {
    const busy: Entry[] = [];
    let stop: Failure | undefined;
    for (const part of splitBySize(entries, this.partBytes)) {
      const before = this.budget.retries;
      const answer = stop ?? (await this.send(part));
      if ("items" in answer) {
        busy.push(...this.keep(part, answer, number > 1 || this.budget.retries > before));
      } else {
        // What is down stays down for the next part; a part that OpenSearch refuses says nothing about the next.
        if (isPassing(answer.status)) stop = answer;
        this.fail(part, answer);
      }
    }
    return stop === undefined ? busy : [];
  }

  result(): BulkAnswer | Failure {
    if (this.failure !== undefined && !this.isAnswered) return this.failure;
    const items = this.items.filter((item) => item !== undefined);
    return { took: this.took, errors: items.some((item) => itemOf(item).status >= 300), items };
  }

  private async send(part: readonly Entry[]): Promise<BulkAnswer | Failure> {
    const body = Buffer.concat(part.map(({ bytes }) => bytes));
    try {
      const request = { method: "POST", target: "/_bulk", contentType: "application/x-ndjson", body };
      const answer = await this.upstream.exchange(request, this.budget);
      return answer.status === 200
        ? parseAnswer(answer.body, part.length)
        : failureFrom(answer.status, answer.body);
    } catch (error) {
      if (error instanceof Refusal) return failureOf(error);
      throw error;
    }
  }

  private keep(part: readonly Entry[], answer: BulkAnswer, isRepeated: boolean): Entry[] {
    this.isAnswered = true;
    this.took += answer.took;
    return part.filter(({ position }, number) => {
      const [item, action] = [answer.items[number], this.actions[position]];
      if (item === undefined || action === undefined) return false;
      const isStored = isThere(item) && (isRepeated || action.isIdOfContent);
      this.items[position] = isStored ? stored(action) : withoutRole(item);
      return BUSY.includes(itemOf(item).status);
    });
  }

  private fail(part: readonly Entry[], failure: Failure): void {
    this.failure ??= failure;
    const status = isPassing(failure.status) && failure.status !== 429 ? 503 : failure.status;
    for (const { position } of part) {
      const action = this.actions[position];
      if (action === undefined) continue;
      // What OpenSearch said of the document in an earlier round says more than that there was no time for another.
      if (status === 503 && this.items[position] !== undefined) continue;
      this.items[position] = failed(action, status, failure.type, failure.reason);
    }
  }
}

function failed(
  { operation, index, id }: BulkAction,
  status: number,
  type: string,
  reason: string,
): KeyedItem {
  return { [operation]: { _index: index, _id: id, status, error: { type, reason } } as Item };
}

const NO_ITEM: Item = { status: 502 };
const itemOf = (item: KeyedItem): Item => Object.values(item)[0] ?? NO_ITEM;

/** The answer to a `create` whose id is taken. With `index` there is none such: it writes over. */
const isThere = (item: KeyedItem): boolean => item["create"]?.status === 409;

const stored = ({ operation, index, id }: BulkAction): KeyedItem => ({
  [operation]: { _index: index, _id: id, result: "noop", status: 200 } as Item,
});

/** OpenSearch names the role that may not do something: the proxy's, which is none of the caller's business. */
function withoutRole(item: KeyedItem): KeyedItem {
  const [operation = "index"] = Object.keys(item);
  const inner = itemOf(item);
  if (inner.error?.type !== "security_exception") return item;
  return {
    [operation]: {
      ...inner,
      error: { type: "security_exception", reason: "OpenSearch refuses the proxy's role" },
    },
  };
}

function parseAnswer(body: Buffer, expected: number): BulkAnswer {
  try {
    const answer = JSON.parse(body.toString()) as BulkAnswer;
    if (Array.isArray(answer.items) && answer.items.length === expected) {
      return { ...answer, took: Number.isFinite(answer.took) ? answer.took : 0 };
    }
  } catch {
    // Said below.
  }
  throw new Refusal("bad_gateway_exception", "OpenSearch's answer to the bulk request is not complete");
}
