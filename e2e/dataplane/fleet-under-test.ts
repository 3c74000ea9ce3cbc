import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../app";
import { loadFleet } from "../../fleet/load";
import type { Fleet } from "../../fleet/types";
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

/** A folder's fleet and what it was synthesised to. */
export interface SynthesisedFleet {
  readonly fleet: Fleet;
  /** Terraform's JSON of a stack. Throws when there is none. */
  readonly stack: (name: string) => unknown;
  /** Throws when there is no such tenant, or when it has no service. */
  readonly tenant: (name: string) => TenantUnderTest;
}

/** Loads and synthesises the fleet in `folder`, a folder beside this file. */
export function synthesisedFleet(folder: string): SynthesisedFleet {
  const fleet = loadFleet(join(__dirname, folder));
  const outdir = mkdtempSync(join(tmpdir(), "tenantscope-synth-"));
  const stacks = new Map<string, unknown>();
  try {
    buildApp(fleet, { outdir }).synth();
    for (const name of readdirSync(join(outdir, "stacks"))) {
      stacks.set(name, JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")));
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
  const stack = (name: string): unknown => {
    if (!stacks.has(name)) throw new Error(`The fleet in ${folder} has no stack ${name}`);
    return stacks.get(name);
  };
  return { fleet, stack, tenant: (name) => under(fleet, name, stack(stackNames.tenant(name)) as StackJson) };
}

function under(fleet: Fleet, name: string, stack: StackJson): TenantUnderTest {
  const tenant = fleet.tenants.find((candidate) => candidate.name === name);
  const service = tenant?.services[0];
  if (tenant === undefined || service === undefined) {
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

const metrics = synthesisedFleet("fleet");

/** Region of the workspace. */
export const centralRegion = metrics.fleet.central.region;

/** The Node demo application, in another Region than the workspace. */
export const acme = metrics.tenant("acme");
/** The Python demo application, in the workspace's Region. */
export const globex = metrics.tenant("globex");
