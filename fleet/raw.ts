import type {
  AppContainer,
  Central,
  DirectNetwork,
  EgressRule,
  Endpoints,
  LogDestination,
  Tenant,
} from "./types";
import type { RawCloudBackend } from "./cloud-types";
import type { CentralAlerts, CentralGrafana, TenantAlerts, TenantGrafana } from "./grafana-types";
import type { RawCentralVpn } from "./vpn-types";
import type { CentralRegistry, GithubAccess, GithubRole, ImageRepository } from "./registry-types";
import type { Wave } from "./waves";
import type { OtlpExport, ServiceTraces, TraceDestination } from "./trace-types";

type CreatedEndpoints = Extract<Endpoints, { readonly kind: "created" }>;

/** The files as they are written: what the schemas let through. `fleet/defaults.ts` makes the effective types of these. */

export interface RawCentral {
  readonly accountId: string;
  readonly region: string;
  readonly organizationId: string;
  readonly deploy?: Partial<Omit<Central["deploy"], "assumed">>;
  readonly backend?: RawBackend;
  readonly metrics?: {
    readonly retentionDays?: number;
    readonly sharedActiveSeries?: number;
    readonly queryLogMinSamples?: number;
  };
  readonly images?: Partial<Central["images"]>;
  readonly configGeneration?: Central["configGeneration"];
  readonly registry?: RawRegistry;
  readonly network?: {
    readonly cidr?: string;
    readonly zones?: readonly string[];
    readonly egress?: "nat" | "endpoints";
    readonly natPerZone?: boolean;
    readonly vpcId?: string;
    readonly privateSubnetIds?: readonly string[];
    readonly clients?: Partial<Central["network"]["clients"]>;
  };
  readonly vpn?: RawCentralVpn;
  readonly ingest?: {
    readonly exposure?: "private" | "public";
    readonly maxBodyMiB?: number;
    readonly requestsPerSecond?: number;
    readonly burst?: number;
    readonly tasks?: { readonly min?: number; readonly max?: number };
    readonly manageAccountLogging?: boolean;
    readonly domain?: NonNullable<Central["ingest"]["domain"]>;
  };
  readonly jaeger?: {
    readonly cpu?: number;
    readonly memory?: number;
    readonly tasks?: { readonly min?: number; readonly max?: number };
    readonly query?: Partial<Central["jaeger"]["query"]>;
    readonly retentionDays?: number;
    readonly storage?: Partial<Central["jaeger"]["storage"]>;
  };
  readonly loki?: {
    readonly replicas?: 1 | 3;
    readonly cpu?: number;
    readonly memory?: number;
    readonly retentionDays?: number;
    readonly logMiBPerSecond?: number;
    readonly maxStreams?: number;
    readonly direct?: readonly DirectNetwork[];
  };
  readonly regions?: readonly string[];
  readonly grafana?: Partial<Omit<CentralGrafana, "networkAccess">> & {
    readonly networkAccess?: Partial<NonNullable<CentralGrafana["networkAccess"]>>;
  };
  readonly waves?: readonly RawWave[];
  readonly alerts?: Partial<Omit<CentralAlerts, "thresholds">> & {
    readonly thresholds?: Partial<CentralAlerts["thresholds"]>;
  };
  readonly logRetentionDays?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RawRegistry {
  readonly cache?: NonNullable<CentralRegistry["cache"]>;
  readonly scanning?: Partial<CentralRegistry["scanning"]>;
  readonly repositories?: readonly (Partial<ImageRepository> & Pick<ImageRepository, "name">)[];
  readonly github?: Partial<Pick<GithubAccess, "manageOidcProvider">> & {
    readonly roles: readonly (Partial<GithubRole> & Pick<GithubRole, "name" | "repository" | "push">)[];
  };
}

export type RawWave = Partial<Wave> & Pick<Wave, "name">;

export type RawBackend =
  | { readonly type: "local" }
  | RawCloudBackend
  | {
      readonly type: "s3";
      readonly bucket: string;
      readonly region: string;
      readonly keyPrefix?: string;
      readonly kmsKeyArn?: string;
    };

export interface RawTenant {
  readonly name: string;
  readonly displayName?: string;
  readonly accountId: string;
  readonly region?: string;
  readonly lifecycle?: "active" | "suspended" | "offboarding";
  readonly isolation?: "pooled" | "dedicated";
  readonly wave?: string;
  readonly network: {
    readonly vpcId: string;
    readonly privateSubnetIds: readonly string[];
    readonly httpsEgressCidrs?: readonly string[];
    readonly endpoints?:
      | "existing"
      | "none"
      | {
          readonly subnetIds?: readonly string[];
          readonly services?: CreatedEndpoints["services"];
          readonly s3RouteTableIds?: readonly string[];
          readonly trustedAccountIds?: readonly string[];
        };
    readonly ingestEndpoint?: {
      readonly endpointId: string;
      readonly dnsName: string;
      readonly privateDns?: boolean;
    };
  };
  readonly share?: Partial<Tenant["share"]>;
  readonly cluster?: {
    readonly existing?: string;
    readonly containerInsights?: "disabled" | "enabled" | "enhanced";
  };
  readonly services: readonly RawService[];
  readonly limits?: Tenant["limits"];
  readonly grafana?: Partial<TenantGrafana>;
  readonly alerts?: Partial<TenantAlerts>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RawContainer {
  readonly image: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly user?: string;
  readonly readonlyRootFilesystem?: boolean;
  readonly healthCheck?: string;
  readonly dependsOn?: AppContainer["dependsOn"];
}

export interface RawSidecarSettings {
  readonly name: string;
  readonly metrics?: {
    readonly otlp?: boolean;
    readonly statsd?: boolean;
    readonly statsdRates?: readonly string[];
    readonly ecs?: boolean;
    readonly ecsIntervalSeconds?: number;
    readonly statsdIntervalSeconds?: number;
    readonly batchSeconds?: number;
    readonly scrape?: { readonly port?: number; readonly path?: string; readonly intervalSeconds?: number };
  };
  readonly logs?: { readonly destinations?: readonly LogDestination[] };
  readonly traces?: {
    readonly destinations?: readonly TraceDestination[];
    readonly jaeger?: "central" | "sidecar";
    readonly zipkin?: boolean;
    readonly sampling?: Partial<ServiceTraces["sampling"]>;
  };
  readonly exports?: {
    readonly emf?: { readonly namespace: string };
    readonly otlp?: readonly (Pick<OtlpExport, "name" | "endpoint" | "signals"> & Partial<OtlpExport>)[];
  };
  readonly otlp?: { readonly grpcPort?: number; readonly httpPort?: number; readonly legacyHttp?: boolean };
  readonly sidecar?: { readonly memory?: number; readonly cpu?: number; readonly debug?: boolean };
}

export interface RawManagedService extends RawSidecarSettings, RawContainer {
  readonly mode?: "managed";
  readonly cpu?: number;
  readonly memory?: number;
  readonly architecture?: "X86_64" | "ARM64";
  readonly count?: number;
  readonly containers?: readonly (RawContainer & {
    readonly name: string;
    readonly essential?: boolean;
    readonly memory?: number;
    readonly cpu?: number;
  })[];
  readonly loadBalancer?: {
    readonly securityGroupId: string;
    readonly targetGroupArn?: string;
    readonly listenerArn?: string;
    readonly priority?: number;
    readonly hosts?: readonly string[];
    readonly paths?: readonly string[];
    readonly healthCheckPath?: string;
  };
  readonly allowFromSecurityGroups?: readonly string[];
  readonly egress?: readonly (Omit<EgressRule, "protocol"> & { readonly protocol?: "tcp" | "udp" })[];
  readonly taskPolicyArns?: readonly string[];
  readonly secretKmsKeyArns?: readonly string[];
}

export interface RawAttachedService extends RawSidecarSettings {
  readonly mode: "attached";
  readonly taskRoleArn: string;
}

export type RawService = RawManagedService | RawAttachedService;
