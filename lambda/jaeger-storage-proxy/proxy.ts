import { type IncomingMessage } from "node:http";
import { pipeline, Transform, type Readable } from "node:stream";
import { readAll, type HttpResponse } from "../shared/http";
import { requestTarget } from "../shared/uri";
import { failureFrom, failureOf, type Failure } from "./answers";
import { compressed } from "./compress";
import { parseBulk } from "./bulk-parse";
import { sendBulk } from "./bulk-send";
import { plainBody } from "./encoding";
import { indicesOf, type OwnIndices } from "./indices";
import { logLine, type RequestRecord } from "./log";
import { type OwnerShare } from "./owner-share";
import { Refusal } from "./refusal";
import { routeOf, type Route } from "./routes";
import { checkedMultiSearch, checkedSearch } from "./searches";
import { type Settings } from "./settings";
import { checkedTemplate } from "./template";
import { type Proxy, type ProxyRequest, type ProxyResponse, type RouteKind } from "./types";
import { type Budget, type Upstream, type UpstreamRequest } from "./upstream";

export interface ProxyOptions {
  readonly settings: Settings;
  readonly upstream: Upstream;
  /** One line for each request. */
  readonly log: (line: string) => void;
  /** Milliseconds at most before documents that OpenSearch was too busy for are sent again. @default 500 */
  readonly bulkPauseMs?: number;
  /** What each owner may take of this proxy, where it works on one request at a time. @default no bound */
  readonly share?: OwnerShare;
}

type Notes = {
  -readonly [
    Key in "route" | "error" | "documents" | "documentsFailed" | "documentsRefused"
  ]?: RequestRecord[Key];
};

const JSON_TYPE = "application/json";
const CONTENT_TYPE = /^application\/(?:x-ndjson|json)\s*(?:;\s*charset=utf-8\s*)?$/i;
/** Of an error's body. */
const MAX_ERROR_BYTES = 256 * 1024;
const NOTHING = Buffer.alloc(0);
const START: readonly RouteKind[] = ["info", "exists", "template"];

/** The storage proxy: what is allowed goes to OpenSearch, everything else is answered 403. */
export function storageProxy({ settings, upstream, log, bulkPauseMs = 500, share }: ProxyOptions): Proxy {
  async function handle(request: ProxyRequest): Promise<ProxyResponse> {
    const start = Date.now();
    const deadline = Math.min(start + settings.deadlineMs, request.deadline ?? Infinity);
    const budget: Budget = { deadline, retries: 0, ...(request.signal && { signal: request.signal }) };
    const notes: Notes = {};
    const answer = await answerTo(request, budget, notes).catch((error: unknown) => {
      const refusal =
        error instanceof Refusal ? error : new Refusal("bad_gateway_exception", "the proxy failed");
      // Not the message: it may hold a piece of a body.
      notes.error = error instanceof Refusal ? `${refusal.type}: ${refusal.message}` : nameOf(error);
      return failed(failureOf(refusal));
    });
    const sent = compressed(answer, request.headers["accept-encoding"] ?? "");
    const done = (responseBytes: number, aborted: boolean) => {
      const durationMs = Date.now() - start;
      share?.took(request.owner, durationMs, Date.now());
      const record: RequestRecord = {
        owner: request.owner.slice(0, 32),
        method: request.method.slice(0, 8),
        route: "refused",
        ...notes,
        status: answer.status,
        requestBytes: request.body.length,
        responseBytes,
        durationMs,
        retries: budget.retries,
        aborted,
      };
      log(logLine(record, settings.metricsNamespace, Date.now()));
    };
    return { ...sent, body: counted(request.method === "HEAD" ? NOTHING : sent.body, done) };
  }

  async function answerTo(request: ProxyRequest, budget: Budget, notes: Notes): Promise<ProxyResponse> {
    const own = indicesOf(request.owner);
    const route = routeOf(request.method, request.path, request.query, own);
    notes.route = route.kind;
    // A Jaeger that cannot begin ends; what it asks then is little.
    if (!START.includes(route.kind)) share?.admit(request.owner, Date.now());
    const body = await checkedBody(request, route, settings.maxBodyBytes);
    if (route.kind === "bulk") return bulk(body, own, budget, notes);
    const response = await upstream.send(forwarded(route, request.method, body, own), budget);
    if (request.method === "HEAD") return head(response.status, await shortBody(response.body));
    if (response.status === 200 && "headers" in response) return streamed(response);
    return failed(failureFrom(response.status, await shortBody(response.body)));
  }

  async function bulk(body: Buffer, own: OwnIndices, budget: Budget, notes: Notes): Promise<ProxyResponse> {
    const actions = parseBulk(body, { own, pastDays: settings.writePastDays, now: Date.now() });
    const answer = await sendBulk(
      actions,
      { partBytes: settings.bulkPartBytes, pauseMs: bulkPauseMs },
      upstream,
      budget,
    );
    notes.documents = actions.length;
    notes.documentsRefused = actions.filter(({ refused }) => refused !== undefined).length;
    if (!("items" in answer)) {
      notes.documentsFailed = actions.length - notes.documentsRefused;
      return failed(answer);
    }
    const notStored = answer.items.filter((item) => Object.values(item).some(({ status }) => status >= 300));
    notes.documentsFailed = notStored.length - notes.documentsRefused;
    return { status: 200, headers: { "content-type": JSON_TYPE }, body: Buffer.from(JSON.stringify(answer)) };
  }

  return handle;
}

