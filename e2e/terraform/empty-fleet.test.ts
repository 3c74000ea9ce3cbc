import { rmSync } from "node:fs";
import { join } from "node:path";
import { byStatus, CommandFleet } from "./command";
import { removeFolders } from "./sandbox";
import { needSimulated, steps } from "./steps";
import { prepareTerraform } from "./terraform";

/** A fleet before its first tenant and after its last one, from the first deployment to the last removed file. */

const step = steps();
const SHARED = ["central", "limits", "grafana"];
let fleet: CommandFleet;

afterAll(removeFolders);

step("has Terraform, and a fleet without a tenant", async () => {
  const providers = await prepareTerraform();
  needSimulated(providers);
  fleet = new CommandFleet(providers, { canary: { tenants: 0, concurrency: 1 } });
  rmSync(join(fleet.root, "tenants"), { recursive: true });
});

step("the shared stacks are deployed, and are then as planned; a wave has nothing to deploy", async () => {
  const deployed = await fleet.tenantscope("deploy", "--all", "--auto-approve", "--json");
  expect([deployed.code, byStatus(deployed)]).toEqual([0, { done: SHARED }]);
  const planned = await fleet.tenantscope("plan", "--fleet");
  expect([planned.code, planned.stdout]).toEqual([0, "no tenant changes\n"]);
  const drift = await fleet.tenantscope("drift");
  expect([drift.code, drift.stdout]).toEqual([0, "none of 3 stacks have drifted\n"]);
  const wave = await fleet.tenantscope("deploy", "--wave", "canary", "--auto-approve");
  expect([wave.code, wave.stdout]).toEqual([0, "there is nothing to deploy\n"]);
});

step("the first tenant is added and deployed", async () => {
  const added = await fleet.tenantscope(
    ...["add", "--name", "acme", "--account-id", "222222222222", "--vpc-id", "vpc-0a1b2c3d4e5f60001"],
    ...["--subnet", "subnet-0a1b2c3d4e5f60001", "--endpoints", "existing"],
    ...["--service", "orders=example/orders:1:8080", "--email", "oncall@acme.example"],
  );
  expect([added.code, added.stderr]).toEqual([0, ""]);
  const deployed = await fleet.tenantscope("deploy", "--all", "--auto-approve", "--json");
  expect([deployed.code, byStatus(deployed)]).toEqual([0, { unchanged: SHARED, done: ["tenant-acme"] }]);
});

step("the last tenant leaves: its stack is emptied, its file goes, and the shared stacks stay", async () => {
  const offboarded = await fleet.tenantscope("offboard", "acme");
  expect(offboarded.code).toBe(0);
  const planned = await fleet.tenantscope("plan", "--only", "acme", "--json");
  const { data } = JSON.parse(planned.stdout) as { data: { address: string }[] };
  expect([planned.code, data.length > 0]).toEqual([3, true]);
  const emptied = await fleet.tenantscope(
    ...["deploy", "--all", "--only", "acme", "--auto-approve", "--json"],
    ...data.flatMap(({ address }) => ["--approve-data", `tenant-acme:${address}`]),
  );
  expect([emptied.code, byStatus(emptied)]).toEqual([0, { done: ["tenant-acme"] }]);
  rmSync(join(fleet.root, "tenants"), { recursive: true });
  const after = await fleet.tenantscope("deploy", "--all", "--auto-approve", "--json");
  expect([after.code, byStatus(after)]).toEqual([0, { unchanged: SHARED }]);
});
