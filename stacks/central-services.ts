import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { ServiceDiscoveryPrivateDnsNamespace } from "@cdktf/provider-aws/lib/service-discovery-private-dns-namespace";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import { centralNames } from "../lib/names";
import { LOKI_UNDO_DAYS } from "../lib/retention";
import { attribute, createAfter } from "../lib/terraform-text";
import { AlertTopic } from "../modules/alert-topic/alert-topic";
import type { Contract } from "../modules/contract/contract";
import { Gateway } from "../modules/gateway/gateway";
import { IngestApi } from "../modules/ingest/ingest-api";
import { Loki } from "../modules/loki/loki";
import { LOKI_HTTP_PORT } from "../modules/loki/ports";
import { CentralVpc } from "../modules/network/central-network";
import { PrivateDomain } from "../modules/private-domain/private-domain";
import { centralFronts } from "./central-access";
import type { Asked } from "./central-grafana";
import { centralJaeger, type CentralPlace, jaegerFromGateway, traceStorage } from "./central-traces";

/** DNS of every VPC. */
const VPC_RESOLVER = "169.254.169.253";

const LOKI_SCRATCH_GIB = 21;

/** CPU units and MiB of one nginx task; it only passes on. */
const GATEWAY_SIZE = { cpu: 256, memory: 512 };

function network(scope: Construct, central: Central): CentralVpc {
  const { accountId, region } = central;
  const flowLogs = {
    traffic: "REJECT",
    logGroup: centralNames.flowLogGroup,
    retentionDays: central.logRetentionDays,
  } as const;
  const { network: wanted } = central;
  return new CentralVpc(scope, "network", {
    name: centralNames.cluster,
    accountId,
    region,
    organizationId: central.organizationId,
    // Jaeger calls its storage through it.
    extraEndpoints: ["execute-api"],
    endpointClients: { kind: "cidr", cidr: wanted.cidr },
    vpc:
      wanted.kind === "created"
        ? {
            kind: "created",
            cidr: wanted.cidr,
            zones: wanted.zones,
            egress:
              wanted.egress === "nat"
                ? { kind: "nat", natPerZone: wanted.natPerZone }
                : { kind: "endpoints" },
            flowLogs,
          }
        : { ...wanted, publicSubnetIds: [], s3RouteTableIds: [] },
  });
}

export interface CentralServices {
  readonly contract: Pick<Contract, "ingest" | "storage" | "place" | "domain" | "loki">;
  /** What Grafana asks besides metrics. */
  readonly asked: Omit<Asked, "metrics">;
}

