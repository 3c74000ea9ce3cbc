import type { LogDestination, Service, Tenant } from "../../fleet/types";
import { container, ofType, only, statements, text } from "./applied";
import { centralOf, type Central } from "./contract";
import type { Sandbox } from "./sandbox";
import { sidecarsOf, type Sidecars } from "./sidecars";
import type { Resource, State } from "./stack";
import { runsJaeger, storeArns, storesTraces } from "./stores";

/** What must hold for the way of a tenant's logs after everything was applied. */

export const sendsTo = (destination: LogDestination, { logs }: Service): boolean =>
  logs.destinations.includes(destination);

/** The endpoints that a tenant's stack made for the ingest API: one or none. */
export const ingestEndpoints = (state: State): Resource[] =>
  ofType(state, "aws_vpc_endpoint").filter((endpoint) =>
    text(endpoint, "service_name").endsWith(".execute-api"),
  );

/**
 * Names of all that a tenant's writer may invoke: two concrete methods of the ingest API, without a wildcard, and the
 * tenant's own store of traces when it has one.
 */
export function methodsOf(sandbox: Sandbox, central: Central, tenant: Tenant): string[] {
  const { accountId, region } = sandbox.fleet.central;
  const methods = `arn:aws:execute-api:${region}:${accountId}:${central.apiId}/v1/POST/t/${tenant.name}`;
  return [
    `${methods}/otlp/v1/logs`,
    `${methods}/v1/traces`,
    ...(storesTraces(tenant) ? storeArns(sandbox, central, tenant.name) : []),
  ];
}

/** Base URL at which the tasks of a tenant call the ingest API, read from what was made. */
export function ingestUrlOf(sandbox: Sandbox, central: Central, tenant: Tenant, state: State): string {
  if (sandbox.fleet.central.ingest.exposure === "public") return central.ingestUrl;
  if (tenant.network.ingestEndpoint !== undefined)
    return `https://${tenant.network.ingestEndpoint.dnsName}/v1`;
  const [own] = only(ingestEndpoints(state)).values.dns_entry as readonly { readonly dns_name: string }[];
  if (own === undefined) throw new Error(`${tenant.name}: the endpoint has no name`);
  return `https://${own.dns_name}/v1`;
}

/** Whether a service's sidecar calls the ingest API, with lines or with spans. */
export const callsIngest = (service: Service): boolean =>
  sendsTo("loki", service) || (service.traces.destinations.includes("jaeger") && !runsJaeger(service));

/** An endpoint only for those who need one; it admits the tasks that send, their writer, and its own methods. */
function expectEndpoint(sandbox: Sandbox, central: Central, tenant: Tenant, state: State): void {
  const senders = tenant.services.filter((service) => callsIngest(service) || runsJaeger(service));
  const isPublic = sandbox.fleet.central.ingest.exposure === "public" && !storesTraces(tenant);
  if (senders.length === 0 || isPublic || tenant.network.ingestEndpoint !== undefined) {
    expect([tenant.name, ingestEndpoints(state)]).toEqual([tenant.name, []]);
    return;
  }
  const endpoint = only(ingestEndpoints(state));
  expect(endpoint.values).toMatchObject({
    service_name: `com.amazonaws.${tenant.region}.execute-api`,
    vpc_id: tenant.network.vpcId,
    subnet_ids: tenant.network.privateSubnetIds,
    private_dns_enabled: false,
  });
  const writer = `arn:aws:iam::${sandbox.fleet.central.accountId}:role/tenantscope/tenantscope-writer-${tenant.name}`;
  expect(statements(endpoint, "policy")).toEqual([
    {
      Sid: "Writer",
      Effect: "Allow",
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: methodsOf(sandbox, central, tenant),
      Condition: { StringEquals: { "aws:PrincipalArn": writer } },
    },
  ]);
  const groups = ofType(state, "aws_security_group");
  const [group, ...more] = endpoint.values.security_group_ids as string[];
  expect(more).toEqual([]);
  const admitted = ofType(state, "aws_vpc_security_group_ingress_rule")
    .filter(({ values }) => values.security_group_id === group)
    .map(({ values }) => {
      expect(values).toMatchObject({ ip_protocol: "tcp", from_port: 443, to_port: 443 });
      const source = only(groups, ({ values: { id } }) => id === values.referenced_security_group_id);
      return text(source, "name");
    });
  const tasks = senders.filter(({ mode }) => mode === "managed");
  expect(admitted.sort()).toEqual(tasks.map(({ name }) => `tenantscope-${tenant.name}-${name}`).sort());
}

/** Sections of a classic Fluent Bit file. */
function sections(config: string): Record<string, string>[] {
  return config.split(/^\[OUTPUT\]\n/m).flatMap((section, index) => {
    if (index === 0) {
      expect(section).toBe("");
      return [];
    }
    const lines = section.split("\n").filter((line) => line !== "");
    return [Object.fromEntries(lines.map((line) => (/^ {4}(\S+) (.+)$/.exec(line) ?? []).slice(1)))] as [
      Record<string, string>,
    ];
  });
}

