/** Names of the gateway in the central account. */
export const GATEWAY_NAMES = {
  /** Of the ECS service and of the container. */
  service: "gateway",
  family: "tenantscope-gateway",
  taskRole: "tenantscope-gateway-task",
  executionRole: "tenantscope-gateway-exec",
  /** Of the network load balancer; at most 32 characters, like those of the target groups. */
  loadBalancer: "tenantscope-gateway",
  ingestTargets: "tenantscope-gateway-ingest",
  directTargets: "tenantscope-gateway-direct",
  taskSecurityGroup: "tenantscope-gateway",
  loadBalancerSecurityGroup: "tenantscope-gateway-nlb",
  logGroup: "/tenantscope/central/gateway",
  logsKeyAlias: "alias/tenantscope-gateway-logs",
  metricsNamespace: "Tenantscope/Gateway",
} as const;
