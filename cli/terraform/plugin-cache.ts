import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { serialised } from "./pool";
import { workFolder } from "./run-state";

/**
 * The environment with a folder in which the stacks share their providers, unless the user has chosen one: each stack
 * would fetch some 700 MB of its own otherwise. Makes the folder, which Terraform wants to be there.
 */
export function withPluginCache(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Without it Terraform fetches what the cache has whenever a folder has no lock file yet. The lock files are of
  // cdktf.out, so nothing that anybody keeps becomes incomplete; the program fixes the versions.
  const shared = { ...env, TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1" };
  if (env["TF_PLUGIN_CACHE_DIR"] !== undefined || hasOwnCache(env)) return shared;
  const folder = join(workFolder(root), "plugins");
  mkdirSync(folder, { recursive: true });
  return { ...shared, TF_PLUGIN_CACHE_DIR: folder };
}

/** Whether Terraform's CLI configuration names a cache. The variable would win over it. */
function hasOwnCache(env: NodeJS.ProcessEnv): boolean {
  const file = env["TF_CLI_CONFIG_FILE"] ?? join(env["HOME"] ?? homedir(), ".terraformrc");
  // Terraform goes on without a file that is not there.
  return existsSync(file) && /^\s*plugin_cache_dir\s*=/m.test(readFileSync(file, "utf8"));
}

/** Depth of a provider's folder: host, namespace, name, version, platform. */
const PROVIDER_DEPTH = 5;

/** Whether every provider that a stack's folder links to is there: caches are deleted. */
export function hasProviders(stackFolder: string): boolean {
  const there = (folder: string, depth: number): boolean =>
    existsSync(folder) &&
    (depth === PROVIDER_DEPTH || readdirSync(folder).every((name) => there(join(folder, name), depth + 1)));
  return there(join(stackFolder, ".terraform", "providers"), 0);
}

const oneAtATime = serialised<boolean>();
const cached = new Set<string>();

/**
 * Runs `init` of a stack that wants these providers. Terraform's cache is not made for two that write to it at once: the
 * first one fills it alone, and the others, which only read, go together.
 */
export async function initialise(providers: string, init: () => Promise<unknown>): Promise<void> {
  const fill = async (): Promise<boolean> => {
    if (cached.has(providers)) return false;
    await init();
    cached.add(providers);
    return true;
  };
  const filled = !cached.has(providers) && (await oneAtATime(fill));
  if (!filled) await init();
}
