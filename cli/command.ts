import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { examplesText } from "./examples";

/** Where a command writes; the process's own streams outside of tests. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether standard output is a terminal that shows colours. Absent: no. */
  readonly colours?: boolean;
  /** Columns of the terminal; absent when there is none. */
  readonly columns?: number;
  /** Asks whoever sits at the terminal; absent when nobody does. Undefined is the wish to stop: Ctrl-C, Ctrl-D. */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

/** What every command knows. */
export interface CommandOptions {
  /** Folder of `central.json` and `tenants/`, absolute. */
  readonly root: string;
  /** Print one JSON document instead of text. */
  readonly json: boolean;
}

/** Does what the command says and returns the exit status: 0 all is well, 1 the fleet or its surroundings are wrong. */
export type Action<Options extends CommandOptions> = (
  options: Options,
  output: Output,
) => number | Promise<number>;

/** Adds a command to the program, by {@link addCommand}. */
export type Register = (program: Command, run: Runner) => void;

/** Runs an action with the options as they were parsed, and keeps the exit status. */
export type Runner = <Options extends CommandOptions>(
  options: Options,
  action: Action<Options>,
) => Promise<void>;

/** A command with the options that all have. */
export const addCommand = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .addOption(
      new Option("--root <folder>", "folder of central.json and tenants/")
        .argParser((folder) => resolve(folder))
        .default(resolve("."), "the current one"),
    )
    .option("--json", "print one JSON document", false)
    .addHelpText("after", examplesText(name).replace(/\n$/, ""));
