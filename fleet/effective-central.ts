import { DEFAULTS } from "./defaults";
import type { RawBackend, RawCentral, RawRegistry, RawWave } from "./raw";
import type { Backend, Central, CentralNetwork } from "./types";
import type { CentralVpn, RawCentralVpn } from "./vpn-types";

/** `central.json` with its defaults. */
export function effectiveCentral(raw: RawCentral): Central {
  const { deploy, metrics, images, configGeneration } = DEFAULTS.central;
  return {
    accountId: raw.accountId,
    region: raw.region,
    organizationId: raw.organizationId,
    deploy: { ...deploy, ...raw.deploy },
    backend: effectiveBackend(raw.backend ?? { type: DEFAULTS.central.backend.type }),
    metrics: { ...metrics, ...raw.metrics },
    images: { ...images, ...raw.images },
    configGeneration: raw.configGeneration ?? configGeneration,
    ...(raw.registry && { registry: effectiveRegistry(raw.registry) }),
    network: effectiveCentralNetwork(raw.network ?? {}),
    ...(raw.vpn === undefined ? {} : { vpn: effectiveVpn(raw.vpn) }),
    ingest: effectiveIngest(raw.ingest ?? {}),
    jaeger: effectiveJaeger(raw.jaeger ?? {}),
    loki: effectiveLoki(raw.loki ?? {}),
    regions: raw.regions ?? [raw.region],
    grafana: effectiveCentralGrafana(raw.grafana ?? {}),
    alerts: effectiveCentralAlerts(raw.alerts ?? {}),
    waves: effectiveWaves(raw.waves ?? DEFAULTS.central.waves),
    logRetentionDays: raw.logRetentionDays ?? DEFAULTS.central.logRetentionDays,
    tags: raw.tags ?? DEFAULTS.central.tags,
  };
}

export function effectiveBackend(raw: RawBackend): Backend {
  const { cloud, s3 } = DEFAULTS.central.backend;
  switch (raw.type) {
    case "local":
      return raw;
    case "s3":
      return { ...s3, ...raw };
    case "cloud":
      return { ...cloud, ...raw, notifications: { ...cloud.notifications, ...raw.notifications } };
  }
}

export function effectiveRegistry(raw: RawRegistry): NonNullable<Central["registry"]> {
  const { repositories = DEFAULTS.registry.repositories, scanning, github, ...rest } = raw;
  return {
    ...rest,
    scanning: { ...DEFAULTS.registry.scanning, ...scanning },
    repositories: repositories.map((each) => ({ ...DEFAULTS.imageRepository, ...each })),
    ...(github && {
      github: {
        ...DEFAULTS.github,
        ...github,
        roles: github.roles.map((each) => ({ ...DEFAULTS.githubRole, ...each })),
      },
    }),
  };
}

/** A network with a VPC's id exists; the schema asks for the rest of it then. */
export function effectiveCentralNetwork(raw: NonNullable<RawCentral["network"]>): CentralNetwork {
  const { vpcId, privateSubnetIds = [], clients: rawClients, ...created } = raw;
  const { clients: noClients, ...defaults } = DEFAULTS.central.network;
  const clients = { ...noClients, ...rawClients };
  if (vpcId === undefined) return { kind: "created", ...defaults, ...created, clients };
  return { kind: "existing", vpcId, cidr: raw.cidr ?? defaults.cidr, privateSubnetIds, clients };
}

/** The services that nobody is let in to have no address. */
export function effectiveVpn(raw: RawCentralVpn): CentralVpn {
  const { access: nobody, ...defaults } = DEFAULTS.vpn;
  const { grafana, jaeger, loki } = raw.access;
  const access = {
    ...(grafana && { grafana: { ...nobody.grafana, ...grafana } }),
    ...(jaeger && { jaeger: { ...nobody.jaeger, ...jaeger } }),
    ...(loki && { loki: { ...nobody.loki, ...loki } }),
  };
  return { ...defaults, ...raw, access };
}

export function effectiveIngest(raw: NonNullable<RawCentral["ingest"]>): Central["ingest"] {
  const defaults = DEFAULTS.central.ingest;
  return { ...defaults, ...raw, tasks: { ...defaults.tasks, ...raw.tasks } };
}

export function effectiveJaeger(raw: NonNullable<RawCentral["jaeger"]>): Central["jaeger"] {
  const defaults = DEFAULTS.central.jaeger;
  const storage = { ...defaults.storage, ...raw.storage };
  return {
    ...defaults,
    ...raw,
    tasks: { ...defaults.tasks, ...raw.tasks },
    query: { ...defaults.query, ...raw.query },
    // One node in each zone.
    storage: { ...storage, instances: raw.storage?.instances ?? storage.zones },
  };
}

export const effectiveLoki = (raw: NonNullable<RawCentral["loki"]>): Central["loki"] => ({
  ...DEFAULTS.central.loki,
  ...raw,
});

export function effectiveCentralGrafana(raw: NonNullable<RawCentral["grafana"]>): Central["grafana"] {
  const defaults = DEFAULTS.central.grafana;
  return { ...defaults, ...raw, networkAccess: { ...defaults.networkAccess, ...raw.networkAccess } };
}

export const effectiveWaves = (raw: readonly RawWave[]): Central["waves"] =>
  raw.map((wave) => ({ ...DEFAULTS.wave, ...wave }));

export function effectiveCentralAlerts(raw: NonNullable<RawCentral["alerts"]>): Central["alerts"] {
  const defaults = DEFAULTS.central.alerts;
  return { ...defaults, ...raw, thresholds: { ...defaults.thresholds, ...raw.thresholds } };
}
