import { join } from "node:path";
import { type Tools } from "../tools/tools";
import { type ProcessOptions, sleep } from "./process";

const APPS = join(__dirname, "..", "apps");

/** A demo application: how it is started and what its users do. */
export interface Application {
  readonly start: (tools: Tools) => Pick<ProcessOptions, "command" | "args" | "cwd" | "environment">;
  /** One message to the queue; throws unless it was taken. */
  readonly sendMessage: (url: string) => Promise<void>;
  /** What else its users do, once. */
  readonly visit: (url: string) => Promise<void>;
  /** Series by the ways that the metrics can take, for one `sendMessage` and one `visit`. */
  readonly expected: {
    readonly http: string;
    readonly scraped: string;
    /** Counts one thing that the users did. */
    readonly statsdCounter: string;
    readonly statsdCounts: "messages" | "visits";
    readonly statsdTimer: string;
  };
}

async function call(method: string, url: string, status: number, body?: unknown): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (answer.status !== status) {
    throw new Error(`${method} ${url} answered ${answer.status} and not ${status}: ${text}`);
  }
}

export const shop: Application = {
  start: ({ nodeModules }) => ({
    command: process.execPath,
    args: ["--require", "@opentelemetry/auto-instrumentations-node/register", "server.cjs"],
    cwd: join(APPS, "node"),
    // Without the list it asks the metadata services of every cloud that it knows.
    environment: { NODE_PATH: nodeModules, OTEL_NODE_RESOURCE_DETECTORS: "env,host,process" },
  }),
  sendMessage: (url) => call("POST", `${url}/orders`, 202, { article: "tea", amount: 2 }),
  visit: (url) => call("GET", `${url}/healthz`, 200),
  expected: {
    http: "http_server_request_duration_seconds_count",
    scraped: "shop_orders_accepted_total",
    statsdCounter: "shop_orders_total",
    statsdCounts: "messages",
    statsdTimer: "shop_order_time",
  },
};

export const warehouse: Application = {
  start: ({ pythonBin }) => ({
    command: join(pythonBin, "opentelemetry-instrument"),
    args: [join(pythonBin, "uvicorn"), "app:app", "--no-access-log"],
    cwd: join(APPS, "python"),
    environment: { PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" },
  }),
  sendMessage: (url) => call("POST", `${url}/messages`, 202, { article: "tea" }),
  visit: async (url) => {
    await call("PUT", `${url}/documents/receipt`, 201, { article: "tea" });
    await call("GET", `${url}/documents/receipt`, 200);
    await call("PUT", `${url}/items/tea?amount=3`, 201);
    await call("GET", `${url}/items/tea`, 200);
    await call("GET", `${url}/items/coffee`, 404);
  },
  expected: {
    http: "http_server_request_duration_seconds_count",
    scraped: "warehouse_items_stored_total",
    statsdCounter: "warehouse_items_total",
    statsdCounts: "visits",
    statsdTimer: "warehouse_message_time",
  },
};

/** Users of one application: a message and a visit every `everyMs`, until `stop`. Counts what the application took. */
export class Traffic {
  readonly done = { messages: 0, visits: 0 };
  readonly errors: string[] = [];
  private stopped = false;
  private readonly finished: Promise<void>;

  constructor(application: Application, url: string, everyMs: number) {
    this.finished = (async () => {
      while (!this.stopped) {
        try {
          await application.sendMessage(url);
          this.done.messages += 1;
          await application.visit(url);
          this.done.visits += 1;
        } catch (error) {
          this.errors.push(String(error));
        }
        await sleep(everyMs);
      }
    })();
  }

  stop(): Promise<void> {
    this.stopped = true;
    return this.finished;
  }
}
