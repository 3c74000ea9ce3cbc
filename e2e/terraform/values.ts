import { parse } from "yaml";
import type { Tenant } from "../../fleet/types";
import {
  accountOf,
  collectorEnvironment,
  json,
  ofType,
  only,
  regionOf,
  statements,
  text,
  toContainers,
  type Environment,
} from "./applied";
import type { Sandbox } from "./sandbox";
import type { Resource, State } from "./stack";

/** What must hold for the values of applied stacks; each function throws Jest's message when it does not. */

const GRANT = ["aws_iam_role", "aws_iam_role_policy"];
const OWN_WORKSPACE = [
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_group",
  ...GRANT,
  "aws_kms_alias",
  "aws_kms_alias",
  "aws_kms_key",
  "aws_kms_key",
  "aws_prometheus_query_logging_configuration",
  "aws_prometheus_workspace",
  "aws_prometheus_workspace_configuration",
];

const stateOf = (sandbox: Sandbox, tenant: Tenant): Promise<State> =>
  sandbox.stack(`tenant-${tenant.name}`).state();

/** The workspace that an applied stack made, and the URL that a collector writes to. */
function workspaceOf(state: State): { readonly id: string; readonly arn: string; readonly url: string } {
  const workspace = only(ofType(state, "aws_prometheus_workspace"));
  const url = `${text(workspace, "prometheus_endpoint")}api/v1/remote_write`;
  return { id: text(workspace, "id"), arn: text(workspace, "arn"), url };
}

/** The contract has exactly the fields that tenants read, and the values of the workspace. */
export async function expectContract(sandbox: Sandbox): Promise<void> {
  const state = await sandbox.stack("central").state();
  const { id, arn, url } = workspaceOf(state);
  expect(json(only(ofType(state, "aws_ssm_parameter")), "insecure_value")).toEqual({
    version: 1,
    metrics: { workspaceId: id, workspaceArn: arn, remoteWriteUrl: url },
  });
  expect(state.outputs).toEqual({ workspace_id: id, remote_write_url: url });
}

/** A tenant's resources are in its own account and Region, but for its grant and its own workspace. */
export async function expectAccounts(sandbox: Sandbox): Promise<void> {
  const { central, tenants } = sandbox.fleet;
  for (const tenant of tenants) {
    const { resources } = await stateOf(sandbox, tenant);
    const inCentral = resources.filter(({ alias }) => alias === "central").map(({ type }) => type);
    expect(inCentral.sort()).toEqual(tenant.isolation === "pooled" ? GRANT : OWN_WORKSPACE);

    const misplaced = resources.filter((resource) => {
      const home = resource.alias === "central" ? central : tenant;
      return (
        (accountOf(resource) ?? home.accountId) !== home.accountId ||
        (regionOf(resource) ?? home.region) !== home.region
      );
    });
    expect(misplaced).toEqual([]);
    // Most resources say where they are; a state of which none does would pass the check above.
    const placed = resources.filter((resource) => accountOf(resource) === tenant.accountId);
    expect(placed.length).toBeGreaterThan(resources.length / 2);
  }
}

const parameter = (state: State, name: string): string =>
  text(
    only(ofType(state, "aws_ssm_parameter"), (candidate) => text(candidate, "name") === name),
    "insecure_value",
  );

/** Environment of the collector of a service that its team runs, merged as the published document says. */
function attachedEnvironment(tenant: Tenant, service: string, state: State): Environment {
  const document = parameter(state, `/tenantscope/${tenant.name}/${service}/sidecar`);
  expect(state.outputs[`sidecar_${service}`]).toBe(document);
  const { containers, configuration } = JSON.parse(document) as {
    readonly containers: unknown;
    readonly configuration: { readonly environment: string; readonly parameter: string };
  };
  const environment = collectorEnvironment(toContainers(containers));
  expect(environment).not.toHaveProperty(configuration.environment);
  return { ...environment, [configuration.environment]: parameter(state, configuration.parameter) };
}

/** Environment of the collector in the task definition of a service. */
function managedEnvironment(tenant: Tenant, service: string, state: State): Environment {
  const definition = only(
    ofType(state, "aws_ecs_task_definition"),
    (candidate) => text(candidate, "family") === `tenantscope-${tenant.name}-${service}`,
  );
  const containers = toContainers(json(definition, "container_definitions"));
  expect(containers.map(({ name }) => name)).toContain(service);
  return collectorEnvironment(containers);
}

