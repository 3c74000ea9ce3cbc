import { fleetDashboards, tenantDashboards } from "../../dashboards/dashboards";
import { fleetDashboardInput } from "../../dashboards/fleet-input";
import { tenantDashboardInput, tenantSources } from "../../dashboards/tenant-input";
import type { Central as CentralSettings, Tenant } from "../../fleet/types";
import { called, json, ofType, only, statements, text, trustedWith } from "./applied";
import { centralOf, workspaceOf, type Central } from "./contract";
import type { Sandbox } from "./sandbox";
import type { Resource, State } from "./stack";
import { runsJaeger } from "./stores";

/** What must hold in Grafana after everything was applied. */

/** How a data source asks. */
interface Asks {
  readonly url: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly region?: string;
  readonly role?: string;
  readonly externalId?: string;
}

interface Settings {
  readonly sigV4Region?: string;
  readonly sigV4AssumeRoleArn?: string;
  readonly sigV4ExternalId?: string;
  readonly defaultRegion?: string;
  readonly assumeRoleArn?: string;
  readonly externalId?: string;
}

function asks(source: Resource): Asks {
  const settings = json(source, "json_data_encoded") as Settings;
  return {
    url: source.values.url as string | null,
    headers: source.values.http_headers as Asks["headers"],
    region: settings.sigV4Region ?? settings.defaultRegion,
    role: settings.sigV4AssumeRoleArn ?? settings.assumeRoleArn,
    externalId: settings.sigV4ExternalId ?? settings.externalId,
  };
}

const sourcesOf = (state: State): Record<string, Asks> =>
  Object.fromEntries(
    ofType(state, "grafana_data_source").map((source) => [text(source, "uid"), asks(source)]),
  );

/** A role that only Grafana takes on, with an id of the tenant's; the id. */
const queriedWith = (sandbox: Sandbox, central: Central, role: Resource): string =>
  trustedWith(role, {
    sid: "Grafana",
    accountId: sandbox.fleet.central.accountId,
    principals: central.grafana.roleArn,
  });

const jaegerUrl = (owner?: string): string =>
  `http://jaeger-query${owner === undefined ? "" : `-${owner}`}.tenantscope.internal:16686/jaeger`;

/** A tenant's data sources by uid: each asks as the tenant, and there is none that could ask as anybody else. */
function wantedSources(
  sandbox: Sandbox,
  central: Central,
  tenant: Tenant,
  state: State,
): Record<string, Asks> {
  const { name, region } = tenant;
  const { sharedQueries } = tenant.grafana;
  const role = called(state, "aws_iam_role", `tenantscope-${name}-grafana`);
  expect([role.alias, text(role, "arn")]).toEqual([
    undefined,
    `arn:aws:iam::${tenant.accountId}:role/tenantscope/tenantscope-${name}-grafana`,
  ]);
  const externalId = queriedWith(sandbox, central, role);
  const reads = { url: null, headers: null, region, role: text(role, "arn"), externalId };
  const wanted: Record<string, Asks> = { [`cloudwatch-${name}`]: reads };
  const destinations = tenant.services.flatMap(({ traces }) => traces.destinations);
  if (destinations.includes("xray")) wanted[`xray-${name}`] = reads;
  if (tenant.services.some(({ logs }) => logs.destinations.some((each) => each !== "cloudwatch"))) {
    wanted[`loki-${name}`] = { url: central.lokiUrl, headers: { "X-Scope-OrgID": name } };
  }
  if (tenant.services.some(runsJaeger)) {
    wanted[`jaeger-${name}`] = { url: jaegerUrl(name), headers: null };
  } else if (destinations.includes("jaeger") && sharedQueries.includes("traces")) {
    wanted[`jaeger-${name}`] = { url: jaegerUrl(), headers: null };
  }
  if (tenant.isolation === "dedicated") {
    const query = called(state, "aws_iam_role", `tenantscope-query-${name}`);
    const workspace = workspaceOf(state);
    expect(query.alias).toBe("central");
    const rights = only(
      ofType(state, "aws_iam_role_policy"),
      ({ values }) => values.role === query.values.name,
    );
    expect(statements(rights, "policy").map(({ Resource: target }) => target)).toEqual([workspace.arn]);
    wanted[`amp-${name}`] = {
      url: workspace.queryUrl,
      headers: null,
      region: sandbox.fleet.central.region,
      role: text(query, "arn"),
      externalId: queriedWith(sandbox, central, query),
    };
  } else if (sharedQueries.includes("metrics")) {
    wanted[`amp-${name}`] = {
      url: central.workspace.queryUrl,
      headers: null,
      region: sandbox.fleet.central.region,
    };
  }
  return wanted;
}

