import { readAll, type HttpClient } from "../shared/http";
import { requestTarget } from "../shared/uri";

export interface ServiceRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Decoded segments. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked for at each attempt: a name that was taken by an answer that got lost is not used again. */
  readonly body?: () => object;
  /** For errors, where method and path do not say it. */
  readonly name?: string;
}

/** What is waited for besides servers that are busy or do not answer. */
export interface Patience {
  readonly statuses: readonly number[];
  readonly withinMs: number;
}

/** Time, for tests another one. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** One server, for the time of one invocation. */
export interface Service {
  /**
   * Sends, and sends again while that may help.
   * @returns the parsed answer; undefined when it is no JSON
   * @throws CallError when there is none, or none of success
   */
  call(request: ServiceRequest, patience?: Patience): Promise<unknown>;
}

/** A server, or the way to it, says no. The message never has what was sent. */
export class CallError extends Error {
  override readonly name = "CallError";

  constructor(
    /** 0 when there was no answer. */
    readonly status: number,
    request: string,
    reason: string,
    /** AWS's name of the error, where it says so in the answer. */
    readonly type?: string,
  ) {
    super(`${request}: ${reason}${status === 0 ? "" : ` (status ${status})`}`);
  }
}

export interface ServiceOptions {
  /** For errors. */
  readonly name: string;
  readonly client: HttpClient;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** No single answer of these takes longer; a connection that hangs is given up. */
const ATTEMPT_MS = 15_000;
/** How long a server may be busy. */
const BUSY_MS = 45_000;
/** Before the second attempt; twice as long before each further one. */
const FIRST_PAUSE_MS = 2000;
const MAX_PAUSE_MS = 10_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export function service({ name, client, clock, deadline }: ServiceOptions): Service {
  async function once(request: ServiceRequest): Promise<unknown> {
    const { method, path, query = {}, headers = {}, body } = request;
    const title = `${name} ${request.name ?? `${method} /${path.join("/")}`}`;
    let status: number;
    let text: string;
    try {
      const answer = await client.send({
        method,
        target: requestTarget(path, Object.entries(query)),
        headers: {
          accept: "application/json",
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: Buffer.from(JSON.stringify(body())) }),
        signal: AbortSignal.timeout(ATTEMPT_MS),
      });
      status = answer.status;
      text = (await readAll(answer.body, MAX_ANSWER_BYTES)).toString();
    } catch (error) {
      throw new CallError(0, title, `no answer (${codeOf(error)})`);
    }
    const parsed = parse(text);
    if (status >= 200 && status < 300) return parsed;
    throw new CallError(status, title, reasonOf(parsed), typeOf(parsed));
  }

  return {
    async call(request, patience = { statuses: [], withinMs: 0 }) {
      const start = clock.now();
      for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
        try {
          return await once(request);
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
          const { status } = error;
          const limit = patience.statuses.includes(status) ? patience.withinMs : isBusy(status) ? BUSY_MS : 0;
          if (clock.now() + pause > Math.min(start + limit, deadline)) throw error;
          await clock.sleep(pause);
        }
      }
    },
  };
}

const isBusy = (status: number): boolean => status === 0 || status === 429 || status >= 500;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `ECONNREFUSED` and the like, or the error's name: its message may have what was sent. */
function codeOf(error: unknown): string {
  const { code, name } = fields(error);
  return [code, name].find((each): each is string => typeof each === "string") ?? "unknown";
}

/** AWS and Grafana both have a `message`, the older of AWS's protocols with a capital letter. */
function reasonOf(answer: unknown): string {
  const { message, Message } = fields(answer);
  const reason = message ?? Message;
  return typeof reason === "string" ? reason.slice(0, 300) : "refused without a reason";
}

/** With a namespace before it or not. */
function typeOf(answer: unknown): string | undefined {
  const { __type: type } = fields(answer);
  return typeof type === "string" ? type.replace(/^.*#/, "") : undefined;
}

/** The keys of an answer; none when it is no object. */
export const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
