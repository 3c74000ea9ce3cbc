import { Refusal } from "../jaeger-storage-proxy/refusal";
import { type Upstream } from "../jaeger-storage-proxy/upstream";
import { requestTarget } from "../shared/uri";

export interface DomainRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Decoded segments. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The OpenSearch domain, for the time of one invocation. */
export interface Domain {
  /**
   * Sends, and sends again while the domain is busy or not up. So every request must be one that may be repeated.
   * @param limitMs for this request, in milliseconds; within the time that the invocation has
   * @returns the parsed answer
   * @throws DomainError when there is none, or none of success
   */
  call(request: DomainRequest, limitMs?: number): Promise<unknown>;
  /** A deletion of what may be gone already, as it is after an answer that got lost. @returns whether it was there */
  remove(path: readonly string[]): Promise<boolean>;
  /** Milliseconds that are left. */
  remaining(): number;
}

/** OpenSearch, or the way to it, says no. */
export class DomainError extends Error {
  override readonly name = "DomainError";

  constructor(
    readonly status: number,
    readonly request: string,
    reason: string,
    /** OpenSearch's own name of the error. */
    readonly type?: string,
  ) {
    super(`${request}: ${reason} (status ${status})`);
  }
}

/** No single request of ours takes that long; a connection that hangs is given up. */
const LIMIT_MS = 60_000;

/** @param deadline milliseconds since 1970 */
export function domainOf(upstream: Upstream, deadline: number): Domain {
  const remaining = () => deadline - Date.now();

  async function call(
    { method, path, query = {}, body }: DomainRequest,
    limitMs = LIMIT_MS,
  ): Promise<unknown> {
    const name = `${method} /${path.join("/")}`;
    const request = {
      method,
      target: requestTarget(path, Object.entries(query)),
      ...(body !== undefined && { contentType: "application/json", body: Buffer.from(JSON.stringify(body)) }),
    };
    const budget = { deadline: Math.min(deadline, Date.now() + limitMs), retries: 0 };
    const answer = await upstream.exchange(request, budget).catch((error: unknown) => {
      if (error instanceof Refusal) throw new DomainError(error.status, name, error.message);
      throw error;
    });
    const parsed = parse(answer.body);
    if (answer.status < 300 && parsed !== undefined) return parsed;
    throw new DomainError(
      answer.status,
      name,
      reasonOf(parsed) ?? "an answer that is not OpenSearch's",
      typeOf(parsed),
    );
  }

  return {
    call,
    remaining,
    remove: async (path) => {
      try {
        await call({ method: "DELETE", path });
        return true;
      } catch (error) {
        if (error instanceof DomainError && error.status === 404) return false;
        throw error;
      }
    },
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

const property = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** OpenSearch, its security API and the service before it each put the reason in a place of its own. */
function reasonOf(answer: unknown): string | undefined {
  const error = property(answer, "error");
  const reason =
    property(error, "reason") ?? error ?? property(answer, "message") ?? property(answer, "Message");
  return typeof reason === "string" ? reason : undefined;
}

function typeOf(answer: unknown): string | undefined {
  const type = property(property(answer, "error"), "type");
  return typeof type === "string" ? type : undefined;
}
