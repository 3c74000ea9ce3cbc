import { createColors } from "picocolors";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { group } from "./terraform/groups";
import { approvalOf, lossesOf, refusal, refused } from "./terraform/guard";
import { parseApproval, parseConcurrency } from "./terraform/options";
import { warnOfOrphans } from "./terraform/orphans";
import { withPlans } from "./terraform/plan-fleet";
import { failuresText, groupsText, headline } from "./terraform/plan-text";
import { meansTenantsAlone, openFleet } from "./terraform/session";
import { FAILED, REFUSED, USAGE } from "./exit-status";

interface PlanOptions extends CommandOptions {
  readonly fleet?: boolean;
  readonly only?: readonly string[];
  readonly stack?: readonly string[];
  readonly concurrency?: number;
  readonly approveData?: readonly string[];
}

export const registerPlan: Register = (program, run) => {
  addCommand(program, "plan", "plan every stack, put equal changes together, and guard data; changes nothing")
    .option("--fleet", "the whole fleet with the shared stacks")
    .option("--only <tenants...>", "only these tenants")
    .option("--stack <names...>", "only these stacks, such as workspaces or tenant-acme")
    .option(
      "--concurrency <number>",
      "stacks that are planned at a time (default: one per core)",
      parseConcurrency,
    )
    .option(
      "--approve-data <stack:address>",
      "this may be destroyed or replaced although it holds data (repeatable)",
      parseApproval,
    )
    .addHelpText(
      "after",
      "\nExit status: 0 planned, 3 data would be lost without an approval, 1 some stack could not be planned." +
        "\nA tenant's stack is planned against what the central stack has published, not against what it will publish.",
    )
    .action((options: PlanOptions) => run(options, plan));
};

/** Plans and says what would change. */
export async function plan(options: PlanOptions, output: Output): Promise<number> {
  const { root, only, stack, concurrency, approveData = [], json } = options;
  if ([options.fleet, only, stack].filter((each) => each !== undefined).length !== 1) {
    output.err("error: say what to plan: one of --fleet, --only <tenants...>, --stack <names...>\n");
    return USAGE;
  }
  const fleet = openFleet(root, output);
  if (!meansTenantsAlone(options)) warnOfOrphans(root, fleet, output);
  return withPlans(fleet, { root, only, stack, concurrency }, output, (planned) => {
    const grouping = group(planned.plans);
    const losses = planned.plans.flatMap(({ stack, plan: { changes } }) => lossesOf(stack, changes));
    const missing = refused(losses, approveData);
    if (json) {
      const data = losses.map((loss) => ({ ...loss, approved: !missing.includes(loss) }));
      const document = { ...grouping, failed: planned.failures, data };
      output.out(`${JSON.stringify(document, undefined, 2)}\n`);
    } else {
      const colours = createColors(output.colours === true);
      const groups = groupsText(grouping.groups, colours, output.columns);
      const failed = planned.failures.map(({ stack }) => stack);
      output.out(`${headline(grouping, failed)}\n${groups === "" ? "" : `\n${groups}\n`}`);
      output.err(failuresText(planned));
      if (missing.length > 0) output.err(`\n${refusal(missing)}\n`);
      warnOfUnused(approveData, losses.map(approvalOf), output);
    }
    if (planned.failures.length > 0) return FAILED;
    return missing.length > 0 ? REFUSED : 0;
  });
}

/** A misspelt approval is noticed before it is missed. */
function warnOfUnused(approvals: readonly string[], losses: readonly string[], { err }: Output): void {
  for (const approval of approvals) {
    if (!losses.includes(approval)) err(`warning: --approve-data ${approval}: nothing would be lost there\n`);
  }
}
