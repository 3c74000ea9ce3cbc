import { parse } from "yaml";
import type { Service, Tenant } from "../../fleet/types";
import { container, json, ofType, only, statements, text, toContainers, type Environment } from "./applied";
import { centralOf, type Central, type Domain } from "./contract";
import { ingestEndpoints } from "./logs";
import type { Sandbox } from "./sandbox";
import { sidecarsOf } from "./sidecars";
import type { Resource, State } from "./stack";
import { requestArn, runsJaeger, storesTraces } from "./stores";

/** What must hold for tenants whose traces are in indices of their own, after everything was applied. */

interface JaegerConfig {
  readonly extensions: {
    readonly sigv4auth: object;
    readonly jaeger_storage: { readonly backends: { readonly traces: { readonly opensearch: object } } };
    readonly jaeger_query?: { readonly base_path: string };
  };
}

/** The store as each Jaeger of a tenant is told: by a variable, and in indices that begin with the tenant's name. */
const storeOf = (sandbox: Sandbox, tenant: Tenant): object => {
  const days = tenant.limits.traceRetentionDays ?? sandbox.fleet.central.jaeger.retentionDays;
  return expect.objectContaining({
    server_urls: ["${env:JAEGER_STORAGE_URL}"],
    auth: { authenticator: "sigv4auth" },
    max_span_age: `${24 * days}h`,
    indices: { index_prefix: tenant.name },
  }) as object;
};

/**
 * The configuration of a Jaeger, whose text came through Terraform as it was rendered: it names exactly the variables
 * that the container has.
 */
function configOf(environment: Environment): JaegerConfig {
  const { JAEGER_CONFIG: config = "", ...variables } = environment;
  const own = Object.keys(variables).filter((name) => name.startsWith("JAEGER_"));
  expect([...new Set(config.match(/\$+\{[^}]*\}/g))].sort()).toEqual(
    own.map((name) => `\${env:${name}}`).sort(),
  );
  return parse(config) as JaegerConfig;
}

const AWS = (region: string) => ({
  JAEGER_CONFIG: expect.any(String) as string,
  AWS_REGION: region,
  GOMEMLIMIT: expect.stringMatching(/^\d+MiB$/) as string,
});

/** A Jaeger writes as the tenant's writer, to the tenant's path of the private domain. */
function expectSidecar(
  sandbox: Sandbox,
  domain: Domain,
  tenant: Tenant,
  service: Service,
  state: State,
): void {
  const { containers, collector } = sidecarsOf(tenant, service, state);
  const { region } = sandbox.fleet.central;
  const { environment } = container(containers, "jaeger");
  expect(environment).toEqual({
    ...AWS(tenant.region),
    JAEGER_STORAGE_URL: `https://${domain.name}/storage/s/${tenant.name}`,
    JAEGER_WRITER_ROLE_ARN: collector.environment.AMP_WRITER_ROLE_ARN,
    JAEGER_EXTERNAL_ID: collector.environment.AMP_EXTERNAL_ID,
  });
  const { extensions } = configOf(environment);
  expect(extensions.jaeger_storage.backends.traces.opensearch).toEqual(storeOf(sandbox, tenant));
  expect(extensions.sigv4auth).toEqual({
    region,
    service: "execute-api",
    assume_role: {
      arn: "${env:JAEGER_WRITER_ROLE_ARN}",
      sts_region: tenant.region,
      external_id: "${env:JAEGER_EXTERNAL_ID}",
    },
  });
}

/** Where the spans of a service go, besides X-Ray. */
function expectExporters(tenant: Tenant, service: Service, state: State): void {
  const { AOT_CONFIG_CONTENT: config = "" } = sidecarsOf(tenant, service, state).collector.environment;
  const { exporters } = parse(config) as { exporters: Record<string, { traces_endpoint?: string }> };
  const ways = Object.values(exporters).flatMap(({ traces_endpoint: way }) => way ?? []);
  const central = `\${env:INGEST_URL}/t/${tenant.name}/v1/traces`;
  expect([tenant.name, service.name, ways]).toEqual([
    tenant.name,
    service.name,
    runsJaeger(service)
      ? ["http://127.0.0.1:14318/v1/traces"]
      : service.traces.destinations.includes("jaeger")
        ? [central]
        : [],
  ]);
}

