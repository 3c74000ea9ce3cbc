import { isSnapshot, parseDiscard, parseRestore, type RestoreRequest } from "./restore-input";

/** What Terraform wants the domain to be. */
export interface ProvisionInput {
  /** Availability zones over which the data is spread. */
  readonly zones: 1 | 2 | 3;
  /** Primary shards of an index of spans. */
  readonly spanShards: number;
  /** Seconds until what was written is found. */
  readonly refreshSeconds: number;
  /** Without it, nothing is said to the security plugin: a domain that has none. */
  readonly security?: { readonly proxyRoleArn: string };
}

/** What came from `aws_lambda_invocation` with `lifecycle_scope = "CRUD"`. */
export type ProvisionEvent =
  | { readonly action: "create" | "update"; readonly input: ProvisionInput; readonly hadSecurity: boolean }
  | { readonly action: "delete"; readonly hadSecurity: boolean };

export type AdminEvent =
  | { readonly task: "provision"; readonly provision: ProvisionEvent }
  | { readonly task: "retention" }
  | { readonly task: "dependencies"; readonly hours?: number }
  /** Which there are; or, by name, what is in one. */
  | { readonly task: "snapshots"; readonly snapshot?: string }
  | { readonly task: "restore"; readonly restore: RestoreRequest }
  /** Deletes copies that `restore` made. */
  | { readonly task: "discard"; readonly indices: readonly string[] };

export class InvalidEvent extends Error {
  override readonly name = "InvalidEvent";
}

type Json = Readonly<Record<string, unknown>>;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const KEYS = ["zones", "spanShards", "refreshSeconds", "security", "revision"];

/**
 * @param maxHours that a run for dependencies may be asked for
 * @throws InvalidEvent with everything that is wrong
 */
export function parseEvent(event: unknown, maxHours: number): AdminEvent {
  if (!isObject(event)) throw new InvalidEvent("The event must be a JSON object.");
  if ("tf" in event) return { task: "provision", provision: parseProvision(event) };
  const { task, ...rest } = event;
  const keys = Object.keys(rest);
  if (task === "retention" && keys.length === 0) return { task };
  if (task === "dependencies" && keys.every((key) => key === "hours"))
    return parseDependencies(rest, maxHours);
  if (task === "snapshots" && keys.every((key) => key === "snapshot")) return parseSnapshots(rest);
  if (task === "restore") {
    const restore = parseRestore(rest);
    if (!Array.isArray(restore)) return { task, restore };
    throw new InvalidEvent(`The restore is not valid: ${restore.join("; ")}.`);
  }
  if (task === "discard") {
    const indices = parseDiscard(rest);
    if (indices) return { task, indices };
    throw new InvalidEvent("discard takes only indices: exact names of copies, restored_<index>.");
  }
  throw new InvalidEvent(
    'The event must be {"task":"retention"}, {"task":"dependencies"[,"hours":N]}, {"task":"snapshots"[,"snapshot":"..."]}, ' +
      '{"task":"restore",...}, {"task":"discard",...}, or have the key tf that aws_lambda_invocation adds ' +
      `(got the keys ${Object.keys(event).join(", ") || "none"}).`,
  );
}

function parseDependencies({ hours }: Json, maxHours: number): AdminEvent {
  if (hours === undefined) return { task: "dependencies" };
  if (isInteger(hours, 1, maxHours)) return { task: "dependencies", hours };
  throw new InvalidEvent(
    `hours must be a whole number from 1 to ${maxHours} (got ${JSON.stringify(hours)}).`,
  );
}

function parseSnapshots({ snapshot }: Json): AdminEvent {
  if (snapshot === undefined) return { task: "snapshots" };
  if (isSnapshot(snapshot)) return { task: "snapshots", snapshot };
  throw new InvalidEvent(`snapshot must be the name of one (got ${JSON.stringify(snapshot)}).`);
}

function parseProvision({ tf, ...input }: Json): ProvisionEvent {
  const action = isObject(tf) ? tf["action"] : undefined;
  const previous = isObject(tf) && isObject(tf["prev_input"]) ? tf["prev_input"] : {};
  const hadSecurity = isObject(previous["security"]);
  // What is wrong with the input must not keep anything from being taken away.
  if (action === "delete") return { action, hadSecurity: hadSecurity || isObject(input["security"]) };
  if (action === "create" || action === "update") return { action, input: parseInput(input), hadSecurity };
  throw new InvalidEvent(`tf.action must be create, update or delete (got ${JSON.stringify(action)}).`);
}

function parseInput(input: Json): ProvisionInput {
  const problems: string[] = [];
  const require = (isRight: boolean, key: string, expected: string, got: unknown) => {
    if (!isRight)
      problems.push(
        `${key} must be ${expected} (got ${got === undefined ? "nothing" : JSON.stringify(got)})`,
      );
  };
  const { zones, spanShards = 1, refreshSeconds = 5, security, revision } = input;
  const unknown = Object.keys(input).filter((key) => !KEYS.includes(key));
  require(unknown.length === 0, "the keys", `among ${KEYS.join(", ")}`, unknown);
  require(isInteger(zones, 1, 3), "zones", "1, 2 or 3", zones);
  require(isInteger(spanShards, 1, 50), "spanShards", "a whole number from 1 to 50", spanShards);
  require(isInteger(
    refreshSeconds,
    1,
    300,
  ), "refreshSeconds", "a whole number from 1 to 300", refreshSeconds);
  require(revision === undefined || typeof revision === "string", "revision", "a text", revision);
  const proxyRoleArn = isObject(security) ? security["proxyRoleArn"] : undefined;
  if (security !== undefined) {
    const isAlone = isObject(security) && Object.keys(security).length === 1;
    const isArn = typeof proxyRoleArn === "string" && ROLE_ARN.test(proxyRoleArn);
    require(isAlone && isArn, "security", 'only {"proxyRoleArn": "<ARN of an IAM role>"}', security);
  }
  if (problems.length > 0) throw new InvalidEvent(`The input is not valid: ${problems.join("; ")}.`);
  return {
    zones: zones as ProvisionInput["zones"],
    spanShards: spanShards as number,
    refreshSeconds: refreshSeconds as number,
    ...(typeof proxyRoleArn === "string" && { security: { proxyRoleArn } }),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
