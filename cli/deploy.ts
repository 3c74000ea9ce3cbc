import { relative } from "node:path";
import { UserError } from "../lib/errors";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { Deployment } from "./terraform/deployment";
import { earlierWaves, outOfOrder, waitingStacks } from "./terraform/earlier-waves";
import { interruptible } from "./terraform/interrupt";
import { parseApproval } from "./terraform/options";
import { warnOfOrphans } from "./terraform/orphans";
import { usefulConcurrency } from "./terraform/plan-fleet";
import { withPluginCache } from "./terraform/plugin-cache";
import { Processes } from "./terraform/processes";
import { FleetProgress } from "./terraform/progress";
import { RunFile } from "./terraform/run-state";
import { meansTenantsAlone, openFleet, surroundingsOf, synthesise } from "./terraform/session";
import { SAY_WHAT, stepsOf, type Selection } from "./terraform/steps";
import { summary, type Row } from "./terraform/summary";
import { count } from "../lib/wording";
import { FAILED, INTERRUPTED, OUT_OF_ORDER, REFUSED, USAGE } from "./exit-status";

interface DeployOptions extends CommandOptions, Selection {
  readonly approveData?: readonly string[];
  readonly autoApprove?: boolean;
  readonly resume?: boolean;
}

export const registerDeploy: Register = (program, run) => {
  addCommand(program, "deploy", "deploy the stacks of a wave; stops at the first failure and can be resumed")
    .option("--wave <name>", "the tenants of this wave")
    .option("--all", "the shared stacks, then every wave in its order")
    .option(
      "--shared",
      "the stacks that all tenants share, in their order: workspaces (with HCP Terraform), central, limits and grafana",
    )
    .option("--stack <names...>", "these stacks alone, in their order, such as workspaces or tenant-acme")
    .option("--only <tenants...>", "of the wave or waves, only these tenants")
    .option(
      "--resume",
      "go on with the last deployment: leave out what it has finished, unless its files changed",
    )
    .option(
      "--approve-data <stack:address>",
      "this may be destroyed or replaced although it holds data (repeatable)",
      parseApproval,
    )
    .option("--skip-earlier-waves", "deploy a wave although one before it is not deployed as the files say")
    .option("--auto-approve", "do not ask; needed where there is no terminal")
    .addHelpText(
      "after",
      "\nLogs are in .tenantscope/logs, one for each stack." +
        "\nExit status: 0 deployed, 3 data would be lost without an approval, or an earlier wave is still to come, 1 a stack failed, 130 stopped by Ctrl-C.",
    )
    .action((options: DeployOptions) => run(options, deploy));
};

/** Deploys and says how each stack fared. */
export async function deploy(options: DeployOptions, output: Output): Promise<number> {
  const { root, resume = false, autoApprove = false, approveData = [] } = options;
  const given: Selection = pick(options);
  const selected = [given.shared, given.wave, given.all, given.stack].filter(
    (each) => each !== undefined,
  ).length;
  if (selected > 1 || (selected === 0 && !resume)) {
    output.err(`error: ${SAY_WHAT}\n`);
    return USAGE;
  }
  const fleet = openFleet(root, output);
  // What is asked for is wrong before the way in which it is asked.
  const chosen = selected === 0 ? undefined : stepsOf(fleet, given);
  if (!autoApprove && output.ask === undefined) {
    output.err("error: there is no terminal to ask on: say --auto-approve\n");
    return USAGE;
  }
  const file = new RunFile(root);
  file.acquire();
  try {
    const before = file.read();
    if (resume && before === undefined) {
      throw new UserError(
        "there is no deployment to resume, start one with --wave <name>, --all, --shared or --stack <names...>",
      );
    }
    const selection: Selection = selected === 0 ? { ...before?.selection, ...given } : given;
    const steps = chosen ?? stepsOf(fleet, selection);
    if (!meansTenantsAlone(selection)) warnOfOrphans(root, fleet, output);
    const earlier = earlierWaves(fleet, selection);
    const stacks = [...earlier, ...steps].flatMap((step) => step.stacks);
    const processes = new Processes(withPluginCache(root, process.env));
    return await interruptible(processes, output.err, async () => {
      const start = performance.now();
      if (stacks.length > 0) await synthesise(root, stacks, "apply");
      const surroundings = surroundingsOf(root, fleet, processes);
      const ahead = await waitingStacks({
        waves: earlier,
        surroundings,
        known: before?.stacks ?? {},
        concurrency: usefulConcurrency(),
        progress: (all) => new FleetProgress(output.err, all, output.columns),
      });
      if (processes.stopping) {
        output.err("nothing was deployed\n");
        return INTERRUPTED;
      }
      if (ahead.length > 0) {
        output.err(outOfOrder(selection.wave ?? "", ahead));
        return OUT_OF_ORDER;
      }
      const deployment = new Deployment({
        root,
        steps,
        selection,
        surroundings,
        approvals: approveData,
        file,
        run: new Date().toISOString().replace(/[:.]/g, "-"),
        resume,
        ...(before !== undefined && { before }),
      });
      const { waiting } = deployment;
      const what = steps.map(({ name, stacks: { length } }) => `${name} (${length})`).join(", ");
      if (!autoApprove && waiting > 0) {
        const answer = await output.ask?.(`Deploy ${count(waiting, "stack")}: ${what}? [y/N] `);
        if (answer === undefined || !/^y(es)?$/i.test(answer)) {
          output.err("nothing was deployed\n");
          return answer === undefined ? INTERRUPTED : FAILED;
        }
      }
      const progress = new FleetProgress(output.err, waiting, output.columns);
      const rows = await deployment.deploy(progress);
      progress.clear();
      return tell(
        rows,
        (performance.now() - start) / 1000,
        relative(root, deployment.logFolder),
        options,
        output,
      );
    });
  } finally {
    file.release();
  }
}

const pick = ({ wave, all, shared, stack, only, skipEarlierWaves }: Selection): Selection => ({
  ...(wave !== undefined && { wave }),
  ...(all !== undefined && { all }),
  ...(shared !== undefined && { shared }),
  ...(stack !== undefined && { stack }),
  ...(only !== undefined && { only }),
  ...(skipEarlierWaves !== undefined && { skipEarlierWaves }),
});

function tell(
  rows: readonly Row[],
  seconds: number,
  logs: string,
  { json }: DeployOptions,
  output: Output,
): number {
  const is = (status: Row["status"]): boolean => rows.some((row) => row.status === status);
  if (json) output.out(`${JSON.stringify({ logs, stacks: rows }, undefined, 2)}\n`);
  else {
    output.out(summary(rows, seconds, output));
    const unfinished = ["failed", "refused", "stopped", "not started"] as const;
    if (unfinished.some(is)) output.err("go on with: npx tenantscope deploy --resume\n");
  }
  if (is("failed") || is("stopped")) return FAILED;
  return is("refused") ? REFUSED : 0;
}
