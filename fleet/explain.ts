import { hasJaegerSidecar } from "../modules/jaeger/size";
import { type Document, pointerOf } from "./document";
import { completeManifest } from "./manifest";
import type { Central, Tenant } from "./types";
import { centralFor, waveOf } from "./waves";

/** One effective setting of a tenant. */
export interface Explained {
  /** JSON pointer in the tenant's file; below `/central` one in `central.json`. */
  readonly path: string;
  readonly value: unknown;
  /** `FILE:LINE:COLUMN`, or `default`. */
  readonly from: string;
}

const CENTRAL = "/central";

interface Sources {
  readonly central: Document;
  readonly tenant: Document;
}

/**
 * Every setting that a tenant has in effect, in the order of its file's schema, then those of `central.json` that shape
 * its stack. Lists of plain values are one setting.
 */
export function explainTenant(central: Central, tenant: Tenant, documents: Sources): readonly Explained[] {
  const settings = leaves({ ...effective(central, tenant), central: centralSettings(central, tenant) }, "");
  const inherited = origins(central, tenant);
  return [...settings].map(([path, value]) => ({ path, value, from: origin(path, inherited, documents) }));
}

/** The file's own settings, and what stands in `central.json` for what it leaves out. */
function effective(central: Central, tenant: Tenant): Readonly<Record<string, unknown>> {
  const { limits, isolation } = tenant;
  const { loki, jaeger, metrics } = central;
  return {
    ...completeManifest(tenant),
    wave: waveOf(central.waves, tenant).name,
    limits: {
      ...limits,
      ...(isolation === "dedicated" && {
        metricsRetentionDays: limits.metricsRetentionDays ?? metrics.retentionDays,
      }),
      logMiBPerSecond: limits.logMiBPerSecond ?? loki.logMiBPerSecond,
      logRetentionDays: limits.logRetentionDays ?? loki.retentionDays,
      ...(tenant.services.some(({ traces }) => hasJaegerSidecar(traces)) && {
        traceRetentionDays: limits.traceRetentionDays ?? jaeger.retentionDays,
      }),
    },
    alerts: { ...tenant.alerts, thresholds: { ...central.alerts.thresholds, ...tenant.alerts.thresholds } },
    tags: { ...central.tags, ...tenant.tags },
  };
}

/** What else of `central.json` a tenant's stack is made of, in the shape of that file. */
function centralSettings(central: Central, tenant: Tenant): Readonly<Record<string, unknown>> {
  const { images, configGeneration, deploy, ingest, jaeger, loki, metrics, logRetentionDays } = centralFor(
    central,
    tenant,
  );
  const pooled = tenant.isolation === "pooled";
  const { adotCollector, fluentBit, jaeger: jaegerImage } = images;
  return {
    deploy,
    images: { adotCollector, fluentBit, jaeger: jaegerImage },
    configGeneration,
    ...(pooled && {
      metrics: { retentionDays: metrics.retentionDays, sharedActiveSeries: metrics.sharedActiveSeries },
    }),
    ingest: {
      exposure: ingest.exposure,
      maxBodyMiB: ingest.maxBodyMiB,
      requestsPerSecond: ingest.requestsPerSecond,
      burst: ingest.burst,
    },
    loki: { maxStreams: loki.maxStreams },
    jaeger: { retentionDays: jaeger.retentionDays },
    logRetentionDays,
  };
}

type Place = readonly [file: keyof Sources, pointer: string];

/** Where a setting comes from that its own file does not have: by its path, or by its path's beginning. */
function origins(central: Central, tenant: Tenant): (path: string) => Place | undefined {
  const wave = waveOf(central.waves, tenant);
  const wavePointer = pointerOf("waves", central.waves.indexOf(wave));
  const exact = new Map<string, Place>([
    ["/displayName", ["tenant", "/name"]],
    ["/region", ["central", "/region"]],
    ["/wave", ["central", `${wavePointer}/name`]],
    ["/network/endpoints/subnetIds", ["tenant", "/network/privateSubnetIds"]],
    ["/limits/metricsRetentionDays", ["central", "/metrics/retentionDays"]],
    ["/limits/logMiBPerSecond", ["central", "/loki/logMiBPerSecond"]],
    ["/limits/logRetentionDays", ["central", "/loki/retentionDays"]],
    ["/limits/traceRetentionDays", ["central", "/jaeger/retentionDays"]],
    ...Object.keys(wave.images).map((image): [string, Place] => [
      `${CENTRAL}/images/${image}`,
      ["central", `${wavePointer}/images/${image}`],
    ]),
    ...(wave.configGeneration === undefined
      ? []
      : [[`${CENTRAL}/configGeneration`, ["central", `${wavePointer}/configGeneration`]] as [string, Place]]),
  ]);
  return (path) => {
    const scrape = /^(\/services\/\d+)\/metrics\/scrape\/port$/.exec(path)?.[1];
    if (scrape !== undefined) return ["tenant", `${scrape}/port`];
    if (/^\/(alerts\/thresholds|tags)\//.test(path)) return ["central", path];
    return (
      exact.get(path) ?? (path.startsWith(CENTRAL) ? ["central", path.slice(CENTRAL.length)] : undefined)
    );
  };
}

function origin(path: string, inherited: ReturnType<typeof origins>, documents: Sources): string {
  if (documents.tenant.has(path)) return place(documents.tenant, path);
  const from = inherited(path);
  if (from === undefined) return "default";
  const document = documents[from[0]];
  return document.has(from[1]) ? place(document, from[1]) : "default";
}

function place(document: Document, pointer: string): string {
  const { line, column } = document.locate(pointer);
  return `${document.file}:${String(line)}:${String(column)}`;
}

/** Everything without parts of its own, by its JSON pointer. */
function* leaves(value: unknown, path: string): Generator<readonly [string, unknown]> {
  if (value === undefined) return;
  const parts = partsOf(value);
  if (parts.length === 0) yield [path, value];
  for (const [key, part] of parts) yield* leaves(part, path + pointerOf(key));
}

function partsOf(value: unknown): (readonly [string | number, unknown])[] {
  if (typeof value !== "object" || value === null) return [];
  if (!Array.isArray(value)) return Object.entries(value);
  return value.some((item) => typeof item === "object")
    ? value.map((item: unknown, index) => [index, item])
    : [];
}
