import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { readPastFleet } from "../../fleet/history";
import { accounts, compare, fleet } from "../fixtures/fleet/compared";
import { type FleetFiles, goodNetwork, type Json, removeFolders } from "../fixtures/fleet/fleet-folder";
import { deployedFleet, git } from "../fixtures/fleet/git-fleet";

afterEach(removeFolders);

const nothing = { problems: [], warnings: [] };
const otherSubnet = { ...goodNetwork, privateSubnetIds: ["subnet-0a1b2c3d4e5f60009"] };
const both = fleet({ acme: {}, globex: {} });

test.each([
  ["nothing", both, both],
  ["a new tenant", both, fleet({ acme: {}, globex: {}, labs: {} })],
  [
    "a display name, a service, a tag",
    both,
    fleet({ acme: { displayName: "ACME", tags: { a: "b" } }, globex: {} }),
  ],
  [
    "a tenant that starts to offboard",
    both,
    fleet({ acme: { lifecycle: "offboarding", services: [] }, globex: {} }),
  ],
  [
    "a tenant that was offboarding and is gone",
    fleet({ acme: { lifecycle: "offboarding" }, globex: {} }),
    fleet({ globex: {} }),
  ],
  [
    "a tenant that is offboarding no more",
    fleet({ acme: { lifecycle: "offboarding" } }),
    fleet({ acme: {} }),
  ],
  [
    "a tenant that was offboarding and comes back in another VPC, pooled",
    fleet({ acme: { lifecycle: "offboarding", isolation: "dedicated" } }),
    fleet({ acme: { network: { ...goodNetwork, vpcId: "vpc-0a1b2c3d4e5f60009" } } }),
  ],
  ["another subnet", both, fleet({ acme: { network: otherSubnet }, globex: {} })],
  [
    "a Region that is spelt out",
    both,
    fleet({ acme: { region: "eu-west-1" }, globex: { isolation: "pooled" } }, { backend: { type: "local" } }),
  ],
])("nothing is said about %s", (_, before, after) => {
  expect(compare(before, after)).toEqual(nothing);
});

test.each(["active", "suspended"])("the file of a tenant that is %s must not be deleted", (lifecycle) => {
  expect(compare(fleet({ acme: { lifecycle }, globex: {} }), fleet({ globex: {} }))).toEqual({
    problems: [
      `tenants/acme.json was deleted while its tenant was ${lifecycle} in deployed, restore it, set "lifecycle" to "offboarding", deploy tenant-acme, then delete the file`,
    ],
    warnings: [],
  });
});

test("a tenant keeps its account", () => {
  expect(compare(both, fleet({ acme: { accountId: "555555555555" }, globex: {} })).problems).toEqual([
    'tenants/acme.json:3:16 /accountId was "222222222222", and what is deployed stays in that account (got "555555555555"), restore it; offboard the tenant and onboard a new one to change accounts',
  ]);
});

test("two tenants that swap their accounts are told both", () => {
  const swapped = fleet({ acme: { accountId: accounts["globex"] }, globex: { accountId: accounts["acme"] } });
  expect(compare(both, swapped).problems).toEqual([
    'tenants/acme.json:3:16 /accountId was "222222222222", and what is deployed stays in that account (got "333333333333"), restore it; offboard the tenant and onboard a new one to change accounts',
    'tenants/globex.json:3:16 /accountId was "333333333333", and what is deployed stays in that account (got "222222222222"), restore it; offboard the tenant and onboard a new one to change accounts',
  ]);
});

test("a tenant keeps its name: a renamed file is one problem, not a deleted and a new tenant", () => {
  expect(compare(both, fleet({ "acme-corp": { accountId: accounts["acme"] }, globex: {} }))).toEqual({
    problems: [
      'tenants/acme-corp.json:2:11 /name renames tenant "acme", and a tenant\'s name never changes (got "acme-corp"), restore tenants/acme.json; "displayName" is the name to change',
    ],
    warnings: [],
  });
});

test("a name that changes inside its file is told too", () => {
  expect(compare(both, fleet({ acme: { name: "acme-corp" }, globex: {} })).problems).toEqual([
    'tenants/acme.json:2:11 /name was "acme", and a tenant\'s name never changes (got "acme-corp"), restore it',
  ]);
});

test("the account of a tenant that goes in the same change is not free yet", () => {
  const before = fleet({ acme: { lifecycle: "offboarding" }, globex: {} });
  const remedy = 'use another account, or first deploy and merge the removal of "acme" alone';
  expect(compare(before, fleet({ labs: { accountId: accounts["acme"] }, globex: {} }))).toEqual({
    problems: [
      `tenants/labs.json:3:16 /accountId was the account of tenant "acme" until this change (got "222222222222"), ${remedy}`,
    ],
    warnings: [],
  });
});

