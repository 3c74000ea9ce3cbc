import type { Central, ManagedService, Service, Tenant } from "../../../fleet/types";
import { hasStore } from "../../support/fleet-parts";

/** What a security group must let in and out, as `tcp 443 10.0.0.0/8`; groups of the same stack by name. */
export interface GroupRules {
  readonly ingress: readonly string[];
  readonly egress: readonly string[];
}

const serviceEgress = (tenant: Tenant, service: ManagedService, central: Central): string[] => [
  ...tenant.network.httpsEgressCidrs.map((cidr) => `tcp 443 ${cidr}`),
  ...(service.logs.destinations.includes("loki-direct") ? [`tcp 80 ${central.network.cidr}`] : []),
  ...service.egress.map(
    ({ protocol, port, cidr, securityGroupId }) =>
      `${protocol} ${String(port)} ${cidr ?? securityGroupId ?? ""}`,
  ),
];

function serviceIngress(service: ManagedService): string[] {
  const port = service.containers[0]?.port;
  const sources = new Set([
    ...(service.loadBalancer === undefined ? [] : [service.loadBalancer.securityGroupId]),
    ...service.allowFromSecurityGroups,
  ]);
  return port === undefined ? [] : [...sources].map((source) => `tcp ${String(port)} ${source}`);
}

/** In the central account, by what the contract says of its network. */
function queryEgress({ network }: Central): string[] {
  const endpoints = network.kind === "created" && network.egress === "endpoints";
  return [
    `tcp 443 ${endpoints ? "${local.contract.place.endpointsSecurityGroupId}" : "0.0.0.0/0"}`,
    ...(network.kind === "created" ? ["tcp 443 ${local.contract.place.s3PrefixListId}"] : []),
  ];
}

/** Who looks at traces. */
const people = ({ network: { clients } }: Central): string[] =>
  [...clients.cidrs, ...clients.securityGroupIds].map((source) => `tcp 16686 ${source}`);

/** Groups of a tenant's stack: of its tasks, of its endpoints, of its entrance to the ingest API. */
export function tenantGroups(tenant: Tenant, central: Central): Readonly<Record<string, GroupRules>> {
  if (tenant.lifecycle === "offboarding") return {};
  const name = (part: string): string => `tenantscope-${tenant.name}-${part}`;
  const managed = tenant.services.filter((service) => service.mode === "managed");
  const sends = ({ logs, traces }: Service): boolean =>
    logs.destinations.includes("loki") || traces.destinations.includes("jaeger");
  const sending = managed.filter(sends);
  const entrance =
    (central.ingest.exposure === "private" || hasStore(tenant)) &&
    tenant.network.ingestEndpoint === undefined &&
    tenant.services.some(sends);
  return {
    ...Object.fromEntries(
      managed.map((service) => [
        name(service.name),
        { ingress: serviceIngress(service), egress: serviceEgress(tenant, service, central) },
      ]),
    ),
    ...(hasStore(tenant)
      ? {
          [`tenantscope-jaeger-query-${tenant.name}`]: {
            ingress: [...people(central), "tcp 16686 ${local.contract.grafana.securityGroupId}"],
            egress: queryEgress(central),
          },
        }
      : {}),
    ...(tenant.network.endpoints.kind === "created"
      ? { [name("endpoints")]: { ingress: ["tcp 443 ${each.value}"], egress: [] } }
      : {}),
    ...(entrance
      ? {
          [name("ingest-endpoint")]: {
            ingress: sending.map((service) => `tcp 443 ${name(service.name)}`),
            egress: [],
          },
        }
      : {}),
  };
}

const GATEWAY = "tenantscope-gateway";
const BALANCER = "tenantscope-gateway-nlb";
const LOKI = "tenantscope-loki";
const FILES = "tenantscope-loki-efs";
const JAEGER = "tenantscope-jaeger";
const GRAFANA = "tenantscope-grafana";
const VPN = "tenantscope-vpn";
const TRACES = "tenantscope-traces";
const PROXY = "tenantscope-storage-proxy";
const ADMIN = "tenantscope-storage-admin";

