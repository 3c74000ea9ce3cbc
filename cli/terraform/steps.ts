import type { Fleet } from "../../fleet/types";
import { tenantsOf, waveOf } from "../../fleet/waves";
import { UserError } from "../../lib/errors";
import { stackNames } from "../../lib/names";
import { rejectUnknownStacks, rejectUnknownTenants, rejectUnknownWave } from "../find-tenant";

/** Stacks that are deployed together, when those of the steps before are done. */
export interface Step {
  /** Name of the wave, or what the shared stacks are called together. */
  readonly name: string;
  readonly stacks: readonly string[];
  /** Stacks that are deployed at the same time. */
  readonly concurrency: number;
}

/** What the user wants deployed. */
export interface Selection {
  /** The stacks that all tenants share. */
  readonly shared?: boolean;
  readonly wave?: string;
  /** The shared stacks, then every wave in its order. */
  readonly all?: boolean;
  /** Names of stacks, in any order: these alone. */
  readonly stack?: readonly string[];
  /** Names of tenants: of what is selected otherwise, only these. */
  readonly only?: readonly string[];
  /** Deploy a wave although one before it is not deployed as the files say. */
  readonly skipEarlierWaves?: boolean;
}

/** The central stack publishes what all the others read; in HCP Terraform a stack without its workspace has no rights. */
const sharedSteps = ({ central }: Fleet): readonly Step[] => [
  ...(central.backend.type === "cloud"
    ? [{ name: "workspaces", stacks: [stackNames.workspaces], concurrency: 1 }]
    : []),
  { name: "central", stacks: [stackNames.central], concurrency: 1 },
  { name: "shared", stacks: [stackNames.limits, stackNames.grafana], concurrency: 2 },
];

/** What a deployment wants to be told. */
export const SAY_WHAT =
  "say what to deploy: one of --wave <name>, --all, --shared, --stack <names...>, --resume";

/** The steps of a deployment, in order. Throws a `UserError` when the selection does not fit the fleet. */
export function stepsOf(fleet: Fleet, { shared, wave, all, stack, only }: Selection): Step[] {
  if ([shared, wave, all, stack].filter((each) => each !== undefined && each !== false).length !== 1) {
    throw new UserError(SAY_WHAT);
  }
  if (stack !== undefined) {
    if (only !== undefined)
      throw new UserError("--only names tenants, --stack names stacks: say one of them");
    rejectUnknownStacks(fleet, stack);
    return stepsOf(fleet, { all: true })
      .map((step) => ({ ...step, stacks: step.stacks.filter((each) => stack.includes(each)) }))
      .filter(({ stacks }) => stacks.length > 0);
  }
  if (shared === true) {
    if (only !== undefined) throw new UserError("--only names tenants, the shared stacks have none");
    return [...sharedSteps(fleet)];
  }
  const { waves } = fleet.central;
  if (wave !== undefined) rejectUnknownWave(fleet, wave);
  if (only !== undefined) rejectUnknownTenants(fleet, only);
  const wanted = only === undefined ? undefined : new Set(only);
  const steps = waves
    .filter(({ name }) => wave === undefined || name === wave)
    .map((each) => ({
      name: each.name,
      concurrency: each.concurrency,
      stacks: tenantsOf(fleet, each)
        .filter((tenant) => wanted?.has(tenant.name) ?? true)
        .map((tenant) => stackNames.tenant(tenant.name)),
    }))
    .filter(({ stacks }) => stacks.length > 0);
  if (wave !== undefined) rejectOutside(fleet, wave, only ?? []);
  // Whoever names tenants means them alone.
  return all === true && only === undefined ? [...sharedSteps(fleet), ...steps] : steps;
}

function rejectOutside(fleet: Fleet, wave: string, only: readonly string[]): void {
  const outside = fleet.tenants.filter(
    (tenant) => only.includes(tenant.name) && waveOf(fleet.central.waves, tenant).name !== wave,
  );
  if (outside.length === 0) return;
  throw new UserError(
    outside
      .map((tenant) => {
        const own = waveOf(fleet.central.waves, tenant).name;
        return `${tenant.name} is not in wave ${wave} but in ${own}, deploy it with --wave ${own}`;
      })
      .join("\n"),
  );
}
