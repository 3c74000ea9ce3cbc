import { UserError } from "../lib/errors";
import type { Phase } from "../lib/run-names";
import type { Fleet } from "./types";

/** Environment variable that says what is synthesised for: `plan`, or `apply` as without it. */
export const PHASE_VARIABLE = "TENANTSCOPE_PHASE";

/** Throws a `UserError` for anything but the two, or nothing. */
export function phaseOf(text: string | undefined, unsaid: Phase): Phase {
  if (text === undefined || text === "") return unsaid;
  if (text === "plan" || text === "apply") return text;
  throw new UserError(`${PHASE_VARIABLE} must be plan or apply, not "${text}"`);
}

/**
 * The fleet as it is synthesised for a phase. To plan, providers take on the roles that read, where `central.json` names
 * them; nothing else of any stack differs, so that the plan is that of the deployment.
 */
export function inPhase(fleet: Fleet, phase: Phase): Fleet {
  if (phase === "apply") return fleet;
  const { deploy } = fleet.central;
  const { centralPlanRoleName: central = deploy.centralRoleName, tenantPlanRoleName } = deploy;
  const assumed = {
    ...(central === undefined ? {} : { centralRoleName: central }),
    tenantRoleName: tenantPlanRoleName ?? deploy.tenantRoleName,
  };
  return { ...fleet, central: { ...fleet.central, deploy: { ...deploy, assumed } } };
}
