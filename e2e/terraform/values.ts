import { parse } from "yaml";
import type { Tenant } from "../../fleet/types";
import { accountOf, ofType, only, regionOf, statements, text, trustedWith } from "./applied";
import { centralOf, workspaceOf } from "./contract";
import { callsIngest, ingestEndpoints, ingestUrlOf, methodsOf, sendsTo } from "./logs";
import type { Sandbox } from "./sandbox";
import { sidecarsOf } from "./sidecars";
import type { Resource, State } from "./stack";
import { storesTraces } from "./stores";

/** What must hold for the values of applied stacks; each function throws Jest's message when it does not. */

const GRANT = ["aws_iam_role", "aws_iam_role_policy"];
const ROUTE = "aws_ssm_parameter";
const RULES = "aws_prometheus_rule_group_namespace";
/** A tenant's own workspace: with a role to query it, the fleet's rules and an alertmanager. */
const OWN_WORKSPACE = [
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_group",
  ...Array.from({ length: 8 }, () => "aws_cloudwatch_metric_alarm"),
  ...GRANT,
  "aws_prometheus_alert_manager_definition",
  RULES,
  "aws_kms_alias",
  "aws_kms_alias",
  "aws_kms_key",
  "aws_kms_key",
  "aws_prometheus_query_logging_configuration",
  "aws_prometheus_workspace",
  "aws_prometheus_workspace_configuration",
];
/** The retention of a tenant's own traces and the service that shows them. */
const OWN_STORE = [
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_metric_filter",
  ...Array.from({ length: 4 }, () => "aws_cloudwatch_metric_alarm"),
  "aws_ecs_service",
  "aws_ecs_task_definition",
  ...GRANT,
  ...GRANT,
  "aws_kms_alias",
  "aws_kms_key",
  "aws_security_group",
  "aws_service_discovery_service",
  "aws_ssm_parameter",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
];

