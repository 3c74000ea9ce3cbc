import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tenantRunRole, runRoleArn } from "../../lib/run-names";
import { ofType, text } from "./applied";
import { rows } from "./command";
import { all, contents } from "./plans";
import { run, type Finished } from "./processes";
import { REPOSITORY, type Providers } from "./providers";
import { inAccount, removeFolders, Sandbox } from "./sandbox";
import type { Changes, Stack } from "./stack";
import { needSimulated, steps } from "./steps";
import { prepareTerraform } from "./terraform";

/** HCP Terraform's side of a fleet, from the first run with a local state on. */

const step = steps();
let sandbox: Sandbox;
let providers: Providers;

afterAll(removeFolders);

const RECURSIVE = { recursive: true, force: true };
const OVERRIDE = "bootstrap_override.tf.json";

/** What docs/hcp-terraform.md says to write before the first time: there is no workspace that could keep the state. */
function override(): void {
  const { folder } = sandbox.stack("workspaces");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, OVERRIDE),
    JSON.stringify({ terraform: { backend: { local: { path: "../../../terraform.workspaces.tfstate" } } } }),
  );
}

function workspaces(): Stack {
  sandbox.synth();
  override();
  return sandbox.stack("workspaces");
}

/** A command for the stack alone, as people type it; what is `--json` is not told twice. */
const tenantscope = (command: string, ...args: string[]): Promise<Finished> =>
  run(
    process.execPath,
    [
      join(REPOSITORY, "scripts", "run.mjs"),
      "cli/main.ts",
      command,
      "--stack",
      "workspaces",
      ...args,
      "--json",
    ].concat(["--root", sandbox.root]),
    { env: providers.env, cwd: sandbox.root },
  );

const ofTenant = (changes: Changes, tenant: string): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([address]) => address.includes(tenant)));

const editBackend = (change: object): void => {
  const backend = sandbox.read("central").backend as object;
  sandbox.edit("central", { backend: { ...backend, ...change } });
};

