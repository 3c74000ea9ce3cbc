import { called, json, ofType, only, text } from "./applied";
import type { Sandbox } from "./sandbox";
import type { Resource, Stack, State } from "./stack";

/** What the central stack made and tenants use, read from its resources rather than from what it published. */
export interface Central {
  readonly workspace: Workspace;
  readonly apiId: string;
  readonly storageId: string;
  /** Base URL of the ingest API under its own name. */
  readonly ingestUrl: string;
  readonly directHost: string;
  /** Base URL of the storage API through the central VPC's endpoint. */
  readonly storageUrl: string;
  /** The private custom domain, where there is one. */
  readonly domain?: Domain;
  /** Base URL of Loki inside the central VPC. */
  readonly lokiUrl: string;
  readonly grafana: Grafana;
  /** Topics that people are told through, and that alerts are passed on from. */
  readonly alertTopicArn: string;
  readonly routingTopicArn: string;
  /** Region -> ARN. */
  readonly sinks: Readonly<Record<string, string>>;
}

export interface Domain {
  readonly name: string;
  readonly arn: string;
  /** What IAM calls it when it is invoked. */
  readonly invokeArn: string;
}

export interface Workspace {
  readonly id: string;
  readonly arn: string;
  /** Where a collector writes to. */
  readonly url: string;
  /** Where it is queried. */
  readonly queryUrl: string;
}

export interface Grafana {
  readonly url: string;
  readonly securityGroupId: string;
  readonly roleArn: string;
}

const api = (state: State, name: string): Resource => called(state, "aws_api_gateway_rest_api", name);

const ofApi =
  (id: string) =>
  ({ values }: Resource): boolean =>
    values.rest_api_id === id;

const endpoint = (state: State, service: string): Resource =>
  only(ofType(state, "aws_vpc_endpoint"), ({ values }) =>
    String(values.service_name).endsWith(`.${service}`),
  );

/** The workspace that an applied stack made. */
export function workspaceOf(state: State): Workspace {
  const workspace = only(ofType(state, "aws_prometheus_workspace"));
  const queryUrl = text(workspace, "prometheus_endpoint");
  return {
    id: text(workspace, "id"),
    arn: text(workspace, "arn"),
    url: `${queryUrl}api/v1/remote_write`,
    queryUrl,
  };
}

/** The only topic of this name. */
export const topicArn = (state: State, name: string): string =>
  text(called(state, "aws_sns_topic", name), "arn");

function grafanaOf(state: State): Grafana {
  const workspace = only(ofType(state, "aws_grafana_workspace"));
  const group = called(state, "aws_security_group", "tenantscope-grafana");
  expect(workspace.values.vpc_configuration).toMatchObject([{ security_group_ids: [text(group, "id")] }]);
  return {
    url: `https://${text(workspace, "endpoint")}`,
    securityGroupId: text(group, "id"),
    roleArn: text(workspace, "role_arn"),
  };
}

/** Loki's name in the namespace of the shared services. */
function lokiUrlOf(state: State): string {
  const namespace = text(only(ofType(state, "aws_service_discovery_private_dns_namespace")), "name");
  const service = called(state, "aws_service_discovery_service", "loki");
  return `http://${text(service, "name")}.${namespace}:3100`;
}

function domainOf(sandbox: Sandbox, state: State): Domain | undefined {
  const { accountId, region, ingest } = sandbox.fleet.central;
  const made = ofType(state, "aws_api_gateway_domain_name");
  if (ingest.domain === undefined) {
    expect(made).toEqual([]);
    return undefined;
  }
  const { name } = ingest.domain;
  const domain = only(made, ({ values }) => values.domain_name === name);
  const host = `${name}+${text(domain, "domain_name_id")}`;
  return {
    name,
    arn: text(domain, "arn"),
    invokeArn: `arn:aws:execute-api:${region}:${accountId}:/domainnames/${host}`,
  };
}

export async function centralOf(sandbox: Sandbox): Promise<Central> {
  const { region } = sandbox.fleet.central;
  const state = await sandbox.stack("central").state();
  const domain = domainOf(sandbox, state);
  const apiId = text(api(state, "tenantscope-ingest"), "id");
  const storageId = text(api(state, "tenantscope-storage"), "id");
  for (const id of [apiId, storageId]) {
    expect(text(only(ofType(state, "aws_api_gateway_stage"), ofApi(id)), "stage_name")).toBe("v1");
  }
  return {
    workspace: workspaceOf(state),
    apiId,
    ingestUrl: `https://${apiId}.execute-api.${region}.amazonaws.com/v1`,
    storageId,
    storageUrl: `https://${storageId}-${text(endpoint(state, "execute-api"), "id")}.execute-api.${region}.amazonaws.com/v1`,
    ...(domain === undefined ? {} : { domain }),
    directHost: text(called(state, "aws_lb", "tenantscope-gateway"), "dns_name"),
    lokiUrl: lokiUrlOf(state),
    grafana: grafanaOf(state),
    alertTopicArn: topicArn(state, "tenantscope-alerts"),
    routingTopicArn: topicArn(state, "tenantscope-alert-routing"),
    sinks: Object.fromEntries(
      ofType(state, "aws_oam_sink").map((sink) => [text(sink, "region"), text(sink, "arn")]),
    ),
  };
}

