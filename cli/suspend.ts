import type { Tenant } from "../fleet/types";
import { UserError } from "../lib/errors";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { jsonText } from "./json";
import { changeDocument, lifecycleText, planLifecycle } from "./lifecycle";
import { deployTenant, type Step, stepsText } from "./steps";

interface SuspendOptions extends CommandOptions {
  /** Make the tenant active again. */
  readonly undo?: boolean;
}

export const registerSuspend: Register = (program, run) => {
  addCommand(program, "suspend", "refuse a tenant's telemetry; its services run on")
    .argument("<name>", "name of the tenant")
    .option("--undo", "take its telemetry again")
    .action((name: string, options: SuspendOptions) =>
      run(options, (_, output) => suspend(name, options, output)),
    );
};

/** Sets `lifecycle` in the tenant's file and says what makes it count. */
function suspend(name: string, { root, json, undo }: SuspendOptions, { out, err }: Output): number {
  const wanted = undo ? "active" : "suspended";
  const change = planLifecycle(root, name, (found) => {
    rejectOffboarding(found);
    return wanted;
  });
  change.write();
  const next = nextSteps(name, wanted);
  if (json) {
    out(jsonText({ ...changeDocument(change), next }));
    return 0;
  }
  err(change.warnings.map((warning) => `warning: ${warning}\n`).join(""));
  out(`${lifecycleText(change)} Next:\n${stepsText(next)}`);
  return 0;
}

function rejectOffboarding({ name, lifecycle }: Tenant): void {
  if (lifecycle !== "offboarding") return;
  throw new UserError(
    `${name} is offboarding, run \`tenantscope offboard ${name} --undo\` first if it is to stay`,
  );
}

const nextSteps = (name: string, wanted: "active" | "suspended"): readonly Step[] =>
  wanted === "suspended"
    ? [
        deployTenant(
          name,
          "deny the writer role: what the tenant sends is refused and lost; nothing is deleted",
        ),
        { command: `npx tenantscope suspend ${name} --undo`, why: "when it may send again; then deploy" },
      ]
    : [deployTenant(name, "allow the writer role again")];
