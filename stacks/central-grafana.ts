import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { Construct } from "constructs";
import type { Central } from "../fleet/types";
import { openWay } from "../modules/client-vpn/access-group";
import { VPN_PORTS } from "../modules/client-vpn/ports";
import type { AlertTopic } from "../modules/alert-topic/alert-topic";
import type { AmpWorkspace } from "../modules/amp/workspace";
import type { Contract } from "../modules/contract/contract";
import { isRestricted } from "../modules/grafana-workspace/settings";
import { GrafanaWorkspace } from "../modules/grafana-workspace/workspace";
import { JAEGER_QUERY_PORT } from "../modules/jaeger/ports";
import { LOKI_HTTP_PORT } from "../modules/loki/ports";
import type { CentralVpc } from "../modules/network/central-network";
import { admit } from "../modules/network/clients";
import type { Fronts } from "./central-access";

/** What Grafana asks, in the central account. Ids are references. */
export interface Asked {
  readonly metrics: AmpWorkspace;
  readonly alerts: AlertTopic;
  readonly vpc: CentralVpc;
  readonly lokiSecurityGroupId: string;
  readonly jaegerQuerySecurityGroupId: string;
  readonly fronts: Fronts;
}

/**
 * From where the workspace answers. One that answers to some addresses only answers through the VPN too; the VPN alone
 * is enough where the manifest says so.
 */
function networkAccess(
  { grafana, vpn }: Central,
  front: Fronts["grafana"],
): Central["grafana"]["networkAccess"] {
  const { networkAccess: written } = grafana;
  if (front === undefined || !(isRestricted(grafana) || vpn?.closeGrafana === true)) return written;
  return { ...written, vpcEndpointIds: [...written.vpcEndpointIds, front.endpointId] };
}

/** The Grafana workspace and its ways to what it asks inside the VPC. */
export function centralGrafana(scope: Construct, central: Central, asked: Asked): Contract["grafana"] {
  const { accountId, region, organizationId, deploy } = central;
  const { vpc, metrics, alerts, fronts } = asked;
  const grafana = new GrafanaWorkspace(scope, "grafana", {
    accountId,
    region,
    organizationId,
    settings: { ...central.grafana, networkAccess: networkAccess(central, fronts.grafana) },
    metricsWorkspaceArn: metrics.arn,
    alertTopicArn: alerts.arn,
    alertTopicKeyArn: alerts.keyArn,
    vpc: { vpcId: vpc.vpcId, subnetIds: vpc.privateSubnetIds, httpsEgress: vpc.httpsEgress },
    vpcEgress: vpc.egress,
    ...(deploy.centralRoleName === undefined ? {} : { deployRoleName: deploy.centralRoleName }),
    ...(deploy.tokenRoleName === undefined ? {} : { tokenRoleName: deploy.tokenRoleName }),
    logRetentionDays: central.logRetentionDays,
  });
  const ways = [
    {
      id: "loki",
      port: LOKI_HTTP_PORT,
      description: "Logs: Loki",
      securityGroupId: asked.lokiSecurityGroupId,
      target: { referencedSecurityGroupId: asked.lokiSecurityGroupId },
    },
    {
      id: "jaeger-query",
      port: JAEGER_QUERY_PORT,
      description: "Traces: the shared query service of Jaeger and those of tenants",
      securityGroupId: asked.jaegerQuerySecurityGroupId,
      // A rule for each tenant would soon be too many for one group; each of them decides whom it lets in.
      target: { cidrIpv4: central.network.cidr },
    },
  ];
  for (const { id, port, description, securityGroupId, target } of ways) {
    new VpcSecurityGroupEgressRule(scope, `grafana-to-${id}`, {
      securityGroupId: grafana.securityGroupId,
      description,
      ...target,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
    admit(scope, id, {
      securityGroupId,
      port,
      description: "Grafana",
      clients: { cidrs: [], securityGroupIds: { "from-grafana": grafana.securityGroupId } },
    });
  }
  if (fronts.grafana !== undefined && grafana.adminSecurityGroupId !== undefined) {
    // The front answers Grafana's name in the whole VPC: the admin comes by it as well.
    openWay(scope, "grafana-admin-to-grafana", {
      from: grafana.adminSecurityGroupId,
      to: fronts.grafana.securityGroupId,
      port: VPN_PORTS.grafana,
      description: "The admin of Grafana",
    });
  }
  return { url: grafana.url, securityGroupId: grafana.securityGroupId };
}
