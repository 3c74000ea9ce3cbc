import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { driftOf, driftText } from "./terraform/drift-report";
import { parseConcurrency } from "./terraform/options";
import { orphans, orphansText } from "./terraform/orphans";
import { withPlans } from "./terraform/plan-fleet";
import { openFleet } from "./terraform/session";
import { DRIFT, FAILED, USAGE } from "./exit-status";

interface DriftOptions extends CommandOptions {
  readonly only?: readonly string[];
  readonly stack?: readonly string[];
  readonly concurrency?: number;
  /** List what was changed outside of Terraform and stays so, too. */
  readonly seen?: boolean;
}

export const registerDrift: Register = (program, run) => {
  addCommand(program, "drift", "compare what is deployed with the files, stack by stack; changes nothing")
    .option("--only <tenants...>", "only these tenants (default: the whole fleet with the shared stacks)")
    .option("--stack <names...>", "only these stacks, such as workspaces or tenant-acme")
    .option(
      "--concurrency <number>",
      "stacks that are compared at a time (default: one per core)",
      parseConcurrency,
    )
    .option("--seen", "list what was changed by others and makes no difference, too")
    .addHelpText(
      "after",
      "\nThe files should be those that were deployed: a change that is still to come counts as drift, too." +
        "\nExit status: 0 no drift, 3 drift, or a tenant is deployed whose file is gone, 1 some stack is not deployed yet or could not be compared.",
    )
    .action((options: DriftOptions) => run(options, drift));
};

/** Plans every stack and tells which of them would change. */
export function drift(options: DriftOptions, output: Output): number | Promise<number> {
  const { only, stack } = options;
  if (only !== undefined && stack !== undefined) {
    output.err("error: --only names tenants, --stack names stacks: say one of them\n");
    return USAGE;
  }
  const fleet = openFleet(options.root, output);
  // Whoever names something means that alone.
  const left = only === undefined && stack === undefined ? orphans(options.root, fleet) : [];
  return withPlans(fleet, options, output, (planned) => {
    const stacks = driftOf(planned, left);
    output.out(
      options.json
        ? `${JSON.stringify({ stacks }, undefined, 2)}\n`
        : driftText(stacks, output, options.seen),
    );
    if (left.length > 0) output.err(`${orphansText(left, fleet)}\n`);
    if (stacks.some(({ status }) => status === "failed" || status === "not deployed")) return FAILED;
    return stacks.some(({ status }) => status === "drift" || status === "orphaned") ? DRIFT : 0;
  });
}
