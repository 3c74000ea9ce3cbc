import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet } from "../../fleet/types";
import { allStackNames } from "../../lib/names";
import type { Output } from "../command";
import { isTenant } from "./normalise";
import { RunFile } from "./run-state";
import { names } from "./wording";

/**
 * Stacks of tenants that are deployed, as far as this folder knows, although the fleet has no file of them any more: no
 * command would reach them. With the local backend the states say so; the others' states are elsewhere, so there it is what
 * deployments from this folder have written down. Sorted. Throws a `UserError` when that cannot be read.
 */
export function orphans(root: string, fleet: Fleet): string[] {
  const own = new Set(allStackNames(fleet));
  const deployed = fleet.central.backend.type === "local" ? inStates(root) : inRunFile(root);
  return deployed.filter((stack) => isTenant(stack) && !own.has(stack)).sort();
}

const STATE = /^terraform\.(.+)\.tfstate$/;

const inStates = (root: string): string[] =>
  readdirSync(root).flatMap((name) => {
    const stack = STATE.exec(name)?.[1];
    return stack !== undefined && holdsResources(join(root, name)) ? [stack] : [];
  });

interface State {
  readonly resources?: readonly { readonly mode?: string; readonly instances?: readonly unknown[] }[];
}

function holdsResources(file: string): boolean {
  const text = readFileSync(file, "utf8");
  // Whoever plans a stack that has nothing leaves an empty file.
  if (text.trim() === "") return false;
  try {
    const { resources = [] } = JSON.parse(text) as State;
    return resources.some(({ mode, instances = [] }) => mode === "managed" && instances.length > 0);
  } catch {
    // Broken, it may still be all that is known of what it made.
    return true;
  }
}

/** What was deployed without any resource, as a tenant that is offboarding is in the end, has nothing that stays. */
const inRunFile = (root: string): string[] =>
  Object.entries(new RunFile(root).read()?.stacks ?? {}).flatMap(([stack, { empty }]) =>
    empty === true ? [] : [stack],
  );

/** Says which tenants were left behind, and the remedy; empty when there are none. */
export function orphansText(stacks: readonly string[], { central: { backend } }: Fleet): string {
  if (stacks.length === 0) return "";
  const one = stacks.length === 1;
  const who = one ? "is deployed, but its file is gone" : "are deployed, but their files are gone";
  const [it, its] = one ? ["it", "its file"] : ["them", "their files"];
  const known =
    backend.type === "local"
      ? ""
      : ` (.tenantscope/deploy.json says so; if nothing is left, delete ${one ? "its entry" : "their entries"} there)`;
  return `${names(stacks)} ${who}: restore ${its}, set "lifecycle" to "offboarding", deploy ${it}, then delete ${its}${known}`;
}

/** Warns of tenants that were left behind, in a command that is for the whole fleet or a wave. */
export function warnOfOrphans(root: string, fleet: Fleet, { err }: Pick<Output, "err">): void {
  const text = orphansText(orphans(root, fleet), fleet);
  if (text !== "") err(`warning: ${text}\n`);
}
