import { createHash } from "node:crypto";
import type { Tenant } from "../fleet/types";

/**
 * Every name of this program: stacks, workspaces, roles, parameters, paths. They are contracts: resources of other
 * accounts and states refer to them by name, so a change here moves real things.
 */

/** AWS limits of the names that this module makes, in characters. */
export const LIMITS = {
  iamRole: 64,
  targetGroup: 32,
  securityGroup: 255,
  taskFamily: 255,
  alarm: 255,
  cluster: 255,
  logGroup: 512,
  parameter: 1011,
  eventRule: 64,
  xrayName: 32,
  topic: 256,
  workspaceAlias: 100,
} as const;

/** Tenant names are at most this long, which leaves room for prefix, service and suffix in every limit but the target group's. */
export const MAX_TENANT_NAME = 21;
export const MAX_SERVICE_NAME = 24;

const PREFIX = "tenantscope";

/** IAM path of every role, so that a deploy role can be limited to it. */
export const IAM_PATH = `/${PREFIX}/`;

/** Name of the collector container in every task. */
export const COLLECTOR_CONTAINER = "adot-collector";

/** Name of the FireLens log router in the tasks that have one. */
export const ROUTER_CONTAINER = "log-router";

/** Name of the Jaeger container in the tasks that have one. */
export const JAEGER_CONTAINER = "jaeger";

