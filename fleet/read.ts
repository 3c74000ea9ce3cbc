import type { Problem } from "../lib/errors";
import { Document } from "./document";
import { CENTRAL_FILE, folderSource, type FleetSource, type Unwritten } from "./folder";
import { parseJson } from "./parse";
import { rules, warningRules } from "./rules/all";
import { replaceTruncatedNames } from "./rules/tenant-names";
import { checkSchema, type SchemaName } from "./schema-check";
import { type FleetView, viewCentral, viewTenant } from "./view";

export { CENTRAL_FILE, TENANTS_FOLDER } from "./folder";

/** Everything that can be said about a fleet's files. */
export interface FleetReading {
  readonly view: FleetView;
  /** Central first, then the tenants by name; in a file by place. */
  readonly problems: readonly Problem[];
  /** In the same order. */
  readonly warnings: readonly Problem[];
}

/** Reads the fleet below `root`. Mistakes in the files are returned, never thrown. */
export const readFleet = (root: string, unwritten?: Unwritten): FleetReading =>
  checkFleet(readFiles(folderSource(root, unwritten)));

/** A fleet whose files were each checked by themselves. */
export interface FleetFiles {
  readonly view: FleetView;
  /** What is wrong with single files, and with their folder. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** @param known another version of the fleet; a file that has the same bytes in both is not checked again */
export function readFiles(source: FleetSource, known?: FleetView): FleetFiles {
  const centralRead = readDocument(source, CENTRAL_FILE, "central", known?.central);
  const central =
    known?.central.document === centralRead.document
      ? known.central
      : viewCentral(centralRead.document, centralRead.problems);
  const folder = source.tenantFiles();
  const files = folder.files.sort(byName);
  const sameRegion = known?.central.region === central.region;
  const knownTenants = new Map(known?.tenants.map((tenant) => [tenant.document.file, tenant]));
  const reads = files.map((file) => readDocument(source, file, "tenant", knownTenants.get(file)));
  const tenants = reads.map(({ document, problems }) => {
    const same = sameRegion ? knownTenants.get(document.file) : undefined;
    return same?.document === document ? same : viewTenant(document, problems, central.region);
  });
  const problems = [centralRead, folder, ...reads].flatMap((read) => read.problems);
  // Where there is no central file there is no fleet to miss tenants in.
  const warnings = centralRead.document.text === "" ? [] : folder.warnings;
  return { view: { central, tenants }, problems, warnings };
}

/** Applies the rules about the fleet as a whole. */
export function checkFleet({ view, problems: read, warnings: noticed }: FleetFiles): FleetReading {
  const problems = [...replaceTruncatedNames(read, view), ...rules.flatMap((rule) => rule(view))];
  const warnings = [...noticed, ...warningRules.flatMap((rule) => rule(view))];
  return { view, problems: inOrder(problems), warnings: inOrder(warnings) };
}

interface Read {
  /** Its value is undefined when the file is not JSON. */
  readonly document: Document;
  readonly problems: Problem[];
}

/** `known` is how the file was once read: the same text without a mistake is read in the same way. */
function readDocument(
  source: FleetSource,
  file: string,
  schema: SchemaName,
  known: { readonly document: Document; readonly whole?: unknown } | undefined,
): Read {
  const content = source.read(file);
  if (!(content instanceof Uint8Array)) {
    return {
      document: new Document(file, "", undefined),
      problems: [{ file, pointer: "", ...content }],
    };
  }
  if (known?.whole !== undefined && Buffer.from(known.document.text).equals(content)) {
    return { document: known.document, problems: [] };
  }
  const { document, problems } = parseJson(file, content);
  if (document.value !== undefined) problems.push(...checkSchema(schema, document));
  return { document, problems };
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
