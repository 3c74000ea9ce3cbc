const NOBODY = { groupIds: [], everybody: false } as const;

/** Of `central.json` `vpn`, where there is one; those of `access` for the services that are named. */
export const VPN_DEFAULTS = {
  access: { grafana: NOBODY, jaeger: NOBODY, loki: NOBODY },
  closeGrafana: false,
  associations: 2,
  transport: "udp",
  sessionHours: 8,
  serviceSubnets: [],
} as const;
