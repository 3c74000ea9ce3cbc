import type { Service, Tenant } from "../../fleet/types";
import type { Central } from "./contract";
import type { Sandbox } from "./sandbox";

/** Tenants whose traces are in indices of their own. */

/** Whether a Jaeger runs in the service's tasks. */
export const runsJaeger = ({ traces }: Service): boolean =>
  traces.jaeger === "sidecar" && traces.destinations.includes("jaeger");

export const storesTraces = ({ services }: Tenant): boolean => services.some(runsJaeger);

/** What IAM calls the requests of one method to a tenant's store. */
export const requestArn = (
  sandbox: Sandbox,
  { storageId }: Central,
  method: string,
  path: string,
): string => {
  const { accountId, region } = sandbox.fleet.central;
  return `arn:aws:execute-api:${region}:${accountId}:${storageId}/v1/${method}/s/${path}`;
};

/** What a Jaeger that only writes asks of its store. */
const WRITES = [
  ["GET", ""],
  ["GET", "/"],
  ["HEAD", ""],
  ["HEAD", "/"],
  ["PUT", "/_template/*"],
  ["POST", "/_bulk"],
] as const;

/** Everything that a tenant's writer may invoke of its store, and the domain by which it gets there. */
export const storeArns = (sandbox: Sandbox, central: Central, tenant: string): string[] => [
  ...WRITES.map(([method, path]) => requestArn(sandbox, central, method, `${tenant}${path}`)),
  ...(central.domain === undefined ? [] : [central.domain.invokeArn]),
];