/** ARNs of the roles that may become the writer: made by this stack, or the team's own. */
function taskRoles(tenant: Tenant, state: State): string[] {
  const made = ofType(state, "aws_iam_role").filter((role) => text(role, "name").endsWith("-task"));
  const own = tenant.services.flatMap((service) =>
    service.mode === "attached" ? [service.taskRoleArn] : [],
  );
  return [...made.map((role) => text(role, "arn")), ...own].sort();
}

const isWriter = (resource: Resource): boolean => resource.alias === "central";

/** Trust, rights, task definitions and collector configurations agree after all references have become values. */
export async function expectServices(sandbox: Sandbox): Promise<void> {
  const shared = workspaceOf(await sandbox.stack("central").state());
  const externalIds = new Set<string>();
  for (const tenant of sandbox.fleet.tenants) {
    const state = await stateOf(sandbox, tenant);
    const workspace = tenant.isolation === "pooled" ? shared : workspaceOf(state);
    const role = only(ofType(state, "aws_iam_role"), isWriter);
    const [trust] = statements(role, "assume_role_policy");
    const externalId = trust?.Condition?.StringEquals?.["sts:ExternalId"];
    if (typeof externalId !== "string") throw new Error(`${tenant.name}: no external id in the trust policy`);
    externalIds.add(externalId);
    expect(statements(role, "assume_role_policy")).toEqual([
      {
        Sid: "TenantTaskRoles",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "sts:ExternalId": externalId, "aws:PrincipalArn": taskRoles(tenant, state) },
        },
      },
    ]);
    expect(writerStatements(state)).toEqual([
      { Sid: "RemoteWrite", Effect: "Allow", Action: "aps:RemoteWrite", Resource: workspace.arn },
    ]);

    for (const { name, mode } of tenant.services) {
      const read = mode === "attached" ? attachedEnvironment : managedEnvironment;
      const { AOT_CONFIG_CONTENT: config = "", ...environment } = read(tenant, name, state);
      expect(environment).toEqual({
        AMP_EXTERNAL_ID: externalId,
        AMP_REMOTE_WRITE_URL: workspace.url,
        AMP_WRITER_ROLE_ARN: text(role, "arn"),
        AWS_REGION: tenant.region,
        GOMEMLIMIT: expect.stringMatching(/^\d+MiB$/) as string,
      });
      // What is meant for the collector came through Terraform untouched: one "$", and unresolved.
      expect([...new Set(config.match(/\$+\{[^}]*\}/g))].sort()).toEqual([
        "${env:AMP_EXTERNAL_ID}",
        "${env:AMP_REMOTE_WRITE_URL}",
        "${env:AMP_WRITER_ROLE_ARN}",
      ]);
      const { exporters } = parse(config) as { exporters: Record<string, { endpoint?: string }> };
      expect(exporters["prometheus_remote_write/app"]?.endpoint).toBe("${env:AMP_REMOTE_WRITE_URL}");
      expect(parameter(state, `/tenantscope/${tenant.name}/${name}/collector-config`)).toBe(config);
    }
    for (const published of ofType(state, "aws_ssm_parameter")) {
      const limit = published.values.tier === "Advanced" ? 8192 : 4096;
      expect(Buffer.byteLength(text(published, "insecure_value"))).toBeLessThanOrEqual(limit);
    }
  }
  expect(externalIds.size).toBe(sandbox.fleet.tenants.length);
}

/** Statements of the policy that says what a tenant's writer may do. */
export const writerStatements = (state: State) =>
  statements(only(ofType(state, "aws_iam_role_policy"), isWriter), "policy");

/** No ECS service is created before the writer's rights exist and had time to propagate. */
export async function expectGrantsFirst(sandbox: Sandbox): Promise<void> {
  for (const tenant of sandbox.fleet.tenants) {
    const state = await stateOf(sandbox, tenant);
    const grant = only(ofType(state, "aws_iam_role_policy"), isWriter);
    const services = ofType(state, "aws_ecs_service");
    expect(services).toHaveLength(tenant.services.filter(({ mode }) => mode === "managed").length);
    for (const { name, dependencies } of services) {
      const wait = ofType(state, "time_sleep").filter(({ address }) => dependencies.includes(address));
      expect([name, wait.map(({ dependencies: before }) => before.includes(grant.address))]).toEqual([
        name,
        [true],
      ]);
    }
  }
}
