import { resolve } from "node:path";
import { fleetGraph } from "../diagram/fleet";
import { graphviz } from "../diagram/layout";
import { svgOf } from "../diagram/svg";
import { tenantGraph } from "../diagram/tenant";
import { loadFleet } from "../fleet/load";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { findTenant } from "./find-tenant";
import { jsonText } from "./json";
import { synthesisedStacks } from "./synthesised-stacks";
import { checkOutput, writeResult } from "./write-result";

interface DiagramOptions extends CommandOptions {
  readonly output?: string;
}

export const registerDiagram: Register = (program, run) => {
  addCommand(program, "diagram", "draw the fleet, or one tenant, from its synthesised stacks (SVG)")
    .argument("[name]", "name of the tenant")
    .option("--output <file>", "write to a file instead of standard output", (file: string) => resolve(file))
    .action((name: string | undefined, options: DiagramOptions) =>
      run(options, (_, output) => diagram(name, options, output)),
    );
};

/** Prints the picture, or with `--json` what is drawn in it. */
async function diagram(name: string | undefined, options: DiagramOptions, output: Output): Promise<number> {
  checkOutput(options.output);
  const fleet = loadFleet(options.root);
  const tenant = name === undefined ? undefined : findTenant(fleet.tenants, name);
  const stacks = await synthesisedStacks(fleet, tenant === undefined ? [] : [tenant.name]);
  const graph = tenant === undefined ? fleetGraph(stacks) : tenantGraph(stacks, tenant.name);
  const { title, clusters, nodes, edges } = graph;
  const text = options.json ? jsonText({ title, clusters, nodes, edges }) : await svgOf(graph, graphviz);
  writeResult(text, options.output, output);
  return 0;
}
