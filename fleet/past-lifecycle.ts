import { type RunGit, runGit } from "./git";
import type { Lifecycle } from "./types";

/** What a tenant was before it was offboarding. */
export interface PastLifecycle {
  readonly lifecycle: Exclude<Lifecycle, "offboarding">;
  /** Abbreviated id of the last commit that says so. */
  readonly commit: string;
}

/** A tenant that leaves is not edited much. */
const MAX_COMMITS = 100;

/** Looks in the history of the tenant's file; undefined when there is none, or nothing to find in it. */
export function lifecycleBefore(root: string, file: string, git: RunGit = runGit): PastLifecycle | undefined {
  const inRoot = (...args: string[]): string => git(args, { cwd: root }).toString("utf8");
  try {
    const commits = inRoot("log", `--max-count=${String(MAX_COMMITS)}`, "--format=%h", "--", file);
    for (const commit of commits.split("\n").filter((line) => line !== "")) {
      const lifecycle = lifecycleIn(() => inRoot("cat-file", "blob", `${commit}:./${file}`));
      if (lifecycle !== undefined) return { lifecycle, commit };
    }
  } catch {
    // Without git, a repository or a commit there is no history.
  }
  return undefined;
}

/** Undefined for offboarding, a file that is gone, and one that is wrong. */
function lifecycleIn(read: () => string): PastLifecycle["lifecycle"] | undefined {
  try {
    const { lifecycle = "active" } = JSON.parse(read()) as { readonly lifecycle?: unknown };
    return lifecycle === "active" || lifecycle === "suspended" ? lifecycle : undefined;
  } catch {
    return undefined;
  }
}
