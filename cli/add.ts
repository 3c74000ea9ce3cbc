import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Option } from "commander";
import { type FleetReading, readFleet, TENANTS_FOLDER } from "../fleet/read";
import type { TenantView } from "../fleet/view";
import { FleetError, formatProblem, UserError } from "../lib/errors";
import { manifestOf, ofFlag, several, severalServices, type NewTenant } from "./add-flags";
import { askForMissing, missingFlags } from "./add-questions";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { jsonText } from "./json";
import { deployTenant, deployWorkspaces, type Step, stepsText } from "./steps";
import { createFile } from "./write-file";
import { INTERRUPTED, USAGE } from "./exit-status";

type AddOptions = CommandOptions & NewTenant;

export const registerAdd: Register = (program, run) => {
  addCommand(program, "add", "write the file of a new tenant; asks for what is missing on a terminal")
    .option("--name <name>", "name of the tenant and its file")
    .option("--account-id <id>", "its AWS account, 12 digits")
    .option("--vpc-id <id>", "VPC of its services")
    .option("--subnet <id>", "private subnet; once for each", several)
    .option(
      "--service <name=image[:port]>",
      "service with the tag of its image; once for each",
      severalServices,
    )
    .option("--region <name>", "Region; the central one when absent")
    .option("--wave <name>", "wave of central.json; the last when absent")
    .addOption(new Option("--isolation <kind>", "of its metrics").choices(["pooled", "dedicated"]))
    .addOption(
      new Option("--endpoints <kind>", "interface endpoints of its VPC").choices(["existing", "none"]),
    )
    .option("--email <address>", "who is told about alerts; once for each", several)
    .option("--display-name <text>", "name for people")
    .action((options: AddOptions) => run(options, add));
};

/** Writes the file when the whole fleet is valid with it; otherwise nothing. */
async function add(options: AddOptions, output: Output): Promise<number> {
  const { root, json } = options;
  const before = readFleet(root);
  if (before.view.central.document.value === undefined) throw new FleetError(centralProblems(before));
  const missing = missingFlags(options);
  const { ask } = output;
  if (missing.length > 0 && ask === undefined) {
    output.err(`error: missing ${missing.join(", ")}; on a terminal the command asks for them\n`);
    return USAGE;
  }
  if (options.name !== undefined) rejectExisting(root, options.name);
  const refuse = ({ name }: NewTenant) => (name === undefined ? undefined : taken(root, name));
  const tenant = ask === undefined ? options : await askForMissing(options, ask, { ...output, refuse });
  if (tenant === undefined) {
    output.err("nothing was written\n");
    return INTERRUPTED;
  }
  return write(tenant, before, { root, json }, output);
}

const centralProblems = ({ problems, view }: FleetReading) =>
  problems.filter(({ file }) => file === view.central.document.file);

function write(
  tenant: NewTenant,
  before: FleetReading,
  { root, json }: CommandOptions,
  output: Output,
): number {
  const name = tenant.name ?? "";
  const file = fileOf(name);
  const manifest = manifestOf(tenant, schemaPath(root, before.view.tenants));
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  const { problems, warnings, view } = readFleet(root, { [file]: text });
  if (problems.length > 0) throw new FleetError(problems.map((problem) => ofFlag(problem, file)));
  createFile(join(root, file), text);
  const next = nextSteps(name, view.central.whole?.backend.type === "cloud");
  const own = warnings.filter((warning) => warning.file === file);
  if (json) {
    output.out(jsonText({ file, tenant: JSON.parse(text) as unknown, warnings: own, next }));
    return 0;
  }
  output.err(own.map((warning) => `warning: ${formatProblem(warning)}\n`).join(""));
  output.out(`${file} is written. Next:\n${stepsText(next)}`);
  return 0;
}

const fileOf = (name: string): string => `${TENANTS_FOLDER}/${name}.json`;

const taken = (root: string, name: string): string | undefined =>
  existsSync(join(root, fileOf(name))) ? `${fileOf(name)} exists already, choose another name` : undefined;

function rejectExisting(root: string, name: string): void {
  const reason = taken(root, name);
  if (reason !== undefined) throw new UserError(reason);
}

const SCHEMA = "fleet/schema/tenant.schema.json";

/** The schema's path as the fleet's other files have it, or from this program's own folder. */
function schemaPath(root: string, tenants: readonly TenantView[]): string {
  for (const { document } of tenants) {
    const { $schema } = (document.value ?? {}) as { readonly $schema?: unknown };
    if (typeof $schema === "string") return $schema;
  }
  let folder = __dirname;
  while (!existsSync(join(folder, SCHEMA)) && folder !== dirname(folder)) folder = dirname(folder);
  return relative(join(realpathSync(root), TENANTS_FOLDER), join(folder, SCHEMA)).replaceAll("\\", "/");
}

const nextSteps = (name: string, hasWorkspaces: boolean): readonly Step[] => [
  { command: `npx tenantscope show ${name}`, why: "see every setting that the tenant has in effect" },
  ...(hasWorkspaces ? [deployWorkspaces("make the workspace of its stack")] : []),
  deployTenant(name, "make everything of the tenant, in both accounts"),
];
