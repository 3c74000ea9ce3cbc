import { type Log } from "../storage-admin/log";
import { type Grafana } from "./grafana";
import { type Secret, type Stages } from "./secret";
import { CallError } from "./service";
import { type NewToken, type Token, type Tokens } from "./tokens";

export interface Keeper {
  readonly tokens: Tokens;
  readonly secret: Secret;
  readonly grafana: Grafana;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Kept {
  /** Why there is a new token; absent when the old one stays. */
  readonly rotated?: string;
  /** The token, which is in the secret. */
  readonly key: string;
  readonly ageDays: number;
  readonly removed: number;
  /** Old tokens that could not be revoked; the log says why. */
  readonly left: number;
}

/** What the data sources need and Grafana 12 does not bring along. */
export const PLUGINS = ["grafana-amazonprometheus-datasource", "grafana-x-ray-datasource"] as const;

const DAY_MS = 86_400_000;
/** The longest that AWS gives: 30 days. */
export const TOKEN_SECONDS = 2_592_000;
/** A token is replaced after a week, and the next one's replacement revokes it: it works for at least a week longer. */
const ROTATE_AFTER_MS = 7 * DAY_MS;
/** A token that is in no secret may be one that another run is about to put there. No run takes that long. */
const UNSETTLED_MS = 3_600_000;

/**
 * Sees to it that the secret has a token that works and is a week old at most, and that only the one before it works
 * besides. The steps are in an order in which a failure leaves the secret's token in place and valid.
 * @throws CallError, Error
 */
export async function keepToken(keeper: Keeper): Promise<Kept> {
  const { tokens, secret, log, now } = keeper;
  const [listed, stages] = [await tokens.list(), await secret.stages()];
  const usable = await usableToken(keeper, listed, stages);
  let key: string;
  let inUse: (string | undefined)[];
  if ("key" in usable) {
    key = usable.key;
    inUse = [stages.current, stages.previous];
  } else {
    log("info", { task: "rotate", message: `a new token: ${usable.reason}` });
    const made = await replaceToken(keeper);
    key = made.key;
    // What was current is what runs that are under way have.
    inUse = [made.name, stages.current];
  }
  const { removed, failed } = await removeOthers(keeper, listed, inUse);
  const createdAt = "key" in usable ? usable.createdAt : now();
  const kept = { key, ageDays: (now() - createdAt) / DAY_MS, removed, left: failed };
  return "key" in usable ? kept : { rotated: usable.reason, ...kept };
}

/**
 * Installs what is missing; one that fails keeps no other from being installed.
 * @returns what was installed now
 * @throws Error that names every plugin that is not there
 */
export async function installPlugins({ grafana }: Pick<Keeper, "grafana">, key: string): Promise<string[]> {
  const installed: string[] = [];
  const problems: string[] = [];
  for (const id of PLUGINS) {
    try {
      if (await grafana.ensurePlugin(key, id)) installed.push(id);
    } catch (error) {
      problems.push(`${id}: ${String(error)}`);
    }
  }
  if (problems.length > 0)
    throw new Error(`the token is in order, but not the plugins: ${problems.join("; ")}`);
  return installed;
}

/** Revokes every token. What is gone already, the service account included, is no failure. */
export async function revokeTokens({ tokens }: Pick<Keeper, "tokens">): Promise<number> {
  let removed = 0;
  try {
    for (const { id } of await tokens.list()) removed += Number(await tokens.remove(id));
  } catch (error) {
    if (!(error instanceof CallError) || error.status !== 404) throw error;
  }
  return removed;
}

type Usable = { readonly key: string; readonly createdAt: number } | { readonly reason: string };

/** The secret's token when it can stay, or why it cannot. */
async function usableToken(
  { secret, grafana, now }: Keeper,
  listed: readonly Token[],
  { current }: Stages,
): Promise<Usable> {
  if (current === undefined) return { reason: "the secret has none" };
  const token = listed.find(({ name }) => name === current);
  if (token === undefined) return { reason: "the secret's token is none of the service account" };
  if (token.expiresAt <= now()) return { reason: "the secret's token has expired" };
  if (token.createdAt + ROTATE_AFTER_MS <= now()) return { reason: "the secret's token is a week old" };
  const key = await secret.read(current);
  if (key === undefined) return { reason: "the secret's token cannot be read" };
  if (!(await grafana.accepts(key))) return { reason: "the workspace refuses the secret's token" };
  return { key, createdAt: token.createdAt };
}

async function replaceToken({ tokens, secret, grafana, log }: Keeper): Promise<NewToken> {
  const made = await tokens.create(TOKEN_SECONDS);
  try {
    await grafana.verify(made.key);
  } catch (error) {
    // Nobody has it yet, so nobody misses it; should it stay, a later run revokes it.
    await tokens.remove(made.id).catch((reason: unknown) => {
      log("warn", { task: "rotate", message: `the new token stays for now: ${String(reason)}` });
    });
    throw error;
  }
  // From here on it is not taken back: a secret that has it, although its answer got lost, would hold a dead token.
  await secret.put(made.name, made.key);
  return made;
}

async function removeOthers(
  { tokens, log, now }: Keeper,
  listed: readonly Token[],
  inUse: readonly (string | undefined)[],
): Promise<{ readonly removed: number; readonly failed: number }> {
  let [removed, failed] = [0, 0];
  for (const { id, name, createdAt, expiresAt } of listed) {
    const isSettled = expiresAt <= now() || createdAt + UNSETTLED_MS <= now();
    if (!isSettled || (inUse.includes(name) && expiresAt > now())) continue;
    try {
      removed += Number(await tokens.remove(id));
    } catch (error) {
      failed += 1;
      log("error", { task: "rotate", message: `a token could not be revoked: ${String(error)}` });
    }
  }
  return { removed, failed };
}