const logGroup = (tenant: Tenant, service: Service): string => `/tenantscope/${tenant.name}/${service.name}`;

/** What the router has to be told for a destination; other keys are `npm test`'s. */
const SECTIONS: Readonly<
  Record<LogDestination, (tenant: Tenant, service: Service) => Record<string, string>>
> = {
  loki: (_tenant, { otlp }) => ({
    Name: "opentelemetry",
    Host: "127.0.0.1",
    Port: String(otlp.httpPort),
    Logs_uri: "/v1/logs",
    Logs_body_key: "$log",
  }),
  "loki-direct": ({ name }) => ({
    Name: "loki",
    Host: "${LOKI_DIRECT_HOST}",
    Port: "80",
    Uri: "/loki/api/v1/push",
    Tenant_ID: name,
    Labels:
      "container_name=$container_name, ecs_task_definition=$ecs_task_definition, source=$source, ecs_cluster=$ecs_cluster",
    Remove_Keys: "container_id,ecs_task_arn",
    Line_Format: "key_value",
  }),
  cloudwatch: (tenant, service) => ({
    Name: "cloudwatch_logs",
    region: tenant.region,
    log_group_name: logGroup(tenant, service),
    auto_create_group: "false",
    log_key: "log",
  }),
};

/** A router with an output per destination, whose text came through Terraform as it was rendered. */
function expectRouter(central: Central, tenant: Tenant, service: Service, { containers }: Sidecars): void {
  const { destinations } = service.logs;
  const jaeger = runsJaeger(service) ? ["jaeger"] : [];
  const ours = new Set(["adot-collector", "log-router", ...jaeger]);
  const application = containers.filter(({ name }) => !ours.has(name));
  const own = service.mode === "managed" ? service.containers.map(({ name }) => name) : [];
  expect(application.map(({ name }) => name)).toEqual(own);
  if (destinations.every((destination) => destination === "cloudwatch")) {
    expect(containers.map(({ name }) => name)).toEqual([...own, "adot-collector", ...jaeger]);
    expect(new Set(containers.map(({ logDriver }) => logDriver))).toEqual(new Set(["awslogs"]));
    return;
  }
  expect(containers.map(({ name }) => name)).toEqual([...own, "adot-collector", "log-router", ...jaeger]);
  expect(application.map(({ logDriver }) => logDriver)).toEqual(own.map(() => "awsfirelens"));
  const router = container(containers, "log-router");
  expect(containers.filter(({ firelens }) => firelens)).toEqual([router]);
  expect(router.logDriver).toBe("awslogs");

  const { ROUTER_CONFIG: config = "", ...environment } = router.environment;
  const direct = destinations.includes("loki-direct");
  expect(environment).toEqual({
    AWS_REGION: tenant.region,
    ...(direct ? { LOKI_DIRECT_HOST: central.directHost } : {}),
  });
  expect(config.match(/\$+\{[^}]*\}/g)).toEqual(direct ? ["${LOKI_DIRECT_HOST}"] : null);
  const outputs = sections(config);
  expect(outputs.map(({ Match }) => Match)).toEqual(destinations.map(() => "*-firelens-*"));
  expect(outputs).toEqual(
    destinations.map(
      (destination) => expect.objectContaining(SECTIONS[destination](tenant, service)) as unknown,
    ),
  );
}

const RESOURCE_TYPES = {
  logs: "AWS::Logs::LogGroup",
  metrics: "AWS::CloudWatch::Metric",
  traces: "AWS::XRay::Trace",
} as const;

/** A link to the sink of the tenant's own Region, with what the manifest shares and nothing else. */
function expectLink({ sinks }: Central, tenant: Tenant, state: State): void {
  const { share, region } = tenant;
  const kinds = (["logs", "metrics", "traces"] as const).filter((kind) => share[kind]);
  const links = ofType(state, "aws_oam_link").map(({ values }) => ({
    sink: values.sink_identifier,
    region: values.region,
    label: values.label_template,
    types: [...(values.resource_types as string[])].sort(),
  }));
  expect([tenant.name, links]).toEqual([
    tenant.name,
    kinds.length === 0
      ? []
      : [
          {
            sink: sinks[region],
            region,
            label: tenant.name,
            types: kinds.map((kind) => RESOURCE_TYPES[kind]).sort(),
          },
        ],
  ]);
  expect(sinks).toHaveProperty([region]);
}

/** Endpoint, routers and links of every tenant agree with what the central stack made. */
export async function expectLogs(sandbox: Sandbox): Promise<void> {
  const central = await centralOf(sandbox);
  for (const tenant of sandbox.fleet.tenants) {
    const state = await sandbox.stack(`tenant-${tenant.name}`).state();
    expectEndpoint(sandbox, central, tenant, state);
    expectLink(central, tenant, state);
    const logGroups = ofType(state, "aws_cloudwatch_log_group").map((group) => text(group, "name"));
    for (const service of tenant.services) {
      expectRouter(central, tenant, service, sidecarsOf(tenant, service, state));
      expect(logGroups).toContain(logGroup(tenant, service));
    }
  }
}
