/** What the gateway's containers listen on. */
export const GATEWAY_PORTS = {
  /** From the ingest API through the VPC link; the tenant is in the path. */
  ingest: 8080,
  /** From the joined networks; the tenant is known by the source address. */
  direct: 8081,
} as const;

/** What the load balancer listens on. The seed's address of Loki (COVERAGE.md, A3) has no port. */
export const LISTENER_PORTS = { ingest: GATEWAY_PORTS.ingest, direct: 80 } as const;

/** Answers 200 while nginx runs. It says nothing about the programs behind: their outage must not take the gateway's tasks down. */
export const HEALTH_PATH = "/healthz";
