import { tenantGrafanaNames } from "../../lib/grafana-names";
import { centralNames, stackNames, tenantNames, workspaceName } from "../../lib/names";
import { KEY_DELETION_DAYS } from "../../lib/retention";
import { notifierNames } from "../../modules/alerting/names";
import { queryNames } from "../../modules/jaeger/names";
import { hasJaegerSidecar } from "../../modules/jaeger/size";
import type { Tenant } from "../types";
import { addDays, centralPlace, days, type Leaving, type Remainder, tenantPlace } from "./types";

/** Names on the tenant's side and in the central account. */
export interface TwoSides {
  readonly tenant: readonly string[];
  readonly central: readonly string[];
}

const notified = ({ alerts }: Tenant): boolean =>
  (alerts.slackSecretArn ?? alerts.pagerDutySecretArn) !== undefined;
const storesTraces = ({ services }: Tenant): boolean =>
  services.some(({ traces }) => hasJaegerSidecar(traces));

/** Aliases of the keys that a tenant's stack makes. */
export function keyAliases(tenant: Tenant): TwoSides {
  const { name, isolation } = tenant;
  const { kmsAlias } = tenantNames(name);
  const notifier = notifierNames(name);
  const workspace = centralNames.tenantAmpAlias(name);
  return {
    tenant: [
      ...[kmsAlias("alerts"), kmsAlias("logs")],
      ...(notified(tenant) ? [notifier.keyAlias, notifier.failedKeyAlias] : []),
    ],
    central: [
      ...(isolation === "dedicated"
        ? ["metrics", "metrics-logs"].map((purpose) => centralNames.kmsAlias(workspace, purpose))
        : []),
      ...(storesTraces(tenant) ? [queryNames(name).logsKeyAlias] : []),
    ],
  };
}

/** Log groups that a tenant's stack makes. */
export function logGroups(tenant: Tenant): TwoSides {
  const { name, services, isolation } = tenant;
  const names = tenantNames(name);
  const workspace = centralNames.tenantAmpAlias(name);
  return {
    tenant: [
      ...services.map((service) => names.service(service.name).logGroup),
      ...services
        .filter(({ exports }) => exports.emf !== undefined)
        .map((service) => names.service(service.name).emfLogGroup),
      ...(services.some(({ mode }) => mode === "managed") ? [names.eventLogGroup] : []),
      ...(notified(tenant) ? [notifierNames(name).logGroup] : []),
    ],
    central: [
      ...(isolation === "dedicated"
        ? [centralNames.ampLogGroup(workspace), centralNames.ampQueryLogGroup(workspace)]
        : []),
      ...(storesTraces(tenant) ? [queryNames(name).logGroup] : []),
    ],
  };
}

/** What the stack itself had, and what AWS or Terraform keeps of it. */
export function resourceRemainders(leaving: Leaving): readonly Remainder[] {
  const { tenant, central, date } = leaving;
  const families = tenant.services
    .filter(({ mode }) => mode === "managed")
    .map(({ name }) => tenantNames(tenant.name).service(name).family);
  return [
    ...bothSides(leaving, logGroups(tenant), {
      what: "log groups",
      fate: "Deleted with their lines, for good. Export before the deployment what must be kept.",
      until: date,
    }),
    ...bothSides(leaving, keyAliases(tenant), {
      what: "KMS keys",
      fate:
        `Pending deletion for ${days(KEY_DELETION_DAYS)}, in which a key can be brought back ` +
        "(`aws kms cancel-key-deletion`); the alias is free at once.",
      until: addDays(date, KEY_DELETION_DAYS),
    }),
    {
      what: "SSM parameters",
      where: `${tenantPlace(leaving, `/tenantscope/${tenant.name}/`)}; in the central account, its alert route`,
      fate: "Deleted with their history.",
      until: date,
    },
    {
      what: "Grafana folder",
      where: `Grafana: folder, data sources and team ${tenantGrafanaNames(tenant.name).folder}`,
      fate: "Deleted, with the dashboards that people made in the folder. Export them before.",
      until: date,
    },
    {
      what: "view of the account",
      where: tenantPlace(leaving, "OAM link, roles that Grafana reads with"),
      fate: "Deleted: the central account sees nothing of the account any more.",
      until: date,
    },
    ...(families.length === 0
      ? []
      : [
          {
            what: "task definitions",
            where: tenantPlace(leaving, families.join(", ")),
            fate:
              "Inactive, but anybody with the right to read them still reads their environment variables " +
              "(`aws ecs delete-task-definitions` deletes them).",
            until: null,
          },
        ]),
    {
      what: "access logs that name the tenant",
      where: centralPlace(leaving, "log groups of the ingest API and the shared services"),
      fate: `Kept for ${days(central.logRetentionDays)}, like all lines of these groups.`,
      until: addDays(date, central.logRetentionDays),
    },
    {
      what: "Terraform's state",
      where: statePlace(leaving),
      fate: "Empty after the deployment; earlier versions of it, where the backend keeps them, describe what there was.",
      until: null,
    },
  ];
}

function bothSides(
  leaving: Leaving,
  { tenant, central }: TwoSides,
  rest: Omit<Remainder, "where">,
): Remainder[] {
  return [
    ...(tenant.length === 0 ? [] : [{ ...rest, where: tenantPlace(leaving, tenant.join(", ")) }]),
    ...(central.length === 0 ? [] : [{ ...rest, where: centralPlace(leaving, central.join(", ")) }]),
  ];
}

function statePlace({ central: { backend }, tenant }: Leaving): string {
  const stack = stackNames.tenant(tenant.name);
  switch (backend.type) {
    case "local":
      return `terraform.${stack}.tfstate`;
    case "s3":
      return `s3://${backend.bucket}/${backend.keyPrefix}/${stack}.tfstate`;
    case "cloud":
      return `workspace ${workspaceName(stack)} of ${backend.organization}`;
  }
}

/** What is the tenant's own, so that nothing here touches it. */
export function staysWithTenant({ tenant }: Leaving): readonly string[] {
  const attached = tenant.services.filter(({ mode }) => mode === "attached").map(({ name }) => name);
  const { endpoints, ingestEndpoint, vpcId } = tenant.network;
  const secrets = tenant.services.flatMap((service) =>
    service.mode === "managed" ? service.containers.flatMap((each) => Object.values(each.secrets)) : [],
  );
  return [
    `the account ${tenant.accountId} itself, with the role that deployed into it`,
    `the network ${vpcId} and its subnets`,
    ...(endpoints.kind === "existing" || ingestEndpoint !== undefined
      ? ["the interface endpoints that were there before"]
      : []),
    ...(tenant.cluster.kind === "existing" ? [`the ECS cluster ${tenant.cluster.name}`] : []),
    ...(attached.length === 0
      ? []
      : [
          `the attached services (${attached.join(", ")}): they run on, their sidecars have nobody to write to`,
        ]),
    ...(secrets.length + (notified(tenant) ? 1 : 0) === 0
      ? []
      : ["every secret that its file refers to; the stack makes none of its own"]),
    "databases, buckets, images and whatever else its applications keep",
  ];
}
