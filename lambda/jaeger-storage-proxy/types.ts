import { type Readable } from "node:stream";

/** A request under an owner's root, whatever brought it here. */
export interface ProxyRequest {
  readonly method: string;
  /** Whose root it is: `central` or a tenant. Only from the path that IAM decided on. */
  readonly owner: string;
  /** Below the owner's root, without a leading slash, percent-encoded once or not at all. The root itself is "". */
  readonly path: string;
  /** Decoded names and values, in order. */
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** When the answer must have begun, in milliseconds since 1970. Settings can only make it sooner. */
  readonly deadline?: number;
  /** The caller has gone. */
  readonly signal?: AbortSignal;
}

export interface ProxyResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream ends with an error when OpenSearch's answer breaks off. It must be read to its end or destroyed. */
  readonly body: Buffer | Readable;
}

/** Answers everything; it never rejects. */
export type Proxy = (request: ProxyRequest) => Promise<ProxyResponse>;

/** The operations that Jaeger uses: what metrics and logs tell apart. */
export type RouteKind = "info" | "exists" | "template" | "bulk" | "search" | "msearch" | "refused";