interface Exporter {
  readonly endpoint?: string;
  readonly logs_endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const stateOf = (sandbox: Sandbox, tenant: Tenant): Promise<State> =>
  sandbox.stack(`tenant-${tenant.name}`).state();

/**
 * A tenant's resources are in its own account and Region, but for its grant, the route of its alerts, its rules, its own
 * workspace and its own traces.
 */
export async function expectAccounts(sandbox: Sandbox): Promise<void> {
  const { central, tenants } = sandbox.fleet;
  for (const tenant of tenants) {
    const { resources } = await stateOf(sandbox, tenant);
    const inCentral = resources.filter(({ alias }) => alias === "central").map(({ type }) => type);
    expect(inCentral.sort()).toEqual(
      [
        ...GRANT,
        ROUTE,
        ...(tenant.lifecycle === "active" ? [RULES] : []),
        ...(tenant.isolation === "pooled" ? [] : OWN_WORKSPACE),
        ...(storesTraces(tenant) ? OWN_STORE : []),
      ].sort(),
    );

    const misplaced = resources.filter((resource) => {
      const home = resource.alias === "central" ? central : tenant;
      return (
        (accountOf(resource) ?? home.accountId) !== home.accountId ||
        (regionOf(resource) ?? home.region) !== home.region
      );
    });
    expect(misplaced).toEqual([]);
    // Many resources say where they are; a state of which none does would pass the check above.
    const ofAws = resources.filter(({ provider, alias }) => provider === "aws" && alias === undefined);
    const placed = ofAws.filter((resource) => accountOf(resource) === tenant.accountId);
    expect(placed.length).toBeGreaterThan(ofAws.length / 2);
    expect(new Set(resources.map(({ provider }) => provider))).toEqual(new Set(["aws", "grafana", "time"]));
  }
}

/** ARNs of the roles that may become the writer: made by this stack, or the team's own. */
function taskRoles(tenant: Tenant, state: State): string[] {
  const made = ofType(state, "aws_iam_role").filter((role) => text(role, "name").endsWith("-task"));
  const own = tenant.services.flatMap((service) =>
    service.mode === "attached" ? [service.taskRoleArn] : [],
  );
  return [...made.map((role) => text(role, "arn")), ...own].sort();
}

/** The writer role, or its policy: the query service of a tenant's own traces has roles in the central account, too. */
const isWriter = ({ alias, values }: Resource): boolean =>
  alias === "central" && String(values.role ?? values.name).startsWith("tenantscope-writer-");

/** Trust, rights, task definitions and collector configurations agree after all references have become values. */
export async function expectServices(sandbox: Sandbox): Promise<void> {
  const central = await centralOf(sandbox);
  const externalIds = new Set<string>();
  for (const tenant of sandbox.fleet.tenants) {
    const state = await stateOf(sandbox, tenant);
    const workspace = tenant.isolation === "pooled" ? central.workspace : workspaceOf(state);
    const role = only(ofType(state, "aws_iam_role"), isWriter);
    const externalId = trustedWith(role, {
      sid: "TenantTaskRoles",
      accountId: tenant.accountId,
      principals: taskRoles(tenant, state),
    });
    externalIds.add(externalId);
    const allowed = tenant.lifecycle === "suspended" ? "Deny" : "Allow";
    const methods = methodsOf(sandbox, central, tenant);
    const invoke = { Action: "execute-api:Invoke" };
    expect(statements(only(ofType(state, "aws_iam_role_policy"), isWriter), "policy")).toEqual([
      { Sid: "RemoteWrite", Effect: allowed, Action: "aps:RemoteWrite", Resource: workspace.arn },
      { Sid: "InvokeOwnPaths", Effect: allowed, ...invoke, Resource: methods },
      { Sid: "InvokeNothingElse", Effect: "Deny", ...invoke, NotResource: methods },
      {
        Sid: "WriteNowhereElse",
        Effect: "Deny",
        Action: "aps:RemoteWrite",
        NotResource: workspace.arn,
      },
      {
        Sid: "ReadNoMetrics",
        Effect: "Deny",
        Action: ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"],
        Resource: "*",
      },
    ]);

    for (const service of tenant.services) {
      const { environment: variables } = sidecarsOf(tenant, service, state).collector;
      const { AOT_CONFIG_CONTENT: config = "", ...environment } = variables;
      const ingest = callsIngest(service)
        ? { INGEST_API_ID: central.apiId, INGEST_URL: ingestUrlOf(sandbox, central, tenant, state) }
        : {};
      expect(environment).toEqual({
        AMP_EXTERNAL_ID: externalId,
        AMP_REMOTE_WRITE_URL: workspace.url,
        AMP_WRITER_ROLE_ARN: text(role, "arn"),
        ...ingest,
        AWS_REGION: tenant.region,
        GOMEMLIMIT: expect.stringMatching(/^\d+MiB$/) as string,
      });
      // What is meant for the collector came through Terraform untouched: one "$", and unresolved.
      expect([...new Set(config.match(/\$+\{[^}]*\}/g))].sort()).toEqual([
        "${env:AMP_EXTERNAL_ID}",
        "${env:AMP_REMOTE_WRITE_URL}",
        "${env:AMP_WRITER_ROLE_ARN}",
        ...Object.keys(ingest).map((name) => `\${env:${name}}`),
      ]);
      const { exporters } = parse(config) as { exporters: Record<string, Exporter> };
      expect(exporters["prometheus_remote_write/app"]?.endpoint).toBe("${env:AMP_REMOTE_WRITE_URL}");
      const { logs_endpoint: endpoint, headers } = exporters["otlp_http/loki"] ?? {};
      expect([endpoint, headers]).toEqual(
        sendsTo("loki", service)
          ? [`\${env:INGEST_URL}/t/${tenant.name}/otlp/v1/logs`, { "x-apigw-api-id": "${env:INGEST_API_ID}" }]
          : [undefined, undefined],
      );
    }
    for (const published of ofType(state, "aws_ssm_parameter")) {
      const limit = published.values.tier === "Advanced" ? 8192 : 4096;
      expect(Buffer.byteLength(text(published, "insecure_value"))).toBeLessThanOrEqual(limit);
    }
  }
  expect(externalIds.size).toBe(sandbox.fleet.tenants.length);
}

/**
 * No ECS service is created before the writer's rights exist and had time to propagate, nor before the endpoints that
 * its tasks need.
 */
export async function expectGrantsFirst(sandbox: Sandbox): Promise<void> {
  for (const tenant of sandbox.fleet.tenants) {
    const state = await stateOf(sandbox, tenant);
    const grant = only(ofType(state, "aws_iam_role_policy"), isWriter);
    const ingest = ingestEndpoints(state);
    const endpoints = ofType(state, "aws_vpc_endpoint").map(({ address }) => address);
    const services = ofType(state, "aws_ecs_service").filter(({ alias }) => alias === undefined);
    const managed = tenant.services.filter(({ mode }) => mode === "managed");
    expect(services.map((service) => text(service, "name")).sort()).toEqual(
      managed.map(({ name }) => name).sort(),
    );
    for (const service of managed) {
      const { dependencies } = only(services, ({ values }) => values.name === service.name);
      const wait = ofType(state, "time_sleep").filter(
        ({ address, values }) => dependencies.includes(address) && "taskRole" in (values.triggers as object),
      );
      expect([service.name, wait.map(({ dependencies: before }) => before.includes(grant.address))]).toEqual([
        service.name,
        [true],
      ]);
      // The private domain, which is the endpoint's, is there for all services of a tenant.
      const unused = callsIngest(service) || storesTraces(tenant) ? [] : ingest.map(({ address }) => address);
      const needed = endpoints.filter((address) => !unused.includes(address));
      const before = dependencies.filter((address) => address.startsWith("aws_vpc_endpoint."));
      expect([service.name, before.sort()]).toEqual([service.name, needed.sort()]);
    }
  }
}
