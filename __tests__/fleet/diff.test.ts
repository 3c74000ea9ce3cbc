import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { compareWithPast } from "../../fleet/diff";
import { readPastFleet } from "../../fleet/history";
import { readFleet } from "../../fleet/read";
import { formatProblem, UserError } from "../../lib/errors";
import {
  type FleetFiles,
  goodCentral,
  goodNetwork,
  goodTenant,
  type Json,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import { changeTo, deployedFleet, git } from "../fixtures/fleet/git-fleet";

afterEach(removeFolders);

const accounts: Readonly<Record<string, string>> = {
  acme: "222222222222",
  globex: "333333333333",
  labs: "444444444444",
};

/** Files of a fleet: for each tenant what differs from a good one, and the same for the central file. */
function fleet(tenants: Readonly<Record<string, Json>>, central: Json = {}): FleetFiles {
  const files: FleetFiles = { "central.json": toText({ ...goodCentral(), ...central }) };
  for (const [name, keys] of Object.entries(tenants)) {
    files[`tenants/${name}.json`] = toText({ ...goodTenant(name, accounts[name]), ...keys });
  }
  return files;
}

/** What is said when the fleet `before` is deployed and the files become `after`. */
function compare(before: FleetFiles, after: FleetFiles, below = "") {
  const root = deployedFleet(before, below);
  changeTo(root, after);
  const { problems, warnings } = compareWithPast(
    readPastFleet(root, "deployed"),
    readFleet(root).view,
    "deployed",
  );
  return { problems: problems.map(formatProblem), warnings: warnings.map(formatProblem) };
}

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
    'tenants/acme.json:22:13 /region was "eu-west-1", and everything of the tenant would be replaced (got "us-east-1"), restore it; offboard the tenant and onboard it again to change Regions',
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
      "central.json:5:14 /backend has changed: the states stay where they are, move each of them with terraform init -migrate-state before the next deploy",
    ],
  });
});

test("a workspace of one's own may be had at a price, and not be given up", () => {
  const before = fleet({ acme: {}, globex: { isolation: "dedicated" } });
  expect(compare(before, fleet({ acme: { isolation: "dedicated" }, globex: {} }))).toEqual({
    problems: [
      'tenants/globex.json:1:1 /isolation was "dedicated": the next deployment destroys the tenant\'s workspace with its data (got "pooled"), keep it dedicated; offboard the tenant and onboard it again to pool it',
    ],
    warnings: [
      'tenants/acme.json:22:16 /isolation was "pooled": the tenant\'s metrics go to another workspace from now on (got "dedicated"), expect the history to stay in the pooled workspace until its retention ends',
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
    'tenants/acme.json:22:13 /region was "eu-west-1", and everything of the tenant would be replaced (got "us-east-1"), restore it; offboard the tenant and onboard it again to change Regions',
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

describe("what cannot be compared with is said in one message", () => {
  const failure = (root: string, ref: string): string => {
    try {
      readPastFleet(root, ref);
    } catch (error) {
      if (error instanceof UserError) return error.message.replaceAll(root, "ROOT");
      throw error;
    }
    return "no error";
  };

  test("a revision that does not exist", () => {
    expect(failure(deployedFleet(both), "origin/main")).toBe(
      'git knows no revision "origin/main", check its spelling or fetch it: CI often clones without history (git fetch --unshallow)',
    );
  });

  test.each(["", "--output=/tmp/x", "-x"])("a revision that is an option: %j", (ref) => {
    expect(failure(deployedFleet(both), ref)).toBe(
      `"${ref}" is not a git revision, write a branch, tag or commit`,
    );
  });

  test("a tree, a file, a range", () => {
    const root = deployedFleet(both);
    for (const ref of ["HEAD^{tree}", "HEAD:central.json", "HEAD..HEAD"]) {
      expect(failure(root, ref)).toMatch(/^git knows no revision /);
    }
  });

  test("a folder that is in no repository", () => {
    expect(failure(makeFolder(both), "HEAD")).toBe(
      "ROOT is not in a git repository, run without --base: there is no earlier revision to compare with",
    );
  });

  test("a folder that does not exist", () => {
    expect(failure("/nowhere/at/all", "HEAD")).toBe(
      "ROOT does not exist, name the fleet's folder with --root",
    );
  });

  test("a machine without git", () => {
    const root = makeFolder(both);
    const none = () => {
      throw Object.assign(new Error("spawn git ENOENT"), { code: "ENOENT" });
    };
    expect(() => readPastFleet(root, "HEAD", none)).toThrow(
      new UserError("git is not installed, and --base needs it to read the earlier revision"),
    );
  });

  test("a repository that git refuses to read", () => {
    const root = makeFolder(both);
    const refuses = () => {
      throw Object.assign(new Error("exit 128"), {
        stderr: Buffer.from("fatal: detected dubious ownership\n"),
      });
    };
    expect(() => readPastFleet(root, "HEAD", refuses)).toThrow(
      new UserError(
        `git cannot read the repository of ${root}, mend what it says:\nfatal: detected dubious ownership`,
      ),
    );
  });

  test("a revision without a fleet", () => {
    const root = deployedFleet({ "other.json": "{}" });
    expect(failure(root, "deployed")).toBe(
      'revision "deployed" has no fleet below ROOT, compare with one that has central.json and tenants/',
    );
  });

  test("a revision with a file that is not JSON", () => {
    expect(
      failure(deployedFleet({ ...both, "tenants/acme.json": '{\n  "name" "acme"\n}' }), "deployed"),
    ).toBe(
      'revision "deployed" cannot be compared with, because a file of it is not JSON:\ntenants/acme.json:2:10 has "acme" where a colon should be, write "key": value',
    );
  });
});
