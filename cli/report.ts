import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { readAssumptions } from "../cost/assumptions";
import { estimate, type EstimateInput } from "../cost/estimate";
import { PRICES } from "../cost/prices";
import { fleetGraph } from "../diagram/fleet";
import { graphviz } from "../diagram/layout";
import { pictureOf } from "../diagram/svg";
import { loadFleet } from "../fleet/load";
import type { Fleet } from "../fleet/types";
import { type Report, reportOf } from "../report/data";
import { pageOf } from "../report/page";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { forEstimate, stacksOf } from "./cost";
import { jsonText } from "./json";
import { synthesisedStacks } from "./synthesised-stacks";
import { checkOutput, writeResult } from "./write-result";

interface ReportOptions extends CommandOptions {
  readonly output?: string;
  readonly grafana?: string;
}

export const registerReport: Register = (program, run) => {
  addCommand(program, "report", "one HTML page of the fleet that opens without a server")
    .option("--output <file>", "write to a file instead of standard output", (file: string) => resolve(file))
    .option("--grafana <url>", "address of the Grafana workspace, for links to its dashboards", httpsUrl)
    .action((options: ReportOptions) => run(options, report));
};

/** Prints the page, or with `--json` what it says. */
async function report({ root, json, output: file, grafana }: ReportOptions, output: Output): Promise<number> {
  checkOutput(file);
  const fleet = loadFleet(root);
  const found = (stacks: EstimateInput["stacks"]): Report =>
    reportOf(fleet, estimate({ fleet, stacks, assumptions: readAssumptions([]), prices: PRICES }), grafana);
  writeResult(
    json ? jsonText(found(await stacksOf(fleet, fleet.tenants))) : await page(fleet, found),
    file,
    output,
  );
  return 0;
}

/** The picture needs every stack: what shapes no cost may still be an arrow of its own. */
async function page(fleet: Fleet, found: (stacks: EstimateInput["stacks"]) => Report): Promise<string> {
  const stacks = await synthesisedStacks(fleet, []);
  return pageOf(found(forEstimate(stacks)), await pictureOf(fleetGraph(stacks), graphviz));
}

/** Anything else could run as a script when it is clicked. */
function httpsUrl(value: string): string {
  if (URL.canParse(value) && new URL(value).protocol === "https:") return value;
  throw new InvalidArgumentError("Give the address as https://...");
}
