import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { buildApp } from "../../app";
import { stepsOf } from "../../cli/terraform/steps";
import { loadFleet } from "../../fleet/load";
import { affectedSince } from "../fixtures/fleet/fake-program";
import { compare, fleet } from "../fixtures/fleet/compared";
import { goodCentral, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { changeTo, deployedFleet } from "../fixtures/fleet/git-fleet";
import { CLOUD_BACKEND } from "../support/fleets";
import { tenantscope } from "../support/tenantscope";

/** A fleet before its first tenant, and after its last one. */

afterEach(removeFolders);

const NO_FOLDER =
  "warning: tenants does not exist, so the fleet has no tenant, `tenantscope add` writes the first one\n";
const NOBODY =
  'there is no tenant "acme": the fleet has no tenant yet, `npx tenantscope add` writes the first one\n';
const empty = (central: object = {}) => fleet({}, { ...central });

describe("the commands", () => {
  /** With the folder of the tenants, which git does not keep. */
  function withFolder(): string {
    const root = makeFolder(empty());
    mkdirSync(join(root, "tenants"));
    return root;
  }

  test.each([
    ["validate", 0, "central.json is valid, and the fleet has no tenant yet\n", ""],
    ["list", 0, "", "the fleet has no tenant yet\n"],
    ["list --wave canary", 0, "", "the fleet has no tenant yet\n"],
    ["list --json", 0, "[]\n", ""],
    ["show acme", 1, "", NOBODY],
    ["suspend acme", 1, "", NOBODY],
    ["offboard acme", 1, "", NOBODY],
    ["plan --only acme", 1, "", NOBODY],
    ["deploy --wave canary --auto-approve", 0, "there is nothing to deploy\n", ""],
  ])("%s: %j", async (line, status, out, err) => {
    const [command = "", ...args] = line.split(" ");
    expect(await tenantscope([command, ...args, "--root", withFolder()])).toEqual({ status, out, err });
  });

  test("the waves have nobody", async () => {
    const { status, out } = await tenantscope(["waves", "--json", "--root", withFolder()]);
    expect(status).toBe(0);
    expect((JSON.parse(out) as { tenants: string[] }[]).map(({ tenants }) => tenants)).toEqual([[], []]);
  });

  test("without the folder of the tenants: the same, and a warning", async () => {
    const root = makeFolder(empty());
    expect(await tenantscope(["validate", "--root", root])).toEqual({
      status: 0,
      out: "central.json is valid, and the fleet has no tenant yet\n",
      err: NO_FOLDER,
    });
    const { out } = await tenantscope(["validate", "--json", "--root", root]);
    expect(JSON.parse(out)).toMatchObject({ tenants: 0, problems: [], warnings: [{ file: "tenants" }] });
  });
});

describe("the changes", () => {
  const one = fleet({ acme: {} });
  const last = fleet({ acme: { lifecycle: "offboarding" } });

  test("the first tenant: its stack, and the limits that it is in", async () => {
    const root = deployedFleet(empty());
    changeTo(root, one);
    expect((await affectedSince(root)).lines).toEqual(["limits - changed", "tenant-acme fleet added"]);
    expect(compare(empty(), one)).toEqual({ problems: [], warnings: [] });
  });

  test("the last tenant: removed when it was offboarding, refused before", async () => {
    const root = deployedFleet(last);
    rmSync(join(root, "tenants"), { recursive: true });
    expect((await affectedSince(root)).lines).toEqual(["limits - changed", "tenant-acme - removed"]);
    expect((await tenantscope(["validate", "--base", "deployed", "--root", root])).status).toBe(0);
    expect(compare(one, empty()).problems).toHaveLength(1);
  });

  test("nothing", async () => {
    const { lines, all } = await affectedSince(deployedFleet(empty()));
    expect([lines, all]).toEqual([[], 3]);
  });
});

describe("the stacks", () => {
  const stacksOf = (central: object): string[] => {
    const app = buildApp(loadFleet(makeFolder(empty(central))));
    expect(App.isApp(app)).toBe(true);
    return app.node.children.map(({ node }) => node.id).sort();
  };

  test("the shared ones", () => {
    expect(stacksOf({})).toEqual(["central", "grafana", "limits"]);
    expect(stacksOf({ backend: CLOUD_BACKEND })).toEqual(["central", "grafana", "limits", "workspaces"]);
  });

  test("a deployment of everything ends with them", () => {
    const { central, tenants } = loadFleet(makeFolder(empty()));
    expect(tenants).toEqual([]);
    const steps = stepsOf({ central, tenants, warnings: [] }, { all: true });
    expect(steps.flatMap(({ stacks }) => stacks)).toEqual(["central", "limits", "grafana"]);
  });
});

test("tenants that are all wrong are no empty fleet", async () => {
  const root = makeFolder({
    "central.json": toText(goodCentral()),
    "tenants/acme.json": toText({ ...goodTenant(), name: 1 }),
  });
  expect((await tenantscope(["validate", "--root", root])).status).toBe(1);
});
