import { COLLECTOR_CONTAINER } from "../../lib/names";
import type { Problem } from "../../lib/errors";
import { containerPointer, forManagedServices, forServices, forTenants } from "./rule";

/** Containers that this program adds to a task. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [COLLECTOR_CONTAINER, "the collector"],
  ["log-router", "the log router"],
]);

export const serviceNamesDiffer = forTenants(({ document, services }) => {
  const seen = new Set<string>();
  return services.flatMap(({ pointer, service: { name } }): Problem[] => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = "is the name of an earlier service";
    return [
      document.problem(`${pointer}/name`, {
        message,
        value: name,
        remedy: "give every service its own name",
      }),
    ];
  });
});

export const containerNamesDiffer = forManagedServices(({ pointer, service }, { document }) => {
  const seen = new Set<string>();
  return service.containers.flatMap(({ name }, index): Problem[] => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `is the name of an earlier container of the task`;
    const remedy = "give every container its own name; the application's is the service's";
    return [document.problem(`${containerPointer(pointer, index)}/name`, { message, value: name, remedy })];
  });
});

export const reservedNames = forServices(({ pointer, service }, { document }) => {
  const containers = service.mode === "managed" ? service.containers : [service];
  return containers.flatMap(({ name }, index): Problem[] => {
    const owner = RESERVED.get(name);
    if (owner === undefined) return [];
    const message = `is reserved for ${owner}`;
    return [
      document.problem(`${containerPointer(pointer, index)}/name`, {
        message,
        value: name,
        remedy: "choose another name",
      }),
    ];
  });
});
