import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { Service, Tenant, TenantCentral } from "../fleet/types";
import { tenantNames } from "../lib/names";
import type { ContractFields } from "../modules/contract/contract";
import { ingestEntrance } from "../modules/endpoints/execute-api-endpoint";
import type { ClientGroup } from "../modules/endpoints/security-group";
import type { EndpointService } from "../modules/endpoints/services";
import { TenantEndpoints, tenantEndpointServices } from "../modules/endpoints/tenant-endpoints";
import { INGEST_STAGE, methodArns } from "../modules/ingest/routes";
import { hasJaegerSidecar, usesSharedJaeger } from "../modules/jaeger/size";
import { oamLink } from "../modules/oam/link";
import { DomainEntrance } from "../modules/private-domain/domain-entrance";
import { domainUrl } from "../modules/private-domain/paths";
import { storageUrl } from "../modules/storage-api/routes";
import { storageWriterMethodArns } from "../modules/storage-api/statements";

export interface ReachProps {
  readonly central: TenantCentral;
  readonly tenant: Tenant;
  readonly contract: ContractFields;
  readonly writerRoleArn: string;
  readonly workspaceArn: string;
  /** Security groups of the tasks that send logs. */
  readonly clients: readonly ClientGroup[];
}

/** How a tenant's tasks reach what is outside of their VPC. */
export interface Reach {
  /** Base URL of the ingest API, as the tenant's tasks call it; undefined when none of them sends logs there. */
  readonly ingestUrl?: string;
  /** What a service's tasks should be created after. */
  readonly endpoints: readonly TerraformResource[];
  /** Base URL of the tenant's own store of traces, when a Jaeger runs in its tasks. */
  readonly storageUrl?: string;
}

/** The tenant's interface endpoints, its way to the ingest API, and its link to the central account's CloudWatch. */
export function tenantReach(scope: Construct, props: ReachProps): Reach {
  const { central, tenant, contract } = props;
  const { network } = tenant;
  const name = tenantNames(tenant.name).cluster;
  oamLink(scope, "oam-link", {
    sinkArn: contract.oamSink(tenant.region),
    label: tenant.name,
    shares: tenant.share,
    logGroupPrefixes: tenant.share.logGroupPrefixes,
  });
  const endpoints =
    network.endpoints.kind === "created"
      ? new TenantEndpoints(scope, "endpoints", {
          name,
          region: tenant.region,
          vpcId: network.vpcId,
          subnetIds: network.endpoints.subnetIds,
          services:
            (network.endpoints.services as Exclude<EndpointService, "execute-api">[] | undefined) ??
            tenantEndpointServices({ tenant: tenant.region, central: central.region }),
          s3RouteTableIds: network.endpoints.s3RouteTableIds,
          trustedAccountIds: network.endpoints.trustedAccountIds,
          // The whole VPC resolves the services' names to these endpoints.
          clients: { kind: "vpc" },
          accountId: tenant.accountId,
          writerRoleArn: props.writerRoleArn,
          workspaceArn: props.workspaceArn,
        }).endpoints
      : [];

  const callsIngest = tenant.services.some(callsIngestApi);
  const ownStore = storesTraces(tenant);
  const isPublic = central.ingest.exposure === "public";
  if (!ownStore && !callsIngest) return { endpoints };
  if (!ownStore && isPublic) return { ingestUrl: contract.ingest.url, endpoints };
  const entrance = ingestEntrance(
    scope,
    "ingest-endpoint",
    network.ingestEndpoint === undefined
      ? {
          created: {
            name,
            region: tenant.region,
            vpcId: network.vpcId,
            subnetIds: network.privateSubnetIds,
            clients: props.clients,
            writerRoleArn: props.writerRoleArn,
            methodArns: [
              ...methodArns(contract.ingest.executionArn, tenant.name),
              ...(ownStore ? storeInvokeArns(central, tenant, contract) : []),
            ],
          },
        }
      : { existing: network.ingestEndpoint },
  );
  const byDomain =
    ownStore && central.ingest.domain !== undefined
      ? new DomainEntrance(scope, "domain", {
          domain: { name: central.ingest.domain.name, arn: contract.domain.arn },
          vpcId: network.vpcId,
          endpointId: entrance.endpointId,
        })
      : undefined;
  return {
    ...(callsIngest
      ? {
          ingestUrl: isPublic ? contract.ingest.url : `https://${entrance.dnsName}/${INGEST_STAGE}`,
        }
      : {}),
    ...(ownStore ? { storageUrl: storageUrl(storeApiUrl(central, contract), tenant.name) } : {}),
    endpoints: [...endpoints, ...(byDomain?.ready ?? [])],
  };
}

/** Whether the sidecar of a service sends something to the ingest API. */
export const callsIngestApi = ({ logs, traces }: Service): boolean =>
  logs.destinations.includes("loki") || usesSharedJaeger(traces);

/** Whether a service of the tenant keeps its traces in indices of the tenant's own. */
export const storesTraces = ({ services }: Pick<Tenant, "services">): boolean =>
  services.some(({ traces }) => hasJaegerSidecar(traces));

/** Jaeger cannot say which API it means, so it comes by a name that says it: the domain's, or that of private DNS. */
const storeApiUrl = (central: TenantCentral, { storage }: ContractFields): string =>
  central.ingest.domain === undefined ? storage.url : domainUrl(central.ingest.domain.name, "storage");

/** What a writer calls for the Jaegers in its tenant's tasks. */
export const storeInvokeArns = (
  central: TenantCentral,
  tenant: Pick<Tenant, "name">,
  { storage, domain }: ContractFields,
): string[] => [
  ...storageWriterMethodArns({ executionArn: storage.executionArn, owner: tenant.name }),
  ...(central.ingest.domain === undefined ? [] : [domain.invokeArn]),
];
