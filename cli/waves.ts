import { loadFleet } from "../fleet/load";
import { generationOf, tenantsOf, type Wave } from "../fleet/waves";
import type { Generation } from "../modules/collector/generations";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { jsonText } from "./json";
import { table } from "./table";

/** An item of `--json`, in the order of the rollout. */
interface ListedWave extends Wave {
  /** Its own or the fleet's. */
  readonly configGeneration: Generation;
  /** Names, sorted. */
  readonly tenants: readonly string[];
}

export const registerWaves: Register = (program, run) => {
  addCommand(program, "waves", "show the waves in the order of a rollout, and who is in each").action(
    (options: CommandOptions) => run(options, waves),
  );
};

const HEAD = ["", "wave", "at once", "generation", "images that differ", "tenants"];
/** Names of one wave that a table shows; `list --wave` has all. */
const MOST_NAMES = 12;

/** Prints the waves of `central.json`. */
export function waves({ root, json }: CommandOptions, output: Output): number {
  const fleet = loadFleet(root);
  const listed = fleet.central.waves.map((wave): ListedWave => ({
    ...wave,
    configGeneration: generationOf(fleet.central, wave),
    tenants: tenantsOf(fleet, wave).map(({ name }) => name),
  }));
  output.out(json ? jsonText(listed) : table(HEAD, listed.map(row), output));
  return 0;
}

const row = (
  { name, concurrency, configGeneration, images, tenants }: ListedWave,
  index: number,
): string[] => [
  String(index + 1),
  name,
  String(concurrency),
  String(configGeneration),
  Object.entries(images)
    .map(([key, image]) => `${key} ${image}`)
    .join(", ") || "none",
  tenants.length === 0 ? "none" : `${String(tenants.length)}: ${shortened(tenants)}`,
];

function shortened(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(", ");
  const further = names.length - MOST_NAMES + 1;
  return `${names.slice(0, MOST_NAMES - 1).join(", ")} and ${String(further)} more`;
}
