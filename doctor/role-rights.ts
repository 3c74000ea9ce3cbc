import type { Fields } from "../lib/fields";
import { decide, type AccessRequest } from "./policy";
import type { Sidecar } from "./sidecar";
import { must } from "./verdict";

/** @throws Fault unless the role's own policies allow every request */
export function mustBeGranted(
  requests: readonly AccessRequest[],
  identity: readonly Fields[],
  remedy: string,
): void {
  for (const request of requests) {
    const { allowed, reason } = decide(request, { identity });
    must(allowed, `${request.principal} may not ${request.action} on ${request.resource}: ${reason}`, remedy);
  }
}

/** What to do about a right that a service's role lacks. */
export const grantRemedy = (
  { attached }: Sidecar,
  role: "taskRole" | "executionRole",
  statement: string,
): string =>
  attached
    ? `add ${role}Statements of the sidecar's document to the role (docs/ATTACHED.md)`
    : `the statement ${statement} must allow it: deploy the tenant's stack`;
