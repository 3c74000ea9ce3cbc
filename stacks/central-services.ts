import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { ServiceDiscoveryPrivateDnsNamespace } from "@cdktf/provider-aws/lib/service-discovery-private-dns-namespace";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import { centralNames } from "../lib/names";
import { attribute, createAfter } from "../lib/terraform-text";
import { AlertTopic } from "../modules/alert-topic/alert-topic";
import type { Contract } from "../modules/contract/contract";
import { Gateway } from "../modules/gateway/gateway";
import { IngestApi } from "../modules/ingest/ingest-api";
import { Loki } from "../modules/loki/loki";
import { LOKI_HTTP_PORT } from "../modules/loki/ports";
import { CentralVpc } from "../modules/network/central-network";

/** DNS of every VPC. */
const VPC_RESOLVER = "169.254.169.253";

/** Days for which deleted log chunks can be brought back. */
const UNDO_DAYS = 7;

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
    extraEndpoints: [],
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

/** The services behind the ingest API: what tenants send reaches them through it and the gateway only. */
export function centralServices(scope: Construct, central: Central): Pick<Contract, "ingest" | "loki"> {
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
    undoDays: UNDO_DAYS,
    subnetIds: vpc.privateSubnetIds,
    // The gateway is let in below: each needs the other's security group.
    clients: {},
    httpsEgress,
    namespace: { namespaceId: attribute(namespace, "id"), namespaceName: centralNames.namespace },
  });
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
      upstreams: { loki: loki.url },
      resolver: VPC_RESOLVER,
      direct: lokiSettings.direct,
    },
    tasks: ingest.tasks,
    lokiSecurityGroupId: loki.securityGroupId,
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
  return {
    ingest: { apiId: api.apiId, executionArn: api.executionArn, url: api.url },
    loki: { directHost: gateway.loadBalancerDnsName },
  };
}