/** The contract has exactly the fields that tenants read, and the values of what was made. */
export async function expectContract(sandbox: Sandbox): Promise<void> {
  const { accountId, region, regions } = sandbox.fleet.central;
  const made = await centralOf(sandbox);
  const { workspace, apiId, storageId, ingestUrl, directHost, sinks, domain } = made;
  expect(Object.keys(sinks).sort()).toEqual([...regions].sort());
  for (const [home, arn] of Object.entries(sinks)) expect(arn).toContain(`arn:aws:oam:${home}:${accountId}:`);
  const state = await sandbox.stack("central").state();
  expect(json(only(ofType(state, "aws_ssm_parameter")), "insecure_value")).toEqual({
    version: 1,
    metrics: {
      workspaceId: workspace.id,
      workspaceArn: workspace.arn,
      remoteWriteUrl: workspace.url,
      queryUrl: workspace.queryUrl,
    },
    ingest: { apiId, executionArn: `arn:aws:execute-api:${region}:${accountId}:${apiId}`, url: ingestUrl },
    storage: {
      executionArn: `arn:aws:execute-api:${region}:${accountId}:${storageId}`,
      url: text(only(ofType(state, "aws_api_gateway_stage"), ofApi(storageId)), "invoke_url"),
      centralUrl: made.storageUrl,
    },
    place: {
      clusterArn: text(only(ofType(state, "aws_ecs_cluster")), "arn"),
      vpcId: text(only(ofType(state, "aws_vpc")), "id"),
      privateSubnetIds: ofType(state, "aws_subnet")
        .filter(({ name }) => name.includes("_private-"))
        .map((subnet) => text(subnet, "id")),
      namespaceId: text(only(ofType(state, "aws_service_discovery_private_dns_namespace")), "id"),
      alertTopicArn: made.alertTopicArn,
      s3PrefixListId: text(endpoint(state, "s3"), "prefix_list_id"),
    },
    ...(domain === undefined ? {} : { domain: { arn: domain.arn, invokeArn: domain.invokeArn } }),
    loki: { directHost, url: made.lokiUrl },
    grafana: { url: made.grafana.url, securityGroupId: made.grafana.securityGroupId },
    alerts: { routingTopicArn: made.routingTopicArn },
    oamSinks: sinks,
  });
  expect(state.outputs).toEqual({
    workspace_id: workspace.id,
    remote_write_url: workspace.url,
    grafana_url: made.grafana.url,
    ...vpnOutputs(state),
  });
}

/** What people need to connect; nothing where there is no VPN. */
function vpnOutputs(state: State): Record<string, string> {
  const [made] = ofType(state, "aws_ec2_client_vpn_endpoint");
  if (made === undefined) return {};
  const id = text(made, "id");
  return {
    vpn_endpoint_id: id,
    vpn_portal_url: `https://self-service.clientvpn.amazonaws.com/endpoints/${id}`,
  };
}

/** Nothing is left of an offboarded tenant's stack but providers and the contract, which says where Grafana is. */
export async function expectOffboarded(stack: Stack): Promise<void> {
  expect([stack.name, await stack.state()]).toEqual([stack.name, { resources: [], outputs: {} }]);
  const { resource, output, data, provider } = JSON.parse(stack.text) as Record<string, object>;
  expect([resource, output]).toEqual([undefined, undefined]);
  expect(data).toEqual({
    aws_ssm_parameter: { contract: expect.objectContaining({ name: "/tenantscope/contract/v1" }) as unknown },
  });
  expect(provider).toMatchObject({ grafana: [{ url: "${local.contract.grafana.url}" }] });
}

/** A stage serves the deployment that was made last, and that was made after the API's document and policy. */
export async function expectDeployed(sandbox: Sandbox): Promise<void> {
  const state = await sandbox.stack("central").state();
  const ingest = api(state, "tenantscope-ingest");
  for (const each of [ingest, api(state, "tenantscope-storage")]) {
    const own = ofApi(text(each, "id"));
    const deployment = only(ofType(state, "aws_api_gateway_deployment"), own);
    const stage = only(ofType(state, "aws_api_gateway_stage"), own);
    expect(text(stage, "deployment_id")).toBe(text(deployment, "id"));
    expect(stage.dependencies).toContain(deployment.address);
    expect(deployment.dependencies).toContain(each.address);
  }
  const link = only(ofType(state, "aws_api_gateway_vpc_link"));
  const balancer = called(state, "aws_lb", "tenantscope-gateway");
  expect(link.values.target_arns).toEqual([text(balancer, "arn")]);
  const { paths } = json(ingest, "body") as {
    paths: Record<string, { post: { "x-amazon-apigateway-integration": Record<string, unknown> } }>;
  };
  const targets = Object.values(paths).map(({ post }) => post["x-amazon-apigateway-integration"]);
  expect(targets.map(({ connectionId, uri }) => [connectionId, uri])).toEqual(
    ["/otlp/v1/logs", "/v1/traces"].map((path) => [
      text(link, "id"),
      `http://${text(balancer, "dns_name")}:8080/t/{tenant}${path}`,
    ]),
  );
}

/** The first tasks pull their images through NAT gateways and endpoints: no ECS service is created before them. */
export async function expectWayOut(sandbox: Sandbox): Promise<void> {
  const state = await sandbox.stack("central").state();
  const wayOut = ["aws_nat_gateway", "aws_route", "aws_vpc_endpoint"].flatMap((type) => {
    // People's way in is no way out.
    const made = ofType(state, type)
      .map(({ address }) => address)
      .filter((address) => !address.includes(".vpn-"));
    expect([type, made.length > 0]).toEqual([type, true]);
    return made;
  });
  const services = ofType(state, "aws_ecs_service");
  // The gateway, Jaeger's two, and Loki.
  expect(services).toHaveLength(3 + sandbox.fleet.central.loki.replicas);
  for (const { address, dependencies } of services) {
    expect([address, wayOut.filter((before) => !dependencies.includes(before))]).toEqual([address, []]);
  }
}
