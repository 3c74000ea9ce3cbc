/** Of `central.json` `vpn`, where there is one. */
export const VPN_DEFAULTS = {
  closeGrafana: false,
  associations: 2,
  transport: "udp",
  sessionHours: 8,
  serviceSubnets: [],
} as const;

/** Of everything in `vpn.access`. */
export const VPN_ACCESS_DEFAULTS = { groupIds: [], everybody: false } as const;
