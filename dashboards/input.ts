/**
 * What the dashboards are made from. Plain values, all known at synthesis. `tenant-input.ts` and `fleet-input.ts` make
 * them from the fleet.
 */

/** Uids of the data sources that a tenant has. No panel asks a data source that is absent. */
export interface TenantSources {
  /** Amazon Managed Prometheus: the pooled workspace or the tenant's own. */
  readonly metrics?: string;
  readonly loki?: string;
  readonly cloudwatch?: string;
  readonly xray?: string;
  readonly jaeger?: {
    readonly uid: string;
    /** Other tenants' spans are in it as well. */
    readonly shared: boolean;
  };
}

export interface DashboardService {
  readonly name: string;
  /** Lines go to Loki. */
  readonly loki: boolean;
  /** Log group of the service's lines in the tenant's account; absent when they go elsewhere. */
  readonly logGroup?: string;
  /** Spans go to Jaeger. */
  readonly jaeger: boolean;
}

export interface TenantDashboardInput {
  readonly tenant: string;
  /** For people. */
  readonly displayName: string;
  readonly accountId: string;
  /** Region of the tenant's account. */
  readonly region: string;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  readonly services: readonly DashboardService[];
  readonly sources: TenantSources;
}

/** For the dashboards about all tenants. It names none, so that a new tenant changes none of them. */
export interface FleetDashboardInput {
  /** Of the central account. */
  readonly accountId: string;
  readonly region: string;
  /** Uids of the data sources: the pooled workspace, and CloudWatch of the central account. */
  readonly sources: { readonly metrics: string; readonly cloudwatch: string };
  /** Series that all pooled tenants without a limit of their own may have together. */
  readonly sharedActiveSeries: number;
}
