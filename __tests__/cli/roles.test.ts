import { cpSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { texts, type JsonObject } from "../support/json";
import { tenantscope } from "../support/tenantscope";

const ROOT = join(__dirname, "..", "..");
let root: string;
const CENTRAL = JSON.parse(readFileSync(join(ROOT, "central.json"), "utf8")) as JsonObject;
const PLAN = { centralPlanRoleName: "reader", tenantPlanRoleName: "tenant-reader" };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tenantscope-roles-"));
  for (const name of ["central.json", "tenants"])
    cpSync(join(ROOT, name), join(root, name), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (change: object): void => {
  writeFileSync(join(root, "central.json"), JSON.stringify({ ...CENTRAL, ...change }));
};
const deploy = (more: object) => ({ deploy: { ...(CENTRAL.deploy as JsonObject), ...more } });

async function statements(...args: string[]): Promise<JsonObject[]> {
  const { status, out, err } = await tenantscope(["roles", "--root", root, ...args]);
  expect([status, err]).toEqual([0, ""]);
  return (JSON.parse(out) as { Statement: JsonObject[] }).Statement;
}
const sids = (found: readonly JsonObject[]) => found.map(({ Sid }) => Sid);

test.each([[[]], [["--central", "--token"]], [["--tenant", "acme", "--caller"]]])(
  "%j: one of four, please",
  async (args) => {
    expect(await tenantscope(["roles", "--root", root, ...args])).toEqual({
      status: 2,
      out: "",
      err: "error: say whose policy: one of --central, --tenant <name>, --caller, --token\n",
    });
  },
);

test("in the central account: what central, limits and the tenants read there, nothing written, no secret", async () => {
  const all = [
    ...["Read", "ReadBuckets", "UseKeys", "Roles", "Parameters", "Secret", "Organization", "Inspector"],
    ...["FindParameters", "Contract", "WorkspaceLimits", "Overrides", "KeyOfTheBucket", "LogDelivery"],
  ];
  // The example makes the account's trust in GitHub's tokens.
  expect(sids(await statements("--central"))).toEqual([...all, "Providers"]);
  write({ registry: undefined });
  expect(sids(await statements("--central"))).toEqual(all);
});

test("in a tenant's account: what is the tenant's own", async () => {
  const found = await statements("--tenant", "acme");
  const text = JSON.stringify(found);
  expect(text).toContain("arn:aws:lambda:*:222222222222:function:tenantscope-acme-*");
  expect(text).not.toMatch(/globex|initech|route53|GetSecretValue/);
  const { domain } = {
    domain: {
      name: "telemetry.example",
      certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
    },
  };
  write({ ingest: { domain } });
  expect(JSON.stringify(await statements("--tenant", "acme"))).toContain("route53:GetHostedZone");
  expect(await tenantscope(["roles", "--root", root, "--tenant", "acmee"])).toMatchObject({
    status: 1,
    out: "",
    err: 'there is no tenant "acmee", did you mean "acme"?\n',
  });
});

describe("whoever plans", () => {
  test("takes on the roles that read, in this organization only, and locks states without writing one", async () => {
    write({
      ...deploy({ ...PLAN, tokenRoleName: "token" }),
      backend: { type: "s3", bucket: "states", region: "eu-west-1", keyPrefix: "fleet" },
    });
    const found = await statements("--caller");
    expect(found.map(({ Sid, Action, Resource }) => [Sid, texts(Action), texts(Resource)])).toEqual([
      [
        "CentralAccount",
        ["sts:AssumeRole"],
        ["reader", "token"].map((name) => `arn:aws:iam::111111111111:role/${name}`),
      ],
      ["TenantAccounts", ["sts:AssumeRole"], ["arn:aws:iam::*:role/tenant-reader"]],
      ["FindStates", ["s3:ListBucket"], ["arn:aws:s3:::states"]],
      ["ReadStates", ["s3:GetObject"], ["arn:aws:s3:::states/fleet/*.tfstate"]],
      [
        "LockStates",
        ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        ["arn:aws:s3:::states/fleet/*.tfstate.tflock"],
      ],
    ]);
    expect(found[1]?.Condition).toEqual({ StringEquals: { "aws:ResourceOrgID": CENTRAL.organizationId } });
  });

  test("has the key of the states where there is one", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555";
    write({
      ...deploy(PLAN),
      backend: { type: "s3", bucket: "states", region: "eu-west-1", keyPrefix: "fleet", kmsKeyArn },
    });
    expect((await statements("--caller")).at(-1)).toMatchObject({ Sid: "KeyOfStates", Resource: kmsKeyArn });
  });

  test.each([
    [{}, "deploy.centralPlanRoleName and deploy.tenantPlanRoleName"],
    [{ tenantPlanRoleName: "x" }, "deploy.centralPlanRoleName"],
    [{ centralPlanRoleName: "x" }, "deploy.tenantPlanRoleName"],
  ])("must find the roles in central.json: %j", async (named, missing) => {
    write(deploy(named));
    expect(await tenantscope(["roles", "--root", root, "--caller"])).toEqual({
      status: 1,
      out: "",
      err: `central.json does not name every role that only plans: set ${missing}\n`,
    });
  });
});

test("with runs in HCP Terraform the central role is that of workspaces alone, and tenants have none", async () => {
  write({
    ...deploy({ centralPlanRoleName: "reader" }),
    backend: { type: "cloud", organization: "example" },
  });
  expect(sids(await statements("--central"))).toEqual(["RunRoles", "Borders", "Providers", "TenantAccounts"]);
  expect(sids(await statements("--caller"))).toEqual(["CentralAccount"]);
  expect(await tenantscope(["roles", "--root", root, "--tenant", "acme"])).toEqual({
    status: 1,
    out: "",
    err: "runs in HCP Terraform plan tenants' stacks with roles of their own, which the stack workspaces makes\n",
  });
});

test("Grafana's token is read by a role that reads nothing else", async () => {
  const found = await statements("--token");
  expect(found.map(({ Action }) => Action)).toEqual(["secretsmanager:GetSecretValue", "kms:Decrypt"]);
});