/** The domain's name leads from the tenant's VPC to the tenant's endpoint, before any task starts. */
function expectEntrance(domain: Domain, tenant: Tenant, state: State): void {
  const endpoint = only(ingestEndpoints(state));
  const association = only(ofType(state, "aws_api_gateway_domain_name_access_association"));
  expect(association.values).toMatchObject({
    domain_name_arn: domain.arn,
    access_association_source_type: "VPCE",
    access_association_source: text(endpoint, "id"),
  });
  const zone = only(ofType(state, "aws_route53_zone"));
  expect(zone.values).toMatchObject({ name: domain.name, vpc: [{ vpc_id: tenant.network.vpcId }] });
  const record = only(ofType(state, "aws_route53_record"));
  expect(record.values).toMatchObject({ zone_id: text(zone, "zone_id"), name: domain.name, type: "A" });
  expect(record.dependencies).toContain(endpoint.address);
  const waits = ofType(state, "time_sleep").filter(
    ({ values }) => (values.triggers as Environment).association === text(association, "arn"),
  );
  const needed = [only(waits), record].map(({ address }) => address);
  for (const { address, alias, dependencies } of ofType(state, "aws_ecs_service")) {
    const before = needed.filter((each) => dependencies.includes(each));
    expect([address, before]).toEqual([address, alias === "central" ? [] : needed]);
  }
}

/** The central resource of its type that has a value. */
const shared = (state: State, type: string, values: object): Resource =>
  only(
    ofType(state, type).filter(({ alias }) => alias === "central"),
    (resource) => Object.entries(values).every(([name, value]) => resource.values[name] === value),
  );

const REQUESTS = [
  ["GET", ""],
  ["GET", "/"],
  ["HEAD", ""],
  ["HEAD", "/"],
  ["PUT", "/_template/*"],
  ["GET", "/_msearch"],
  ["POST", "/_msearch"],
  ["POST", "/*/_search"],
] as const;

/** In the central account's cluster, network and namespace; it reads the tenant's store and no other. */
async function expectQueryService(
  sandbox: Sandbox,
  central: Central,
  tenant: Tenant,
  state: State,
): Promise<void> {
  const { accountId, region, logRetentionDays } = sandbox.fleet.central;
  const name = `jaeger-query-${tenant.name}`;
  const { resources } = await sandbox.stack("central").state();
  const place = { resources, outputs: {} };
  const service = shared(state, "aws_ecs_service", { name });
  const group = shared(state, "aws_security_group", { name: `tenantscope-${name}` });
  const task = shared(state, "aws_ecs_task_definition", { family: `tenantscope-${name}` });
  const discovery = shared(state, "aws_service_discovery_service", { name });
  expect(service.values).toMatchObject({
    cluster: text(only(ofType(place, "aws_ecs_cluster")), "arn"),
    task_definition: text(task, "arn"),
    desired_count: sandbox.fleet.central.jaeger.query.tasks,
    network_configuration: [
      {
        subnets: ofType(place, "aws_subnet")
          .filter((subnet) => subnet.name.includes("_private-"))
          .map((subnet) => text(subnet, "id")),
        security_groups: [text(group, "id")],
        assign_public_ip: false,
      },
    ],
    service_registries: [{ registry_arn: text(discovery, "arn") }],
  });
  const admitted = shared(state, "aws_vpc_security_group_ingress_rule", {});
  expect(admitted.values).toMatchObject({
    security_group_id: text(group, "id"),
    referenced_security_group_id: central.grafana.securityGroupId,
    ip_protocol: "tcp",
    from_port: 16686,
    to_port: 16686,
  });
  expect(text(group, "vpc_id")).toBe(text(only(ofType(place, "aws_vpc")), "id"));
  expect(discovery.values.dns_config).toMatchObject([
    { namespace_id: text(only(ofType(place, "aws_service_discovery_private_dns_namespace")), "id") },
  ]);
  expect(text(task, "task_role_arn")).toBe(`arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${name}`);

  const containers = toContainers(json(task, "container_definitions"));
  expect(containers.map((each) => each.name)).toEqual([name]);
  const { environment } = container(containers, name);
  expect(environment).toEqual({
    ...AWS(region),
    JAEGER_STORAGE_URL: `${central.storageUrl}/s/${tenant.name}`,
  });
  const { extensions } = configOf(environment);
  expect(extensions.jaeger_storage.backends.traces.opensearch).toEqual(storeOf(sandbox, tenant));
  expect(extensions.sigv4auth).toEqual({ region, service: "execute-api" });
  expect(extensions.jaeger_query?.base_path).toBe("/jaeger");

  const rights = shared(state, "aws_iam_role_policy", { role: `tenantscope-${name}` });
  const requests = REQUESTS.map(([method, path]) =>
    requestArn(sandbox, central, method, `${tenant.name}${path}`),
  );
  expect(statements(rights, "policy")).toMatchObject([
    { Effect: "Allow", Action: "execute-api:Invoke", Resource: requests },
    { Effect: "Deny", Action: "execute-api:Invoke", NotResource: requests },
  ]);
  const log = shared(state, "aws_cloudwatch_log_group", { name: `/tenantscope/central/${name}` });
  expect(log.values.retention_in_days).toBe(logRetentionDays);
  const alarms = ofType(state, "aws_cloudwatch_metric_alarm").filter(({ alias }) => alias === "central");
  expect(alarms.map(({ values }) => values.alarm_actions)).toEqual(alarms.map(() => [central.alertTopicArn]));
  const retention = shared(state, "aws_ssm_parameter", {
    name: `/tenantscope/traces/retention/${tenant.name}`,
  });
  expect(json(retention, "insecure_value")).toEqual({
    retentionDays: tenant.limits.traceRetentionDays ?? sandbox.fleet.central.jaeger.retentionDays,
  });
}

