import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { UserError } from "../lib/errors";

/** Runs git in `cwd` and returns what it prints; throws what `execFileSync` throws. */
export type RunGit = (args: readonly string[], options: { cwd: string; input?: string }) => Buffer;

/** Files below a folder, as they were in a revision: path relative to the folder, and content. */
export type Files = ReadonlyMap<string, Buffer>;

const MAX_OUTPUT = 512 * 1024 * 1024;

export const runGit: RunGit = (args, { cwd, input }) =>
  execFileSync("git", args, { cwd, input, maxBuffer: MAX_OUTPUT, stdio: ["pipe", "pipe", "pipe"] });

/**
 * Reads regular files of revision `ref` whose paths, relative to `root`, `wanted` accepts. `root` may be any folder of a
 * repository. Two processes whatever the number of files.
 */
export function readRevision(
  root: string,
  ref: string,
  paths: readonly string[],
  wanted: (path: string) => boolean,
  git: RunGit = runGit,
): Files {
  const commit = resolveCommit(root, ref, git);
  // Each entry is "<mode> <type> <object>\t<path>", the path relative to the working directory.
  const listing = git(["ls-tree", "-r", "-z", commit, "--", ...paths], { cwd: root }).toString("utf8");
  const entries = listing.split("\0").flatMap((line) => {
    const [, mode = "", object = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return mode.startsWith("100") && wanted(path) ? [{ object, path }] : [];
  });
  if (entries.length === 0) return new Map();
  const input = entries.map(({ object }) => `${object}\n`).join("");
  const contents = splitBatch(git(["cat-file", "--batch"], { cwd: root, input }));
  return new Map(entries.map(({ path }, index) => [path, contents[index] ?? Buffer.alloc(0)]));
}

/** The commit that `ref` names in the repository of `root`. Throws a `UserError` when there is none. */
export function resolveCommit(root: string, ref: string, git: RunGit = runGit): string {
  if (ref === "" || ref.startsWith("-")) {
    throw new UserError(`"${ref}" is not a git revision, write a branch, tag or commit`);
  }
  try {
    git(["rev-parse", "--show-toplevel"], { cwd: root });
  } catch (error) {
    throw new UserError(whyNoRepository(root, error as NodeJS.ErrnoException & { stderr?: Buffer }));
  }
  try {
    return git(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { cwd: root })
      .toString("utf8")
      .trim();
  } catch {
    const shallow = git(["rev-parse", "--is-shallow-repository"], { cwd: root }).toString("utf8");
    throw new UserError(
      shallow.trim() === "true"
        ? `git knows no revision "${ref}" in this clone, whose history is cut off: git fetch --unshallow, or let CI check out with its whole depth`
        : `git knows no revision "${ref}", check its spelling or fetch it (git fetch origin)`,
    );
  }
}

function whyNoRepository(root: string, error: { code?: string; stderr?: Buffer }): string {
  if (!existsSync(root)) return `${root} does not exist, name the fleet's folder with --root`;
  if (error.code === "ENOENT")
    return "git is not installed, and --base needs it to read the earlier revision";
  const said = error.stderr?.toString("utf8").trim() ?? "";
  if (said === "" || said.includes("not a git repository")) {
    return `${root} is not in a git repository, so there is no earlier revision for --base to compare with`;
  }
  return `git cannot read the repository of ${root}, mend what it says:\n${said}`;
}

/** Output of `git cat-file --batch`: for each object a line "<object> <type> <size>", the content, a line break. */
function splitBatch(output: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const size = Number(output.toString("latin1", at, end).split(" ")[2]);
    contents.push(output.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}
