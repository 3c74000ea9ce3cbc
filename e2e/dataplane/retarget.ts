/** Rendered port -> port of this machine. */
export type PortMap = ReadonlyMap<number, number>;

/** Every address of the loopback interface in a configuration, and the form in which the collector's own metrics name it. */
const ADDRESS = /(127\.0\.0\.1:)(\d+)/g;
const OWN_METRICS = /(host: ["']?127\.0\.0\.1["']?,?\s+port: )(\d+)/g;

/** The ports in a configuration that belong to the task's own network namespace, ascending. */
export function taskPorts(config: string): number[] {
  const matches = [ADDRESS, OWN_METRICS].flatMap((pattern) => [...config.matchAll(pattern)]);
  return [...new Set(matches.map((match) => Number(match[2])))].sort((a, b) => a - b);
}

/**
 * Two tasks share this machine's loopback interface, which on Fargate each has for itself: so every port of a task moves
 * to a free one. Nothing else changes. Throws when the text has a port that the map lacks.
 */
export function retarget(text: string, ports: PortMap): string {
  const replace = (_match: string, before: string, port: string): string => {
    const target = ports.get(Number(port));
    if (target === undefined) throw new Error(`no port to move ${port} to`);
    return `${before}${target}`;
  };
  return text.replace(ADDRESS, replace).replace(OWN_METRICS, replace);
}
