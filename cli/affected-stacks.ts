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
import { keepDigest, keptDigest } from "./affected-cache";
import { codeChange, type CodeChange } from "./affected-code";
import { type Digest, digestOf } from "./affected-digest";
import { synthesiseAll, synthesisePast } from "./affected-synth";
import type { WriteBatches } from "./synth-pool";
import { inTemporaryFolder } from "./temporary-folder";

/**
 * Why a stack is affected. `changed`: its bytes differ. `contract`: what the central stack tells it has another shape.
 * `dependencies` and `program`: other packages, or an earlier program that is not to be had, so nothing can be compared.
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
  /** How many of them were compared byte for byte, since their keys differ. */
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
  /** Whether a program that lies outside of the fleet's repository is the one that is deployed. */
  readonly sameProgram?: boolean;
  readonly write: WriteBatches;
  /** Called before the slow part, with the number of stacks, and how often each of them is synthesised. */
  readonly onSynthesis?: (stacks: number, times: 1 | 2) => void;
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
  const { root, base, program, sameProgram = false } = input;
  // Where there is no fleet, it is no matter that git has none either.
  const reading = readFleet(root);
  const now = toFleet(reading);
  const commit = resolveCommit(root, base);
  const pastFiles = readPastFiles(root, base);
  const seen = codeChange(program, root, commit);
  const code: CodeChange = seen.kind === "elsewhere" && sameProgram ? { kind: "assumed" } : seen;
  const versions = { ...input, commit, now, reading, pastFiles };
  if (code.kind === "dependencies" || code.kind === "absent" || code.kind === "elsewhere") {
    const reason = code.kind === "dependencies" ? "dependencies" : "program";
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
  onSynthesis?.(stacks.length, 2);
  return inTemporaryFolder(async (folder, signal) => {
    const synthesis = synthesiseAll(
      [
        { fleet: now, stacks, folder: join(folder, "now") },
        { fleet: then, stacks, folder: join(folder, "then") },
      ],
      write,
      signal,
    );
    try {
      rejectInvalid(files, base); // while the threads work
    } catch (error) {
      await synthesis.catch(() => undefined); // it must not write into the folder any more
      throw error;
    }
    const [nowFolders = new Map(), thenFolders = new Map()] = await synthesis;
    return compareDigests(digestOf(nowFolders), digestOf(thenFolders));
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

/** Each version with its own program; the earlier one only when it is not known what that comes to. */
async function compareCode(versions: Versions): Promise<Comparison> {
  const { now, write, root, program, commit, base, pastFiles, onSynthesis } = versions;
  const stacks = allStackNames(now);
  const past = { root, program, commit };
  const kept = keptDigest(past);
  onSynthesis?.(stacks.length, kept === undefined ? 2 : 1);
  return inTemporaryFolder(async (folder, interrupt) => {
    const failure = new AbortController();
    const signal = AbortSignal.any([interrupt, failure.signal]);
    const earlier = { program, commit, ref: base, fleet: pastFiles, signal, folder };
    const then = kept === undefined ? synthesisePast(earlier).then(digestOf) : Promise.resolve(kept);
    const present = synthesiseAll([{ fleet: now, stacks, folder: join(folder, "now") }], write, signal);
    try {
      const [before, [after = new Map()]] = await Promise.all([then, present]);
      if (kept === undefined) keepDigest(past, before);
      return compareDigests(digestOf(after), before);
    } catch (error) {
      failure.abort(error);
      await Promise.allSettled([then, present]); // they must not write into the folder any more
      throw error;
    }
  });
}

function compareDigests(now: Digest, then: Digest): Comparison {
  const both = [...now.stacks].filter(([stack]) => then.stacks.has(stack));
  return {
    compared: both.map(([stack]) => stack),
    changed: new Set(both.flatMap(([stack, hash]) => (hash === then.stacks.get(stack) ? [] : [stack]))),
    fresh: new Set([...now.stacks.keys()].filter((stack) => !then.stacks.has(stack))),
    gone: [...then.stacks.keys()].filter((stack) => !now.stacks.has(stack)),
    contract: now.contract !== undefined && then.contract !== undefined && now.contract !== then.contract,
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
