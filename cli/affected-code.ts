import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type RunGit, runGit } from "../fleet/git";

/**
 * What has become of the program since a revision. `same`: what synthesis reads is as it was. `elsewhere`: the program
 * is not in the fleet's repository, so a revision of the fleet says nothing about it. `assumed`: nor is it, but the user
 * says that it is the same. `absent`: the revision is older than the program. `dependencies`: other packages; `files`
 * says where that is written.
 */
export type CodeChange =
  | { readonly kind: "same" | "elsewhere" | "assumed" | "absent" }
  | { readonly kind: "changed" | "dependencies"; readonly files: readonly string[] };

/**
 * Files and folders, from the program's folder, that make up its synthesis. A test holds them against what esbuild
 * bundles. If none of them differs, no other file can have been part of the synthesis at the revision: it would have
 * had to be imported by one of these.
 */
export const CODE = [
  ...["app.ts", "main.ts", "package.json", "package-lock.json", "tsconfig.json"],
  ...["scripts/run.mjs", "scripts/validators.cjs"],
  ...["cli", "dashboards", "fleet", "lambda", "lib", "modules", "providers", "stacks"],
];

const LOCK = "package-lock.json";
/** The bindings that are generated here, and installed like a package. */
const isBinding = (path: string): boolean => path.startsWith("providers/");

/** Whether the file, below one of {@link CODE}, is read by the synthesis. */
export const isCode = (path: string): boolean =>
  !path.endsWith(".md") && (!path.startsWith("cli/") || path.startsWith("cli/synth"));

/** @param program the program's folder @param root the fleet's folder @param commit a full commit id */
export function codeChange(program: string, root: string, commit: string, git: RunGit = runGit): CodeChange {
  const inProgram = (...args: string[]): string => git(args, { cwd: program }).toString("utf8");
  if (!sameRepository(program, root, git)) return { kind: "elsewhere" };
  if (inProgram("ls-tree", "--name-only", commit, "--", "main.ts") === "") return { kind: "absent" };
  const changed = inProgram(
    ...["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", commit, "--", ...CODE],
  );
  const untracked = inProgram("ls-files", "--others", "--exclude-standard", "-z", "--", ...CODE);
  const files = `${changed}${untracked}`.split("\0").filter((path) => path !== "" && isCode(path));
  const then = (path: string): string => inProgram("cat-file", "blob", `${commit}:./${path}`);
  const dependencies = files.filter((path) =>
    path === LOCK ? !sameLock(() => then(path), program) : isBinding(path),
  );
  if (dependencies.length > 0) return { kind: "dependencies", files: dependencies };
  const code = files.filter((path) => path !== LOCK);
  return code.length === 0 ? { kind: "same" } : { kind: "changed", files: code };
}

/** Whether git keeps both, in the same repository. */
function sameRepository(program: string, root: string, git: RunGit): boolean {
  const top = (cwd: string): string =>
    realpathSync(git(["rev-parse", "--show-toplevel"], { cwd }).toString("utf8").trim());
  try {
    if (top(program) !== top(root)) return false;
  } catch {
    return false; // the program's folder is in none
  }
  try {
    git(["check-ignore", "--quiet", "main.ts"], { cwd: program });
    return false; // it was installed there
  } catch {
    return true;
  }
}

/** Whether the same packages are installed for synthesis; those for development do not count. */
function sameLock(then: () => string, program: string): boolean {
  try {
    return packagesOf(then()) === packagesOf(readFileSync(join(program, LOCK), "utf8"));
  } catch {
    return false; // missing, or not what npm writes
  }
}

function packagesOf(lock: string): string {
  const { packages } = JSON.parse(lock) as { packages: Record<string, { dev?: boolean }> };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  return JSON.stringify(installed.sort(([a], [b]) => (a < b ? -1 : 1)));
}
