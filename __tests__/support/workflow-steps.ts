import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";

/** A step that runs a script, and how GitHub would start it. */
export interface ScriptStep {
  readonly script: string;
  /** As GitHub's documentation has it: `bash` by name has pipefail, the shell that nobody names has not. */
  readonly flags: readonly string[];
  /** Names of the variables that the step gives its script. */
  readonly env: readonly string[];
}

interface RawStep {
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface RawFile {
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly jobs?: Readonly<Record<string, { readonly steps: readonly RawStep[] }>>;
  readonly runs?: { readonly steps: readonly RawStep[] };
}

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  "": ["-e"],
  bash: ["--noprofile", "--norc", "-eo", "pipefail"],
};

/** The one step of a job (of an action, without one) whose script has the text. */
export function scriptStep(path: string, job: string | undefined, text: string): ScriptStep {
  const file = parse(readFileSync(path, "utf8"), { merge: true }) as RawFile;
  const steps = (job === undefined ? file.runs?.steps : file.jobs?.[job]?.steps) ?? [];
  const found = steps.filter(({ run = "" }) => run.includes(text));
  const [step] = found;
  if (step?.run === undefined || found.length > 1) {
    throw new Error(`${path} ${job ?? ""}: ${String(found.length)} steps with ${text}`);
  }
  const shell = step.shell ?? file.defaults?.run?.shell ?? "";
  const flags = FLAGS[shell];
  if (flags === undefined) throw new Error(`${path}: how does GitHub start ${shell}?`);
  return { script: step.run, flags, env: Object.keys(step.env ?? {}) };
}

/** What a stand-in for a program does: JavaScript, with the arguments in `args`; it may `say`, `complain` and `exit`. */
export type StandIns = Readonly<Record<string, string>>;

export interface StepRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the step wrote, by its name; undefined when there is no such file. */
  readonly file: (name: string) => string | undefined;
  /** `name=value` lines for other steps and jobs, and for the environment. */
  readonly output: string;
  readonly environment: string;
}

/** Runs a step's script in a folder of its own, with stand-ins before every other program. */
export function runStep(
  step: ScriptStep,
  { programs, env }: { readonly programs: StandIns; readonly env: Readonly<Record<string, string>> },
): StepRun {
  const missing = step.env.filter((name) => !(name in env));
  if (missing.length > 0) throw new Error(`the step wants ${missing.join(", ")}`);
  const root = mkdtempSync(join(tmpdir(), "step-"));
  try {
    const [work, bin] = ["work", "bin"].map((name) => join(root, name)) as [string, string];
    for (const folder of [work, bin]) mkdirSync(folder);
    for (const [name, code] of Object.entries(programs)) {
      const path = join(bin, name);
      writeFileSync(path, `#!${process.execPath}\n${PRELUDE}${code}\n`);
      chmodSync(path, 0o755);
    }
    const [script, outputFile, environmentFile] = ["script.sh", "output", "environment"].map((name) =>
      join(root, name),
    ) as [string, string, string];
    writeFileSync(script, step.script);
    for (const file of [outputFile, environmentFile]) writeFileSync(file, "");
    const { status, stdout, stderr } = spawnSync("bash", [...step.flags, script], {
      cwd: work,
      encoding: "utf8",
      env: {
        PATH: [bin, process.env["PATH"] ?? ""].join(delimiter),
        RUNNER_TEMP: root,
        GITHUB_OUTPUT: outputFile,
        GITHUB_ENV: environmentFile,
        ...env,
      },
    });
    const files = new Map(
      ["affected.txt", "validate.txt", "plan.txt", "drift.txt", "token-error.txt"].flatMap((name) => {
        const path = join(work, name);
        return existsSync(path) ? [[name, readFileSync(path, "utf8")] as const] : [];
      }),
    );
    return {
      status,
      stdout,
      stderr,
      file: (name) => files.get(name),
      output: readFileSync(outputFile, "utf8"),
      environment: readFileSync(environmentFile, "utf8"),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const PRELUDE = `const fs = require("node:fs");
const args = process.argv.slice(2);
const say = (text) => fs.writeSync(1, text);
const complain = (text) => fs.writeSync(2, text);
const exit = (status) => process.exit(status);
`;
