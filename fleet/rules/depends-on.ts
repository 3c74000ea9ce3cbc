import { COLLECTOR_CONTAINER } from "../../lib/names";
import type { Problem } from "../../lib/errors";
import type { AppContainer } from "../types";
import { containerPointer, forManagedServices } from "./rule";

/** Whom a container may wait for, one by one. */
export const dependenciesWork = forManagedServices(({ pointer, service: { containers } }, { document }) => {
  const byName = new Map(containers.map((container) => [container.name, container]));
  return containers.flatMap(({ dependsOn }, index) =>
    dependsOn.flatMap(({ container, condition }, position): Problem[] => {
      const at = `${containerPointer(pointer, index)}/dependsOn/${String(position)}`;
      const other = byName.get(container);
      const wrong = other ? wrongCondition(other, condition) : wrongName(container, [...byName.keys()]);
      if (!wrong) return [];
      const key = other ? "condition" : "container";
      return [document.problem(`${at}/${key}`, { ...wrong, value: other ? condition : container })];
    }),
  );
});

function wrongName(name: string, names: readonly string[]): { message: string; remedy: string } {
  if (name === COLLECTOR_CONTAINER) {
    const message = "is the collector, which an application never waits for";
    return { message, remedy: "remove it: without its collector the application still has to run" };
  }
  return { message: "is not a container of the task", remedy: `write one of: ${names.join(", ")}` };
}

function wrongCondition(
  other: AppContainer,
  condition: string,
): { message: string; remedy: string } | undefined {
  const name = `"${other.name}"`;
  if (condition === "HEALTHY" && other.healthCheck === undefined) {
    return {
      message: `cannot come true: ${name} has no health check`,
      remedy: `add "healthCheck" to ${name}`,
    };
  }
  if ((condition === "COMPLETE" || condition === "SUCCESS") && other.essential) {
    const message = `waits for ${name} to end, which ends the task`;
    return { message, remedy: `set "essential" of ${name} to false or wait for START or HEALTHY` };
  }
  return undefined;
}

/** Containers that wait for each other in a circle would never start. Each circle is told once, where it closes. */
export const noDependencyCircle = forManagedServices(({ pointer, service: { containers } }, { document }) => {
  const indexes = new Map(containers.map(({ name }, index) => [name, index]));
  const done = new Set<number>();
  const problems: Problem[] = [];
  const visit = (index: number, path: readonly number[]) => {
    if (done.has(index)) return;
    containers[index]?.dependsOn.forEach(({ container }, position) => {
      const next = indexes.get(container);
      if (next === undefined) return;
      const start = [...path, index].indexOf(next);
      if (start === -1) {
        visit(next, [...path, index]);
        return;
      }
      const circle = [...path.slice(start), index, next].map((each) => containers[each]?.name).join(" -> ");
      const at = `${containerPointer(pointer, index)}/dependsOn/${String(position)}/container`;
      const message = `closes a circle of containers that wait for each other: ${circle}`;
      problems.push(document.problem(at, { message, remedy: "remove one of the dependencies" }));
    });
    done.add(index);
  };
  containers.forEach((_, index) => {
    visit(index, []);
  });
  return problems;
});
