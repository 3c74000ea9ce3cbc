import type { Estimate } from "../cost/estimate";
import { dashboardUids } from "../dashboards/panels/links";
import type { Fleet, Service, Tenant } from "../fleet/types";
import { centralFor, generationOf, tenantsOf, waveOf } from "../fleet/waves";
import { shortImage } from "../lib/image-cache";
import { tenantNames } from "../lib/names";

export interface ReportLink {
  readonly text: string;
  readonly url: string;
}

/** A line of the report. */
export interface TenantRow {
  readonly name: string;
  readonly displayName: string;
  readonly accountId: string;
  readonly region: string;
  readonly lifecycle: Tenant["lifecycle"];
  readonly isolation: Tenant["isolation"];
  readonly wave: string;
  /** Name and image of the application; of an attached service, that it is. */
  readonly services: readonly string[];
  /** `logs: loki, cloudwatch`: where the signals of its services go. */
  readonly destinations: readonly string[];
  /** Only those of its own. */
  readonly limits: readonly string[];
  /** A month, with its part of the shared services; null when it is offboarding. */
  readonly usd: number | null;
  readonly links: readonly ReportLink[];
}

export interface WaveRow {
  readonly name: string;
  readonly tenants: number;
  readonly concurrency: number;
  /** Generation of the collectors' configuration. */
  readonly generation: number;
  /** Versions of the images in the tenants' tasks. */
  readonly images: readonly string[];
}

export interface Report {
  readonly central: {
    readonly accountId: string;
    readonly region: string;
    readonly links: readonly ReportLink[];
  };
  readonly tenants: readonly TenantRow[];
  readonly waves: readonly WaveRow[];
  readonly cost: Pick<Estimate, "total" | "sharedTotal" | "elsewhereTotal" | "otlpTotal">;
  readonly warnings: readonly string[];
}

/** What the report says. `grafana` is the address of the Grafana workspace, which no file knows. */
export function reportOf(fleet: Fleet, estimate: Estimate, grafana?: string): Report {
  const { central } = fleet;
  const { total, sharedTotal, elsewhereTotal, otlpTotal } = estimate;
  const usd = new Map(estimate.tenants.map((each) => [each.name, each.total]));
  const address = grafana?.replace(/\/+$/, "");
  return {
    central: {
      accountId: central.accountId,
      region: central.region,
      links: [
        ...(address === undefined
          ? []
          : [{ text: "Grafana", url: `${address}/d/${dashboardUids.fleetHealth}` }]),
        consoleLink("Grafana's workspace", "grafana/home", central.region, "#/workspaces"),
        consoleLink("alarms", "cloudwatch/home", central.region, "#alarmsV2:"),
      ],
    },
    tenants: fleet.tenants.map((tenant) => tenantRow(fleet, tenant, usd.get(tenant.name) ?? null, address)),
    waves: central.waves.map((wave) => {
      const { adotCollector, fluentBit, jaeger } = centralFor(central, { wave: wave.name }).images;
      return {
        ...{ name: wave.name, concurrency: wave.concurrency, tenants: tenantsOf(fleet, wave).length },
        generation: generationOf(central, wave),
        images: [adotCollector, fluentBit, jaeger].map(shortImage),
      };
    }),
    cost: { total, sharedTotal, elsewhereTotal, otlpTotal },
    warnings: fleet.warnings,
  };
}

function tenantRow(
  { central }: Fleet,
  tenant: Tenant,
  usd: number | null,
  grafana: string | undefined,
): TenantRow {
  const { name, displayName, accountId, region, lifecycle, isolation, services } = tenant;
  return {
    ...{ name, displayName, accountId, region, lifecycle, isolation, usd },
    wave: waveOf(central.waves, tenant).name,
    services: services.map(serviceText),
    destinations: destinationsOf(tenant),
    limits: limitsOf(tenant),
    links: lifecycle === "offboarding" ? [] : linksOf(tenant, grafana),
  };
}

const serviceText = (service: Service): string =>
  service.mode === "attached"
    ? `${service.name} (attached)`
    : `${service.name} (${service.containers
        .slice(0, 1)
        .map(({ image }) => shortImage(image))
        .join("")})`;

function destinationsOf({ isolation, services }: Tenant): string[] {
  const metrics = services.some(({ exports }) => exports.emf !== undefined)
    ? [isolation, "EMF"]
    : [isolation];
  const logs = services.flatMap((service) => service.logs.destinations);
  const traces = services.flatMap((service) =>
    service.traces.destinations.map((each) =>
      each === "jaeger" ? `jaeger (${service.traces.jaeger})` : each,
    ),
  );
  const others = services.flatMap(({ exports }) => exports.otlp.map((each) => each.name));
  return Object.entries({ metrics, logs, traces, others })
    .filter(([, names]) => names.length > 0)
    .map(([signal, names]) => `${signal}: ${[...new Set(names)].sort().join(", ")}`);
}

const LIMITS: Readonly<Record<keyof Tenant["limits"], string>> = {
  activeSeries: "series",
  metricsRetentionDays: "days of metrics",
  logMiBPerSecond: "MiB/s of logs",
  logRetentionDays: "days of logs",
  traceRetentionDays: "days of traces",
};

const limitsOf = ({ limits }: Tenant): string[] =>
  (Object.keys(LIMITS) as (keyof Tenant["limits"])[]).flatMap((key) =>
    limits[key] === undefined ? [] : [`${limits[key].toLocaleString("en")} ${LIMITS[key]}`],
  );

const consoleLink = (text: string, path: string, region: string, place = ""): ReportLink => ({
  text,
  url: `https://${region}.console.aws.amazon.com/${path}?region=${region}${place}`,
});

/** Links to AWS's console need a session in that account. */
function linksOf({ name, region, cluster }: Tenant, grafana: string | undefined): ReportLink[] {
  const clusterName = cluster.kind === "existing" ? cluster.name : tenantNames(name).cluster;
  return [
    ...(grafana === undefined
      ? []
      : [{ text: "dashboard", url: `${grafana}/d/${dashboardUids.overview(name)}` }]),
    consoleLink("services", `ecs/v2/clusters/${clusterName}/services`, region),
    consoleLink("alarms", "cloudwatch/home", region, "#alarmsV2:"),
  ];
}
