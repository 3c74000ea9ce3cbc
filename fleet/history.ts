import { formatProblem, UserError } from "../lib/errors";
import { DEFAULTS } from "./defaults";
import { type Files, readRevision, type RunGit } from "./git";
import { parseJson } from "./parse";
import { CENTRAL_FILE, type FleetSource, TENANTS_FOLDER } from "./folder";
import { stateHome } from "./state-home";

/** The few things of an earlier revision that a later one must not change. */
export interface PastFleet {
  readonly central: {
    readonly accountId: string | undefined;
    readonly region: string | undefined;
    readonly organizationId: string | undefined;
    /** As JSON. */
    readonly backend: string;
    readonly exposure: string;
    readonly network: {
      readonly vpcId: string | undefined;
      readonly cidr: string;
      readonly zones: readonly string[];
    };
    /** Days; of traces in the shared store, and of tenants without a retention of their own. */
    readonly traceRetentionDays: number;
    /** Days; of the pooled workspace and of dedicated ones without a retention of their own. */
    readonly metricsRetentionDays: number;
    /** Days; of tenants without a retention of their own. */
    readonly lokiRetentionDays: number;
    /** Days; of every CloudWatch log group. */
    readonly logRetentionDays: number;
  };
  /** By file, relative to the fleet's root. */
  readonly tenants: ReadonlyMap<string, PastTenant>;
}

export interface PastTenant {
  readonly file: string;
  readonly name: string;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly vpcId: string | undefined;
  readonly isolation: string;
  readonly lifecycle: string;
  /** Of a tenant with indices of its own; days, where it says so. */
  readonly ownTraces: { readonly retentionDays: number | undefined } | undefined;
  /** Whether a service sent its logs to Loki. */
  readonly logsInLoki: boolean;
  /** Days, where it said so. */
  readonly metricsRetentionDays: number | undefined;
  readonly logRetentionDays: number | undefined;
}

export const isTenantFile = (path: string): boolean => /^tenants\/[^/]+[.]json$/.test(path);

/**
 * The fleet as it was in git revision `ref`. An earlier revision may follow an earlier schema, so only its syntax is
 * checked; what cannot be read as expected counts as absent.
 */
export const readPastFleet = (root: string, ref: string, git?: RunGit): PastFleet =>
  pastFleet(readPastFiles(root, ref, git), ref);

/** The fleet's files of git revision `ref`. Throws a `UserError` when it has none. */
export function readPastFiles(root: string, ref: string, git?: RunGit): Files {
  const wanted = (path: string) => path === CENTRAL_FILE || isTenantFile(path);
  const files = readRevision(root, ref, [CENTRAL_FILE, TENANTS_FOLDER], wanted, git);
  if (files.size === 0) {
    throw new UserError(
      `revision "${ref}" has no fleet below ${root}, compare with one that has ${CENTRAL_FILE} and ${TENANTS_FOLDER}/`,
    );
  }
  return files;
}

/** The same files as a source to read a whole fleet from. */
export const revisionSource = (files: Files): FleetSource => ({
  tenantFiles: () => ({ files: [...files.keys()].filter(isTenantFile), problems: [], warnings: [] }),
  read: (file) => files.get(file) ?? { message: "does not exist", remedy: "choose another revision" },
});

/** What of the files must not change; see {@link readPastFleet}. */
export function pastFleet(files: Files, ref: string): PastFleet {
  const values = new Map([...files].map(([file, bytes]) => [file, readObject(file, ref, bytes)]));
  const central = values.get(CENTRAL_FILE) ?? {};
  const centralRegion = text(central.region);
  const tenants = [...values].flatMap(([file, value]): PastTenant[] => {
    if (file === CENTRAL_FILE) return [];
    return [
      {
        file,
        name: text(value.name) ?? file.slice(TENANTS_FOLDER.length + 1, -".json".length),
        accountId: text(value.accountId),
        region: text(value.region) ?? centralRegion,
        vpcId: text(object(value.network).vpcId),
        isolation: text(value.isolation) ?? DEFAULTS.tenant.isolation,
        lifecycle: text(value.lifecycle) ?? DEFAULTS.tenant.lifecycle,
        ownTraces: pastTraces(value),
        logsInLoki: services(value).some(({ logs }) => !isOnly(object(logs).destinations, "cloudwatch")),
        metricsRetentionDays: number(object(value.limits).metricsRetentionDays),
        logRetentionDays: number(object(value.limits).logRetentionDays),
      },
    ];
  });
  const { jaeger, metrics, loki, logRetentionDays } = DEFAULTS.central;
  return {
    central: {
      accountId: text(central.accountId),
      region: centralRegion,
      organizationId: text(central.organizationId),
      backend: stateHome(central.backend),
      exposure: text(object(central.ingest).exposure) ?? DEFAULTS.central.ingest.exposure,
      network: pastNetwork(object(central.network)),
      traceRetentionDays: number(object(central.jaeger).retentionDays) ?? jaeger.retentionDays,
      metricsRetentionDays: number(object(central.metrics).retentionDays) ?? metrics.retentionDays,
      lokiRetentionDays: number(object(central.loki).retentionDays) ?? loki.retentionDays,
      logRetentionDays: number(central.logRetentionDays) ?? logRetentionDays,
    },
    tenants: new Map(tenants.map((tenant) => [tenant.file, tenant])),
  };
}

const pastNetwork = ({ vpcId, cidr, zones }: Record<string, unknown>): PastFleet["central"]["network"] => ({
  vpcId: text(vpcId),
  cidr: text(cidr) ?? DEFAULTS.central.network.cidr,
  zones: Array.isArray(zones)
    ? zones.filter((zone) => typeof zone === "string")
    : DEFAULTS.central.network.zones,
});

function pastTraces(value: Record<string, unknown>): PastTenant["ownTraces"] {
  const own = services(value).some(({ traces }) => {
    const { jaeger, destinations } = object(traces);
    return jaeger === "sidecar" && includes(destinations, "jaeger");
  });
  return own ? { retentionDays: number(object(value.limits).traceRetentionDays) } : undefined;
}

const services = (value: Record<string, unknown>): Record<string, unknown>[] =>
  list(value.services).map(object);

/** Of destinations: without any, the defaults have both Loki and Jaeger. */
const includes = (destinations: unknown, wanted: string): boolean =>
  !Array.isArray(destinations) || destinations.includes(wanted);

const isOnly = (destinations: unknown, one: string): boolean =>
  Array.isArray(destinations) && destinations.every((each) => each === one);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function readObject(file: string, ref: string, bytes: Buffer): Record<string, unknown> {
  const { document, problems } = parseJson(file, bytes);
  if (document.value === undefined) {
    const mistakes = problems.map(formatProblem).join("\n");
    throw new UserError(
      `revision "${ref}" cannot be compared with, because a file of it is not JSON:\n${mistakes}`,
    );
  }
  return object(document.value);
}

/** Empty for whatever is no object. */
const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