/** The services behind the ingest API: what tenants send reaches them through it and the gateway only. */
export function centralServices(scope: Construct, central: Central): CentralServices {
  const { accountId, region, images, ingest, loki: lokiSettings, logRetentionDays } = central;
  const alerts = new AlertTopic(scope, "alerts", {
    name: centralNames.alertTopic,
    keyAlias: centralNames.kmsAlias(centralNames.cluster, "alerts"),
    owner: "the central services",
    accountId,
    region,
    emails: central.alerts.emails,
  });
  const vpc = network(scope, central);
  const fronts = centralFronts(scope, central, vpc);
  const cluster = new EcsCluster(scope, "cluster", {
    name: centralNames.cluster,
    setting: [{ name: "containerInsights", value: "disabled" }],
  });
  // The first tasks of every service in it pull their images that way.
  createAfter(cluster, ...vpc.egress);
  const namespace = new ServiceDiscoveryPrivateDnsNamespace(scope, "namespace", {
    name: centralNames.namespace,
    description: "Shared services of tenantscope",
    vpc: vpc.vpcId,
  });
  const { httpsEgress } = vpc;
  const common = {
    accountId,
    region,
    clusterArn: attribute(cluster, "arn"),
    clusterName: centralNames.cluster,
    vpcId: vpc.vpcId,
    logRetentionDays,
    alarmTopicArn: alerts.arn,
  };
  const place: CentralPlace = {
    ...common,
    privateSubnetIds: vpc.privateSubnetIds,
    httpsEgress,
    namespace: { namespaceId: attribute(namespace, "id"), namespaceName: centralNames.namespace },
  };

  const loki = new Loki(scope, "loki", {
    ...common,
    replicas: lokiSettings.replicas,
    images: { loki: images.loki, busybox: images.busybox, awsCli: images.awsCli },
    cpu: lokiSettings.cpu,
    memory: lokiSettings.memory,
    ephemeralStorageGiB: LOKI_SCRATCH_GIB,
    limits: {
      mibPerSecond: lokiSettings.logMiBPerSecond,
      retentionDays: lokiSettings.retentionDays,
      maxStreams: lokiSettings.maxStreams,
    },
    undoDays: LOKI_UNDO_DAYS,
    subnetIds: vpc.privateSubnetIds,
    // The gateway is let in below: each needs the other's security group.
    clients: {},
    ...(fronts.loki === undefined ? {} : { target: fronts.loki.target }),
    httpsEgress,
    namespace: place.namespace,
  });
  if (vpc.apiEntrance === undefined) throw new Error("the central network has no endpoint for execute-api");
  const storage = traceStorage(scope, central, place, vpc.apiEntrance);
  const { collector: jaeger, query } = centralJaeger(scope, central, place, storage, fronts.jaeger?.target);
  const gateway = new Gateway(scope, "gateway", {
    ...common,
    ...GATEWAY_SIZE,
    privateSubnetIds: vpc.privateSubnetIds,
    image: images.nginx,
    initImage: images.busybox,
    settings: {
      tenantPattern: "^[a-z][a-z0-9-]{1,20}$",
      maxBodyMiB: ingest.maxBodyMiB,
      requestsPerSecond: ingest.requestsPerSecond,
      burst: ingest.burst,
      upstreams: { loki: loki.url, jaeger: jaeger.url },
      resolver: VPC_RESOLVER,
      direct: lokiSettings.direct,
    },
    tasks: ingest.tasks,
    lokiSecurityGroupId: loki.securityGroupId,
    jaegerSecurityGroupId: jaeger.securityGroupId,
    httpsEgressCidrs: httpsEgress.cidrs,
    httpsEgressPrefixListIds: Object.values(httpsEgress.prefixListIds ?? {}),
    httpsEgressSecurityGroupIds: Object.values(httpsEgress.securityGroupIds ?? {}),
  });
  new VpcSecurityGroupIngressRule(scope, "loki-from-gateway", {
    securityGroupId: loki.securityGroupId,
    description: "What tenants send, from the gateway",
    referencedSecurityGroupId: gateway.securityGroupId,
    ipProtocol: "tcp",
    fromPort: LOKI_HTTP_PORT,
    toPort: LOKI_HTTP_PORT,
  });
  jaegerFromGateway(scope, jaeger.securityGroupId, gateway.securityGroupId);
  const api = new IngestApi(scope, "ingest", {
    accountId,
    region,
    exposure: ingest.exposure,
    loadBalancerArn: gateway.loadBalancerArn,
    gatewayUrl: gateway.ingestUrl,
    throttling: { requestsPerSecond: 5000, burst: 10_000 },
    logRetentionDays,
    alarmTopicArn: alerts.arn,
    manageAccountLogging: ingest.manageAccountLogging,
  });
  const domain =
    ingest.domain === undefined
      ? undefined
      : new PrivateDomain(scope, "domain", {
          accountId,
          region,
          ...ingest.domain,
          apis: {
            // AWS maps no public API to a private domain.
            ...(ingest.exposure === "private"
              ? { ingest: { apiId: api.apiId, stageName: api.stageName } }
              : {}),
            storage: { apiId: storage.api.apiId, stageName: storage.api.stageName },
          },
        });
  if (api.accountLogging !== undefined) createAfter(storage.api.stage, api.accountLogging);
  const contract = {
    ingest: { apiId: api.apiId, executionArn: api.executionArn, url: api.url },
    storage: {
      executionArn: storage.api.executionArn,
      url: storage.api.url,
      centralUrl: storage.api.centralUrl,
    },
    place: {
      clusterArn: place.clusterArn,
      vpcId: vpc.vpcId,
      privateSubnetIds: vpc.privateSubnetIds,
      namespaceId: place.namespace.namespaceId,
      alertTopicArn: alerts.arn,
      ...(httpsEgress.securityGroupIds?.["endpoints"] === undefined
        ? {}
        : { endpointsSecurityGroupId: httpsEgress.securityGroupIds["endpoints"] }),
      ...(vpc.s3PrefixListId === undefined ? {} : { s3PrefixListId: vpc.s3PrefixListId }),
    },
    ...(domain === undefined ? {} : { domain: { arn: domain.arn, invokeArn: domain.invokeArn } }),
    loki: { directHost: gateway.loadBalancerDnsName, url: loki.url },
  };
  return {
    contract,
    asked: {
      alerts,
      vpc,
      lokiSecurityGroupId: loki.securityGroupId,
      jaegerQuerySecurityGroupId: query.securityGroupId,
      fronts,
    },
  };
}
