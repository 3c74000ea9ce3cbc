import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../cli/program";
import { orphans, orphansText } from "../../../cli/terraform/orphans";
import { meansTenantsAlone } from "../../../cli/terraform/session";
import type { Fleet } from "../../../fleet/types";
import { goodFiles, makeFolder, removeFolders, type FleetFiles } from "../../fixtures/fleet/fleet-folder";

afterAll(removeFolders);

const state = (...resources: object[]): string => JSON.stringify({ version: 4, resources });
const made = { mode: "managed", type: "aws_sns_topic", instances: [{}] };

const fleetOf = (type: string): Fleet =>
  ({ central: { backend: { type } }, tenants: [{ name: "acme" }] }) as unknown as Fleet;

const left = (type: string, files: FleetFiles): string[] => orphans(makeFolder(files), fleetOf(type));

const runFile = (stacks: object): FleetFiles => ({
  ".tenantscope/deploy.json": JSON.stringify({ run: "r", selection: { all: true }, stacks }),
});

test("with local states, a tenant without a file whose state holds something is left behind", () => {
  const files = {
    "terraform.central.tfstate": state(made),
    "terraform.other.tfstate": state(made),
    "terraform.tenant-acme.tfstate": state(made),
    "terraform.tenant-zeta.tfstate": state(made),
    "terraform.tenant-gone.tfstate": state(made),
    "terraform.tenant-gone.tfstate.backup": state(made),
    "terraform.tenant-broken.tfstate": "{",
    "terraform.tenant-planned.tfstate": "",
    "terraform.tenant-emptied.tfstate": state(),
    "terraform.tenant-emptied.tfstate.backup": state(made),
    "terraform.tenant-read.tfstate": state({ ...made, mode: "data" }, { ...made, instances: [] }),
    // What it once deployed is no matter where the states tell.
    ...runFile({ "tenant-old": { key: "k", status: "done" } }),
  };
  expect(left("local", files)).toEqual(["tenant-broken", "tenant-gone", "tenant-zeta"]);
  expect(left("local", {})).toEqual([]);
});

test("with other backends, what was deployed from here and not as empty is left behind", () => {
  const stacks = {
    central: { key: "k", status: "done" },
    "tenant-zeta": { key: "k", status: "failed" },
    "tenant-acme": { key: "k", status: "done" },
    "tenant-emptied": { key: "k", status: "done", empty: true },
    "tenant-gone": { key: "k", status: "unchanged" },
  };
  const files = { ...runFile(stacks), "terraform.tenant-x.tfstate": state(made) };
  for (const type of ["s3", "cloud"]) expect(left(type, files)).toEqual(["tenant-gone", "tenant-zeta"]);
  expect(left("s3", { "central.json": "{}" })).toEqual([]);
});

test.each([
  [{}, false],
  [{ only: ["acme"] }, true],
  [{ stack: ["tenant-acme"] }, true],
  // What is left of a tenant hangs on what all share: its workspace goes with `workspaces`.
  [{ stack: ["tenant-acme", "workspaces"] }, false],
])("whether %j means tenants alone, so that nobody is warned of the others: %s", (named, alone) => {
  expect(meansTenantsAlone(named)).toBe(alone);
});

const remedy = (it: string, its: string): string =>
  `restore ${its}, set "lifecycle" to "offboarding", deploy ${it}, then delete ${its}`;

test("the remedy is named", () => {
  expect(orphansText([], fleetOf("local"))).toBe("");
  expect(orphansText(["tenant-zeta"], fleetOf("local"))).toBe(
    `zeta is deployed, but its file is gone: ${remedy("it", "its file")}`,
  );
  expect(orphansText(["tenant-gone", "tenant-zeta"], fleetOf("s3"))).toBe(
    `gone and zeta are deployed, but their files are gone: ${remedy("them", "their files")} (.tenantscope/deploy.json says so; if nothing is left, delete their entries there)`,
  );
});

describe("drift", () => {
  const before = process.env["TERRAFORM_BINARY_NAME"];
  afterEach(() => {
    if (before === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
    else process.env["TERRAFORM_BINARY_NAME"] = before;
  });

  test("counts a tenant that was left behind, unless tenants or stacks are named", async () => {
    const root = makeFolder({ ...goodFiles(), "terraform.tenant-zeta.tfstate": state(made) });
    const terraform = join(root, "terraform");
    writeFileSync(
      terraform,
      `#!/bin/sh
case "$1" in
  init) mkdir -p .terraform/providers; touch .terraform.lock.hcl ;;
  show) echo '{"resource_changes":[]}' ;;
esac
`,
    );
    chmodSync(terraform, 0o755);
    process.env["TERRAFORM_BINARY_NAME"] = terraform;
    const drift = async (...args: string[]): Promise<[number, string, string]> => {
      const written = { out: "", err: "" };
      const status = await run(["drift", ...args, "--root", root], {
        out: (text) => (written.out += text),
        err: (text) => (written.err += text),
      });
      return [status, written.out, written.err.replace(/^\d\/\d .*\n/gm, "")];
    };
    expect(await drift()).toEqual([
      3,
      "none of 4 stacks have drifted, 1 has no file any more\n",
      `zeta is deployed, but its file is gone: ${remedy("it", "its file")}\n`,
    ]);
    const [status, out, err] = await drift("--only", "acme", "--json");
    const row = { stack: "tenant-acme", status: "none", outside: [], differs: [], seen: [] };
    expect([status, JSON.parse(out), err]).toEqual([0, { stacks: [row] }, ""]);
    expect(await drift("--stack", "limits", "central")).toEqual([0, "none of 2 stacks have drifted\n", ""]);
  });
});