interface Permission {
  readonly role?: string | null;
  readonly built_in_role?: string | null;
  readonly team_id: string | null;
  readonly user_id: string | null;
  readonly permission: string;
}

/** `<whom> <what>` of a list of permissions, sorted. */
const permissions = (resource: Resource): string[] =>
  (resource.values.permissions as readonly Permission[])
    .map(({ role, built_in_role: builtIn, team_id: team, user_id: user, permission }) =>
      [role ?? builtIn, team, user, permission]
        .filter((part) => part !== null && part !== undefined)
        .join(" "),
    )
    .sort();

/** One folder for exactly `viewers`, and in it the dashboards as they were rendered, to the last `$`. */
function expectFolder(
  state: State,
  folder: { readonly uid: string; readonly title: string },
  viewers: readonly string[],
  dashboards: readonly object[],
): void {
  expect(only(ofType(state, "grafana_folder")).values).toMatchObject(folder);
  const permission = only(ofType(state, "grafana_folder_permission"));
  expect([permission.values.folder_uid, permissions(permission)]).toEqual([
    folder.uid,
    viewers.map((viewer) => `${viewer} View`),
  ]);
  const made = ofType(state, "grafana_dashboard");
  expect(made.map(({ values }) => values.folder)).toEqual(dashboards.map(() => folder.uid));
  const texts = dashboards.map((dashboard) => JSON.stringify(dashboard));
  expect(texts.length).toBeGreaterThan(0);
  expect(made.map((dashboard) => text(dashboard, "config_json")).sort()).toEqual(texts.sort());
}

/** Every data source has one whole list of those who may query it; without the Enterprise licence, none has. */
function expectQueryAccess(state: State, central: CentralSettings, users: readonly string[]): void {
  const made = ofType(state, "grafana_data_source_permission").map((resource) => [
    text(resource, "datasource_uid"),
    permissions(resource),
  ]);
  const uids = central.grafana.licence === "enterprise" ? Object.keys(sourcesOf(state)) : [];
  const access = [...users.map((user) => `${user} Query`), "Admin Admin"].sort();
  expect(made.sort()).toEqual(uids.sort().map((uid) => [uid, access]));
}

/** The uids of data sources that a dashboard names, wherever it does. */
function named(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  const { datasource } = value as { readonly datasource?: { readonly uid?: string } | null };
  return [
    ...(datasource?.uid === undefined ? [] : [datasource.uid]),
    ...Object.values(value as Record<string, unknown>).flatMap(named),
  ];
}

