import { isDeepStrictEqual } from "node:util";
import type { Tenant } from "../../../fleet/types";
import { externalId } from "../../../lib/names";
import { asObject, asText, objects, type JsonObject } from "../../support/json";
import type { Stack, Tree } from "../../support/synth";
import { settingsAreThePlugins } from "./grafana-settings";
import { forStacks, tenantOfStack, type Rule } from "./rule";

const OF_A_TENANT = new Set([
  "grafana_dashboard",
  "grafana_data_source",
  "grafana_data_source_permission",
  "grafana_folder",
  "grafana_folder_permission",
  "grafana_team",
]);
/** The provider owns the whole tree of notification policies, so one stack has it. */
const OF_THE_FLEET = new Set([
  ...[...OF_A_TENANT].filter((type) => type !== "grafana_team"),
  "grafana_contact_point",
  "grafana_notification_policy",
  "grafana_rule_group",
]);

export const contentHasOneOwner = forStacks(
  "Grafana's contents are in their own stacks: a tenant's in the tenant's, what is everybody's in one",
  (stack, tree) => {
    const known =
      tenantOfStack(stack, tree) !== undefined
        ? OF_A_TENANT
        : stack.name === "grafana"
          ? OF_THE_FLEET
          : new Set();
    return stack.blocks
      .filter(({ type }) => type.startsWith("grafana_") && !known.has(type))
      .map(({ address }) => address);
  },
);

/** References to an attribute of everything of a type. */
const references = (stack: Stack, type: string, attribute: string): string[] =>
  Object.keys(stack.resource(type)).map((id) => `\${${type}.${id}.${attribute}}`);

/** `who: permission` of a list of permissions. */
const granted = (permissions: JsonObject): string[] =>
  objects(permissions.permissions)
    .map(({ permission, ...who }) => `${JSON.stringify(who)}: ${asText(permission)}`)
    .sort();

/** Who may see what is in a stack, besides the workspace's administrators. */
const people = (stack: Stack, key: "role" | "built_in_role"): JsonObject[] =>
  stack.name === "grafana"
    ? [{ [key]: "Editor" }]
    : references(stack, "grafana_team", "id").map((team_id) => ({ team_id }));

const grants = (who: readonly JsonObject[], permission: string): string[] =>
  who.map((each) => `${JSON.stringify(each)}: ${permission}`);

/** Everything of `type` has exactly one list of permissions, which is exactly `expected`. */
function closed(stack: Stack, type: string, of: string, expected: readonly string[]): string[] {
  const lists = Object.values(stack.resource(type));
  const covered = lists.map((list) =>
    asText(list[of === "grafana_folder" ? "folder_uid" : "datasource_uid"]),
  );
  return [
    ...(isDeepStrictEqual(covered.sort(), references(stack, of, "uid").sort())
      ? []
      : [`${type} covers ${covered.join(", ")}`]),
    ...lists
      .map(granted)
      .filter((found) => !isDeepStrictEqual(found, [...expected].sort()))
      .map((found) => `${type} lets in ${found.join(" and ")}`),
  ];
}

export const foldersAreClosed = forStacks("a folder is for its own team alone", (stack) => [
  ...closed(stack, "grafana_folder_permission", "grafana_folder", grants(people(stack, "role"), "View")),
  ...Object.entries(stack.resource("grafana_dashboard"))
    .filter(([, { folder }]) => !references(stack, "grafana_folder", "uid").includes(asText(folder ?? "")))
    .map(([id]) => `grafana_dashboard.${id} is in no folder of the stack`),
]);

export const dataSourcesAreClosed = forStacks(
  "under the Enterprise licence a data source is for its own team alone",
  (stack, { fleet }) =>
    fleet.central.grafana.licence === "enterprise"
      ? closed(stack, "grafana_data_source_permission", "grafana_data_source", [
          ...grants([{ built_in_role: "Admin" }], "Admin"),
          ...grants(people(stack, "built_in_role"), "Query"),
        ])
      : Object.keys(stack.resource("grafana_data_source_permission")),
);

export const teamsAreTheManifests = forStacks("a tenant's team is the manifest's groups", (stack, tree) => {
  const tenant = tenantOfStack(stack, tree);
  if (tenant === undefined || tenant.lifecycle === "offboarding") return [];
  const { groupIds } = tenant.grafana;
  const synced = tree.fleet.central.grafana.licence === "enterprise" && groupIds.length > 0;
  const found = Object.values(stack.resource("grafana_team")).map(({ name, team_sync }) => ({
    name,
    team_sync,
  }));
  const expected = [
    { name: `tenant-${tenant.name}`, team_sync: synced ? [{ groups: [...groupIds] }] : undefined },
  ];
  return isDeepStrictEqual(found, expected) ? [] : [JSON.stringify(found)];
});

/** What a data source of a tenant's must say of whom it asks for, by its type. */
function identity({ central }: Tree["fleet"], tenant: Tenant, source: JsonObject): boolean {
  const settings = asObject(JSON.parse(asText(source.json_data_encoded)) as JsonObject);
  const as = (accountId: string, name: string) => [
    `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${name}`,
    externalId(central, tenant),
  ];
  const contract = (field: string): string => `\${local.contract.${field}}`;
  const { sharedQueries } = tenant.grafana;
  const own = tenant.services.some(({ traces }) => traces.jaeger === "sidecar");
  switch (source.type) {
    case "loki":
      return (
        source.url === contract("loki.url") &&
        isDeepStrictEqual(source.http_headers, { "X-Scope-OrgID": tenant.name })
      );
    case "cloudwatch":
    case "grafana-x-ray-datasource":
      return isDeepStrictEqual(
        [settings.assumeRoleArn, settings.externalId],
        as(tenant.accountId, `${tenant.name}-grafana`),
      );
    case "grafana-amazonprometheus-datasource":
      return tenant.isolation === "dedicated"
        ? isDeepStrictEqual(
            [settings.sigV4AssumeRoleArn, settings.sigV4ExternalId],
            as(central.accountId, `query-${tenant.name}`),
          )
        : sharedQueries.includes("metrics") &&
            source.url === contract("metrics.queryUrl") &&
            settings.sigV4AssumeRoleArn === undefined;
    case "jaeger":
      return own
        ? asText(source.url).startsWith(`http://jaeger-query-${tenant.name}.`)
        : sharedQueries.includes("traces");
    default:
      return false;
  }
}

export const sourcesAskAsTheTenant = forStacks(
  "a tenant's data sources ask as the tenant, or for what its manifest shares",
  (stack, tree) => {
    const tenant = tenantOfStack(stack, tree);
    return tenant === undefined
      ? []
      : Object.entries(stack.resource("grafana_data_source"))
          .filter(([, source]) => !identity(tree.fleet, tenant, source))
          .map(([id]) => `grafana_data_source.${id}`);
  },
);

export const GRAFANA_RULES: readonly Rule[] = [
  contentHasOneOwner,
  foldersAreClosed,
  dataSourcesAreClosed,
  teamsAreTheManifests,
  sourcesAskAsTheTenant,
  settingsAreThePlugins,
];
