import { join } from "node:path";
import { repositoryRoot } from "../modules/lambda-function/repository";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import type { CodeChange } from "./affected-code";
import { type Affected, affectedStacks, type AffectedStack } from "./affected-stacks";
import { inWorkers } from "./affected-synth";
import { startWorker } from "./synth-pool";
import { table } from "./table";
import { count } from "../lib/wording";

interface AffectedOptions extends CommandOptions {
  /** Git revision to compare the working tree with. */
  readonly base: string;
  /** Print a matrix for CI instead. */
  readonly matrix?: true;
  /** What is deployed was made by this same program, where git cannot tell. */
  readonly sameProgram?: true;
}

export const registerAffected: Register = (program, run) => {
  addCommand(program, "affected", "which stacks change between a git revision and the working tree")
    .requiredOption("--base <ref>", "git revision of what is deployed, such as origin/main")
    .option("--matrix", "print the stacks to deploy as a matrix of GitHub Actions")
    .option(
      "--same-program",
      "of a program outside of the fleet's repository: it has not changed, compare the fleet's files alone",
    )
    .action((options: AffectedOptions) => run(options, affected));
};

/** From here on somebody wonders what takes so long. */
const MANY = 50;
/** Jobs that GitHub Actions makes of one matrix. */
const MAX_JOBS = 256;

/** Says which stacks are affected: a table, `--json`, or `--matrix`. */
export async function affected(options: AffectedOptions, output: Output): Promise<number> {
  const { root, base, json, matrix, sameProgram = false } = options;
  const { out, err } = output;
  const workerFile = join(__dirname, "synth-worker.js");
  // It loads while the fleet is read.
  const worker = startWorker(workerFile);
  const found = await affectedStacks({
    root,
    base,
    program: repositoryRoot(),
    sameProgram,
    write: inWorkers(workerFile, worker),
    onSynthesis: (stacks, times) => {
      if (stacks < MANY) return;
      err(
        times === 2
          ? `synthesising ${stacks} stacks of both revisions ...\n`
          : `synthesising ${stacks} stacks; those of ${base} are known from an earlier run ...\n`,
      );
    },
  }).finally(() => worker.terminate());
  if (matrix === true) {
    // A matrix has no room for it, and whoever reads its log should know.
    err(
      program(found.code, base)
        .map((line) => `${line}\n`)
        .join(""),
    );
    const include = jobs(found.stacks);
    if (include.length > MAX_JOBS) {
      err(
        `warning: ${include.length} jobs; a matrix of GitHub Actions has at most ${MAX_JOBS}: use deploy\n`,
      );
    }
    out(`${JSON.stringify({ include })}\n`);
  } else if (json) {
    out(`${JSON.stringify({ base, ...found }, undefined, 2)}\n`);
  } else {
    out(text(found, base, output));
  }
  return 0;
}

/** What is removed has no configuration left to deploy. Every job has every key. */
export const jobs = (stacks: readonly AffectedStack[]): object[] =>
  stacks
    .filter(({ reason }) => reason !== "removed")
    .map(({ stack, tenant = "", wave = "" }) => ({ stack, tenant, wave }));

/** What was found, for people. */
export function text(
  { stacks, all, compared, code }: Affected,
  base: string,
  output: Pick<Output, "columns" | "colours">,
): string {
  const lines = [...program(code, base)];
  if (stacks.length > 0) {
    const rows = stacks.map(({ stack, wave = "", reason }) => [stack, wave, reason]);
    lines.push(table(["stack", "wave", "reason"], rows, output).trimEnd());
  }
  lines.push(
    stacks.length === 0
      ? `no stack is affected since ${base}`
      : `${counts(stacks)} since ${base}; the fleet has ${count(all, "stack")}`,
  );
  if (compared > 0) lines.push(`${count(compared, "stack")} compared byte for byte`);
  for (const { stack, tenant, reason, offboarded } of stacks) {
    if (reason === "removed" && tenant !== undefined) lines.push(hint(stack, tenant, offboarded === true));
  }
  return `${lines.join("\n")}\n`;
}

/** Most people need one or two of them to know which change it was. */
const SHOWN_FILES = 3;

function program(code: CodeChange, base: string): string[] {
  switch (code.kind) {
    case "same":
      return [];
    case "elsewhere":
      return [
        "the program is not in the fleet's repository, so nobody can see whether it has changed: every stack counts as " +
          "affected (--same-program if it has not)",
      ];
    case "assumed":
      return [
        "the program is not in the fleet's repository: only the fleet's files were compared, as --same-program says",
      ];
    case "absent":
      return [`${base} has no program yet: every stack counts as affected`];
    case "changed":
      return [`the program has changed since ${base}: ${some(code.files)}`];
    case "dependencies":
      return [
        `the dependencies have changed since ${base}: ${some(code.files)}; every stack counts as affected`,
      ];
  }
}

function some(files: readonly string[]): string {
  const more = files.length - SHOWN_FILES;
  return `${files.slice(0, SHOWN_FILES).join(", ")}${more > 0 ? ` and ${count(more, "more file")}` : ""}`;
}

const hint = (stack: string, tenant: string, offboarded: boolean): string =>
  offboarded
    ? `${stack} is gone with its file; its tenant was offboarding, so its state should be empty by now`
    : `${stack} is gone with its file while its tenant was not offboarded, so nothing would destroy what is deployed: ` +
      `restore tenants/${tenant}.json, set "lifecycle" to "offboarding", deploy ${stack}, then delete the file`;

/** "3 stacks are affected (1 added, 2 changed)" */
function counts(stacks: readonly AffectedStack[]): string {
  const byReason = new Map<string, number>();
  for (const { reason } of stacks) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const parts = [...byReason].sort().map(([reason, number]) => `${number} ${reason}`);
  return `${count(stacks.length, "stack")} ${stacks.length === 1 ? "is" : "are"} affected (${parts.join(", ")})`;
}
