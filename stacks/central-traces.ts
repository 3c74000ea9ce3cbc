import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import { createAfter } from "../lib/terraform-text";
import { JaegerCollector } from "../modules/jaeger/collector";
import { JAEGER_COLLECTOR_PORT } from "../modules/jaeger/ports";
import { JaegerQuery } from "../modules/jaeger/query";
import type { ApiEntrance } from "../modules/endpoints/execute-api-endpoint";
import { plainClients } from "../modules/network/clients";
import type { HttpsEgress } from "../modules/network/https-egress";
import type { LoadBalancerTarget } from "../modules/network/load-balancer-target";
import { STORAGE_TIMEOUT_SECONDS } from "../modules/storage-api/openapi";
import { TraceStorage } from "../modules/opensearch/trace-storage";
import { CENTRAL_OWNER, storageUrl } from "../modules/storage-api/routes";
import { storageCollectorStatements, storageQueryStatements } from "../modules/storage-api/statements";
import { StorageApi } from "../modules/storage-api/storage-api";

/** What the shared services have in common. */
export interface CentralPlace {
  readonly accountId: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly vpcId: string;
  readonly privateSubnetIds: readonly string[];
  readonly httpsEgress: HttpsEgress;
  readonly namespace: { readonly namespaceId: string; readonly namespaceName: string };
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
}

/** Requests a second, and at once, that each method of the storage API takes from all Jaegers together. */
const STORAGE_THROTTLING = { requestsPerSecond: 2000, burst: 4000 };

/** OpenSearch, the API before it, and the API's name inside the central VPC. */
export function traceStorage(scope: Construct, central: Central, place: CentralPlace, entrance: ApiEntrance) {
  const { jaeger } = central;
  const { accountId, region, logRetentionDays, alarmTopicArn } = place;
  const storage = new TraceStorage(scope, "traces", {
    accountId,
    region,
    size: jaeger.storage,
    vpcId: place.vpcId,
    subnetIds: place.privateSubnetIds.slice(0, jaeger.storage.zones),
    httpsEgress: place.httpsEgress,
    manageServiceLinkedRole: jaeger.storage.manageServiceLinkedRole,
    proxyTimeoutSeconds: STORAGE_TIMEOUT_SECONDS,
    retentionDays: jaeger.retentionDays,
    logRetentionDays,
    alarmTopicArn,
  });
  const api = new StorageApi(scope, "storage-api", {
    accountId,
    region,
    functionArn: storage.proxyArn,
    functionName: storage.proxyName,
    vpcEndpointId: entrance.endpointId,
    throttling: STORAGE_THROTTLING,
    logRetentionDays,
    alarmTopicArn,
  });
  return { api, ready: storage.ready };
}

/** The shared Jaeger: where the gateway brings spans, and where people look at them. */
export function centralJaeger(
  scope: Construct,
  central: Central,
  place: CentralPlace,
  storage: ReturnType<typeof traceStorage>,
  queryTarget: LoadBalancerTarget | undefined,
): { readonly collector: JaegerCollector; readonly query: JaegerQuery } {
  const { jaeger, images } = central;
  const url = storageUrl(storage.api.centralUrl, CENTRAL_OWNER);
  const { executionArn } = storage.api;
  const common = {
    ...place,
    subnetIds: place.privateSubnetIds,
    image: images.jaeger,
    retentionDays: jaeger.retentionDays,
    storageUrl: url,
  };
  const collector = new JaegerCollector(scope, "jaeger", {
    ...common,
    cpu: jaeger.cpu,
    memory: jaeger.memory,
    tasks: jaeger.tasks,
    statements: storageCollectorStatements(executionArn),
  });
  const query = new JaegerQuery(scope, "jaeger-query", {
    ...common,
    ...jaeger.query,
    clients: plainClients(central.network.clients),
    ...(queryTarget === undefined ? {} : { target: queryTarget }),
    statements: storageQueryStatements({ executionArn, owner: CENTRAL_OWNER }),
  });
  // Without the role mapping and the templates its first requests would be refused.
  for (const service of [collector.service, query.service]) createAfter(service, storage.ready);
  return { collector, query };
}

/** Lets the gateway bring spans. */
export function jaegerFromGateway(scope: Construct, jaegerGroupId: string, gatewayGroupId: string): void {
  new VpcSecurityGroupIngressRule(scope, "jaeger-from-gateway", {
    securityGroupId: jaegerGroupId,
    description: "Spans of the tenants, from the gateway",
    referencedSecurityGroupId: gatewayGroupId,
    ipProtocol: "tcp",
    fromPort: JAEGER_COLLECTOR_PORT,
    toPort: JAEGER_COLLECTOR_PORT,
  });
}
