import type { Problem } from "../../lib/errors";
import type { FleetView, ServiceView, TenantView } from "../view";
import type { ManagedService } from "../types";

/** What one rule finds in a fleet; pure. */
export type Rule = (fleet: FleetView) => Problem[];

/**
 * A rule about every tenant. Loops rather than `flatMap`: eighty rules go over a thousand tenants with nothing to tell,
 * and the empty lists are half of their time.
 */
export const forTenants =
  (check: (tenant: TenantView, fleet: FleetView) => readonly Problem[]): Rule =>
  (fleet) => {
    const problems: Problem[] = [];
    for (const tenant of fleet.tenants) {
      const found = check(tenant, fleet);
      if (found.length > 0) problems.push(...found);
    }
    return problems;
  };

/** A rule about every service. */
export const forServices =
  (check: (view: ServiceView, tenant: TenantView, fleet: FleetView) => readonly Problem[]): Rule =>
  (fleet) => {
    const problems: Problem[] = [];
    for (const tenant of fleet.tenants) {
      for (const view of tenant.services) {
        const found = check(view, tenant, fleet);
        if (found.length > 0) problems.push(...found);
      }
    }
    return problems;
  };

export interface ManagedView {
  readonly pointer: string;
  readonly service: ManagedService;
}

/** A rule about every service that this program runs. */
export const forManagedServices = (
  check: (view: ManagedView, tenant: TenantView) => readonly Problem[],
): Rule =>
  forServices(({ pointer, service }, tenant) =>
    service.mode === "managed" ? check({ pointer, service }, tenant) : NOTHING,
  );

const NOTHING: readonly Problem[] = [];

/** Pointer of a container of a service: the first is written at the level of the service itself. */
export const containerPointer = (servicePointer: string, index: number): string =>
  index === 0 ? servicePointer : `${servicePointer}/containers/${String(index - 1)}`;
