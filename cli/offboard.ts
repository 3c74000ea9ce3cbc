import { join, relative, resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { withLifecycle, withoutLifecycle } from "../fleet/edit";
import { lifecycleBefore, type PastLifecycle } from "../fleet/past-lifecycle";
import type { Lifecycle, Tenant } from "../fleet/types";
import { UserError } from "../lib/errors";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { jsonText } from "./json";
import { changeDocument, lifecycleText, planLifecycle } from "./lifecycle";
import { offboardingReport, reportText } from "./offboarding-report";
import { deployTenant, stepsText } from "./steps";
import { replaceFile } from "./write-file";
import { checkOutput } from "./write-result";

interface OffboardOptions extends CommandOptions {
  /** Day of the deployment, `YYYY-MM-DD`. */
  readonly date?: string;
  /** Absolute. */
  readonly report?: string;
  /** Make the tenant again what it was. */
  readonly undo?: boolean;
  /** What it was, where git cannot tell. */
  readonly to?: PastLifecycle["lifecycle"];
}

export const registerOffboard: Register = (program, run) => {
  addCommand(
    program,
    "offboard",
    "let a tenant's next deployment remove it; report what stays, and until when",
  )
    .argument("<name>", "name of the tenant")
    .option("--date <YYYY-MM-DD>", "day of that deployment; today when absent", parseDate)
    .option("--report <file>", "where the report goes; reports/offboarding-<name>.md when absent", (file) =>
      resolve(file),
    )
    .addOption(
      new Option("--undo", "make the tenant again what git says it was before").conflicts(["date", "report"]),
    )
    .addOption(
      new Option("--to <lifecycle>", "undo to this, whatever git says")
        .choices(["active", "suspended"])
        .implies({ undo: true })
        .conflicts(["date", "report"]),
    )
    .action((name: string, options: OffboardOptions) =>
      run(options, (_, output) =>
        options.undo ? undo(name, options, output) : offboard(name, options, output),
      ),
    );
};

function parseDate(text: string): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  // 2026-02-30 would be a day in March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError("Write a day as YYYY-MM-DD.");
  }
  return text;
}

const today = (): string => new Date().toISOString().slice(0, 10);

/**
 * Writes the report, then `lifecycle`: a report that cannot be written leaves the tenant as it is. Only the folder that
 * the report goes to by itself is made.
 */
function offboard(name: string, options: OffboardOptions, { out, err }: Output): number {
  const { root, json, date = today(), report: reportFile } = options;
  checkOutput(reportFile);
  const change = planLifecycle(root, name, () => "offboarding");
  const { fleet, tenant, warnings } = change;
  const leaving = { central: fleet.central, tenant, date };
  const report = offboardingReport(leaving);
  const text = reportText(leaving, report);
  const file = reportFile ?? join(root, "reports", `offboarding-${name}.md`);
  replaceFile(file, text);
  change.write();
  if (json) {
    out(jsonText({ ...changeDocument(change), ...report, report: file }));
    return 0;
  }
  err(warnings.map((warning) => `warning: ${warning}\n`).join(""));
  out(`${lifecycleText(change)} The report is in ${relative(process.cwd(), file)}.\n\n${text}`);
  return 0;
}

/** A tenant that is not offboarding stays as it is. */
function undo(name: string, { root, json, to }: OffboardOptions, { out, err }: Output): number {
  let before: PastLifecycle | undefined;
  const wantedOf = (tenant: Tenant): Lifecycle => {
    if (tenant.lifecycle !== "offboarding") return tenant.lifecycle;
    if (to !== undefined) return to;
    before = lifecycleBefore(root, tenant.file) ?? rejectUnknown(tenant);
    return before.lifecycle;
  };
  const change = planLifecycle(root, name, wantedOf, (text, wanted) =>
    before?.isWritten === false ? withoutLifecycle(text) : withLifecycle(text, wanted),
  );
  change.write();
  const source = before === undefined ? "" : ` It was so in ${before.commit}.`;
  const refused = change.wanted === "suspended" ? "; what the tenant sends is still refused" : "";
  const next = [
    deployTenant(
      name,
      `make again what a deployment has destroyed meanwhile; data that it deleted stays deleted${refused}`,
    ),
  ];
  if (json) {
    out(jsonText({ ...changeDocument(change), next }));
    return 0;
  }
  err(change.warnings.map((warning) => `warning: ${warning}\n`).join(""));
  out(`${lifecycleText(change)}${source} Next:\n${stepsText(next)}`);
  return 0;
}

/** To take the telemetry of somebody who was suspended would be a guess. */
function rejectUnknown({ name, file }: Tenant): never {
  throw new UserError(
    `git has no earlier version of ${file} that says what ${name} was before: ` +
      `\`tenantscope offboard ${name} --to active\`, or \`--to suspended\``,
  );
}
