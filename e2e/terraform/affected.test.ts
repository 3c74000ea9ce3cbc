import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyRepository } from "./project";
import { succeeds, run } from "./processes";
import { removeFolders, temporaryFolder } from "./sandbox";

/** `affected` with the real program, in a repository whose history has two revisions of it. Terraform is not needed. */

const project = temporaryFolder();
const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

afterAll(removeFolders);

const git = (...args: string[]) =>
  succeeds(
    run("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: project, env }),
  );

beforeAll(async () => {
  copyRepository(project);
  await git("init", "-q");
  writeFileSync(join(project, ".git", "info", "exclude"), "node_modules\n");
  await git("add", ".");
  await git("commit", "-q", "-m", "deployed");
});

afterEach(() => git("checkout", "-q", "."));

const edit = (file: string, from: string, to: string): void => {
  const text = readFileSync(join(project, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(join(project, file), text.replace(from, to));
};

/** Stacks and reasons, whether the program has changed, and how many stacks were synthesised twice. */
async function affected() {
  const { stdout } = await succeeds(
    run("npx", ["--no-install", "tenantscope", "affected", "--base", "HEAD", "--json"], {
      cwd: project,
      env,
    }),
  );
  const { stacks, code, compared } = JSON.parse(stdout) as {
    stacks: { stack: string; reason: string }[];
    code: { kind: string };
    compared: number;
  };
  return { stacks: stacks.map(({ stack, reason }) => `${stack} ${reason}`), code: code.kind, compared };
}

const TENANTS = ["tenant-acme", "tenant-globex", "tenant-initech"];
const ALL = 6;

test("documentation alone: nothing is synthesised", async () => {
  edit("README.md", "tenantscope", "TENANTSCOPE");
  expect(await affected()).toEqual({ stacks: [], code: "same", compared: 0 });
});

test("one tenant's file", async () => {
  edit("tenants/acme.json", '"alerts"', '"tags": { "team": "a" },\n  "alerts"');
  expect(await affected()).toEqual({ stacks: ["tenant-acme changed"], code: "same", compared: 1 });
});

test("a source that changes no stack", async () => {
  edit("stacks/tenant.ts", "/** Where a tenant's metrics are", "/** Where its metrics are");
  expect(await affected()).toEqual({ stacks: [], code: "changed", compared: ALL });
});

test("a default", async () => {
  edit("fleet/defaults.ts", "count: 1,", "count: 4,");
  // Each tenant has a service that does not say how many.
  expect(await affected()).toEqual({
    stacks: TENANTS.map((stack) => `${stack} changed`),
    code: "changed",
    compared: ALL,
  });
});

test("a module of the tenants", async () => {
  edit("modules/writer-role/writer-role.ts", "description: `", "description: `x ");
  expect(await affected()).toEqual({
    stacks: TENANTS.map((stack) => `${stack} changed`),
    code: "changed",
    compared: ALL,
  });
});

test("the shape of the contract", async () => {
  edit("modules/contract/contract.ts", "{ version: 1, ...contract }", "{ version: 1, more: 1, ...contract }");
  expect(await affected()).toEqual({
    stacks: ["central changed", ...TENANTS.map((stack) => `${stack} contract`)],
    code: "changed",
    compared: ALL,
  });
});

test("other packages", async () => {
  edit(
    "package-lock.json",
    '"node_modules/cdktf": {\n      "version": "0.21.0"',
    '"node_modules/cdktf": {\n      "version": "0.22.0"',
  );
  expect(await affected()).toEqual({
    stacks: ["central", "limits", "grafana", ...TENANTS].map((stack) => `${stack} dependencies`),
    code: "dependencies",
    compared: 0,
  });
});
