import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { UserError } from "../lib/errors";
import { type Output, validate, type ValidateOptions } from "./validate";

/** Exit statuses: 0 all is well, 1 the fleet or its surroundings are wrong, 2 the command line is wrong. */
const USAGE = 2;

/** Runs one command and returns its exit status; never throws. `args` are the words after the program's name. */
export function run(args: readonly string[], output: Output): number {
  let status = 0;
  const program = new Command("tenantscope")
    .description("Central observability for a SaaS that runs one AWS account per tenant.")
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err });
  program
    .command("validate")
    .description("check central.json and tenants/*.json; tell every mistake with its place and remedy")
    .option("--base <ref>", "also compare with a git revision, such as origin/main")
    .option("--root <folder>", "folder of central.json and tenants/", ".")
    .action((options: ValidateOptions) => {
      status = validate({ ...options, root: resolve(options.root) }, output);
    });
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    return failure(error, output);
  }
  return status;
}

function failure(error: unknown, { err }: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE; // it has said what is wrong
  if (error instanceof UserError) {
    err(`${error.message}\n`);
    return 1;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  err(`tenantscope met an error of its own: ${message}\n`);
  err(
    process.env.DEBUG
      ? `${stack ?? ""}\n`
      : "Please report it, with the output of the same command under DEBUG=1.\n",
  );
  return 1;
}
