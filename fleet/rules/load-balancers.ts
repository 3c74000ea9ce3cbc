import type { Problem } from "../../lib/errors";
import { forManagedServices, forTenants } from "./rule";

/** AWS: condition values of one rule. */
const MAX_CONDITION_VALUES = 5;

export const loadBalancerHasPort = forManagedServices(({ pointer, service }, { document }) => {
  if (!service.loadBalancer || service.containers[0]?.port !== undefined) return [];
  const message = "has no port to send requests to";
  return [document.problem(`${pointer}/loadBalancer`, { message, remedy: 'add "port" to the service' })];
});

export const listenerRuleMatches = forManagedServices(({ pointer, service }, { document }) => {
  const { loadBalancer } = service;
  if (loadBalancer?.kind !== "listener-rule") return [];
  const values = loadBalancer.hosts.length + loadBalancer.paths.length;
  const at = `${pointer}/loadBalancer`;
  if (values === 0) {
    const message = "has a listener rule that matches nothing";
    return [document.problem(at, { message, remedy: 'add "hosts" or "paths"' })];
  }
  if (values <= MAX_CONDITION_VALUES) return [];
  const message = `has ${String(values)} hosts and paths; a rule may have ${String(MAX_CONDITION_VALUES)} together`;
  return [document.problem(at, { message, remedy: "use wildcards or remove some" })];
});

/** A listener belongs to one account, so only rules of one tenant can meet on it. */
export const prioritiesDiffer = forTenants(({ document, services }) => {
  const owners = new Map<string, string>();
  return services.flatMap(({ pointer, service }): Problem[] => {
    if (service.mode !== "managed" || service.loadBalancer?.kind !== "listener-rule") return [];
    const { listenerArn, priority } = service.loadBalancer;
    const rule = `${listenerArn} ${String(priority)}`;
    const owner = owners.get(rule);
    if (owner === undefined) {
      owners.set(rule, service.name);
      return [];
    }
    const message = `is the priority of service "${owner}" on the same listener`;
    const remedy = "give every rule of a listener its own priority";
    return [document.problem(`${pointer}/loadBalancer/priority`, { message, value: priority, remedy })];
  });
});
