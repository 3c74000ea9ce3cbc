import { lstatSync, readdirSync, readFileSync } from "node:fs";
import type { Problem } from "../lib/errors";
import { Document } from "./document";
import { parseJson } from "./parse";
import { rules, warningRules } from "./rules/all";
import { replaceTruncatedNames } from "./rules/tenant-names";
import { checkSchema, type SchemaName } from "./schema-check";
import { type FleetView, viewCentral, viewTenant } from "./view";

export const CENTRAL_FILE = "central.json";
export const TENANTS_FOLDER = "tenants";

/** Everything that can be said about a fleet's files. */
export interface FleetReading {
  readonly view: FleetView;
  /** Central first, then the tenants by name; in a file by place. */
  readonly problems: readonly Problem[];
  /** In the same order. */
  readonly warnings: readonly Problem[];
}

/** Reads the fleet below `root`. Mistakes in the files are returned, never thrown. */
export function readFleet(root: string): FleetReading {
  const centralRead = readDocument(root, CENTRAL_FILE, "central");
  const central = viewCentral(centralRead.document, centralRead.problems);
  const folder = listTenantFiles(root);
  const reads = folder.files.map((file) => readDocument(root, file, "tenant"));
  const tenants = reads.map(({ document, problems }) => viewTenant(document, problems, central.region));
  const view: FleetView = { central, tenants };

  const read = [centralRead, folder, ...reads].flatMap(({ problems }) => problems);
  const problems = [...replaceTruncatedNames(read, view), ...rules.flatMap((rule) => rule(view))];
  const warnings = warningRules.flatMap((rule) => rule(view));
  return { view, problems: inOrder(problems), warnings: inOrder(warnings) };
}

/** One file; its value is undefined when it is not JSON. */
function readDocument(
  root: string,
  file: string,
  schema: SchemaName,
): { document: Document; problems: Problem[] } {
  const unreadable = whyUnreadable(root, file);
  if (unreadable) {
    return {
      document: new Document(file, "", undefined),
      problems: [{ file, pointer: "", ...unreadable }],
    };
  }
  const { document, problems } = parseJson(file, readFileSync(`${root}/${file}`));
  if (document.value !== undefined) problems.push(...checkSchema(schema, document));
  return { document, problems };
}

function whyUnreadable(root: string, file: string): { message: string; remedy: string } | undefined {
  const remedy = "put a regular file in its place";
  let kind;
  try {
    kind = lstatSync(`${root}/${file}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      return { message: "does not exist", remedy: "write it, or name the fleet's folder with --root" };
    return { message: `cannot be read (${String(code)})`, remedy: "check its permissions" };
  }
  if (kind.isSymbolicLink()) return { message: "is a symbolic link", remedy };
  if (kind.isDirectory()) return { message: "is a folder", remedy };
  if (!kind.isFile()) return { message: "is not a regular file", remedy };
  return undefined;
}

/** Files beside the tenants that mean nothing to this program. */
const isIgnored = (name: string): boolean =>
  name === "README.md" || (name.startsWith(".") && !name.endsWith(".json"));

/** The tenants' files by tenant name, relative to `root`. */
function listTenantFiles(root: string): { files: string[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const report = (file: string, message: string, remedy: string) => {
    problems.push({ file, pointer: "", message, remedy });
  };
  const example = "write tenants/<name>.json; the README shows a ten-line tenant";
  let names: string[];
  try {
    names = readdirSync(`${root}/${TENANTS_FOLDER}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") report(TENANTS_FOLDER, "does not exist", `make the folder and ${example}`);
    else if (code === "ENOTDIR") report(TENANTS_FOLDER, "is not a folder", `make it one and ${example}`);
    else report(TENANTS_FOLDER, `cannot be read (${String(code)})`, "check its permissions");
    return { files: [], problems };
  }
  const files: string[] = [];
  for (const name of names) {
    const file = `${TENANTS_FOLDER}/${name}`;
    if (name.endsWith(".json")) files.push(file);
    else if (!isIgnored(name)) report(file, "is not a tenant", "move it away or let its name end in .json");
  }
  if (files.length === 0) report(TENANTS_FOLDER, "has no tenant", example);
  return { files: files.sort(byName), problems };
}

/** Order of the names without `.json`: "acme" before "acme-labs". */
const byName = (a: string, b: string): number => (a.slice(0, -5) < b.slice(0, -5) ? -1 : 1);

/** Central first, then the tenants by name; in a file by place. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      Number(b.file === CENTRAL_FILE) - Number(a.file === CENTRAL_FILE) ||
      compare(a.file.replace(/[.]json$/, ""), b.file.replace(/[.]json$/, "")) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
