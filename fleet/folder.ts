import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import type { Problem } from "../lib/errors";

export const CENTRAL_FILE = "central.json";
export const TENANTS_FOLDER = "tenants";

/** Where the files of a fleet come from: a folder, or a revision of one. Paths are relative to the fleet's root. */
export interface FleetSource {
  /** In any order. */
  readonly tenantFiles: () => TenantFiles;
  /** The content, or why there is none. */
  readonly read: (file: string) => Uint8Array | Unreadable;
}

export interface TenantFiles {
  readonly files: string[];
  /** What else is in the folder, or what is wrong with the folder itself. */
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

type Unreadable = Pick<Problem, "message" | "remedy">;

/** Texts of tenants' files, by path relative to the root, that count in the place of the disk's: a change not yet written. */
export type Unwritten = Readonly<Record<string, string>>;

/** The fleet below `root` as it is on the disk. */
export const folderSource = (root: string, unwritten: Unwritten = {}): FleetSource => ({
  tenantFiles: () => listTenantFiles(root, Object.keys(unwritten)),
  read: (file) => {
    const text = unwritten[file];
    if (text !== undefined) return Buffer.from(text);
    return whyUnreadable(root, file) ?? contentOf(root, file);
  },
});

function contentOf(root: string, file: string): Uint8Array | Unreadable {
  try {
    return readFileSync(`${root}/${file}`);
  } catch (error) {
    return notReadable(error);
  }
}

const notReadable = (error: unknown): Unreadable => ({
  message: `cannot be read (${String((error as NodeJS.ErrnoException).code)})`,
  remedy: "check its permissions",
});

function whyUnreadable(root: string, file: string): Unreadable | undefined {
  const remedy = "put a regular file in its place";
  let kind;
  try {
    kind = lstatSync(`${root}/${file}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR")
      return {
        message: `cannot be read: ${root} is not a folder`,
        remedy: "name the fleet's folder with --root",
      };
    if (code === "ENOENT")
      return { message: "does not exist", remedy: "write it, or name the fleet's folder with --root" };
    return notReadable(error);
  }
  if (kind.isSymbolicLink()) return { message: "is a symbolic link", remedy };
  if (kind.isDirectory()) return { message: "is a folder", remedy };
  if (!kind.isFile()) return { message: "is not a regular file", remedy };
  return undefined;
}

/** Files beside the tenants that mean nothing to this program. */
const isIgnored = (name: string): boolean =>
  name === "README.md" || (name.startsWith(".") && !name.endsWith(".json"));

/** git keeps no empty folder: that of a fleet before its first tenant, or after its last one, may be missing. */
const NO_FOLDER: Problem = {
  file: TENANTS_FOLDER,
  pointer: "",
  message: "does not exist, so the fleet has no tenant",
  remedy: "`tenantscope add` writes the first one",
};

function listTenantFiles(root: string, unwritten: readonly string[]): TenantFiles {
  const problems: Problem[] = [];
  const report = (file: string, message: string, remedy: string) => {
    problems.push({ file, pointer: "", message, remedy });
  };
  let names: string[];
  try {
    names = readdirSync(`${root}/${TENANTS_FOLDER}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || (code === "ENOTDIR" && !existsSync(`${root}/${TENANTS_FOLDER}`))) {
      return { files: [...unwritten], problems, warnings: unwritten.length === 0 ? [NO_FOLDER] : [] };
    }
    if (code === "ENOTDIR")
      report(TENANTS_FOLDER, "is not a folder", "make it one, with a file for each tenant");
    else {
      const { message, remedy } = notReadable(error);
      report(TENANTS_FOLDER, message, remedy);
    }
    return { files: [], problems, warnings: [] };
  }
  const files = new Set(unwritten);
  for (const name of names) {
    const file = `${TENANTS_FOLDER}/${name}`;
    if (name.endsWith(".json")) files.add(file);
    else if (!isIgnored(name)) report(file, "is not a tenant", "move it away or let its name end in .json");
  }
  return { files: [...files], problems, warnings: [] };
}
