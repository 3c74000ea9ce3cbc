import { readFleet } from "../../fleet/read";
import { Document } from "../../fleet/document";
import { type Quota, quotaRules, QUOTAS, quotaSuffices } from "../../fleet/rules/quotas";
import type { Fleet, Tenant } from "../../fleet/types";
import type { FleetView, TenantView } from "../../fleet/view";
import { formatProblem } from "../../lib/errors";
import {
  type FleetFiles,
  goodCentral,
  goodTenant,
  type Json,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import { everyOptionFleet } from "../support/every-option-fleet";
import { CLOUD_BACKEND, exampleFleet } from "../support/fleets";
import { type Block, type Stack, synth } from "../support/synth";

afterEach(removeFolders);

const numbered = (index: number): string => `t${String(index).padStart(4, "0")}`;

/** What is warned about in a fleet of so many tenants; `keys` says how a tenant differs from a good one. */
function warnings(tenants: number, keys: (index: number) => Json = () => ({}), central: Json = {}): string[] {
  const files: FleetFiles = { "central.json": toText({ ...goodCentral(), ...central }) };
  for (let index = 0; index < tenants; index++) {
    const tenant = goodTenant(numbered(index), String(200_000_000_000 + index));
    files[`tenants/${numbered(index)}.json`] = toText({
      ...tenant,
      ...keys(index),
      wave: index === 0 ? "canary" : "fleet",
    });
  }
  const reading = readFleet(makeFolder(files));
  expect(reading.problems).toEqual([]);
  return reading.warnings.map(formatProblem);
}

test("the first tenant, by name, that is one too many is told; offboarding ones do not count", () => {
  const workspaces = (first: string): string =>
    `central.json and its tenants need 26 metrics workspaces in the central account; the default quota of 25 ends before tenant "${first}", have AWS raise "Active workspaces per Region" of the central account (Service Quotas), or pool some tenants`;
  const dedicated = { isolation: "dedicated" };
  expect(warnings(24, () => dedicated)).toEqual([]);
  expect(warnings(25, () => dedicated)).toEqual([workspaces("t0024")]);
  expect(
    warnings(26, (index) => (index === 3 ? { ...dedicated, lifecycle: "offboarding" } : dedicated)),
  ).toEqual([workspaces("t0025")]);
});

test("roles and dashboards end first of all", () => {
  const file = new Document("central.json", "{}", {});
  const told = (count: number): string[] => {
    const tenants = Array.from({ length: count }, (_, index) => ({ name: numbered(index), services: [] }));
    const view = { central: { document: file }, tenants } as unknown as FleetView;
    return quotaRules.flatMap((rule) => rule(view)).map(formatProblem);
  };
  expect(told(978)).toEqual([]);
  expect(told(999)).toEqual([
    'central.json and its tenants need 1021 IAM roles in the central account; the default quota of 1000 ends before tenant "t0978", have AWS raise "Roles per account" of the central account (Service Quotas)',
    'central.json and its tenants need 2002 dashboards in the Grafana workspace; the default quota of 2000 ends before tenant "t0998", have the quota raised, or run two fleets',
  ]);
});

test("with remote runs in HCP Terraform the roles end at a third of the tenants, offboarding ones too", () => {
  const backend = { type: "cloud", organization: "example" };
  const central = { backend };
  const roles = (need: number, first: string): string =>
    `central.json and its tenants need ${need} IAM roles in the central account; the default quota of 1000 ends before tenant "${first}", have AWS raise "Roles per account" of the central account (Service Quotas)`;
  expect(warnings(324, () => ({}), central)).toEqual([]);
  expect(warnings(325, () => ({}), central)).toEqual([roles(1003, "t0324")]);
  const offboarding = (index: number): Json => (index === 0 ? { lifecycle: "offboarding" } : {});
  expect(warnings(325, offboarding, central)).toEqual([roles(1002, "t0324")]);
  expect(warnings(325, () => ({}), { backend: { ...backend, executionMode: "local" } })).toEqual([]);
});

test("managed policies end next, when AWS has raised the roles: one border for every tenant", () => {
  const document = new Document("central.json", "{}", {});
  const told = (count: number, executionMode: string): string[] => {
    const tenants = Array.from({ length: count }, (_, index) => ({ name: numbered(index), services: [] }));
    const central = { document, backend: { type: "cloud", executionMode } };
    return quotaSuffices(QUOTAS.policies)({ central, tenants } as unknown as FleetView).map(formatProblem);
  };
  expect(told(1498, "remote")).toEqual([]);
  expect(told(1500, "remote")).toEqual([
    'central.json and its tenants need 1502 managed IAM policies in the central account; the default quota of 1500 ends before tenant "t1498", have AWS raise "Customer managed policies per account" of the central account (Service Quotas), to 5000 at most',
  ]);
  expect(told(1500, "local")).toEqual([]);
});

/** Resources of one kind in a stack that count for a quota. */
type Counted = (block: Block) => boolean;

const counted: Record<keyof typeof QUOTAS, Counted> = {
  roles: ({ type }) => type === "aws_iam_role",
  policies: ({ type }) => type === "aws_iam_policy",
  dashboards: ({ type }) => type === "grafana_dashboard",
  workspaces: ({ type }) => type === "aws_prometheus_workspace",
  metricsInsights: ({ type, attributes }) =>
    type === "aws_cloudwatch_metric_alarm" && JSON.stringify(attributes).includes('"expression":"SELECT '),
  parameters: ({ type }) => type === "aws_ssm_parameter",
};

describe.each([
  ["the example", exampleFleet()],
  ["every option", everyOptionFleet({ type: "local" })],
])("what is counted is what is synthesised: %s", (_, fleet) => {
  const { stacks } = synth(fleet);
  const inCentral = (stack: Stack, block: Block): boolean =>
    !block.type.startsWith("aws_") || stack.account(block).accountId === fleet.central.accountId;
  const found = (stack: Stack, is: Counted): number =>
    stack.blocks.filter((block) => block.kind === "resource" && is(block) && inCentral(stack, block)).length;

  test.each(Object.entries<Quota>(QUOTAS))("%s", (name, quota) => {
    const is = counted[name as keyof typeof QUOTAS];
    const ofTenants = new Map(
      active(fleet).map((tenant) => [`tenant-${tenant.name}`, quota.ofTenant(viewOf(tenant))]),
    );
    for (const stack of stacks.filter(({ name: each }) => ofTenants.has(each))) {
      expect([stack.name, ofTenants.get(stack.name)]).toEqual([stack.name, found(stack, is)]);
    }
    const shared = stacks.filter(({ name: each }) => !each.startsWith("tenant-"));
    const need = shared.reduce((sum, stack) => sum + found(stack, is), 0);
    // Some roles are only there with some settings.
    expect(need).toBeLessThanOrEqual(quota.shared);
    expect(need).toBeGreaterThanOrEqual(quota.shared - (name === "roles" ? 5 : 0));
  });
});

test("the runs have the roles and policies that are counted", () => {
  const fleet = everyOptionFleet(CLOUD_BACKEND);
  const { stacks } = synth(fleet);
  const found = (name: string, is: Counted): number =>
    stacks
      .filter((stack) => name === "" || stack.name === name)
      .flatMap(({ blocks }) => blocks)
      .filter((block) => block.kind === "resource" && is(block)).length;
  const need = ({ shared, tenant }: NonNullable<Quota["ofRuns"]>): number =>
    shared + tenant * fleet.tenants.length;
  expect(found("workspaces", counted.roles)).toBe(need(QUOTAS.roles.ofRuns));
  // Nothing else makes any, in whichever account.
  expect(found("", counted.policies)).toBe(need(QUOTAS.policies.ofRuns));
});

const active = ({ tenants }: Fleet): Tenant[] =>
  tenants.filter(({ lifecycle }) => lifecycle !== "offboarding");

const viewOf = (tenant: Tenant): TenantView =>
  ({
    ...tenant,
    services: tenant.services.map((service) => ({ pointer: "", service })),
  }) as unknown as TenantView;
