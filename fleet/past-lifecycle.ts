import { type RunGit, runGit } from "./git";
import type { Lifecycle } from "./types";

/** What a tenant was before it was offboarding. */
export interface PastLifecycle {
  readonly lifecycle: Exclude<Lifecycle, "offboarding">;
  /** Abbreviated id of the last commit that says so. */
  readonly commit: string;
  /** Whether the file had the key; without it a tenant is active. */
  readonly isWritten: boolean;
}

/** A tenant that leaves is not edited much. */
const MAX_COMMITS = 100;

/** Looks in the history of the tenant's file; undefined when there is none, or nothing to find in it. */
export function lifecycleBefore(root: string, file: string, git: RunGit = runGit): PastLifecycle | undefined {
  const inRoot = (...args: string[]): string => git(args, { cwd: root }).toString("utf8");
  try {
    const commits = inRoot("log", `--max-count=${String(MAX_COMMITS)}`, "--format=%h", "--", file);
    for (const commit of commits.split("\n").filter((line) => line !== "")) {
      const found = lifecycleIn(() => inRoot("cat-file", "blob", `${commit}:./${file}`));
      if (found !== undefined) return { ...found, commit };
    }
  } catch {
    // Without git, a repository or a commit there is no history.
  }
  return undefined;
}

/** Undefined for offboarding, a file that is gone, and one that is wrong. */
function lifecycleIn(read: () => string): Omit<PastLifecycle, "commit"> | undefined {
  try {
    const { lifecycle: written } = JSON.parse(read()) as { readonly lifecycle?: unknown };
    const lifecycle = written ?? "active";
    if (lifecycle !== "active" && lifecycle !== "suspended") return undefined;
    return { lifecycle, isWritten: written !== undefined };
  } catch {
    return undefined;
  }
}
