import type { Generation } from "../modules/collector/generations";
import type { EndpointService } from "../modules/endpoints/services";
import type { CloudBackend } from "./cloud-types";
import type { CentralAlerts, CentralGrafana, TenantAlerts, TenantGrafana } from "./grafana-types";
import type { CentralVpn } from "./vpn-types";
import type { CentralRegistry } from "./registry-types";
import type { Wave } from "./waves";
import type { ServiceExports, ServiceTraces } from "./trace-types";

/**
 * The fleet as the rest of the program sees it: validated, defaults applied, nothing optional that has a default.
 * `fleet/load.ts` makes these from JSON; constructs never see raw JSON.
 */

/** Where Terraform keeps the state of every stack. */
export type Backend =
  | { readonly type: "local" }
  | CloudBackend
  | {
      readonly type: "s3";
      readonly bucket: string;
      readonly region: string;
      readonly keyPrefix: string;
      readonly kmsKeyArn?: string;
    };

/** `central.json`: the observability account. */
export interface Central {
  readonly accountId: string;
  readonly region: string;
  readonly organizationId: string;
  readonly deploy: {
    /** Role in the central account that the AWS provider assumes; the ambient credentials when absent. */
    readonly centralRoleName?: string;
    /** Role that exists in every tenant account and that the tenant stacks assume. */
    readonly tenantRoleName: string;
    /** Roles that read, for plans; the above when absent. */
    readonly centralPlanRoleName?: string;
    readonly tenantPlanRoleName?: string;
    /** Role in the central account that reads Grafana's token for plans. */
    readonly tokenRoleName?: string;
    /** What providers assume in the place of the first two, in what is synthesised to be planned only; in no file. */
    readonly assumed?: { readonly centralRoleName?: string; readonly tenantRoleName: string };
  };
  readonly backend: Backend;
  readonly metrics: {
    /** Retention of the pooled workspace, in days. */
    readonly retentionDays: number;
    /** Active series that all pooled tenants without a limit of their own may have together. */
    readonly sharedActiveSeries: number;
    /** Queries that touch at least so many samples are logged. */
    readonly queryLogMinSamples: number;
  };
  /** Images that this program runs; for a mirror: a pull-through cache or a private registry. Each has a tag or a digest. */
  readonly images: {
    readonly adotCollector: string;
    readonly fluentBit: string;
    readonly loki: string;
    readonly nginx: string;
    readonly busybox: string;
    readonly awsCli: string;
    readonly jaeger: string;
  };
  /** Of the configuration of the tenants' collectors. */
  readonly configGeneration: Generation;
  /** Absent: nothing of it is managed here. */
  readonly registry?: CentralRegistry;
  readonly network: CentralNetwork;
  /** How people reach the private services; not at all by a VPN of ours when absent. */
  readonly vpn?: CentralVpn;
  /** The API that takes the tenants' logs and traces, and the gateway behind it. */
  readonly ingest: {
    /** `private`: only through VPC endpoints of the central Region. `public`: over the internet too; signed either way. */
    readonly exposure: "private" | "public";
    /** Largest body of one request, after decompression as well as before. */
    readonly maxBodyMiB: number;
    /** Requests that one tenant may send, on average. */
    readonly requestsPerSecond: number;
    /** Requests that one tenant may send at once. */
    readonly burst: number;
    /** How many tasks the gateway has. */
    readonly tasks: { readonly min: number; readonly max: number };
    /** API Gateway's role for logs, one setting per account and Region: made here unless the account has one. */
    readonly manageAccountLogging: boolean;
    /** Private custom domain of the ingest and storage APIs, and its certificate in the central Region. */
    readonly domain?: { readonly name: string; readonly certificateArn: string };
  };
  readonly jaeger: CentralJaeger;
  readonly loki: {
    readonly replicas: 1 | 3;
    /** CPU units of one replica's task. */
    readonly cpu: number;
    /** Memory of one replica's task, MiB. */
    readonly memory: number;
    /** For tenants without a retention of their own. */
    readonly retentionDays: number;
    /** What a tenant without a limit of its own may send. */
    readonly logMiBPerSecond: number;
    /** Streams that one tenant may have open at once. */
    readonly maxStreams: number;
    /** VPCs joined to the central one whose tenants may push straight to Loki (`loki-direct`). */
    readonly direct: readonly DirectNetwork[];
  };
  /** Regions whose telemetry tenants can show to the central account (OAM). */
  readonly regions: readonly string[];
  readonly grafana: CentralGrafana;
  /** In the order in which they are deployed; at least one. */
  readonly waves: readonly Wave[];
  /** Who is told about alarms of the central services, and when alerts fire. */
  readonly alerts: CentralAlerts;
  /** Retention of every CloudWatch log group that this program makes, in days. */
  readonly logRetentionDays: number;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The central settings that a tenant's stack is made of. The stack is given nothing else, so no other setting can change
 * it: `tenantscope affected` need not look at it when another one does.
 */
export interface TenantCentral extends Pick<
  Central,
  | "accountId"
  | "region"
  | "organizationId"
  | "deploy"
  | "backend"
  | "metrics"
  | "network"
  | "alerts"
  | "logRetentionDays"
  | "tags"
> {
  /** As far as they have come to the tenant's wave. */
  readonly images: Pick<Central["images"], "adotCollector" | "fluentBit" | "jaeger">;
  /** That of the tenant's wave. */
  readonly configGeneration: Generation;
  readonly ingest: Pick<Central["ingest"], "exposure" | "domain">;
  readonly jaeger: Pick<Central["jaeger"], "retentionDays" | "query">;
  readonly grafana: Pick<Central["grafana"], "licence">;
}

/** The shared Jaeger and the OpenSearch domain behind it. */
export interface CentralJaeger {
  /** CPU units and MiB of one collector task. */
  readonly cpu: number;
  readonly memory: number;
  readonly tasks: { readonly min: number; readonly max: number };
  readonly query: { readonly cpu: number; readonly memory: number; readonly tasks: number };
  /** For tenants without a retention of their own. */
  readonly retentionDays: number;
  readonly storage: {
    readonly instanceType: string;
    readonly zones: 1 | 2 | 3;
    /** Data nodes; a multiple of the zones. */
    readonly instances: number;
    /** Of one data node. */
    readonly volumeGiB: number;
    readonly dedicatedMasters: boolean;
    /** OpenSearch's service-linked role, one per account: made here unless the account has it. */
    readonly manageServiceLinkedRole: boolean;
  };
}

/** Where the central services run. */
export type CentralNetwork = {
  /** The networks of people who look at traces. */
  readonly clients: { readonly cidrs: readonly string[]; readonly securityGroupIds: readonly string[] };
} & (
  | {
      readonly kind: "created";
      readonly cidr: string;
      /** Letters of Availability Zones, in the manifest's order. */
      readonly zones: readonly string[];
      /** How the services reach AWS: through NAT gateways or through interface endpoints alone. */
      readonly egress: "nat" | "endpoints";
      /** A NAT gateway in every zone rather than one for all. */
      readonly natPerZone: boolean;
    }
  | {
      readonly kind: "existing";
      readonly vpcId: string;
      readonly cidr: string;
      readonly privateSubnetIds: readonly string[];
    }
);

/** A network from which one tenant pushes straight to Loki. */
export interface DirectNetwork {
  readonly cidr: string;
  /** Name of the tenant. */
  readonly tenant: string;
}

export type Lifecycle = "active" | "suspended" | "offboarding";
export type Isolation = "pooled" | "dedicated";

/** One `tenants/<name>.json`. */
export interface Tenant {
  /** Path of the file, relative to the fleet's root. */
  readonly file: string;
  readonly name: string;
  readonly displayName: string;
  readonly accountId: string;
  readonly region: string;
  readonly lifecycle: Lifecycle;
  /** Name of its wave; absent: the last. */
  readonly wave?: string;
  readonly isolation: Isolation;
  readonly network: {
    readonly vpcId: string;
    readonly privateSubnetIds: readonly string[];
    /** Where the tasks may open HTTPS connections to. */
    readonly httpsEgressCidrs: readonly string[];
    readonly endpoints: Endpoints;
    /** The endpoint through which the ingest API is called, when it is private. Absent: one is created. */
    readonly ingestEndpoint?: {
      readonly endpointId: string;
      readonly dnsName: string;
      /** The VPC resolves the usual names of private APIs to it. */
      readonly privateDns: boolean;
    };
  };
  /** What the central account may see of this account by CloudWatch (OAM). */
  readonly share: {
    readonly logs: boolean;
    readonly metrics: boolean;
    readonly traces: boolean;
    /** Beginnings of the names of the log groups that are shared; none: all of the account. */
    readonly logGroupPrefixes: readonly string[];
  };
  readonly cluster: Cluster;
  readonly services: readonly Service[];
  readonly limits: {
    /** Active series of this tenant alone; in a pooled workspace absent means that it shares the default bucket. */
    readonly activeSeries?: number;
    /** Days; only of a dedicated workspace. */
    readonly metricsRetentionDays?: number;
    /** What the tenant may send to Loki; the central default when absent. */
    readonly logMiBPerSecond?: number;
    /** How long Loki keeps the tenant's logs; the central default when absent. */
    readonly logRetentionDays?: number;
    /** How long the tenant's own Jaeger indices are kept; only with a service whose Jaeger is a sidecar. */
    readonly traceRetentionDays?: number;
  };
  readonly grafana: TenantGrafana;
  readonly alerts: TenantAlerts;
  readonly tags: Readonly<Record<string, string>>;
}

/** `created`: interface endpoints of AWS's services in the tenant's VPC; `existing`: they are there; `none`: over the internet. */
export type Endpoints =
  | {
      readonly kind: "created";
      readonly subnetIds: readonly string[];
      /** What the tenant's services need when absent. */
      readonly services?: readonly Exclude<EndpointService, "execute-api">[];
      /** Route tables that get a gateway endpoint of S3. */
      readonly s3RouteTableIds: readonly string[];
      /** Accounts, besides the tenant's own, whose roles the applications take on and use through the endpoints. */
      readonly trustedAccountIds: readonly string[];
    }
  | { readonly kind: "existing" }
  | { readonly kind: "none" };

export type Cluster =
  | { readonly kind: "created"; readonly containerInsights: "disabled" | "enabled" | "enhanced" }
  | { readonly kind: "existing"; readonly name: string };

export type Service = ManagedService | AttachedService;

/**
 * Where the logs of a service go. `loki`: over the ingest API. `loki-direct`: from the task to Loki over joined networks.
 * `cloudwatch`: a log group in the tenant's account.
 */
export type LogDestination = "loki" | "loki-direct" | "cloudwatch";

interface ServiceCommon {
  readonly name: string;
  readonly otlp: {
    readonly grpcPort: number;
    readonly httpPort: number;
    /** Also listen on 55681, the OTLP/HTTP port before 2021. */
    readonly legacyHttp: boolean;
  };
  readonly metrics: ServiceMetrics;
  /** At least one destination, in the order of {@link LogDestination}. */
  readonly logs: { readonly destinations: readonly LogDestination[] };
  readonly traces: ServiceTraces;
  readonly exports: ServiceExports;
  readonly sidecar: {
    /** Hard memory limit of the collector container, MiB. */
    readonly memory: number;
    /** CPU units reserved for the collector container. */
    readonly cpu: number;
    /** A debug exporter on every pipeline: one log line per batch. */
    readonly debug: boolean;
  };
}

export interface ServiceMetrics {
  /** Metrics that the application sends by OTLP. */
  readonly otlp: boolean;
  /** StatsD on 127.0.0.1:8125 (UDP). */
  readonly statsd: boolean;
  /**
   * StatsD counters that arrive as exact rates per second instead of totals. A total starts again after an interval
   * without an increment (DECISIONS.md), which is wrong for counters that seldom move.
   */
  readonly statsdRates: readonly string[];
  /** Task metrics from the ECS task metadata endpoint. */
  readonly ecs: boolean;
  /** Prometheus page of the application that the collector scrapes. */
  readonly scrape?: { readonly port: number; readonly path: string; readonly intervalSeconds: number };
  readonly ecsIntervalSeconds: number;
  readonly statsdIntervalSeconds: number;
  /** How long the collector gathers samples before a remote write. */
  readonly batchSeconds: number;
}

/** A service whose task definition and ECS service this program owns. */
export interface ManagedService extends ServiceCommon {
  readonly mode: "managed";
  /** CPU units of the whole task (1024 = 1 vCPU). */
  readonly cpu: number;
  /** Memory of the whole task, MiB. */
  readonly memory: number;
  readonly architecture: "X86_64" | "ARM64";
  readonly count: number;
  /** The application's containers; the first is the application and is named like the service. */
  readonly containers: readonly AppContainer[];
  readonly loadBalancer?: LoadBalancer;
  /** Security groups, besides the load balancer's, that may reach the application's port. */
  readonly allowFromSecurityGroups: readonly string[];
  /** What the application may reach besides HTTPS. */
  readonly egress: readonly EgressRule[];
  /** Managed policies of the tenant that the application needs (task role). */
  readonly taskPolicyArns: readonly string[];
  /** Customer-managed keys that encrypt the secrets. */
  readonly secretKmsKeyArns: readonly string[];
}

/** A service that the tenant's team runs; the program publishes the sidecar for it to merge in. */
export interface AttachedService extends ServiceCommon {
  readonly mode: "attached";
  readonly taskRoleArn: string;
}

export interface AppContainer {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly port?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variable -> ARN of a Secrets Manager secret or SSM parameter. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly readonlyRootFilesystem: boolean;
  /** Hard memory limit, MiB. */
  readonly memory?: number;
  readonly cpu?: number;
  readonly dependsOn: readonly {
    readonly container: string;
    readonly condition: "START" | "HEALTHY" | "COMPLETE" | "SUCCESS";
  }[];
  /** Command of the ECS health check, without the leading CMD-SHELL. */
  readonly healthCheck?: string;
}

/** The team's own load balancer: an existing target group, or a listener that gets a rule and a target group. */
export type LoadBalancer = { readonly securityGroupId: string } & (
  | { readonly kind: "target-group"; readonly targetGroupArn: string }
  | {
      readonly kind: "listener-rule";
      readonly listenerArn: string;
      readonly priority: number;
      readonly hosts: readonly string[];
      readonly paths: readonly string[];
      readonly healthCheckPath: string;
    }
);

export interface EgressRule {
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  /** Exactly one of the two. */
  readonly cidr?: string;
  readonly securityGroupId?: string;
  readonly description: string;
}

/** Everything that one run works on; tenants are sorted by name. */
export interface Fleet {
  readonly central: Central;
  readonly tenants: readonly Tenant[];
  /** What is allowed but should be known; formatted like errors. */
  readonly warnings: readonly string[];
}
