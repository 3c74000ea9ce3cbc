import { resolve } from "node:path";
import { Command } from "commander";
import { failure } from "./failure";
import { type Output, validate, type ValidateOptions } from "./validate";

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
    return failure(error, output.err);
  }
  return status;
}