test("the account that a tenant leaves in the same change is not free either", () => {
  const after = fleet({
    acme: { accountId: "555555555555" },
    labs: { accountId: accounts["acme"] },
    globex: {},
  });
  expect(compare(both, after).problems).toEqual([
    'tenants/acme.json:3:16 /accountId was "222222222222", and what is deployed stays in that account (got "555555555555"), restore it; offboard the tenant and onboard a new one to change accounts',
    'tenants/labs.json:3:16 /accountId was the account of tenant "acme" until this change (got "222222222222"), use another account, or first deploy and merge the removal of "acme" alone',
  ]);
});

test("a tenant keeps its Region, and a central Region that changes is told once", () => {
  expect(compare(both, fleet({ acme: { region: "us-east-1" }, globex: {} })).problems).toEqual([
    'tenants/acme.json:23:13 /region was "eu-west-1", and everything of the tenant would be replaced (got "us-east-1"), restore it; offboard the tenant and onboard it again to change Regions',
  ]);
  expect(compare(both, fleet({ acme: {}, globex: {} }, { region: "us-west-2" })).problems).toEqual([
    'central.json:3:13 /region differs from the deployed fleet\'s "eu-west-1" (got "us-west-2"), restore it: the central Region holds every tenant\'s data, a new one is a new fleet',
  ]);
});

test("the central account stays; the organization and the backend may change, at a price", () => {
  const central = {
    accountId: "999999999999",
    organizationId: "o-anotherone1",
    backend: { type: "cloud", organization: "acme" },
  };
  expect(compare(both, fleet({ acme: {}, globex: {} }, central))).toEqual({
    problems: [
      'central.json:2:16 /accountId differs from the deployed fleet\'s "111111111111" (got "999999999999"), restore it: the central account holds every tenant\'s data, a new one is a new fleet',
    ],
    warnings: [
      'central.json:4:21 /organizationId was "o-tenantscope1": every tenant\'s external id changes with it (got "o-anotherone1"), deploy all tenants at once and expect gaps in their metrics until the tasks are replaced',
      "central.json:10:14 /backend has changed: the states stay where they are, move each of them with terraform init before the next deploy",
    ],
  });
});

test("how runs work may change without a state's moving", () => {
  const cloud = { type: "cloud", organization: "acme" };
  const settled = { ...cloud, project: "tenantscope", executionMode: "local", notifications: { emails: [] } };
  const warned = (from: object, to: object) =>
    compare(fleet({ acme: {} }, { backend: from }), fleet({ acme: {} }, { backend: to })).warnings;
  expect(warned(cloud, settled)).toEqual([]);
  const moved = (command: string) => [
    `central.json:10:14 /backend has changed: the states stay where they are, move each of them with ${command} before the next deploy`,
  ];
  expect(warned(cloud, { ...cloud, project: "another" })).toEqual(moved("terraform init"));
  expect(warned(cloud, { type: "s3", bucket: "states", region: "eu-west-1" })).toEqual(
    moved("terraform init -migrate-state"),
  );
});

