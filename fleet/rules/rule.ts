import type { Problem } from "../../lib/errors";
import type { FleetView, ServiceView, TenantView } from "../view";
import type { ManagedService } from "../types";

/** What one rule finds in a fleet; pure. */
export type Rule = (fleet: FleetView) => Problem[];

/** A rule about every tenant. */
export const forTenants =
  (check: (tenant: TenantView, fleet: FleetView) => Problem[]): Rule =>
  (fleet) =>
    fleet.tenants.flatMap((tenant) => check(tenant, fleet));

/** A rule about every service. */
export const forServices = (
  check: (view: ServiceView, tenant: TenantView, fleet: FleetView) => Problem[],
): Rule => forTenants((tenant, fleet) => tenant.services.flatMap((view) => check(view, tenant, fleet)));

export interface ManagedView {
  readonly pointer: string;
  readonly service: ManagedService;
}

/** A rule about every service that this program runs. */
export const forManagedServices = (check: (view: ManagedView, tenant: TenantView) => Problem[]): Rule =>
  forServices(({ pointer, service }, tenant) =>
    service.mode === "managed" ? check({ pointer, service }, tenant) : [],
  );

/** Pointer of a container of a service: the first is written at the level of the service itself. */
export const containerPointer = (servicePointer: string, index: number): string =>
  index === 0 ? servicePointer : `${servicePointer}/containers/${String(index - 1)}`;
