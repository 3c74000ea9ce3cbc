import { request, Agent, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { eventually, ManagedProcess } from "../dataplane/process";

/** Lambda's quota of a synchronous invocation's payload, and of an answer that is not streamed. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const RUNTIME = join(__dirname, "lambda-runtime.mjs");

/** The event is longer than Lambda takes. */
export class PayloadTooLarge extends Error {}

export interface LambdaAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer>;
}

export interface LambdaOptions {
  /** The bundled function, a CommonJS file that exports `handler`. */
  readonly bundle: string;
  /** Asked when an environment is made; the execution role's credentials are in it. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Environments at most: each takes one event at a time. */
  readonly concurrency: number;
}

interface Environment {
  readonly program: ManagedProcess;
  readonly port: number;
  readonly agent: Agent;
}

export interface ColdStart {
  /** From the start of the process to where it takes events. */
  readonly readyMs: number;
  /** Of that, loading the function's own code. */
  readonly loadedMs: number;
}

/** A Lambda function as its service runs it: one event at a time in each process, processes made when they are needed. */
export class LambdaStandin {
  readonly coldStarts: ColdStart[] = [];
  private readonly environments: Promise<Environment>[] = [];
  private readonly idle: Environment[] = [];
  private readonly waiting: ((environment: Environment) => void)[] = [];

  constructor(private readonly options: LambdaOptions) {}

  /** What every environment wrote. */
  async logs(): Promise<string> {
    return (await Promise.all(this.environments)).map(({ program }) => program.log).join("");
  }

  /** The answer to an event of API Gateway; its body must be read. Throws {@link PayloadTooLarge}, or when the function fails. */
  async invoke(event: object): Promise<LambdaAnswer> {
    return read(await this.run(event));
  }

  /** What the function returns for an event of anybody else's. Throws when it fails. */
  async call(event: object): Promise<unknown> {
    return JSON.parse((await plain(await this.run(event))).toString()) as unknown;
  }

  async stop(): Promise<void> {
    await Promise.allSettled(
      this.environments.map(async (environment) => {
        const { agent, program } = await environment;
        agent.destroy();
        await program.stop();
      }),
    );
  }

  private async run(event: object): Promise<IncomingMessage> {
    const payload = Buffer.from(JSON.stringify(event));
    if (payload.length > MAX_PAYLOAD_BYTES) throw new PayloadTooLarge(`${payload.length} bytes`);
    const environment = await this.take();
    try {
      const incoming = await this.post(environment, payload);
      incoming.once("close", () => {
        this.give(environment);
      });
      return incoming;
    } catch (error) {
      this.give(environment);
      throw error;
    }
  }

  private async take(): Promise<Environment> {
    const idle = this.idle.pop();
    if (idle !== undefined) return idle;
    if (this.environments.length < this.options.concurrency) {
      const starting = this.start();
      this.environments.push(starting);
      return starting;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private give(environment: Environment): void {
    if (this.idle.includes(environment)) return;
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(environment);
    else next(environment);
  }

  private async start(): Promise<Environment> {
    const { bundle, environment, timeoutSeconds } = this.options;
    const before = performance.now();
    const program = new ManagedProcess({
      name: "lambda",
      command: process.execPath,
      args: [RUNTIME, bundle],
      environment: { ...environment(), LAMBDA_TIMEOUT_MS: String(timeoutSeconds * 1000) },
    });
    const [, port, loaded] = await eventually("an environment of the function", 20, () => {
      if (!program.running) throw new Error(`it ended: ${program.log.slice(-1000)}`);
      return Promise.resolve(/^standin port=(\d+) loaded=([\d.]+)$/m.exec(program.log) ?? undefined);
    });
    this.coldStarts.push({ readyMs: performance.now() - before, loadedMs: Number(loaded) });
    return { program, port: Number(port), agent: new Agent({ keepAlive: true, maxSockets: 1 }) };
  }

  private post({ port, agent }: Environment, payload: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: "127.0.0.1", port, method: "POST", path: "/", agent });
      outgoing.setTimeout(this.options.timeoutSeconds * 1000, () => {
        outgoing.destroy(new Error("the function timed out"));
      });
      outgoing.once("response", resolve).once("error", reject).end(payload);
    });
  }
}

interface PlainResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

/** An answer that is not streamed. */
async function plain(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks);
  if (incoming.headers["x-standin-mode"] !== "plain")
    throw new Error(`the function failed: ${text.toString()}`);
  if (text.length > MAX_PAYLOAD_BYTES) throw new Error(`an answer of ${text.length} bytes, not streamed`);
  return text;
}

async function read(incoming: IncomingMessage): Promise<LambdaAnswer> {
  if (incoming.headers["x-standin-mode"] === "streaming") {
    const names = Object.entries(incoming.headers).filter(([name]) => !NOT_THE_FUNCTIONS.has(name));
    const headers = Object.fromEntries(names.map(([name, value]) => [name, String(value)]));
    return { status: incoming.statusCode ?? 0, headers, body: incoming };
  }
  const result = JSON.parse((await plain(incoming)).toString()) as PlainResult;
  const body = Buffer.from(result.body, result.isBase64Encoded === true ? "base64" : "utf8");
  const lower = Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status: result.statusCode,
    headers: Object.fromEntries(lower) as Record<string, string>,
    body: (async function* whole() {
      await Promise.resolve();
      yield body;
    })(),
  };
}

/** Of this stand-in's own HTTP. */
const NOT_THE_FUNCTIONS = new Set([
  "x-standin-mode",
  "date",
  "connection",
  "keep-alive",
  "transfer-encoding",
]);
