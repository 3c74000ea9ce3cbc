import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { Central, Tenant } from "../fleet/types";
import { tenantNames } from "../lib/names";
import type { ContractFields } from "../modules/contract/contract";
import { ingestEntrance } from "../modules/endpoints/execute-api-endpoint";
import type { ClientGroup } from "../modules/endpoints/security-group";
import type { EndpointService } from "../modules/endpoints/services";
import { TenantEndpoints, tenantEndpointServices } from "../modules/endpoints/tenant-endpoints";
import { INGEST_STAGE, methodArns } from "../modules/ingest/routes";
import { oamLink } from "../modules/oam/link";

export interface ReachProps {
  readonly central: Central;
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

  const sendsLogs = tenant.services.some(({ logs }) => logs.destinations.includes("loki"));
  if (!sendsLogs) return { endpoints };
  if (central.ingest.exposure === "public") return { ingestUrl: contract.ingest.url, endpoints };
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
            methodArns: methodArns(contract.ingest.executionArn, tenant.name),
          },
        }
      : { existing: network.ingestEndpoint },
  );
  return { ingestUrl: `https://${entrance.dnsName}/${INGEST_STAGE}`, endpoints };
}
