import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutLifecycle } from "../../fleet/edit";
import { goodCentral, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { git } from "../fixtures/fleet/git-fleet";
import { tenantscope } from "../support/tenantscope";

afterEach(removeFolders);

const deploy = "npx tenantscope deploy --all --only acme";

function fleet(change: object) {
  const root = makeFolder({
    "central.json": toText(goodCentral()),
    "tenants/acme.json": toText({ ...goodTenant(), ...change }),
  });
  return { root, text: () => readFileSync(join(root, "tenants", "acme.json"), "utf8") };
}

const undo = (root: string, ...args: string[]) => tenantscope(["offboard", "acme", ...args, "--root", root]);
/** One commit for each version of the tenant. */
const versions = (...lifecycles: readonly string[]) => {
  const { root, text } = fleet({ lifecycle: lifecycles[0] });
  git(root, "init", "-q");
  lifecycles.forEach((lifecycle, index) => {
    writeFileSync(join(root, "tenants", "acme.json"), toText({ ...goodTenant(), lifecycle }));
    git(root, "add", ".");
    git(root, "commit", "-q", "--allow-empty", "-m", String(index));
  });
  return { root, text };
};

test.each([
  ["active", ["active", "offboarding"]],
  ["suspended", ["active", "suspended", "offboarding"]],
  ["suspended", ["suspended", "offboarding", "offboarding", "offboarding"]],
  ["active", ["suspended", "offboarding", "active", "offboarding"]],
])("%s again, as git has it: %j", async (expected, lifecycles) => {
  const { root, text } = versions(...lifecycles);
  writeFileSync(join(root, "tenants", "acme.json"), `${text()}\n`); // not committed
  const before = text();
  const { status, out } = await undo(root, "--undo");
  expect(status).toBe(0);
  expect(out.split("\n").slice(0, 2)).toEqual([
    expect.stringMatching(
      `^tenants/acme[.]json: lifecycle was "offboarding", is "${expected}"[.] It was so in [0-9a-f]{7,}[.] Next:$`,
    ),
    `  1. ${deploy}`,
  ]);
  expect(out.includes("still refused")).toBe(expected === "suspended");
  expect(text()).toBe(before.replace("offboarding", expected));
});

test("offboarding was not committed yet", async () => {
  const { root, text } = versions("suspended");
  const before = text();
  await undo(root);
  expect(text()).toContain('"offboarding"');
  expect((await undo(root, "--undo")).out).toContain('is "suspended"');
  expect(text()).toBe(before);
});

test.each([
  ["as prettier has it", (tenant: Record<string, unknown>) => toText(tenant)],
  ["in one line", (tenant: object) => JSON.stringify(tenant)],
  [
    "the account last",
    ({ accountId, ...tenant }: Record<string, unknown>) => toText({ ...tenant, accountId }),
  ],
  [
    "the account first",
    ({ accountId, ...tenant }: Record<string, unknown>) => toText({ accountId, ...tenant }),
  ],
])("a file that had no lifecycle is again as it was: %s", async (_, written) => {
  const { root, text } = fleet({});
  const { lifecycle, ...tenant }: Record<string, unknown> = { ...goodTenant() };
  expect(lifecycle).toBeUndefined();
  const before = written(tenant);
  writeFileSync(join(root, "tenants", "acme.json"), before);
  git(root, "init", "-q");
  git(root, "add", ".");
  git(root, "commit", "-q", "-m", "acme");
  await undo(root);
  expect(text()).toContain('"offboarding"');
  expect((await undo(root, "--undo")).out).toContain(
    'lifecycle was "offboarding", is "active". It was so in ',
  );
  expect(text()).toBe(before);
});

test.each([
  ['{ "lifecycle": "active", "name": "acme" }', '{ "name": "acme" }'],
  ['{ "name": "acme" }', '{ "name": "acme" }'],
])("without lifecycle: %s", (text, expected) => {
  expect(withoutLifecycle(text)).toBe(expected);
});

test.each([
  ["without git", () => fleet({ lifecycle: "offboarding" })],
  ["never committed as anything else", () => versions("offboarding")],
  [
    "a repository without a commit",
    () => {
      const made = fleet({ lifecycle: "offboarding" });
      git(made.root, "init", "-q");
      return made;
    },
  ],
])("%s: nothing is guessed, --to says it", async (_, make) => {
  const { root, text } = make();
  const before = text();
  expect(await undo(root, "--undo")).toEqual({
    status: 1,
    out: "",
    err:
      "git has no earlier version of tenants/acme.json that says what acme was before: " +
      "`tenantscope offboard acme --to active`, or `--to suspended`\n",
  });
  expect(text()).toBe(before);
  const { out } = await undo(root, "--to", "suspended");
  expect(out.split("\n")[0]).toBe('tenants/acme.json: lifecycle was "offboarding", is "suspended". Next:');
  expect(text()).toBe(before.replace("offboarding", "suspended"));
});

test("a tenant that is not offboarding stays as it is", async () => {
  const { root } = fleet({ lifecycle: "suspended" });
  for (const how of [["--undo"], ["--to", "active"]]) {
    expect(JSON.parse((await undo(root, ...how, "--json")).out)).toMatchObject({
      ...{ was: "suspended", now: "suspended", changed: false },
    });
  }
});
