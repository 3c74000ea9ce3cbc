import type { Problem } from "../lib/errors";
import {
  DEFAULTS,
  effectiveGrafana,
  effectiveService,
  effectiveShare,
  effectiveTenant,
  effectiveTenantNetwork,
} from "./defaults";
import {
  effectiveBackend,
  effectiveCentral,
  effectiveCentralAlerts,
  effectiveCentralGrafana,
  effectiveCentralNetwork,
  effectiveIngest,
  effectiveJaeger,
  effectiveLoki,
  effectiveVpn,
  effectiveRegistry,
  effectiveWaves,
} from "./effective-central";
import type { Document } from "./document";
import type { RawCentral, RawService, RawTenant } from "./raw";
import type { Central, Service, Tenant } from "./types";

/**
 * What the cross-file rules see: every part of the fleet that the schemas accepted, even when other parts of the same
 * file are wrong, so that one run tells everything. A part that was not accepted is undefined.
 */
export interface FleetView {
  readonly central: CentralView;
  /** Sorted by file name. */
  readonly tenants: readonly TenantView[];
}

export interface CentralView {
  readonly document: Document;
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly deploy?: Central["deploy"] | undefined;
  readonly backend?: Central["backend"] | undefined;
  readonly images?: Central["images"] | undefined;
  readonly configGeneration?: Central["configGeneration"] | undefined;
  /** Also undefined where nothing of it is managed. */
  readonly registry?: Central["registry"] | undefined;
  readonly network?: Central["network"] | undefined;
  /** Undefined too when there is none. */
  readonly vpn?: Central["vpn"] | undefined;
  readonly ingest?: Central["ingest"] | undefined;
  readonly jaeger?: Central["jaeger"] | undefined;
  readonly loki?: Central["loki"] | undefined;
  readonly regions?: Central["regions"] | undefined;
  readonly grafana?: Central["grafana"] | undefined;
  readonly alerts?: Central["alerts"] | undefined;
  readonly waves?: Central["waves"] | undefined;
  /** Only when the whole file was accepted. */
  readonly whole?: Central | undefined;
}

export interface TenantView {
  readonly document: Document;
  /** The file's name without `.json`. */
  readonly stem: string;
  readonly name?: string | undefined;
  readonly accountId?: string | undefined;
  /** The tenant's own Region or the central one. */
  readonly region?: string | undefined;
  readonly isolation?: Tenant["isolation"] | undefined;
  readonly lifecycle?: Tenant["lifecycle"] | undefined;
  readonly wave?: string | undefined;
  readonly network?: Tenant["network"] | undefined;
  readonly share?: Tenant["share"] | undefined;
  readonly limits?: NonNullable<RawTenant["limits"]> | undefined;
  readonly grafana?: Tenant["grafana"] | undefined;
  readonly alerts?: Tenant["alerts"] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly services: readonly ServiceView[];
  /** Only when the whole file, and the central Region where it is needed, was accepted. */
  readonly whole?: Tenant | undefined;
}

export interface ServiceView {
  /** JSON pointer of the service in its file. */
  readonly pointer: string;
  readonly service: Service;
}

/** Says which parts of a file no problem touches. */
class Soundness {
  private readonly pointers: readonly string[];

  constructor(problems: readonly Problem[]) {
    this.pointers = problems.map(({ pointer }) => pointer);
  }

  get whole(): boolean {
    return this.pointers.length === 0;
  }

