import type { Problem } from "../lib/errors";
import { stackNames } from "../lib/names";
import { compareRetention } from "./diff-retention";
import { compareCentralTraces, compareTraces } from "./diff-traces";
import type { Document } from "./document";
import type { PastFleet, PastTenant } from "./history";
import type { RawCentral } from "./raw";
import { stateHome } from "./state-home";
import type { CentralView, FleetView, TenantView } from "./view";

/** What a change of the fleet would break in what is deployed. Warnings do not fail the run. */
export interface Comparison {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Compares the fleet with an earlier revision; `ref` is how the user called it. */
export function compareWithPast(past: PastFleet, now: FleetView, ref: string): Comparison {
  const centralMoved = changed(past.central.region, now.central.region);
  const traceDays = { was: past.central.traceRetentionDays, now: now.central.jaeger?.retentionDays };
  const found: Comparison[] = [
    compareCentral(past.central, now.central),
    ...now.tenants.map((tenant) => {
      const before = past.tenants.get(tenant.document.file);
      if (!before) return compareNewTenant(past, now, tenant);
      const { problems, warnings } = compareTenant(before, tenant, centralMoved);
      return { problems, warnings: [...warnings, ...compareTraces(before, tenant, traceDays)] };
    }),
    { problems: deleted(past, now, ref), warnings: compareRetention(past, now) },
  ];
  return {
    problems: found.flatMap(({ problems }) => problems),
    warnings: found.flatMap(({ warnings }) => warnings),
  };
}

function compareCentral(before: PastFleet["central"], view: CentralView): Comparison {
  const { document, ...now } = view;
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const key of ["accountId", "region"] as const) {
    if (!changed(before[key], now[key])) continue;
    const what = key === "region" ? "Region" : "account";
    const message = `differs from the deployed fleet's "${before[key] ?? ""}"`;
    const remedy = `restore it: the central ${what} holds every tenant's data, a new one is a new fleet`;
    problems.push(document.problem(`/${key}`, { message, value: now[key], remedy }));
  }
  if (changed(before.organizationId, now.organizationId)) {
    const message = `was "${before.organizationId ?? ""}": every tenant's external id changes with it`;
    const remedy = "deploy all tenants at once and expect gaps in their metrics until the tasks are replaced";
    warnings.push(document.problem("/organizationId", { message, value: now.organizationId, remedy }));
  }
  const raw = (document.value as Partial<RawCentral>).backend;
  if (now.whole && before.backend !== stateHome(raw)) {
    const message = "has changed: the states stay where they are";
    // To HCP Terraform the option means nothing: plain init asks.
    const command = raw?.type === "cloud" ? "terraform init" : "terraform init -migrate-state";
    const remedy = `move each of them with ${command} before the next deploy`;
    warnings.push(document.problem("/backend", { message, remedy }));
  }
  if (changed(before.exposure, now.ingest?.exposure)) {
    const message = `was "${before.exposure}": tenants call the API by another name from now on`;
    const remedy = "deploy every tenant again after the central stack";
    warnings.push(document.problem("/ingest/exposure", { message, value: now.ingest?.exposure, remedy }));
  }
  if (now.network) warnings.push(...compareNetwork(before.network, now.network, document));
  warnings.push(...compareCentralTraces(before, view));
  return { problems, warnings };
}

/** Nothing is lost with a network, but what runs in it stops until it runs in another. */
function compareNetwork(
  before: PastFleet["central"]["network"],
  now: NonNullable<CentralView["network"]>,
  document: Document,
): Problem[] {
  const replaced = (key: string, was: string, value: string | undefined) => {
    const message = `was ${was}: every central service is replaced with its network`;
    const remedy = "restore it, or expect logs and traces to wait in the tenants' sidecars meanwhile";
    return [document.problem(`/network/${key}`, { message, value, remedy })];
  };
  const vpcId = now.kind === "existing" ? now.vpcId : undefined;
  if (before.vpcId !== vpcId) return replaced("vpcId", before.vpcId ?? "a created VPC", vpcId);
  if (now.kind === "existing") return [];
  if (before.cidr !== now.cidr) return replaced("cidr", before.cidr, now.cidr);
  const gone = before.zones.filter((zone) => !now.zones.includes(zone));
  if (gone.length === 0) return [];
  const message = `lacks ${gone.join(", ")}, where central services may run`;
  const remedy = "restore it, or expect what runs there to move";
  return [document.problem("/network/zones", { message, remedy })];
}