describe("HCP Terraform", () => {
  step("has Terraform and its providers", async () => {
    providers = await prepareTerraform();
    needSimulated(providers);
    sandbox = new Sandbox(providers);
    sandbox.edit("central", {
      backend: {
        type: "cloud",
        organization: "example",
        assessments: true,
        notifications: { emails: ["platform@tenantscope.example"] },
        stackSet: {
          organizationalUnitIds: ["ou-ab12-0123abcd"],
          accountsWithOidcProvider: ["333333333333"],
        },
      },
    });
  });

  step("wants a token before it keeps any state, and no stack reaches a workspace without one", async () => {
    sandbox.synth();
    for (const name of ["workspaces", "central", "tenant-acme"]) {
      const { code, stderr } = await sandbox.stack(name).run("init");
      expect([name, code]).toEqual([name, 1]);
      expect(stderr).toMatch(
        /Required token could not be found|Failed to request discovery document|app\.terraform\.io/,
      );
    }
  });

  step("is made with a local state first; every stack is valid", async () => {
    const stack = workspaces();
    await stack.init();
    expect(await stack.validate()).toEqual([]);
    for (const name of ["central", "limits", "grafana", "tenant-acme"]) {
      const other = sandbox.stack(name);
      await other.init("-backend=false");
      expect([name, await other.validate()]).toEqual([name, []]);
    }
    const { changes, sensitiveOutputs } = await stack.plan();
    expect([new Set(Object.values(changes)), sensitiveOutputs]).toEqual([new Set(["create"]), []]);
    const planned = await tenantscope("plan");
    const { groups, ...others } = JSON.parse(planned.stdout) as { groups: { stacks: string[] }[] };
    expect([planned.code, groups.map(({ stacks }) => stacks), others]).toEqual([
      0,
      [["workspaces"]],
      { unchanged: [], failed: [], data: [] },
    ]);
  });

  step("is deployed by a command that touches no other stack, and has not drifted then", async () => {
    const others = sandbox.fleet.tenants.map(({ name }) => `tenant-${name}`).concat(["central", "limits"]);
    for (const name of others) rmSync(join(sandbox.stack(name).folder, ".terraform"), RECURSIVE);
    const deployed = await tenantscope("deploy", "--auto-approve");
    expect([deployed.code, rows(deployed)]).toEqual([
      0,
      [expect.objectContaining({ step: "workspaces", stack: "workspaces", status: "done" })],
    ]);
    expect(others.filter((name) => existsSync(join(sandbox.stack(name).folder, ".terraform")))).toEqual([]);
    expect(readdirSync(sandbox.root).filter((name) => name.endsWith(".tfstate"))).toEqual([
      "terraform.workspaces.tfstate",
    ]);
    expect((await sandbox.stack("workspaces").plan()).changes).toEqual({});
    const drift = await tenantscope("drift");
    expect([drift.code, rows(drift)]).toEqual([
      0,
      [expect.objectContaining({ stack: "workspaces", status: "none" })],
    ]);
  });

  step("has a workspace for every stack, with the settings of central.json", async () => {
    const { resources } = await sandbox.stack("workspaces").state();
    const made = ofType({ resources, outputs: {} }, "tfe_workspace");
    expect(made.map((each) => text(each, "name")).sort()).toEqual(
      ["acme", "globex", "initech"]
        .map((tenant) => `tenantscope-tenant-${tenant}`)
        .concat(["central", "grafana", "limits", "workspaces"].map((stack) => `tenantscope-${stack}`))
        .sort(),
    );
    const [project] = ofType({ resources, outputs: {} }, "tfe_project");
    for (const { values } of made) {
      expect(values).toMatchObject({
        project_id: project?.values.id,
        terraform_version: "1.11.4",
        force_delete: false,
        queue_all_runs: false,
        allow_destroy_plan: false,
      });
    }
    expect(made.find((each) => text(each, "name").endsWith("-acme"))?.values.tags).toEqual({
      kind: "tenant",
      tenant: "acme",
      wave: "canary",
      lifecycle: "active",
    });
    const settings = ofType({ resources, outputs: {} }, "tfe_workspace_settings");
    const modes = settings.map(({ address, values }) => [
      /workspace-([a-z-]+)_settings/.exec(address)?.[1],
      values.execution_mode,
      values.assessments_enabled,
      values.global_remote_state,
    ]);
    expect(modes.sort()).toEqual(
      ["central", "grafana", "limits", "tenant-acme", "tenant-globex", "tenant-initech"]
        .map((name): unknown[] => [name, "remote", true, false])
        .concat([["workspaces", "local", false, false]]),
    );
    expect(resources.filter(({ type }) => type === "tfe_run_trigger")).toEqual([]);
  });

  step("tells every run its roles, in both accounts of a tenant", async () => {
    const { resources } = await sandbox.stack("workspaces").state();
    const state = { resources, outputs: {} };
    const acme = ofType(state, "tfe_workspace").find((each) => text(each, "name").endsWith("-acme"));
    const variables = ofType(state, "tfe_variable").filter(
      ({ values }) => values.workspace_id === acme?.values.id,
    );
    expect(Object.fromEntries(variables.map(({ values }) => [values.key, values.value]))).toEqual({
      TFC_AWS_PLAN_ROLE_ARN: runRoleArn("222222222222", tenantRunRole("plan")),
      TFC_AWS_APPLY_ROLE_ARN: runRoleArn("222222222222", tenantRunRole("apply")),
      TFC_AWS_PLAN_ROLE_ARN_CENTRAL: runRoleArn("111111111111", "tenantscope-run-tenant-acme-plan"),
      TFC_AWS_APPLY_ROLE_ARN_CENTRAL: runRoleArn("111111111111", "tenantscope-run-tenant-acme-apply"),
    });
  });

  step("makes the runs' roles in each tenant's account, and nowhere else", async () => {
    const state = await sandbox.stack("workspaces").state();
    const instances = ofType(state, "aws_cloudformation_stack_set_instance");
    expect(
      instances
        .map(({ values }) => [
          (values.deployment_targets as [{ accounts: string[] }])[0].accounts,
          values.parameter_overrides,
        ])
        .sort(),
    ).toEqual([
      [["222222222222"], { Tenant: "acme" }],
      [["333333333333"], { OidcProviderIs: "existing", Tenant: "globex" }],
      [["444444444444"], { Tenant: "initech" }],
    ]);
    const [set] = ofType(state, "aws_cloudformation_stack_set");
    // What Terraform read as literal is CloudFormation's to replace.
    expect(String(set?.values.template_body)).toContain('{"Fn::Sub":"arn:aws:iam::${AWS::AccountId}:');
    expect(state.outputs.tenant_account_template).toBe(set?.values.template_body);
  });

  step("a new tenant adds exactly what is its own", async () => {
    sandbox.write("hooli", {
      ...inAccount("555555555555", sandbox.read("acme")),
      name: "hooli",
      network: { vpcId: "vpc-0a1b2c3d4e5f60009", privateSubnetIds: ["subnet-0a1b2c3d4e5f60009"] },
    });
    const stack = workspaces();
    const { changes } = await stack.plan();
    expect(changes).toEqual(ofTenant(changes, "hooli"));
    expect(changes).toEqual(all(Object.keys(changes), "create"));
    expect(Object.keys(changes)).toHaveLength(14);
    await stack.apply();
    expect((await stack.plan()).changes).toEqual({});
  });

  step("a wave or a lifecycle changes a tag in place", async () => {
    sandbox.edit("hooli", { wave: "canary", lifecycle: "suspended" });
    const stack = workspaces();
    const { changes } = await stack.plan();
    expect(Object.values(changes)).toEqual(["update"]);
    expect(Object.keys(changes)[0]).toMatch(/^tfe_workspace\.workspace-tenant-hooli_workspace/);
    await stack.apply();
  });

  step("does not let go of a tenant that is not offboarding, nor of what all share", async () => {
    const stack = workspaces();
    const all = await contents(stack);
    for (const kept of [
      "tfe_workspace.workspace-tenant-hooli",
      "tfe_workspace.workspace-central",
      "tfe_project.project",
      "aws_cloudformation_stack_set_instance.tenant-account-hooli",
      "aws_cloudformation_stack_set.tenant-accounts",
      "aws_iam_role.run-tenant-hooli_apply",
      "aws_iam_role_policy.run-tenant-hooli_apply",
      "aws_iam_policy.boundary-hooli",
      "aws_iam_policy.trust_services-boundary",
      "aws_iam_openid_connect_provider.trust",
    ]) {
      const [address = `no ${kept}`] = all.filter((each) => each.startsWith(kept));
      const { code, stderr } = await stack.run("plan", "-destroy", `-target=${address}`);
      expect([kept, code, stderr]).toEqual([
        kept,
        1,
        expect.stringContaining("Instance cannot be destroyed"),
      ]);
    }
  });

  step("takes an offboarding tenant's workspace away with its file, and nothing else", async () => {
    sandbox.edit("hooli", { lifecycle: "offboarding" });
    const stack = workspaces();
    const { changes: opened } = await stack.plan();
    expect(Object.values(opened)).toEqual(["update"]);
    await stack.apply();
    const before = (await contents(stack)).filter((address) => address.includes("hooli"));
    sandbox.remove("hooli");
    const workspace = before.find((address) => address.startsWith("tfe_workspace.")) ?? "";
    const refused = await tenantscope("deploy", "--auto-approve");
    expect([refused.code, rows(refused)]).toEqual([
      3,
      [expect.objectContaining({ stack: "workspaces", status: "refused" })],
    ]);
    expect(rows(refused)[0]?.message).toContain(
      "holds the state of a stack: without it nobody knows what is deployed",
    );
    expect(rows(refused)[0]?.message?.split("\n").at(-1)).toBe(`  --approve-data 'workspaces:${workspace}'`);
    const { changes } = await workspaces().plan();
    expect(changes).toEqual(all(before, "delete"));
    // As long as the workspace manages anything HCP Terraform refuses to delete it: its runs must still have their roles then.
    const { code, stdout } = await stack.run("apply", "-parallelism=1", "plan");
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    const gone = lines.findIndex((line) =>
      /^tfe_workspace\.workspace-tenant-hooli_workspace\S*: Destruction complete/.test(line),
    );
    expect(gone).toBeGreaterThan(0);
    const roles = before.filter((address) => address.startsWith("aws_"));
    expect(roles).toHaveLength(6);
    for (const address of roles) {
      const begun = lines.findIndex((line) => line.startsWith(`${address}: Destroying...`));
      expect([address, begun > gone]).toEqual([address, true]);
    }
    expect((await stack.plan()).changes).toEqual({});
  });

  step("with local execution it knows no AWS at all", () => {
    editBackend({ executionMode: "local", assessments: false, stackSet: undefined });
    const stack = workspaces();
    const parts = JSON.parse(stack.text) as { provider: object };
    expect(Object.keys(parts.provider)).toEqual(["tfe"]);
    expect(sandbox.stack("tenant-acme").text).not.toContain("tfc_aws_dynamic_credentials");
    return Promise.resolve();
  });

  step("goes over to its own workspace when the override is gone", async () => {
    editBackend({ executionMode: "remote" });
    const stack = workspaces();
    rmSync(join(stack.folder, OVERRIDE));
    const { code, stderr } = await stack.run("init");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/token|app\.terraform\.io/)]);
    const deployed = await tenantscope("deploy", "--auto-approve");
    expect([deployed.code, rows(deployed)]).toEqual([
      1,
      [
        expect.objectContaining({
          status: "failed",
          message: expect.stringMatching(/token|app\.terraform\.io/) as string,
        }),
      ],
    ]);
    // What was made with the local state is still there.
    expect(readdirSync(sandbox.root)).toContain("terraform.workspaces.tfstate");
  });
});
