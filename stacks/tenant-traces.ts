import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { Tenant, TenantCentral } from "../fleet/types";
import { centralNames } from "../lib/names";
import type { ContractFields } from "../modules/contract/contract";
import { JaegerQuery } from "../modules/jaeger/query";
import { plainClients } from "../modules/network/clients";
import type { HttpsEgress } from "../modules/network/https-egress";
import { RETENTION_PATH } from "../modules/opensearch/names";
import { storageUrl } from "../modules/storage-api/routes";
import { storageQueryStatements } from "../modules/storage-api/statements";

export interface TenantTracesProps {
  readonly central: TenantCentral;
  readonly tenant: Tenant;
  readonly contract: ContractFields;
  /** Provider of the central account. */
  readonly provider: TerraformProvider;
}

/** Where the central account's tasks may open HTTPS connections to: what its network does, told by the contract. */
function httpsEgress({ network }: TenantCentral, { place }: ContractFields): HttpsEgress {
  if (network.kind === "existing") return { cidrs: ["0.0.0.0/0"] };
  const prefixListIds = { s3: place.s3PrefixListId };
  return network.egress === "nat"
    ? { cidrs: ["0.0.0.0/0"], prefixListIds }
    : { cidrs: [], prefixListIds, securityGroupIds: { endpoints: place.endpointsSecurityGroupId } };
}

/**
 * What a tenant with traces of its own has in the central account: how long they are kept, and the service in which its
 * people look at them.
 */
export function tenantTraces(scope: Construct, props: TenantTracesProps): void {
  const { central, tenant, contract, provider } = props;
  const { jaeger, network } = central;
  const { place, storage } = contract;
  const people = plainClients(network.clients);
  const retentionDays = tenant.limits.traceRetentionDays ?? jaeger.retentionDays;
  new SsmParameter(scope, "trace-retention", {
    provider,
    name: `${RETENTION_PATH}/${tenant.name}`,
    description: `How long the traces of tenant ${tenant.name} are kept`,
    type: "String",
    insecureValue: JSON.stringify({ retentionDays }),
  });
  new JaegerQuery(scope, "jaeger-query", {
    provider,
    owner: tenant.name,
    accountId: central.accountId,
    region: central.region,
    clusterArn: place.clusterArn,
    clusterName: centralNames.cluster,
    vpcId: place.vpcId,
    subnetIds: place.privateSubnetIds(
      network.kind === "existing" ? network.privateSubnetIds.length : network.zones.length,
    ),
    httpsEgress: httpsEgress(central, contract),
    namespace: { namespaceId: place.namespaceId, namespaceName: centralNames.namespace },
    logRetentionDays: central.logRetentionDays,
    alarmTopicArn: place.alertTopicArn,
    image: central.images.jaeger,
    ...jaeger.query,
    clients: {
      cidrs: people.cidrs,
      securityGroupIds: { ...people.securityGroupIds, grafana: contract.grafana.securityGroupId },
    },
    retentionDays,
    storageUrl: storageUrl(storage.centralUrl, tenant.name),
    statements: storageQueryStatements({ executionArn: storage.executionArn, owner: tenant.name }),
  });
}
