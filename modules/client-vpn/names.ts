import type { VpnService } from "../../fleet/vpn-types";
import { centralNames } from "../../lib/names";

const PREFIX = "tenantscope-vpn";

/** Names of the VPN and of what people reach through it, all in the central account. */
export const VPN_NAMES = {
  endpoint: PREFIX,
  securityGroup: PREFIX,
  /** Of the security group and, where there is one, of the load balancer before a service; at most 32 characters. */
  service: (service: VpnService): string => `${PREFIX}-${service}`,
  logGroup: "/tenantscope/central/vpn",
  logStream: "connections",
  logsKeyAlias: `alias/${PREFIX}-logs`,
  /** Private zone of the names that people type. Cloud Map's own zone takes no record but Cloud Map's. */
  zone: `tools.${centralNames.namespace}`,
} as const;

/** What people type. Grafana keeps the address that AWS gave it. */
export const toolName = (service: Exclude<VpnService, "grafana">): string => `${service}.${VPN_NAMES.zone}`;
