import { readFileSync } from "node:fs";
import { environmentCredentials, type Credentials } from "../../lambda/shared/sign";
import { UserError } from "../../lib/errors";
import { record, text, type Fields } from "../../lib/fields";

/** What can be called elsewhere than the contract says. */
export const ENDPOINTS = ["sts", "ssm", "aps", "ingest", "storage", "grafana"] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

export interface LiveSettings {
  /** Absent: what needs them is not checked. */
  readonly credentials?: Credentials;
  /** Token of Grafana's service account. */
  readonly grafanaToken?: string;
  /** The contract's fields, when a file has them. */
  readonly contract?: Fields;
  readonly endpoints: Readonly<Partial<Record<Endpoint, string>>>;
  /** Milliseconds for a call. @default 10000 */
  readonly timeoutMs?: number;
}

/** Undefined when the environment has no credentials. */
export function credentialsOf(env: NodeJS.ProcessEnv): Credentials | undefined {
  return env["AWS_ACCESS_KEY_ID"] && env["AWS_SECRET_ACCESS_KEY"] ? environmentCredentials(env) : undefined;
}

/**
 * `name=URL` words.
 * @throws UserError with all that is wrong
 */
export function readEndpoints(words: readonly string[]): LiveSettings["endpoints"] {
  const problems: string[] = [];
  const names = new Set<string>();
  const given = words.map((word): readonly [string, string] => {
    const [name = "", url = ""] = word.split(/=(.*)/s);
    if (!(ENDPOINTS as readonly string[]).includes(name)) {
      problems.push(`--endpoint ${word}: there is no endpoint "${name}", only ${ENDPOINTS.join(", ")}`);
    } else if (names.has(name)) {
      problems.push(`--endpoint ${word}: ${name} is given twice`);
    } else if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      problems.push(`--endpoint ${word}: "${url}" is no URL, write ${name}=https://...`);
    }
    names.add(name);
    return [name, url.replace(/\/+$/, "")];
  });
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  return Object.fromEntries(given);
}

/**
 * The contract in a file: its own JSON, or the answer of `aws ssm get-parameter`.
 * @throws UserError
 */
export function readContractFile(file: string): Fields {
  const remedy =
    "save it with `aws ssm get-parameter --name /tenantscope/contract/v1` in the central account and Region";
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch {
    throw new UserError(`${file}: the contract cannot be read, ${remedy}`);
  }
  const contract = parseContract(content);
  if (contract === undefined) throw new UserError(`${file}: this is not the contract, ${remedy}`);
  return contract;
}

/** Undefined when the text is neither the contract nor Systems Manager's answer with it. */
export function parseContract(content: string): Fields | undefined {
  try {
    const outer = record(JSON.parse(content));
    const value = text(record(outer["Parameter"])["Value"]);
    const contract = value === "" ? outer : record(JSON.parse(value));
    return contract["version"] === 1 && text(record(contract["ingest"])["apiId"]) !== ""
      ? contract
      : undefined;
  } catch {
    return undefined;
  }
}