/** Nothing that was meant for Grafana is still escaped for Terraform; every dashboard asks the stack's data sources. */
function expectTexts(state: State): void {
  const sources = ofType(state, "grafana_data_source");
  const dashboards = ofType(state, "grafana_dashboard");
  const texts = [
    ...sources.map((source) => text(source, "json_data_encoded")),
    ...dashboards.map((dashboard) => text(dashboard, "config_json")),
  ];
  expect(texts.filter((each) => /\$\$\{|%%\{/.test(each))).toEqual([]);
  const uids = new Set(["-- Grafana --", ...sources.map((source) => text(source, "uid"))]);
  const asked = dashboards.flatMap((dashboard) => named(json(dashboard, "config_json")));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((uid) => !uids.has(uid))).toEqual([]);
}

/** Team, folder, data sources and dashboards of one tenant; the ids that AWS wants from Grafana. */
function expectTenant(sandbox: Sandbox, central: Central, tenant: Tenant, state: State): string[] {
  const { name, displayName } = tenant;
  const settings = sandbox.fleet.central;
  const team = only(ofType(state, "grafana_team"));
  const { groupIds } = tenant.grafana;
  const synced = settings.grafana.licence === "enterprise" && groupIds.length > 0;
  expect(team.values).toMatchObject({
    name: `tenant-${name}`,
    team_sync: synced ? [{ groups: groupIds }] : [],
  });
  const teamId = text(team, "id");
  const sources = wantedSources(sandbox, central, tenant, state);
  expect([name, sourcesOf(state)]).toEqual([name, sources]);
  expectQueryAccess(state, settings, [teamId]);
  expectFolder(
    state,
    { uid: `tenant-${name}`, title: displayName === name ? name : `${displayName} (${name})` },
    [teamId],
    tenantDashboards(tenantDashboardInput(tenant, tenantSources(tenant))),
  );
  expectTexts(state);
  const others = sandbox.fleet.tenants.filter((other) => other.name !== name);
  const content = JSON.stringify(state.resources.filter(({ provider }) => provider === "grafana"));
  expect([name, others.filter((other) => content.includes(other.accountId))]).toEqual([name, []]);
  return [teamId, ...Object.values(sources).flatMap(({ externalId }) => externalId ?? [])];
}

/** What the platform team sees; nothing in it names a tenant. */
async function expectFleet(sandbox: Sandbox, made: Central): Promise<void> {
  const { central, tenants } = sandbox.fleet;
  const state = await sandbox.stack("grafana").state();
  const { region } = central;
  expect(sourcesOf(state)).toEqual({
    "amp-fleet": { url: made.workspace.queryUrl, headers: null, region },
    "cloudwatch-fleet": { url: null, headers: null, region },
    "xray-fleet": { url: null, headers: null, region },
    "jaeger-fleet": { url: jaegerUrl(), headers: null },
  });
  expectQueryAccess(state, central, ["Editor"]);
  expectFolder(
    state,
    { uid: "fleet", title: "Fleet" },
    ["Editor"],
    fleetDashboards(fleetDashboardInput({ central })),
  );
  expectTexts(state);
  const contact = only(ofType(state, "grafana_contact_point"));
  expect(contact.values.sns).toMatchObject([{ topic: made.alertTopicArn }]);
  expect(only(ofType(state, "grafana_notification_policy")).values.contact_point).toBe(text(contact, "name"));
  const group = only(ofType(state, "grafana_rule_group"));
  expect(group.values).toMatchObject({ folder_uid: "fleet", rule: [{ name: "RulesNotEvaluated" }] });
  const content = JSON.stringify(state);
  const known = tenants.filter(({ name, accountId }) =>
    [`"${name}"`, `-${name}`, accountId].some((each) => content.includes(each)),
  );
  expect(known.map(({ name }) => name)).toEqual([]);
}

/** Grafana's content is joined to what the other stacks made, and is each tenant's own. */
export async function expectGrafana(sandbox: Sandbox): Promise<void> {
  const central = await centralOf(sandbox);
  await expectFleet(sandbox, central);
  const owners = new Map<string, string>();
  for (const tenant of sandbox.fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding")) {
    const state = await sandbox.stack(`tenant-${tenant.name}`).state();
    for (const id of expectTenant(sandbox, central, tenant, state)) {
      expect([id, owners.get(id) ?? tenant.name]).toEqual([id, tenant.name]);
      owners.set(id, tenant.name);
    }
  }
}
