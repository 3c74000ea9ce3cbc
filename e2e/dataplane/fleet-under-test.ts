import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../app";
import { loadFleet } from "../../fleet/load";
import { roleArn, stackNames, tenantNames, writerRoleName } from "../../lib/names";
import { type Trust } from "../standins/sts";
import { renderedTask, writerTrust, type RenderedTask, type StackJson } from "./rendered-task";

/** One tenant with one service, as synthesised. */
export interface TenantUnderTest {
  readonly tenant: string;
  readonly service: string;
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  readonly taskRoleArn: string;
  readonly task: RenderedTask;
  readonly trust: Trust;
}

const fleet = loadFleet(join(__dirname, "fleet"));

/** Region of the workspace. */
export const centralRegion = fleet.central.region;

function synthesise(): ReadonlyMap<string, StackJson> {
  const outdir = mkdtempSync(join(tmpdir(), "tenantscope-synth-"));
  try {
    buildApp(fleet, { outdir }).synth();
    const read = (stack: string): StackJson =>
      JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8")) as StackJson;
    return new Map(fleet.tenants.map(({ name }) => [name, read(stackNames.tenant(name))]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const stacks = synthesise();

function under(name: string): TenantUnderTest {
  const tenant = fleet.tenants.find((candidate) => candidate.name === name);
  const stack = stacks.get(name);
  const service = tenant?.services[0];
  if (tenant === undefined || stack === undefined || service === undefined) {
    throw new Error(`The fleet of these tests has no tenant ${name} with a service`);
  }
  const names = tenantNames(name);
  return {
    tenant: name,
    service: service.name,
    accountId: tenant.accountId,
    region: tenant.region,
    cluster: names.cluster,
    taskRoleArn: roleArn(tenant.accountId, names.service(service.name).taskRole),
    task: renderedTask(stack, service.name),
    trust: writerTrust(stack, writerRoleName(name), fleet.central.accountId),
  };
}

/** The Node demo application, in another Region than the workspace. */
export const acme = under("acme");
/** The Python demo application, in the workspace's Region. */
export const globex = under("globex");