/** The domain leads to both APIs and is shared with the organization. */
export async function expectDomain(sandbox: Sandbox): Promise<void> {
  const { apiId, storageId, domain } = await centralOf(sandbox);
  const state = await sandbox.stack("central").state();
  const made = only(ofType(state, "aws_api_gateway_domain_name"));
  const { ingest } = sandbox.fleet.central;
  expect(made.values).toMatchObject({
    domain_name: ingest.domain?.name,
    certificate_arn: ingest.domain?.certificateArn,
    endpoint_configuration: [{ types: ["PRIVATE"] }],
  });
  const mappings = ofType(state, "aws_api_gateway_base_path_mapping").map(({ values }) => ({
    domain: values.domain_name_id,
    path: values.base_path,
    api: values.api_id,
    stage: values.stage_name,
  }));
  const behind = { domain: text(made, "domain_name_id"), stage: "v1" };
  expect(mappings.sort((a, b) => String(a.path).localeCompare(String(b.path)))).toEqual([
    { ...behind, path: "ingest", api: apiId },
    { ...behind, path: "storage", api: storageId },
  ]);
  const share = text(only(ofType(state, "aws_ram_resource_share")), "arn");
  expect(only(ofType(state, "aws_ram_resource_association")).values).toMatchObject({
    resource_share_arn: share,
    resource_arn: domain?.arn,
  });
  expect(only(ofType(state, "aws_ram_principal_association")).values).toMatchObject({
    resource_share_arn: share,
  });
}

/** Jaegers, their way to the store, and the services that show it; nothing of it for other tenants. */
export async function expectStores(sandbox: Sandbox): Promise<void> {
  const central = await centralOf(sandbox);
  const { domain } = central;
  if (domain === undefined) throw new Error("the fleet has no private domain");
  for (const tenant of sandbox.fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding")) {
    const state = await sandbox.stack(`tenant-${tenant.name}`).state();
    for (const service of tenant.services) {
      expectExporters(tenant, service, state);
      if (runsJaeger(service)) expectSidecar(sandbox, domain, tenant, service, state);
    }
    if (storesTraces(tenant)) {
      expectEntrance(domain, tenant, state);
      await expectQueryService(sandbox, central, tenant, state);
    } else {
      const text = JSON.stringify(state);
      const traces = ["/s/", "JAEGER_", "jaeger-query", domain.name].filter((each) => text.includes(each));
      expect([tenant.name, traces]).toEqual([tenant.name, []]);
    }
  }
}
