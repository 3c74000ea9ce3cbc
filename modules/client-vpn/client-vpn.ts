import { Ec2ClientVpnAuthorizationRule } from "@cdktf/provider-aws/lib/ec2-client-vpn-authorization-rule";
import {
  Ec2ClientVpnEndpoint,
  type Ec2ClientVpnEndpointAuthenticationOptions,
} from "@cdktf/provider-aws/lib/ec2-client-vpn-endpoint";
import { Ec2ClientVpnNetworkAssociation } from "@cdktf/provider-aws/lib/ec2-client-vpn-network-association";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { Construct } from "constructs";
import type { CentralVpn, VpnAuthentication, VpnService } from "../../fleet/vpn-types";
import { attribute, literal } from "../../lib/terraform-text";
import { closedGroup, openWay } from "./access-group";
import { ConnectionLog } from "./connection-log";
import { VPN_NAMES } from "./names";
import type { AuthorizationRule } from "./plan";
import { DNS_PORT, VPN_PORT, VPN_PORTS } from "./ports";

export interface ClientVpnProps {
  readonly accountId: string;
  readonly region: string;
  readonly settings: CentralVpn;
  readonly vpcId: string;
  /** Where clients arrive, by a key that is part of the resources' addresses: private, in different zones. */
  readonly subnetIds: Readonly<Record<string, string>>;
  /** Address of the VPC's DNS. */
  readonly resolver: string;
  readonly rules: readonly AuthorizationRule[];
  /** Security groups of the services, which let the VPN in. */
  readonly services: Partial<Readonly<Record<VpnService, string>>>;
  readonly logRetentionDays: number;
}

/** How clients prove who they are, as the endpoint takes it. */
export function authenticationOptions(
  authentication: VpnAuthentication,
): Ec2ClientVpnEndpointAuthenticationOptions {
  if (authentication.type === "certificate") {
    return {
      type: "certificate-authentication",
      rootCertificateChainArn: authentication.clientRootCertificateArn,
    };
  }
  const { samlProviderArn, selfServiceSamlProviderArn = samlProviderArn } = authentication;
  return {
    type: "federated-authentication",
    samlProviderArn,
    selfServiceSamlProviderArn,
  };
}

/** The endpoint that people connect to, and all that they may do behind it. Fields are Terraform references. */
export class ClientVpn extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, props: ClientVpnProps) {
    super(scope, id);
    const { settings, vpcId, resolver } = props;
    const { authentication, loginBanner } = settings;
    const log = new ConnectionLog(this, "log", { ...props, retentionDays: props.logRetentionDays });
    const securityGroupId = this.securityGroup(props);
    const endpoint = new Ec2ClientVpnEndpoint(this, "endpoint", {
      description: "Way of people to Grafana, Jaeger and Loki",
      authenticationOptions: [authenticationOptions(authentication)],
      serverCertificateArn: settings.serverCertificateArn,
      clientCidrBlock: settings.clientCidr,
      // What goes elsewhere does not come through the VPC.
      splitTunnel: true,
      dnsServers: [resolver],
      transportProtocol: settings.transport,
      vpnPort: VPN_PORT,
      sessionTimeoutHours: settings.sessionHours,
      // No session outlives its hours by itself: people sign in again.
      disconnectOnSessionTimeout: true,
      // The portal asks the same identity provider; certificates have none.
      selfServicePortal: authentication.type === "saml" ? "enabled" : "disabled",
      clientLoginBannerOptions:
        loginBanner === undefined ? { enabled: false } : { enabled: true, bannerText: literal(loginBanner) },
      clientConnectOptions: { enabled: false },
      connectionLogOptions: {
        enabled: true,
        cloudwatchLogGroup: log.group,
        cloudwatchLogStream: log.stream,
      },
      vpcId,
      securityGroupIds: [securityGroupId],
      tags: { Name: VPN_NAMES.endpoint },
    });
    this.id = attribute(endpoint, "id");
    for (const [key, subnetId] of Object.entries(props.subnetIds)) {
      new Ec2ClientVpnNetworkAssociation(this, `association-${key}`, {
        clientVpnEndpointId: this.id,
        subnetId,
      });
    }
    for (const { key, cidr, groupId, description } of props.rules) {
      new Ec2ClientVpnAuthorizationRule(this, ruleId(key), {
        clientVpnEndpointId: this.id,
        targetNetworkCidr: cidr,
        ...(groupId === undefined ? { authorizeAllGroups: true } : { accessGroupId: literal(groupId) }),
        description,
      });
    }
  }

  /** Of the clients in the VPC: out to the services and the resolver, and nothing in. */
  private securityGroup({ vpcId, resolver, services }: ClientVpnProps): string {
    const group = closedGroup(this, "group", {
      name: VPN_NAMES.securityGroup,
      description: "Clients of the VPN",
      vpcId,
    });
    for (const [service, to] of Object.entries(services)) {
      openWay(this, service, {
        from: group,
        to,
        port: VPN_PORTS[service as VpnService],
        description: `People to ${service} over the VPN`,
      });
    }
    for (const ipProtocol of ["udp", "tcp"]) {
      new VpcSecurityGroupEgressRule(this, `dns-${ipProtocol}`, {
        securityGroupId: group,
        description: "Names: the resolver of the VPC",
        cidrIpv4: `${resolver}/32`,
        ipProtocol,
        fromPort: DNS_PORT,
        toPort: DNS_PORT,
      });
    }
    return group;
  }
}

/** Where people get the client and its configuration, after signing in. */
export const portalUrl = (endpointId: string): string =>
  `https://self-service.clientvpn.amazonaws.com/endpoints/${endpointId}`;

/** A group may be called anything; construct ids take no slash. */
const ruleId = (key: string): string => `rule-${encodeURIComponent(key)}`;
