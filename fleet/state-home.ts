import { DEFAULTS } from "./defaults";

/**
 * Where the states are, as a text that differs when they would have to move. How runs work is no part of it.
 *
 * @param backend as it stands in a file, perhaps of an earlier revision that nobody has checked
 */
export function stateHome(backend: unknown): string {
  const { type, cloud } = DEFAULTS.central.backend;
  if (typeof backend !== "object" || backend === null) return JSON.stringify({ type });
  const raw = backend as Readonly<Record<string, unknown>>;
  if (raw["type"] !== "cloud") return JSON.stringify(raw);
  const { organization, project = cloud.project, hostname } = raw;
  return JSON.stringify({ type: "cloud", organization, project, hostname });
}