/** Shortens `name` to `limit` characters: what is cut off is replaced by a hash of the whole, so two long names stay apart. */
export function fit(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, limit - hash.length - 1).replace(/-+$/, "")}-${hash}`;
}

export const stackNames = {
  central: "central",
  limits: "limits",
  grafana: "grafana",
  workspaces: "workspaces",
  tenant: (tenant: string): string => `tenant-${tenant}`,
} as const;

const { central, limits, grafana, workspaces } = stackNames;

/**
 * The stacks that all tenants share, in the order in which they can be deployed. Where HCP Terraform keeps the states,
 * its workspaces come first.
 */
export const sharedStacks = ({
  backend,
}: {
  readonly backend: { readonly type: string };
}): readonly string[] => [...(backend.type === "cloud" ? [workspaces] : []), central, limits, grafana];

/** Names of all stacks of a fleet, in the order in which they can be deployed. */
export const allStackNames = ({
  central: settings,
  tenants,
}: {
  readonly central: { readonly backend: { readonly type: string } };
  readonly tenants: readonly { readonly name: string }[];
}): string[] => [...sharedStacks(settings), ...tenants.map(({ name }) => stackNames.tenant(name))];

/** HCP Terraform workspace (or S3 key) of a stack. */
export const workspaceName = (stack: string): string => `${PREFIX}-${stack}`;

/** SSM parameter through which the tenant stacks learn what the central stack made; the version is the shape's. */
export const CONTRACT_PARAMETER = `/${PREFIX}/contract/v1`;

export const roleArn = (accountId: string, name: string): string =>
  `arn:aws:iam::${accountId}:role${IAM_PATH}${name}`;

export const writerRoleName = (tenant: string): string => `${PREFIX}-writer-${tenant}`;

/** Role in the central account with which Grafana asks a workspace of metrics of the tenant's own. */
export const queryRoleName = (tenant: string): string => `${PREFIX}-query-${tenant}`;

/** Role in the central account of the workflows of a GitHub repository that push images. */
export const githubRoleName = (name: string): string => `${PREFIX}-github-${name}`;

/** Names inside the central account. */
export const centralNames = {
  /** ECS cluster of the shared services, and beginning of the names of its network. */
  cluster: `${PREFIX}-central`,
  alertTopic: `${PREFIX}-alerts`,
  /** Private DNS namespace of the shared services. */
  namespace: `${PREFIX}.internal`,
  oamSink: PREFIX,
  /** Role with which ECR makes repositories for copies of public images. */
  imageCacheRole: `${PREFIX}-image-cache`,
  flowLogGroup: `/${PREFIX}/central/flow-logs`,
  ampAlias: PREFIX,
  tenantAmpAlias: (tenant: string): string => `${PREFIX}-${tenant}`,
  /** `owner` is the thing that the key belongs to, such as the alias of a workspace. */
  kmsAlias: (owner: string, purpose: string): string => `alias/${owner}-${purpose}`,
  ampLogGroup: (workspace: string): string => `/aws/vendedlogs/prometheus/${workspace}`,
  ampQueryLogGroup: (workspace: string): string => `/aws/vendedlogs/prometheus/${workspace}-queries`,
} as const;

/** Alias of the key of copied images. */
export const IMAGE_CACHE_KEY = centralNames.kmsAlias(centralNames.cluster, "image-cache");

/** Names inside one tenant's account. */
export function tenantNames(tenant: string) {
  const base = `${PREFIX}-${tenant}`;
  return {
    cluster: base,
    alertTopic: `${base}-alerts`,
    /** Role with which Grafana reads in the account. */
    grafanaRole: `${base}-grafana`,
    /** Function, and its role, that tells Slack or PagerDuty. */
    alertNotifier: `${base}-alert-notifier`,
    /** Security groups of the interface endpoints. */
    endpointsGroup: `${base}-endpoints`,
    ingestEndpointGroup: `${base}-ingest-endpoint`,
    kmsAlias: (purpose: string): string => `alias/${base}-${purpose}`,
    eventLogGroup: `/aws/events/${base}`,
    /** The rules of services begin so; no name of a tenant has a dot, so no other tenant's do. */
    serviceRulePrefix: `${base}.`,
    xrayGroup: fit(base, LIMITS.xrayName),
    /** Log groups of the tenant's services begin so. */
    logGroupPrefix: `/${PREFIX}/${tenant}/`,
    service: (service: string) => ({
      taskRole: `${base}-${service}-task`,
      executionRole: `${base}-${service}-exec`,
      family: `${base}-${service}`,
      ecsService: service,
      securityGroup: `${base}-${service}`,
      // AWS reserves the prefix `internal-`.
      targetGroup: fit(`ts-${tenant}-${service}`, LIMITS.targetGroup),
      logGroup: `/${PREFIX}/${tenant}/${service}`,
      /** What the service's metrics pass through on their way to CloudWatch metrics. */
      emfLogGroup: `/${PREFIX}/${tenant}/${service}/emf`,
      configParameter: `/${PREFIX}/${tenant}/${service}/collector-config`,
      sidecarParameter: `/${PREFIX}/${tenant}/${service}/sidecar`,
      samplingRule: fit(`ts-${tenant}-${service}`, LIMITS.xrayName),
      sidecarRule: fit(`${base}-${service}-sidecar-stopped`, LIMITS.eventRule),
      tasksStoppedRule: fit(`${base}.${service}.tasks-stopped`, LIMITS.eventRule),
      startFailedRule: fit(`${base}.${service}.start-failed`, LIMITS.eventRule),
    }),
  };
}

/** The task roles of a tenant's services: exactly those that may become its writer. */
export const taskRoleArns = (tenant: Pick<Tenant, "name" | "accountId" | "services">): string[] => {
  const arns = tenant.services.map((service) =>
    service.mode === "attached"
      ? service.taskRoleArn
      : roleArn(tenant.accountId, tenantNames(tenant.name).service(service.name).taskRole),
  );
  // Attached services may share a role.
  return [...new Set(arns)];
};

/**
 * External id of the tenant's writer role. It need not be secret (the trust names exact roles as well); it must differ
 * for every pair of accounts, so that a name given to a new account does not inherit the old one's.
 */
export function externalId(
  central: { accountId: string; organizationId: string },
  tenant: { name: string; accountId: string },
): string {
  const seed = [central.organizationId, central.accountId, tenant.accountId, tenant.name].join("/");
  return `${PREFIX}-${createHash("sha256").update(seed).digest("hex").slice(0, 32)}`;
}

/** A name that this program makes, and where it must be unique. */
export interface GeneratedName {
  readonly accountId: string;
  /** Names of different kinds never meet. */
  readonly kind: string;
  readonly name: string;
  /** AWS's limit, in characters. */
  readonly limit: number;
  /** Whose stack makes it; absent for the central stack. */
  readonly tenant?: string;
}

/** Every name that the fleet's stacks make from names of the manifests, in every account. */
export function* generatedNames(
  central: { readonly accountId: string },
  tenants: readonly (Pick<Tenant, "name" | "accountId" | "isolation" | "services"> & {
    readonly cluster?: Tenant["cluster"] | undefined;
    readonly alerts?: Tenant["alerts"] | undefined;
  })[],
): Generator<GeneratedName> {
  const { accountId } = central;
  yield* workspaceNames(accountId, centralNames.ampAlias);
  for (const tenant of tenants) {
    const owner = tenant.name;
    const names = tenantNames(owner);
    yield { accountId, kind: "role", name: writerRoleName(owner), limit: LIMITS.iamRole, tenant: owner };
    if (tenant.isolation === "dedicated") {
      yield { accountId, kind: "role", name: queryRoleName(owner), limit: LIMITS.iamRole, tenant: owner };
      yield* workspaceNames(accountId, centralNames.tenantAmpAlias(owner), owner);
    }
    const own = (kind: string, name: string, limit: number): GeneratedName => ({
      accountId: tenant.accountId,
      kind,
      name,
      limit,
      tenant: owner,
    });
    if (tenant.cluster?.kind === "created") yield own("cluster", names.cluster, LIMITS.cluster);
    yield own("topic", names.alertTopic, LIMITS.topic);
    yield own("role", names.grafanaRole, LIMITS.iamRole);
    // A function's name has the same limit.
    if ((tenant.alerts?.slackSecretArn ?? tenant.alerts?.pagerDutySecretArn) !== undefined) {
      yield own("role", names.alertNotifier, LIMITS.iamRole);
    }
    yield own("X-Ray group", names.xrayGroup, LIMITS.xrayName);
    yield own("log group", names.eventLogGroup, LIMITS.logGroup);
    for (const name of [names.endpointsGroup, names.ingestEndpointGroup]) {
      yield own("security group", name, LIMITS.securityGroup);
    }
    for (const service of tenant.services) {
      const of = names.service(service.name);
      yield own("parameter", of.configParameter, LIMITS.parameter);
      if (service.traces.sampling.xrayRemote) yield own("sampling rule", of.samplingRule, LIMITS.xrayName);
      if (service.exports.emf !== undefined) yield own("log group", of.emfLogGroup, LIMITS.logGroup);
      for (const rule of [of.sidecarRule, of.tasksStoppedRule, of.startFailedRule]) {
        yield own("event rule", rule, LIMITS.eventRule);
      }
      if (service.mode === "attached") {
        yield own("parameter", of.sidecarParameter, LIMITS.parameter);
        continue;
      }
      yield own("role", of.taskRole, LIMITS.iamRole);
      yield own("role", of.executionRole, LIMITS.iamRole);
      yield own("task family", of.family, LIMITS.taskFamily);
      yield own("security group", of.securityGroup, LIMITS.securityGroup);
      yield own("log group", of.logGroup, LIMITS.logGroup);
      if (service.loadBalancer?.kind === "listener-rule") {
        yield own("target group", of.targetGroup, LIMITS.targetGroup);
      }
    }
  }
}

function* workspaceNames(accountId: string, alias: string, tenant?: string): Generator<GeneratedName> {
  const owner = tenant === undefined ? {} : { tenant };
  yield { accountId, kind: "workspace", name: alias, limit: LIMITS.workspaceAlias, ...owner };
  for (const name of [centralNames.ampLogGroup(alias), centralNames.ampQueryLogGroup(alias)]) {
    yield { accountId, kind: "log group", name, limit: LIMITS.logGroup, ...owner };
  }
}
