import { join } from "node:path";
import { type Files, resolveCommit } from "../fleet/git";
import { isTenantFile, pastFleet, readPastFiles, revisionSource } from "../fleet/history";
import { differingStacks } from "../fleet/keys";
import { toFleet } from "../fleet/load";
import { checkFleet, type FleetFiles, type FleetReading, readFiles, readFleet } from "../fleet/read";
import type { Fleet } from "../fleet/types";
import { tenantsOf } from "../fleet/waves";
import { FleetError, UserError } from "../lib/errors";
import { allStackNames, sharedStacks, stackNames } from "../lib/names";
import { codeChange, type CodeChange } from "./affected-code";
import { contractShape } from "./affected-contract";
import { sameFolder, type StackFolders, synthesiseAll, synthesisePast } from "./affected-synth";
import type { WriteBatches } from "./synth-pool";
import { inTemporaryFolder } from "./temporary-folder";

/**
 * Why a stack is affected. `changed`: its bytes differ. `contract`: what the central stack tells it has another shape.
 * `dependencies` and `program`: other packages, or no earlier program, so nothing can be compared.
 */
export type Reason = "added" | "removed" | "changed" | "contract" | "dependencies" | "program";

export interface AffectedStack {
  readonly stack: string;
  readonly reason: Reason;
  /** Absent for a stack that all tenants share. */
  readonly tenant?: string;
  /** Absent for a shared stack and a removed one. */
  readonly wave?: string;
  /** Of a removed stack: whether its tenant was offboarded before. */
  readonly offboarded?: boolean;
}

export interface Affected {
  /** In the order in which they can be deployed; what was removed comes last. */
  readonly stacks: readonly AffectedStack[];
  /** How many stacks the fleet has now. */
  readonly all: number;
  /** How many of them were synthesised at both revisions, since their keys differ. */
  readonly compared: number;
  readonly code: CodeChange;
}

export interface AffectedInput {
  /** Folder of the fleet. */
  readonly root: string;
  /** Git revision to compare with. */
  readonly base: string;
  /** Folder of this program. */
  readonly program: string;
  readonly write: WriteBatches;
  /** Called before the slow part, with the number of stacks. */
  readonly onSynthesis?: (stacks: number) => void;
}

/** What the fleet is now, and all that is needed of what it was. */
interface Versions extends AffectedInput {
  readonly commit: string;
  readonly now: Fleet;
  readonly reading: FleetReading;
  readonly pastFiles: Files;
}

interface Comparison {
  /** Stacks of both versions whose bytes were compared. */
  readonly compared: readonly string[];
  readonly changed: ReadonlySet<string>;
  /** Stacks that the earlier program did not have, and that only it had. */
  readonly fresh: ReadonlySet<string>;
  readonly gone: readonly string[];
  /** Whether the contract has another shape. */
  readonly contract: boolean;
}

const NOTHING: Comparison = {
  compared: [],
  changed: new Set(),
  fresh: new Set(),
  gone: [],
  contract: false,
};

/** Which stacks differ between a git revision and the working tree. Throws a `UserError` when that cannot be said. */
export async function affectedStacks(input: AffectedInput): Promise<Affected> {
  const { root, base, program } = input;
  const commit = resolveCommit(root, base);
  const pastFiles = readPastFiles(root, base);
  const reading = readFleet(root);
  const now = toFleet(reading);
  const code = codeChange(program, root, commit);
  const versions = { ...input, commit, now, reading, pastFiles };
  if (code.kind === "dependencies" || code.kind === "absent") {
    const reason = code.kind === "absent" ? "program" : "dependencies";
    return { stacks: list(versions, () => reason), all: allStackNames(now).length, compared: 0, code };
  }
  const comparison = await (code.kind === "changed" ? compareCode(versions) : compareData(versions));
  const reasonOf = (stack: string): Reason | undefined => {
    if (comparison.changed.has(stack)) return "changed";
    if (comparison.fresh.has(stack)) return "added";
    return comparison.contract && isTenantStack(stack) ? "contract" : undefined;
  };
  return {
    stacks: [...list(versions, reasonOf), ...goneShared(comparison.gone)],
    all: allStackNames(now).length,
    compared: comparison.compared.length,
    code,
  };
}

/** Both versions with the present program, and only the stacks whose keys differ. */
async function compareData(versions: Versions): Promise<Comparison> {
  const { now, reading, pastFiles, base, write, onSynthesis } = versions;
  // What is the same in both versions is read once.
  const files = readFiles(revisionSource(pastFiles), reading.view);
  if (isSame(files, reading)) return NOTHING;
  const then = wholeFleet(files, base);
  const stacks = differingStacks(now, then);
  if (stacks.length === 0) {
    rejectInvalid(files, base);
    return NOTHING;
  }
  onSynthesis?.(stacks.length);
  return inTemporaryFolder(async (folder) => {
    const synthesis = synthesiseAll(
      [
        { fleet: now, stacks, folder: join(folder, "now") },
        { fleet: then, stacks, folder: join(folder, "then") },
      ],
      write,
    );
    try {
      rejectInvalid(files, base); // while the threads work
    } catch (error) {
      await synthesis.catch(() => undefined); // it must not write into the folder any more
      throw error;
    }
    const [nowFolders = new Map(), thenFolders = new Map()] = await synthesis;
    return compareFolders(nowFolders, thenFolders);
  });
}

