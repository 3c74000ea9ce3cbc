import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadFleet } from "../../fleet/load";
import type { Fleet } from "../../fleet/types";
import { PHASE_VARIABLE } from "../../fleet/plan-roles";
import { UserError } from "../../lib/errors";
import { allStackNames, stackNames } from "../../lib/names";
import type { Phase } from "../../lib/run-names";
import type { Output } from "../command";
import { rejectUnknownStacks, rejectUnknownTenants } from "../find-tenant";
import { isTenant, type Owner } from "./normalise";
import type { Processes } from "./processes";
import type { Surroundings } from "./stack-terraform";

/** How long Terraform waits for whoever holds a state, such as one that outlived a killed command. */
const LOCK_TIMEOUT = "60s";

/** The fleet, its warnings told. */
export function openFleet(root: string, { err }: Output): Fleet {
  const fleet = loadFleet(root);
  err(fleet.warnings.map((warning) => `warning: ${warning}\n`).join(""));
  return fleet;
}

export const surroundingsOf = (root: string, fleet: Fleet, processes: Processes): Surroundings => ({
  processes,
  outdir: join(root, "cdktf.out"),
  ...(fleet.central.backend.type !== "cloud" && { lockTimeout: LOCK_TIMEOUT }),
});

/** What a command is for, where that is not the whole fleet. */
interface Named {
  /** Names of tenants. */
  readonly only?: readonly string[] | undefined;
  /** Names of stacks. */
  readonly stack?: readonly string[] | undefined;
}

/** Whoever names tenants, or their stacks, wants to hear of nothing else. */
export const meansTenantsAlone = ({ only, stack }: Named): boolean =>
  only !== undefined || (stack?.every(isTenant) ?? false);

/**
 * Stacks of the whole fleet, of the named tenants alone, or the named ones, in the order in which they can be deployed.
 * Throws a `UserError` for what is not there.
 */
export function stacksOf(fleet: Fleet, { only, stack }: Named): string[] {
  if (stack !== undefined) {
    rejectUnknownStacks(fleet, stack);
    return allStackNames(fleet).filter((name) => stack.includes(name));
  }
  if (only === undefined) return allStackNames(fleet);
  rejectUnknownTenants(fleet, only);
  return [...new Set(only.map(stackNames.tenant))];
}

/** By stack: what is the tenant's own in it. */
export function owners(fleet: Fleet): (stack: string) => Owner {
  const byStack = new Map(
    fleet.tenants.map(({ name, accountId }) => [stackNames.tenant(name), { name, accountId }] as const),
  );
  return (stack) => byStack.get(stack) ?? {};
}

/**
 * Synthesises these stacks as `npm run synth` does, in a process of its own: the memory is given back before Terraform
 * needs it. Throws a `UserError` with what it printed when it fails.
 *
 * @param phase decides on the roles that providers assume
 */
export async function synthesise(root: string, stacks: readonly string[], phase: Phase): Promise<void> {
  const prefix = stackNames.tenant("");
  const shared = stacks.some((stack) => !stack.startsWith(prefix));
  const tenants = shared ? [] : stacks.map((stack) => stack.slice(prefix.length));
  const run = join(repository(), "scripts", "run.mjs");
  const child = spawn(process.execPath, [run, "main.ts", ...tenants], {
    cwd: root,
    env: { ...process.env, CDKTF_OUTDIR: join(root, "cdktf.out"), [PHASE_VARIABLE]: phase },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  if (code !== 0) throw new UserError(printed.trim() === "" ? "the synthesis was stopped" : printed.trim());
}

/** Where this program is: its sources and, when it was compiled, `build/` are below. */
function repository(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "scripts", "run.mjs"))) folder = dirname(folder);
  return folder;
}
