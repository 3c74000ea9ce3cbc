import { setTimeout as sleep } from "node:timers/promises";
import { readAll, type HttpClient } from "../shared/http";
import { isTenant } from "./indices";
import { type Retention } from "./retention-rules";
import { MAX_RETENTION_DAYS } from "./settings";

export interface RetentionParameters {
  readonly tenants: Retention["tenants"];
  readonly isComplete: boolean;
  /** What could not be read or understood, for the log. */
  readonly problems: readonly string[];
}

export interface ParameterSource {
  readonly client: HttpClient;
  /** Without a slash at its end. */
  readonly path: string;
  /** Milliseconds before a second attempt. @default 500 */
  readonly pauseMs?: number;
}

interface Parameter {
  readonly Name: string;
  readonly Value: string;
}

interface Page {
  readonly Parameters: readonly Parameter[];
  readonly NextToken?: string;
}

const ATTEMPTS = 3;
const ATTEMPT_MS = 10_000;
const MAX_PAGE_BYTES = 1024 * 1024;
/** Ten parameters each: more tenants than a central account has roles for. */
const MAX_PAGES = 2000;

/** Reads `<path>/<tenant>` = `{"retentionDays": N}`. Never rejects: what is not known is said, and then nothing is deleted. */
export async function readRetentionParameters(source: ParameterSource): Promise<RetentionParameters> {
  const tenants = new Map<string, number | undefined>();
  const problems: string[] = [];
  let token: string | undefined;
  try {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { Parameters, NextToken } = await readPage(source, token);
      for (const { Name, Value } of Parameters) {
        const tenant = Name.slice(source.path.length + 1);
        const days = parseDays(Value);
        if (Name !== `${source.path}/${tenant}` || !isTenant(tenant)) {
          problems.push(`${Name} names no tenant`);
          continue;
        }
        if (days === undefined)
          problems.push(`${Name} must be {"retentionDays": 1 to ${MAX_RETENTION_DAYS}}`);
        tenants.set(tenant, days);
      }
      if (NextToken === undefined) return { tenants, isComplete: true, problems };
      token = NextToken;
    }
    throw new Error(`there are more than ${MAX_PAGES} pages`);
  } catch (error) {
    problems.push(`${source.path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return { tenants, isComplete: false, problems };
  }
}

/** @returns undefined unless it is to the letter what a tenant's stack writes */
function parseDays(value: string): number | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Object.keys(parsed).join() !== "retentionDays") {
    return undefined;
  }
  const { retentionDays: days } = parsed as { retentionDays: unknown };
  return Number.isInteger(days) && (days as number) >= 1 && (days as number) <= MAX_RETENTION_DAYS
    ? (days as number)
    : undefined;
}

async function readPage(source: ParameterSource, token: string | undefined): Promise<Page> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await requestPage(source, token);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep((source.pauseMs ?? 500) * attempt);
    }
  }
}

async function requestPage({ client, path }: ParameterSource, token: string | undefined): Promise<Page> {
  const { status, body } = await client.send({
    method: "POST",
    target: "/",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.GetParametersByPath",
    },
    body: Buffer.from(JSON.stringify({ Path: path, Recursive: false, MaxResults: 10, NextToken: token })),
    signal: AbortSignal.timeout(ATTEMPT_MS),
  });
  const text = (await readAll(body, MAX_PAGE_BYTES)).toString();
  if (status !== 200) throw new Error(`Systems Manager answered ${status} ${text.slice(0, 300)}`);
  const page = JSON.parse(text) as Partial<Page>;
  const parameters: unknown = page.Parameters;
  if (!Array.isArray(parameters) || !parameters.every(isParameter)) {
    throw new Error("Systems Manager's answer has no parameters");
  }
  const next: unknown = page.NextToken;
  return { Parameters: parameters, ...(typeof next === "string" && next !== "" && { NextToken: next }) };
}

function isParameter(value: unknown): value is Parameter {
  const { Name, Value } = (value ?? {}) as Partial<Record<keyof Parameter, unknown>>;
  return typeof Name === "string" && typeof Value === "string";
}