const isSame = ({ view }: FleetFiles, now: FleetReading): boolean =>
  view.central === now.view.central &&
  view.tenants.length === now.view.tenants.length &&
  view.tenants.every((tenant, index) => tenant === now.view.tenants[index]);

/** Throws unless each file is valid by itself. */
function wholeFleet({ view, problems }: FleetFiles, base: string): Fleet {
  try {
    return toFleet({ view, problems, warnings: [] });
  } catch (error) {
    throw invalid(error, base);
  }
}

/** Throws unless the files go together. */
function rejectInvalid(files: FleetFiles, base: string): void {
  try {
    toFleet(checkFleet(files));
  } catch (error) {
    throw invalid(error, base);
  }
}

const invalid = (error: unknown, base: string): unknown =>
  error instanceof FleetError
    ? new UserError(
        `the fleet of revision "${base}" is not valid, compare with another one:\n${error.message}`,
      )
    : error;

/** Each version with its own program. */
async function compareCode(versions: Versions): Promise<Comparison> {
  const { now, write, program, commit, base, pastFiles, onSynthesis } = versions;
  const stacks = allStackNames(now);
  onSynthesis?.(stacks.length);
  return inTemporaryFolder(async (folder) => {
    const controller = new AbortController();
    const past = { program, commit, ref: base, fleet: pastFiles, signal: controller.signal };
    const then = synthesisePast({ ...past, folder });
    try {
      const [thenFolders, [nowFolders = new Map()]] = await Promise.all([
        then,
        synthesiseAll([{ fleet: now, stacks, folder: join(folder, "now") }], write),
      ]);
      return compareFolders(nowFolders, thenFolders);
    } catch (error) {
      controller.abort();
      await then.catch(() => undefined); // it must not write into the folder any more
      throw error;
    }
  });
}

function compareFolders(now: StackFolders, then: StackFolders): Comparison {
  const both = [...now].flatMap(([stack, folder]) => {
    const before = then.get(stack);
    return before === undefined ? [] : [{ stack, folder, before }];
  });
  const changed = both.filter(({ folder, before }) => !sameFolder(folder, before)).map(({ stack }) => stack);
  const central = both.find(({ stack }) => stack === stackNames.central);
  return {
    compared: both.map(({ stack }) => stack),
    changed: new Set(changed),
    fresh: new Set([...now.keys()].filter((stack) => !then.has(stack))),
    gone: [...then.keys()].filter((stack) => !now.has(stack)),
    contract: central !== undefined && contractShape(central.folder) !== contractShape(central.before),
  };
}

/** Tenants' stacks are told by their files. */
const goneShared = (stacks: readonly string[]): AffectedStack[] =>
  stacks.filter((stack) => !isTenantStack(stack)).map((stack) => ({ stack, reason: "removed" }));

const isTenantStack = (stack: string): boolean => stack.startsWith(stackNames.tenant(""));

/** Every affected stack, in the order of deployment; `reasonOf` is asked about those that both versions have. */
function list(
  { now, pastFiles, base }: Versions,
  reasonOf: (stack: string) => Reason | undefined,
): AffectedStack[] {
  const { waves } = now.central;
  const files = new Set(now.tenants.map(({ file }) => file));
  const shared = sharedStacks(now.central).flatMap((stack): AffectedStack[] => {
    const reason = reasonOf(stack);
    return reason === undefined ? [] : [{ stack, reason }];
  });
  const tenants = waves.flatMap((wave) =>
    tenantsOf(now, wave).flatMap((tenant): AffectedStack[] => {
      const stack = stackNames.tenant(tenant.name);
      const reason = pastFiles.has(tenant.file) ? reasonOf(stack) : "added";
      return reason === undefined ? [] : [{ stack, reason, tenant: tenant.name, wave: wave.name }];
    }),
  );
  const goneFiles = new Map([...pastFiles].filter(([file]) => isTenantFile(file) && !files.has(file)));
  const removed = [...pastFleet(goneFiles, base).tenants.values()].map(
    ({ name, lifecycle }): AffectedStack => ({
      stack: stackNames.tenant(name),
      reason: "removed",
      tenant: name,
      offboarded: lifecycle === "offboarding",
    }),
  );
  return [...shared, ...tenants, ...removed];
}