/** @throws Refusal unless the body is one that the route takes */
async function checkedBody(request: ProxyRequest, { kind }: Route, limit: number): Promise<Buffer> {
  const body = await plainBody(request.body, request.headers, limit);
  if (kind === "info" || kind === "exists") {
    if (body.length > 0) throw new Refusal("security_exception", "no body is allowed here");
    return body;
  }
  const type = request.headers["content-type"] ?? JSON_TYPE;
  if (!CONTENT_TYPE.test(type)) {
    throw new Refusal(
      "content_type_not_supported_exception",
      "only application/json and application/x-ndjson",
    );
  }
  return body;
}

/** What goes to OpenSearch: everything in it was checked, and nothing else of the request is in it. */
function forwarded(
  route: Exclude<Route, { kind: "bulk" }>,
  method: string,
  body: Buffer,
  own: OwnIndices,
): UpstreamRequest {
  switch (route.kind) {
    case "info":
      return { method, target: "/" };
    case "exists":
      return { method, target: requestTarget([route.index]) };
    case "template":
      return {
        method,
        target: requestTarget(["_template", route.name]),
        contentType: JSON_TYPE,
        body: checkedTemplate(body, route.templateKind, own),
      };
    case "search":
      return {
        method,
        target: requestTarget([route.indices.join(","), "_search"], route.query),
        contentType: JSON_TYPE,
        body: checkedSearch(body),
      };
    case "msearch":
      return {
        // Also for Jaeger's GET, whose body something on the way may drop.
        method: "POST",
        target: requestTarget(["_msearch"], route.query),
        contentType: "application/x-ndjson",
        body: checkedMultiSearch(body, own),
      };
  }
}

const streamed = ({ status, headers, body }: HttpResponse): ProxyResponse => ({
  status,
  headers: {
    "content-type": headers["content-type"] ?? JSON_TYPE,
    ...(headers["content-length"] !== undefined && { "content-length": headers["content-length"] }),
  },
  body,
});

/** A HEAD has no body to tell a failure by: only "it is there" and "it is not" go on as they are. */
function head(status: number, body: Buffer): ProxyResponse {
  const isPlain = status === 200 || status === 404;
  return { status: isPlain ? status : failureFrom(status, body).status, headers: {}, body: NOTHING };
}

/** The body of an error. One that is too long, or breaks off, is none of OpenSearch's. */
function shortBody(body: Buffer | IncomingMessage): Promise<Buffer> {
  return Buffer.isBuffer(body) ? Promise.resolve(body) : readAll(body, MAX_ERROR_BYTES).catch(() => NOTHING);
}

const failed = ({ status, body }: Failure): ProxyResponse => ({
  status,
  headers: { "content-type": JSON_TYPE },
  body,
});

/** An error of the program, by what cannot hold a piece of a request. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error && typeof error.code === "string" ? `${error.name} ${error.code}` : error.name;
}

/** The body, with a call when its end has been read or it breaks off. */
function counted(
  body: Buffer | Readable,
  done: (bytes: number, aborted: boolean) => void,
): Buffer | Readable {
  if (Buffer.isBuffer(body)) {
    done(body.length, false);
    return body;
  }
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  pipeline(body, counter, (error) => {
    done(bytes, Boolean(error));
  });
  return counter;
}
