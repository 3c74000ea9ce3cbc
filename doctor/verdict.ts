import { UnknownPolicy } from "./policy";

/** The hops in the order in which telemetry takes them, and people look at it. */
export const HOPS = [
  "task role",
  "STS",
  "writer role",
  "AMP",
  "X-Ray",
  "CloudWatch",
  "endpoint",
  "ingest API",
  "gateway",
  "Loki",
  "Jaeger",
  "storage API",
  "OpenSearch",
  "Grafana",
] as const;
export type Hop = (typeof HOPS)[number];

export type Verdict =
  | { readonly result: "ok" | "not checked" | "not used"; readonly evidence: string }
  | { readonly result: "FAILS"; readonly evidence: string; readonly remedy: string };

/** What was found at a hop, of the walk through the stacks or of the live calls. */
export type Finding = Verdict & { readonly hop: string };

/** What a check found wrong: the evidence, without a full stop, and what to do. */
export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    readonly evidence: string,
    readonly remedy: string,
  ) {
    super(evidence);
  }
}

/** What could not be checked, and why: nobody knows whether it works. */
export class NotChecked extends Error {
  override readonly name = "NotChecked";
}

/** Nothing of the tenant's takes this hop. */
export class NotUsed extends Error {
  override readonly name = "NotUsed";
}

/** @throws Fault */
export function must(holds: boolean, evidence: string, remedy: string): asserts holds {
  if (!holds) throw new Fault(evidence, remedy);
}

/** The value. @throws Fault when there is none */
export function found<T>(value: T | undefined, evidence: string, remedy: string): T {
  must(value !== undefined, evidence, remedy);
  return value;
}

/** What a check that threw has found. Any other error is thrown again. */
export function verdictOf(error: unknown): Verdict {
  if (error instanceof Fault) return { result: "FAILS", evidence: error.evidence, remedy: error.remedy };
  if (error instanceof NotChecked) return { result: "not checked", evidence: error.message };
  if (error instanceof NotUsed) return { result: "not used", evidence: error.message };
  if (error instanceof UnknownPolicy) {
    return { result: "not checked", evidence: `a policy has ${error.message}, which doctor does not judge` };
  }
  throw error;
}