describe("a central network that moves, or an API that is exposed otherwise", () => {
  const existing = {
    vpcId: "vpc-0a1b2c3d4e5f60001",
    cidr: "10.0.0.0/16",
    privateSubnetIds: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
  };
  const price = "every central service is replaced with its network";
  const remedy = "restore it, or expect logs and traces to wait in the tenants' sidecars meanwhile";

  test.each<[string, Json, Json, string[]]>([
    [
      "the same, spelt out",
      {},
      { network: { cidr: "10.0.0.0/16", zones: ["b", "a"] }, ingest: { exposure: "private" } },
      [],
    ],
    ["one more zone", { network: { zones: ["a", "b"] } }, { network: { zones: ["c", "b", "a"] } }, []],
    ["a way out of another kind", {}, { network: { natPerZone: true } }, []],
    [
      "other addresses of an existing VPC",
      { network: existing },
      { network: { ...existing, cidr: "10.0.0.0/15" } },
      [],
    ],
    [
      "exposure",
      {},
      { ingest: { exposure: "public" } },
      [
        'central.json:11:17 /ingest/exposure was "private": tenants call the API by another name from now on (got "public"), deploy every tenant again after the central stack',
      ],
    ],
    [
      "addresses",
      {},
      { network: { cidr: "10.8.0.0/16", zones: ["b", "c"] } },
      [`central.json:11:13 /network/cidr was 10.0.0.0/16: ${price} (got "10.8.0.0/16"), ${remedy}`],
    ],
    [
      "an existing VPC in the created one's place",
      {},
      { network: existing },
      [
        `central.json:11:14 /network/vpcId was a created VPC: ${price} (got "vpc-0a1b2c3d4e5f60001"), ${remedy}`,
      ],
    ],
    [
      "a created VPC in the existing one's place",
      { network: existing },
      {},
      [`central.json:1:1 /network/vpcId was vpc-0a1b2c3d4e5f60001: ${price}, ${remedy}`],
    ],
    [
      "another VPC",
      { network: existing },
      { network: { ...existing, vpcId: "vpc-0a1b2c3d4e5f60002" } },
      [
        `central.json:11:14 /network/vpcId was vpc-0a1b2c3d4e5f60001: ${price} (got "vpc-0a1b2c3d4e5f60002"), ${remedy}`,
      ],
    ],
    [
      "a zone less",
      { network: { zones: ["a", "b", "c"] } },
      { network: { zones: ["c", "a"] } },
      [
        "central.json:11:14 /network/zones lacks b, where central services may run, restore it, or expect what runs there to move",
      ],
    ],
  ])("%s", (_, before, after, warnings) => {
    const past = fleet({ acme: {}, globex: {} }, before);
    expect(compare(past, fleet({ acme: {}, globex: {} }, after))).toEqual({ problems: [], warnings });
  });
});

test("a workspace of one's own may be had at a price, and not be given up", () => {
  const before = fleet({ acme: {}, globex: { isolation: "dedicated" } });
  expect(compare(before, fleet({ acme: { isolation: "dedicated" }, globex: {} }))).toEqual({
    problems: [
      'tenants/globex.json:1:1 /isolation was "dedicated": the next deployment destroys the tenant\'s workspace with its data (got "pooled"), keep it dedicated; offboard the tenant and onboard it again to pool it',
    ],
    warnings: [
      'tenants/acme.json:23:16 /isolation was "pooled": the tenant\'s metrics go to another workspace from now on (got "dedicated"), expect the history to stay in the pooled workspace until its retention ends',
    ],
  });
});

test("a deployed tenant keeps its VPC", () => {
  const network = { ...goodNetwork, vpcId: "vpc-0a1b2c3d4e5f60009" };
  expect(compare(both, fleet({ acme: { network }, globex: {} }))).toEqual({
    problems: [
      'tenants/acme.json:5:14 /network/vpcId was "vpc-0a1b2c3d4e5f60001": target groups and security groups in use cannot move between VPCs (got "vpc-0a1b2c3d4e5f60009"), restore it; offboard the tenant and onboard it again to change VPCs',
    ],
    warnings: [],
  });
});

test("the fleet may be in a folder of a repository; what else is there does not count", () => {
  const before = {
    ...both,
    "tenants/README.md": "x",
    "other/tenants/labs.json": "{",
    "tenants/old/labs.json": "{",
  };
  expect(compare(before, fleet({ globex: {} }), "infra/observability").problems).toEqual([
    'tenants/acme.json was deleted while its tenant was active in deployed, restore it, set "lifecycle" to "offboarding", deploy tenant-acme, then delete the file',
  ]);
});

test("symbolic links of the earlier revision are not tenants", () => {
  const root = deployedFleet(both);
  symlinkSync("acme.json", join(root, "tenants", "link.json"));
  git(root, "add", ".");
  git(root, "commit", "-q", "-m", "link");
  expect([...readPastFleet(root, "HEAD").tenants.keys()].sort()).toEqual([
    "tenants/acme.json",
    "tenants/globex.json",
  ]);
});

test("a head that is wrong is compared as far as it can be read", () => {
  const after = { ...fleet({ acme: { region: "us-east-1", lifecycle: "on" } }), "tenants/globex.json": "{" };
  expect(compare(both, after).problems).toEqual([
    'tenants/acme.json:23:13 /region was "eu-west-1", and everything of the tenant would be replaced (got "us-east-1"), restore it; offboard the tenant and onboard it again to change Regions',
  ]);
});

test("an earlier revision that follows another schema is read as far as it goes", () => {
  const before: FleetFiles = {
    "central.json": "[]",
    "tenants/acme.json": '{ "account": 1 }',
    "tenants/globex.json": "[1]",
  };
  expect(compare(before, fleet({ acme: {} })).problems).toEqual([
    'tenants/globex.json was deleted while its tenant was active in deployed, restore it, set "lifecycle" to "offboarding", deploy tenant-globex, then delete the file',
  ]);
});