  /** Nothing at or below `pointer` is wrong. */
  has(pointer: string): boolean {
    return !this.pointers.some((bad) => bad === pointer || bad.startsWith(`${pointer}/`));
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function viewCentral(document: Document, problems: readonly Problem[]): CentralView {
  const sound = new Soundness(problems);
  const raw = (isRecord(document.value) ? document.value : {}) as Partial<RawCentral>;
  return {
    document,
    accountId: sound.has("/accountId") ? raw.accountId : undefined,
    region: sound.has("/region") ? raw.region : undefined,
    organizationId: sound.has("/organizationId") ? raw.organizationId : undefined,
    tags: sound.has("/tags") ? raw.tags : undefined,
    deploy: sound.has("/deploy") ? { ...DEFAULTS.central.deploy, ...raw.deploy } : undefined,
    backend: sound.has("/backend")
      ? effectiveBackend(raw.backend ?? { type: DEFAULTS.central.backend.type })
      : undefined,
    images: sound.has("/images") ? { ...DEFAULTS.central.images, ...raw.images } : undefined,
    configGeneration: sound.has("/configGeneration")
      ? (raw.configGeneration ?? DEFAULTS.central.configGeneration)
      : undefined,
    registry: raw.registry && sound.has("/registry") ? effectiveRegistry(raw.registry) : undefined,
    network: sound.has("/network") ? effectiveCentralNetwork(raw.network ?? {}) : undefined,
    vpn: raw.vpn && sound.has("/vpn") ? effectiveVpn(raw.vpn) : undefined,
    ingest: sound.has("/ingest") ? effectiveIngest(raw.ingest ?? {}) : undefined,
    jaeger: sound.has("/jaeger") ? effectiveJaeger(raw.jaeger ?? {}) : undefined,
    loki: sound.has("/loki") ? effectiveLoki(raw.loki ?? {}) : undefined,
    regions: regionsOf(raw, sound),
    grafana: sound.has("/grafana") ? effectiveCentralGrafana(raw.grafana ?? {}) : undefined,
    alerts: sound.has("/alerts") ? effectiveCentralAlerts(raw.alerts ?? {}) : undefined,
    waves: sound.has("/waves") ? effectiveWaves(raw.waves ?? DEFAULTS.central.waves) : undefined,
    whole: sound.whole ? effectiveCentral(raw as RawCentral) : undefined,
  };
}

function regionsOf(raw: Partial<RawCentral>, sound: Soundness): readonly string[] | undefined {
  if (!sound.has("/regions")) return undefined;
  if (raw.regions) return raw.regions;
  return raw.region !== undefined && sound.has("/region") ? [raw.region] : undefined;
}

export function viewTenant(
  document: Document,
  problems: readonly Problem[],
  centralRegion: string | undefined,
): TenantView {
  const stem = document.file.slice(document.file.lastIndexOf("/") + 1, -".json".length);
  const sound = new Soundness(problems);
  if (sound.whole) {
    const raw = document.value as RawTenant;
    const tenant = effectiveTenant(raw, document.file, centralRegion ?? "");
    const region = raw.region ?? centralRegion;
    const services = tenant.services.map((service, index) => ({ pointer: servicePointer(index), service }));
    return { ...tenant, document, stem, region, services, whole: region === undefined ? undefined : tenant };
  }
  const raw = (isRecord(document.value) ? document.value : {}) as Partial<RawTenant>;
  const at = <Key extends keyof RawTenant>(key: Key): RawTenant[Key] | undefined =>
    sound.has(`/${key}`) ? raw[key] : undefined;
  return {
    document,
    stem,
    name: at("name"),
    accountId: at("accountId"),
    region: sound.has("/region") ? (raw.region ?? centralRegion) : undefined,
    isolation: at("isolation"),
    wave: at("wave"),
    lifecycle: sound.has("/lifecycle") ? (raw.lifecycle ?? DEFAULTS.tenant.lifecycle) : undefined,
    network: raw.network && sound.has("/network") ? effectiveTenantNetwork(raw.network) : undefined,
    share: sound.has("/share") ? effectiveShare(raw.share ?? {}, at("name") ?? "") : undefined,
    limits: at("limits"),
    grafana: sound.has("/grafana") ? effectiveGrafana(raw.grafana ?? {}) : undefined,
    alerts: sound.has("/alerts") ? { ...DEFAULTS.tenant.alerts, ...raw.alerts } : undefined,
    tags: at("tags"),
    services: soundServices(raw.services, sound),
  };
}

const servicePointer = (index: number): string => `/services/${String(index)}`;

function soundServices(raw: unknown, sound: Soundness): ServiceView[] {
  if (!Array.isArray(raw)) return [];
  return (raw as readonly RawService[]).flatMap((each, index) => {
    const pointer = servicePointer(index);
    return sound.has(pointer) ? [{ pointer, service: effectiveService(each) }] : [];
  });
}