/** Of the VPN and its fronts: nothing comes in but through the VPN, and nothing goes further than to one service. */
function vpnGroups(central: Central): Readonly<Record<string, GroupRules>> {
  const { vpn, grafana, network } = central;
  if (vpn === undefined) return {};
  const { prefixListIds, vpcEndpointIds } = grafana.networkAccess;
  const hasAdmin = vpn.closeGrafana || prefixListIds.length + vpcEndpointIds.length > 0;
  const resolver = `${network.cidr.replace(/\d+[/]\d+$/, "2")}/32`;
  const { access } = vpn;
  return {
    [VPN]: {
      ingress: [],
      egress: [
        `tcp 53 ${resolver}`,
        `udp 53 ${resolver}`,
        ...(access.grafana ? [`tcp 443 ${VPN}-grafana`] : []),
        ...(access.jaeger ? [`tcp 80 ${VPN}-jaeger`] : []),
        ...(access.loki ? [`tcp 80 ${VPN}-loki`] : []),
      ],
    },
    ...(access.grafana
      ? {
          [`${VPN}-grafana`]: {
            ingress: [`tcp 443 ${VPN}`, ...(hasAdmin ? [`tcp 443 ${GRAFANA}-admin`] : [])],
            egress: [],
          },
        }
      : {}),
    ...(access.jaeger
      ? { [`${VPN}-jaeger`]: { ingress: [`tcp 80 ${VPN}`], egress: [`tcp 16686 ${JAEGER}-query`] } }
      : {}),
    ...(access.loki ? { [`${VPN}-loki`]: { ingress: [`tcp 80 ${VPN}`], egress: [`tcp 3100 ${LOKI}`] } } : {}),
  };
}

/** Groups of the central stack: a chain from the load balancer to the file system. */
export function centralGroups(central: Central): Readonly<Record<string, GroupRules>> {
  const { network, loki } = central;
  const { prefixListIds, vpcEndpointIds } = central.grafana.networkAccess;
  const vpn = vpnGroups(central);
  const restricted = prefixListIds.length + vpcEndpointIds.length > 0 || central.vpn?.closeGrafana === true;
  const { grafana, jaeger: traces, loki: logs } = central.vpn?.access ?? {};
  const endpoints = network.kind === "created" && network.egress === "endpoints";
  const https = [
    `tcp 443 ${endpoints ? "tenantscope-central-endpoints" : "0.0.0.0/0"}`,
    ...(network.kind === "created" ? ["tcp 443 aws_vpc_endpoint.network_endpoint-s3"] : []),
  ];
  const direct = loki.direct.length > 0;
  const tasks = (group: string): string[] => [`tcp 8080 ${group}`, ...(direct ? [`tcp 8081 ${group}`] : [])];
  const replicas = loki.replicas > 1 ? [`tcp 9095 ${LOKI}`, `tcp 7946 ${LOKI}`] : [];
  return {
    // Nothing but the VPC link, which the group does not see, reaches the ingest port.
    [BALANCER]: { ingress: loki.direct.map(({ cidr }) => `tcp 80 ${cidr}`), egress: tasks(GATEWAY) },
    [GATEWAY]: { ingress: tasks(BALANCER), egress: [...https, `tcp 3100 ${LOKI}`, `tcp 4318 ${JAEGER}`] },
    [LOKI]: {
      ingress: [
        `tcp 3100 ${GATEWAY}`,
        `tcp 3100 ${GRAFANA}`,
        ...(logs ? [`tcp 3100 ${VPN}-loki`] : []),
        ...replicas,
      ],
      egress: [...https, ...replicas, `tcp 2049 ${FILES}`],
    },
    [JAEGER]: { ingress: [`tcp 4318 ${GATEWAY}`], egress: https },
    [`${JAEGER}-query`]: {
      ingress: [...people(central), `tcp 16686 ${GRAFANA}`, ...(traces ? [`tcp 16686 ${VPN}-jaeger`] : [])],
      egress: https,
    },
    [GRAFANA]: {
      ingress: [],
      egress: [...https, `tcp 3100 ${LOKI}`, `tcp 16686 ${network.cidr}`],
    },
    // Where the workspace answers to some addresses only, its admin has one of them.
    ...(restricted
      ? {
          [`${GRAFANA}-admin`]: {
            ingress: [],
            egress: [...https, ...(grafana ? [`tcp 443 ${VPN}-grafana`] : [])],
          },
        }
      : {}),
    ...vpn,
    [PROXY]: { ingress: [], egress: [`tcp 443 ${TRACES}`] },
    [ADMIN]: { ingress: [], egress: [...https, `tcp 443 ${TRACES}`] },
    [TRACES]: { ingress: [`tcp 443 ${ADMIN}`, `tcp 443 ${PROXY}`], egress: [] },
    [FILES]: { ingress: [`tcp 2049 ${LOKI}`], egress: [] },
    "tenantscope-central-endpoints": {
      ingress: [`tcp 443 ${network.cidr}`],
      egress: [],
    },
  };
}