function compareTenant(before: PastTenant, now: TenantView, centralMoved: boolean): Comparison {
  const { document } = now;
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  if (changed(before.accountId, now.accountId)) {
    const message = `was "${before.accountId ?? ""}", and what is deployed stays in that account`;
    const remedy = "restore it; offboard the tenant and onboard a new one to change accounts";
    problems.push(document.problem("/accountId", { message, value: now.accountId, remedy }));
  }
  const follows = centralMoved && !document.has("/region"); // told once, at the central Region
  if (changed(before.region, now.region) && !follows) {
    const message = `was "${before.region ?? ""}", and everything of the tenant would be replaced`;
    const remedy = "restore it; offboard the tenant and onboard it again to change Regions";
    problems.push(document.problem("/region", { message, value: now.region, remedy }));
  }
  if (changed(before.name, now.name)) {
    const message = `was "${before.name}", and a tenant's name never changes`;
    problems.push(document.problem("/name", { message, value: now.name, remedy: "restore it" }));
  }
  const deployed = before.lifecycle !== "offboarding";
  if (deployed && changed(before.vpcId, now.network?.vpcId)) {
    const message = `was "${before.vpcId ?? ""}": target groups and security groups in use cannot move between VPCs`;
    const remedy = "restore it; offboard the tenant and onboard it again to change VPCs";
    problems.push(document.problem("/network/vpcId", { message, value: now.network?.vpcId, remedy }));
  }
  if (changed(before.isolation, now.isolation)) {
    const say = (message: string, remedy: string) =>
      document.problem("/isolation", { message, value: now.isolation, remedy });
    if (now.isolation === "dedicated") {
      const message = 'was "pooled": the tenant\'s metrics go to another workspace from now on';
      const remedy = "expect the history to stay in the pooled workspace until its retention ends";
      warnings.push(say(message, remedy));
    } else if (deployed) {
      const message = 'was "dedicated": the next deployment destroys the tenant\'s workspace with its data';
      problems.push(say(message, "keep it dedicated; offboard the tenant and onboard it again to pool it"));
    }
  }
  return { problems, warnings };
}

/** A file that the earlier revision did not have: a new tenant, or an old one under a new name. */
function compareNewTenant(past: PastFleet, now: FleetView, tenant: TenantView): Comparison {
  const { accountId, document } = tenant;
  const owner = accountId === undefined ? undefined : ownerOf(past, accountId);
  if (!owner) return { problems: [], warnings: [] };
  const kept = now.tenants.some((other) => other.document.file === owner.file);
  if (kept || owner.lifecycle === "offboarding") {
    // While the owner keeps the account, the rule about equal accounts or the one about changed ones speaks.
    if (
      kept &&
      now.tenants.some((other) => other.document.file === owner.file && other.accountId === accountId)
    ) {
      return { problems: [], warnings: [] };
    }
    const message = `was the account of tenant "${owner.name}" until this change`;
    const remedy = `use another account, or first deploy and merge the removal of "${owner.name}" alone`;
    return {
      problems: [document.problem("/accountId", { message, value: accountId, remedy })],
      warnings: [],
    };
  }
  const message = `renames tenant "${owner.name}", and a tenant's name never changes`;
  const remedy = `restore ${owner.file}; "displayName" is the name to change`;
  return { problems: [document.problem("/name", { message, value: tenant.name, remedy })], warnings: [] };
}

const ownerOf = (past: PastFleet, accountId: string): PastTenant | undefined =>
  [...past.tenants.values()].find((tenant) => tenant.accountId === accountId);

/** Files that are gone although their tenant was not offboarded: nothing would destroy what is deployed. */
function deleted(past: PastFleet, now: FleetView, ref: string): Problem[] {
  const files = new Set(now.tenants.map(({ document }) => document.file));
  const accounts = new Set(now.tenants.map(({ accountId }) => accountId));
  return [...past.tenants.values()].flatMap(({ file, name, lifecycle, accountId }): Problem[] => {
    const renamed = accountId !== undefined && accounts.has(accountId);
    if (files.has(file) || lifecycle === "offboarding" || renamed) return [];
    const stack = stackNames.tenant(name);
    const message = `was deleted while its tenant was ${lifecycle} in ${ref}`;
    const remedy = `restore it, set "lifecycle" to "offboarding", deploy ${stack}, then delete the file`;
    return [{ file, pointer: "", message, remedy }];
  });
}

/** Both known, and not the same. */
const changed = (before: string | undefined, now: string | undefined): boolean =>
  before !== undefined && now !== undefined && before !== now;
