import { setTimeout as sleep } from "node:timers/promises";
import { readAll, type HttpClient, type HttpResponse } from "../shared/http";
import { Refusal } from "./refusal";

/** A request to OpenSearch that may be repeated: all of them may (see `parseBulk` for the ones that write). */
export interface UpstreamRequest {
  readonly method: string;
  readonly target: string;
  readonly contentType?: string;
  readonly body?: Buffer;
}

/** What one request of a caller costs towards OpenSearch. */
export interface Budget {
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  /** Counted up. */
  retries: number;
}

export interface WholeAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Upstream {
  /**
   * Sends until the answer is none that asks for patience, or the deadline is near.
   * @returns the answer, its body still to come; whole when it is the last of those that asked for patience
   * @throws Refusal when there is none: 502, or 504 past the deadline
   */
  send(request: UpstreamRequest, budget: Budget): Promise<HttpResponse | WholeAnswer>;
  /** The same with the whole body, within the deadline. */
  exchange(request: UpstreamRequest, budget: Budget): Promise<WholeAnswer>;
}

export interface UpstreamOptions {
  readonly client: HttpClient;
  /** Milliseconds before the second attempt; twice as long before each further one. @default 100 */
  readonly firstBackoffMs?: number;
  /** Milliseconds between attempts at most. @default 3000 */
  readonly maxBackoffMs?: number;
  /** Milliseconds without a byte after which a body has broken off. @default 15000 */
  readonly idleMs?: number;
}

/** Throttled, or something on the way is not up. */
const PATIENCE = [429, 502, 503, 504];
/** What Jaeger waits for is never longer; it keeps a broken domain from filling the memory. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

export function upstream(options: UpstreamOptions): Upstream {
  const { client, firstBackoffMs = 100, maxBackoffMs = 3000, idleMs = 15_000 } = options;

  /** Full jitter: callers that failed together do not come back together. */
  const backoff = (attempt: number) => Math.random() * Math.min(maxBackoffMs, firstBackoffMs * 2 ** attempt);

  /** One attempt, within the deadline as long as `use` takes. */
  async function attempt<T>(
    { method, target, contentType, body }: UpstreamRequest,
    { deadline, signal }: Budget,
    use: (response: HttpResponse) => Promise<T>,
  ): Promise<T> {
    const end = new AbortController();
    const timer = setTimeout(
      () => {
        end.abort(timeout());
      },
      Math.max(0, deadline - Date.now()),
    );
    const gone = () => {
      end.abort(new Refusal("unavailable_exception", "the caller has gone"));
    };
    signal?.addEventListener("abort", gone, { once: true });
    try {
      const response = await client.send({
        method,
        target,
        headers: {
          accept: "application/json",
          ...(contentType !== undefined && { "content-type": contentType }),
        },
        ...(body && { body }),
        signal: end.signal,
      });
      response.body.setTimeout(idleMs, () => {
        response.body.destroy(Object.assign(new Error("OpenSearch stopped sending."), { code: "ETIMEDOUT" }));
      });
      return await use(response);
    } catch (error) {
      throw end.signal.aborted ? end.signal.reason : error;
    } finally {
      clearTimeout(timer);
      // From here on whoever reads the body ends it.
      signal?.removeEventListener("abort", gone);
    }
  }

  async function retrying<T extends { readonly status: number }>(
    budget: Budget,
    once: () => Promise<T>,
  ): Promise<T> {
    // What was known before time ran out says more than that it did.
    let known: (() => T) | undefined;
    for (let number = 0; ; number += 1) {
      if (Date.now() >= budget.deadline) return (known ?? late)();
      try {
        const answer = await once();
        if (!PATIENCE.includes(answer.status)) return answer;
        known = () => answer;
      } catch (error) {
        if (known !== undefined && error instanceof Refusal && error.type === "timeout_exception")
          return known();
        const code = codeOf(error);
        if (code === undefined) throw error;
        known = () => {
          throw new Refusal("bad_gateway_exception", `OpenSearch cannot be reached (${code})`);
        };
      }
      const wait = backoff(number);
      if (Date.now() + wait >= budget.deadline) return known();
      budget.retries += 1;
      await sleep(wait, undefined, budget.signal === undefined ? {} : { signal: budget.signal });
    }
  }

  const whole = async ({ status, body }: HttpResponse): Promise<WholeAnswer> => ({
    status,
    body: await readAll(body, MAX_WHOLE_BYTES),
  });

  return {
    send: (request, budget) =>
      retrying(budget, () =>
        attempt(request, budget, (response): Promise<HttpResponse | WholeAnswer> =>
          PATIENCE.includes(response.status) ? whole(response) : Promise.resolve(response),
        ),
      ),
    exchange: (request, budget) => retrying(budget, () => attempt(request, budget, whole)),
  };
}

const late = (): never => {
  throw timeout();
};
const timeout = () => new Refusal("timeout_exception", "OpenSearch did not answer in time");

/** `ECONNREFUSED` and the like: only errors of the connection have one. It says what is wrong and names nothing. */
function codeOf(error: unknown): string | undefined {
  const isCoded = typeof error === "object" && error !== null && "code" in error;
  return isCoded && typeof error.code === "string" ? error.code : undefined;
}
