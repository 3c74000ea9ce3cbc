/** Names of Jaeger's services in the central account; a tenant's own query service has the tenant's name at its end. */
export interface JaegerNames {
  /** Of the ECS service, the container and in the private DNS namespace. */
  readonly service: string;
  readonly family: string;
  readonly taskRole: string;
  readonly executionRole: string;
  readonly securityGroup: string;
  readonly logGroup: string;
  readonly logsKeyAlias: string;
}

const namesOf = (service: string, taskRole: string): JaegerNames => ({
  service,
  family: `tenantscope-${service}`,
  taskRole,
  // Not one of the names that the storage API admits.
  executionRole: `tenantscope-exec-${service}`,
  securityGroup: `tenantscope-${service}`,
  logGroup: `/tenantscope/central/${service}`,
  logsKeyAlias: `alias/tenantscope-${service}-logs`,
});

export const COLLECTOR_NAMES = namesOf("jaeger", "tenantscope-jaeger-collector");

/** `tenant` is absent for the shared query service. */
export function queryNames(tenant?: string): JaegerNames {
  const service = tenant === undefined ? "jaeger-query" : `jaeger-query-${tenant}`;
  return namesOf(service, `tenantscope-${service}`);
}

export const JAEGER_METRICS_NAMESPACE = "Tenantscope/Jaeger";
