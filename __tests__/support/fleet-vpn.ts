import type { CentralVpn } from "../../fleet/vpn-types";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555";

/** Every option of a VPN with single sign-on; `hostile` where any text may stand. */
export const vpnBySaml = (hostile: string): CentralVpn => ({
  clientCidr: "10.200.0.0/16",
  authentication: { type: "saml", samlProviderArn: "arn:aws:iam::111111111111:saml-provider/vpn" },
  serverCertificateArn: CERTIFICATE,
  access: { grafana: { groupIds: [hostile, "11111111-0000-0000-0000-000000000001"], everybody: false } },
  closeGrafana: true,
  associations: 3,
  transport: "udp",
  sessionHours: 24,
  loginBanner: hostile,
  serviceSubnets: [],
});

const everybody = { groupIds: [], everybody: true };

/** Every option of a VPN with certificates, in an existing VPC of three zones. */
export const VPN_BY_CERTIFICATE: CentralVpn = {
  clientCidr: "10.200.0.0/22",
  authentication: { type: "certificate", clientRootCertificateArn: CERTIFICATE },
  serverCertificateArn: CERTIFICATE,
  access: { grafana: everybody, jaeger: everybody, loki: everybody },
  closeGrafana: false,
  associations: 1,
  transport: "tcp",
  sessionHours: 12,
  loginBanner: "For the platform team.",
  serviceSubnets: [1, 2, 3].map((zone) => ({
    subnetId: `subnet-0a1b2c3d4e5f6002${String(zone)}`,
    cidr: `10.11.255.${String(zone * 16)}/28`,
  })),
};
