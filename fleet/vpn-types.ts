/** `central.json` `vpn`: how people reach what has no public address. */

export type VpnService = "grafana" | "jaeger" | "loki";

/** Who may use one service. */
export interface VpnAccess {
  /** As the identity provider names them in `memberOf`: of IAM Identity Center, the groups' ids. */
  readonly groupIds: readonly string[];
  /** Whoever holds a certificate: certificates know no groups. */
  readonly everybody: boolean;
}

export type VpnAuthentication =
  | {
      readonly type: "saml";
      /** IAM SAML provider of the application for the VPN client. */
      readonly samlProviderArn: string;
      /** Of the application for the self-service portal; the same provider serves both when absent. */
      readonly selfServiceSamlProviderArn?: string;
    }
  | {
      readonly type: "certificate";
      /** Certificate in ACM whose authority signs the clients' certificates. */
      readonly clientRootCertificateArn: string;
    };

/** A subnet of an existing VPC in which there is nothing but the services' fixed addresses. */
export interface VpnSubnet {
  readonly subnetId: string;
  readonly cidr: string;
}

export interface CentralVpn {
  /** Addresses of the clients, /12 to /22; fixed for the endpoint's life. */
  readonly clientCidr: string;
  readonly authentication: VpnAuthentication;
  /** Certificate of the endpoint in ACM, in the central Region. */
  readonly serverCertificateArn: string;
  readonly access: Partial<Readonly<Record<VpnService, VpnAccess>>>;
  /** Whether Grafana answers only through the VPN and what `grafana.networkAccess` names. */
  readonly closeGrafana: boolean;
  /** Zones in which clients arrive; each costs by the hour. */
  readonly associations: number;
  readonly transport: "udp" | "tcp";
  readonly sessionHours: 8 | 10 | 12 | 24;
  readonly loginBanner?: string;
  /** Only in an existing VPC: one in each zone of its private subnets. */
  readonly serviceSubnets: readonly VpnSubnet[];
}

/** The setting as it is written. */
export type RawCentralVpn = Pick<CentralVpn, "clientCidr" | "authentication" | "serverCertificateArn"> &
  Partial<Omit<CentralVpn, "access">> & {
    readonly access: Partial<Readonly<Record<VpnService, Partial<VpnAccess>>>>;
  };
