import type { VpnService } from "../../fleet/vpn-types";

/** What people connect to, TCP. Inside the VPN's own encryption, so that no name of Jaeger and Loki needs a certificate. */
export const VPN_PORTS: Readonly<Record<VpnService, number>> = { grafana: 443, jaeger: 80, loki: 80 };

export const DNS_PORT = 53;

/** Of the endpoint itself: the one that the fewest networks refuse. */
export const VPN_PORT = 443;
