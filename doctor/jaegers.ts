import { stackNames } from "../lib/names";
import { CENTRAL_OWNER } from "../modules/storage-api/routes";
import { hasJaegerSidecar, usesSharedJaeger } from "../modules/jaeger/size";
import { COLLECTOR_NAMES, queryNames } from "../modules/jaeger/names";
import { text, type Fields } from "../lib/fields";
import { mustRun, variableOf, serviceNamed } from "./service";
import { roleStatements, type Sidecar } from "./sidecar";
import { found, NotUsed } from "./verdict";
import { writerOf, type Walk } from "./walk";

/** A Jaeger whose storage the tenant's traces go to or come from. */
export interface StoreClient {
  /** In words. */
  readonly what: string;
  /** Its path at the storage API: whose indices. */
  readonly owner: string;
  readonly storageUrl: string;
  readonly principal: string;
  readonly statements: readonly Fields[];
  /** Of its tasks. */
  readonly securityGroups: readonly string[];
  /** Beside which it runs, in the tenant's network; absent: in the central one. */
  readonly sidecar?: Sidecar;
  /** What it asks, as method and path below the owner's. */
  readonly asks: readonly (readonly [string, string])[];
}

const NO_JAEGER = "no service sends traces to a Jaeger";
const COLLECTS = [
  ["GET", ""],
  ["POST", "/_bulk"],
] as const;
const QUERIES = [
  ["GET", ""],
  ["GET", "/_msearch"],
  ["POST", "/_msearch"],
] as const;

function central(walk: Walk, name: string, owner: string, asks: StoreClient["asks"]): StoreClient {
  const { stacks } = walk;
  const [namespace] = stacks.of(stackNames.central, "aws_service_discovery_private_dns_namespace");
  const service = found(
    serviceNamed(walk, `${name}.${text(namespace?.values["name"])}`),
    `there is no service ${name} in the private namespace`,
    "deploy central and the tenant's stack: Jaeger's services are in modules/jaeger/",
  );
  const what = `${name} in the central account`;
  mustRun(service, what);
  return {
    ...{ what, owner, asks },
    storageUrl: variableOf(service, "JAEGER_STORAGE_URL") ?? "",
    securityGroups: service.securityGroups,
    principal: service.taskRoleArn,
    statements: roleStatements(stacks, service.service.stack, service.taskRoleArn),
  };
}

/** @throws NotUsed when the tenant's traces go to none */
export function mustUseJaeger({ tenant: { services } }: Walk): void {
  if (!services.some(({ traces }) => traces.destinations.includes("jaeger"))) throw new NotUsed(NO_JAEGER);
}

/** Every Jaeger on the way of the tenant's traces. @throws NotUsed when there is none */
export function storeClients(walk: Walk): readonly StoreClient[] {
  const { tenant, sidecars } = walk;
  const own = sidecars.flatMap((sidecar, at): StoreClient[] => {
    const service = tenant.services[at];
    if (service === undefined || !hasJaegerSidecar(service.traces)) return [];
    const { arn, statements } = writerOf(walk, sidecar);
    return [
      {
        ...{ what: `the Jaeger beside ${sidecar.service}`, owner: tenant.name, asks: COLLECTS },
        storageUrl: sidecar.jaeger?.environment["JAEGER_STORAGE_URL"] ?? "",
        ...{ principal: arn, statements, sidecar, securityGroups: sidecar.securityGroups },
      },
    ];
  });
  const shared = tenant.services.some(({ traces }) => usesSharedJaeger(traces));
  const clients = [
    ...own,
    ...(own.length === 0 ? [] : [central(walk, queryNames(tenant.name).service, tenant.name, QUERIES)]),
    ...(shared
      ? [
          central(walk, COLLECTOR_NAMES.service, CENTRAL_OWNER, COLLECTS),
          central(walk, queryNames().service, CENTRAL_OWNER, QUERIES),
        ]
      : []),
  ];
  if (clients.length === 0) throw new NotUsed(NO_JAEGER);
  return clients;
}
