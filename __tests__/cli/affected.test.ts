import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fleet } from "../fixtures/fleet/compared";
import { affectedSince } from "../fixtures/fleet/fake-program";
import { type FleetFiles, type Json, removeFolders } from "../fixtures/fleet/fleet-folder";
import { changeTo, deployedFleet, git } from "../fixtures/fleet/git-fleet";

afterEach(removeFolders);

const waves = [{ name: "canary" }, { name: "fleet" }];
const inWaves = (
  tenants: Readonly<Record<string, Json>> = { acme: {}, globex: { wave: "canary" } },
  central: Json = {},
) => fleet(tenants, { waves, ...central });

/** What is affected when `before` is deployed and the files become `after`. */
async function since(before: FleetFiles, after: FleetFiles, below = "") {
  const root = deployedFleet(before, below);
  changeTo(root, after);
  const { lines, synthesised, all } = await affectedSince(root);
  return { lines, synthesised, all };
}

describe("the fleet's files", () => {
  test("nothing has changed: nothing is synthesised", async () => {
    expect(await since(inWaves(), inWaves())).toEqual({ lines: [], synthesised: [], all: 5 });
  });

  test("white space, and settings that repeat their default, are no change", async () => {
    const after = inWaves(
      { acme: { lifecycle: "active" }, globex: { wave: "canary" } },
      { logRetentionDays: 365 },
    );
    after["tenants/globex.json"] = JSON.stringify(JSON.parse(String(after["tenants/globex.json"])));
    const same = inWaves(undefined, { logRetentionDays: 365 });
    expect(await since(same, after)).toEqual({ lines: [], synthesised: [], all: 5 });
  });

  test("an edited tenant: its stack; of equal keys none is synthesised, of equal bytes none is told", async () => {
    const before = inWaves({ acme: {}, globex: { wave: "canary" }, labs: {} });
    const after = inWaves({
      acme: { tags: { a: "b" } },
      globex: { wave: "canary", services: SERVICES },
      labs: {},
    });
    const { lines, synthesised } = await since(before, after);
    expect(lines).toEqual(["tenant-globex canary changed"]);
    expect(synthesised).toEqual(["tenant-acme", "tenant-globex"]); // the stand-in has no tenant's tags in its stack
  });

  test("a limit of a tenant is in a shared stack, too", async () => {
    const { lines, synthesised } = await since(
      inWaves(),
      inWaves({ acme: { limits: { activeSeries: 7 } }, globex: { wave: "canary" } }),
    );
    expect(lines).toEqual(["limits - changed", "tenant-acme fleet changed"]);
    expect(synthesised).toEqual(["limits", "tenant-acme"]);
  });

  test("added, also untracked, and removed; what is new is not synthesised", async () => {
    const { lines, synthesised, all } = await since(
      inWaves(),
      inWaves({ globex: { wave: "canary" }, labs: {} }),
    );
    expect(lines).toEqual(["limits - changed", "tenant-labs fleet added", "tenant-acme - removed"]);
    expect(synthesised).toEqual(["limits"]);
    expect(all).toBe(5);
  });

  test("renamed: the one removed, the other added", async () => {
    const before = inWaves();
    const after: FleetFiles = {
      ...before,
      "tenants/zeta.json": String(before["tenants/acme.json"]).replace('"acme"', '"zeta"'),
    };
    delete after["tenants/acme.json"];
    expect((await since(before, after)).lines).toEqual([
      "limits - changed",
      "tenant-zeta fleet added",
      "tenant-acme - removed",
    ]);
  });

  test("whether a removed tenant was offboarded", async () => {
    const root = deployedFleet(inWaves({ acme: {}, globex: { lifecycle: "offboarding" }, labs: {} }));
    changeTo(root, inWaves({ labs: {} }));
    expect((await affectedSince(root)).stacks.filter(({ reason }) => reason === "removed")).toEqual([
      { stack: "tenant-acme", reason: "removed", tenant: "acme", offboarded: false },
      { stack: "tenant-globex", reason: "removed", tenant: "globex", offboarded: true },
    ]);
  });

  test("a setting that all stacks have: all of them, the first wave first", async () => {
    const { lines } = await since(inWaves(), inWaves(undefined, { tags: { owner: "us" } }));
    expect(lines).toEqual(["central - changed", "tenant-globex canary changed", "tenant-acme fleet changed"]);
  });

  test("a setting of the central services: no tenant is looked at", async () => {
    const { lines, synthesised } = await since(
      inWaves(),
      inWaves(undefined, { loki: { retentionDays: 40 } }),
    );
    expect(lines).toEqual(["central - changed"]);
    expect(synthesised).toEqual(["central", "grafana", "limits"]);
  });

  test("an image of one wave: its tenants", async () => {
    const newer = [{ name: "canary", images: { jaeger: "jaegertracing/jaeger:9.9.9" } }, { name: "fleet" }];
    const { synthesised } = await since(inWaves(), inWaves(undefined, { waves: newer }));
    expect(synthesised).toEqual(["central", "grafana", "limits", "tenant-globex"]);
  });

  test("a generation of one wave: its tenants; one of the fleet: the tenants of the waves without their own", async () => {
    const canaryFirst = [{ name: "canary", configGeneration: 2 }, { name: "fleet" }];
    const first = await since(inWaves(), inWaves(undefined, { waves: canaryFirst }));
    expect(first.synthesised).toEqual(["central", "grafana", "limits", "tenant-globex"]);
    const rest = { waves: canaryFirst, configGeneration: 2 };
    const second = await since(inWaves(undefined, { waves: canaryFirst }), inWaves(undefined, rest));
    expect(second.synthesised).toEqual(["central", "grafana", "limits", "tenant-acme"]);
    const tidied = await since(inWaves(undefined, rest), inWaves(undefined, { configGeneration: 2 }));
    expect(tidied.synthesised).toEqual(["central", "grafana", "limits"]);
    const spelt = await since(inWaves(), inWaves(undefined, { configGeneration: 1 }));
    expect(spelt.synthesised).toEqual([]);
  });

  test("another wave alone changes no stack", async () => {
    const after = inWaves({ acme: { wave: "canary" }, globex: { wave: "canary" } });
    expect((await since(inWaves(), after)).synthesised).toEqual(["tenant-acme"]);
  });

  test("another shape of the contract: every tenant; a Region more is not one", async () => {
    const domain = {
      name: "telemetry.tenantscope.example",
      certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
    };
    expect((await since(inWaves(), inWaves(undefined, { ingest: { domain } }))).lines).toEqual([
      "central - changed",
      "tenant-globex canary contract",
      "tenant-acme fleet contract",
    ]);
    const regions = ["eu-west-1", "eu-central-1"];
    expect((await since(inWaves(), inWaves(undefined, { regions }))).lines).toEqual(["central - changed"]);
  });

  test("a fleet in a folder of its repository, and a commit in between", async () => {
    const root = deployedFleet(inWaves(), "teams/observability");
    writeFileSync(join(root, "notes.md"), "unrelated");
    git(root, "add", ".");
    git(root, "commit", "-q", "-m", "notes");
    expect((await affectedSince(root)).lines).toEqual([]);
    changeTo(root, inWaves({ acme: { services: SERVICES }, globex: { wave: "canary" } }));
    expect((await affectedSince(root)).lines).toEqual(["tenant-acme fleet changed"]);
    expect((await affectedSince(root, { base: "HEAD~1" })).lines).toEqual(["tenant-acme fleet changed"]);
  });
});

test("no branch is checked out, and the tree is dirty in every way", async () => {
  const root = deployedFleet(inWaves());
  git(root, "checkout", "-q", "--detach");
  changeTo(root, inWaves({ acme: { services: SERVICES }, labs: {} }));
  git(root, "add", "tenants/acme.json"); // the others are as rm and an editor left them
  expect((await affectedSince(root, { base: "HEAD" })).lines).toEqual([
    "limits - changed",
    "tenant-acme fleet changed",
    "tenant-labs fleet added",
    "tenant-globex - removed",
  ]);
});

const SERVICES = [
  {
    name: "mailer",
    image: "example/mailer:1.0.0",
    port: 80,
    logs: { destinations: ["cloudwatch"] },
    traces: { destinations: ["xray"] },
  },
];
