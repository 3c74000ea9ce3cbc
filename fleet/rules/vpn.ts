import { type Cidr, contains, formatCidr, isMistake, overlaps, parseCidr } from "../../lib/cidr";
import type { Problem } from "../../lib/errors";
import { authorizationRules, vpnServices } from "../../modules/client-vpn/plan";
import { isRestricted } from "../../modules/grafana-workspace/settings";
import { pointerOf } from "../document";
import type { CentralView } from "../view";
import type { VpnAuthentication } from "../vpn-types";
import type { Rule } from "./rule";

/** Prefixes that a Client VPN endpoint takes for its clients. */
const LARGEST = 12;
const SMALLEST = 22;

/** Smallest subnet there is. */
const SMALLEST_SUBNET = 28;

/** "Authorization rules per Client VPN endpoint", unless AWS raises it. */
const RULES_QUOTA = 200;

const accessPointer = (service: string, ...rest: readonly string[]): string =>
  ["/vpn/access", pointerOf(service), ...rest.map((part) => pointerOf(part))].join("");

interface Taken {
  readonly cidr: Cidr;
  readonly whose: string;
}

/** The networks from which, or to which, the central network is already joined. */
function joinedNetworks({ network, loki }: CentralView): Taken[] {
  const named = [
    ...(network === undefined ? [] : [{ text: network.cidr, whose: "the central network" }]),
    ...(network?.clients.cidrs ?? []).map((text, index) => ({
      text,
      whose: `/network/clients/cidrs/${String(index)}`,
    })),
    ...(loki?.direct ?? []).map(({ cidr: text }, index) => ({
      text,
      whose: `/loki/direct/${String(index)}`,
    })),
  ];
  return named.flatMap(({ text, whose }) => {
    const cidr = parseCidr(text);
    return isMistake(cidr) ? [] : [{ cidr, whose }];
  });
}

/** The clients have addresses of their own, as many as AWS takes. */
export const vpnAddressesAreFree: Rule = ({ central }) => {
  const { document, vpn } = central;
  if (!vpn) return [];
  const say = (answer: { readonly message: string; readonly remedy: string }): Problem[] => [
    document.problem("/vpn/clientCidr", { ...answer, value: vpn.clientCidr }),
  ];
  const cidr = parseCidr(vpn.clientCidr);
  if (isMistake(cidr)) return say(cidr);
  if (cidr.prefix < LARGEST || cidr.prefix > SMALLEST) {
    return say({
      message: `is a /${String(cidr.prefix)} network`,
      remedy: `use a prefix from ${String(LARGEST)} to ${String(SMALLEST)}`,
    });
  }
  const other = joinedNetworks(central).find((each) => overlaps(each.cidr, cidr));
  if (!other) return [];
  return say({
    message: `has addresses of ${other.whose} (${formatCidr(other.cidr)})`,
    remedy: "give the VPN's clients addresses of their own",
  });
};

/** What an authentication refers to, by its key. IAM's ARNs have no Region. */
function arnsOf(authentication: VpnAuthentication): [key: string, arn: string | undefined][] {
  const prefix = "authentication/";
  return authentication.type === "saml"
    ? [
        [`${prefix}samlProviderArn`, authentication.samlProviderArn],
        [`${prefix}selfServiceSamlProviderArn`, authentication.selfServiceSamlProviderArn],
      ]
    : [[`${prefix}clientRootCertificateArn`, authentication.clientRootCertificateArn]];
}

/** Certificates and identity providers are the central account's, certificates the central Region's. */
export const vpnArnsAreCentral: Rule = ({ central: { document, vpn, accountId, region } }) => {
  if (!vpn || accountId === undefined || region === undefined) return [];
  const arns = [["serverCertificateArn", vpn.serverCertificateArn] as const, ...arnsOf(vpn.authentication)];
  return arns.flatMap(([key, value]): Problem[] => {
    if (value === undefined) return [];
    const [, , , arnRegion = "", arnAccount] = value.split(":");
    if (arnAccount === accountId && (arnRegion === "" || arnRegion === region)) return [];
    const [place, remedy] =
      arnRegion === ""
        ? [`account (${accountId})`, "name an identity provider of IAM there"]
        : [`account and Region (${accountId}, ${region})`, "name a certificate from there"];
    return [document.problem(`/vpn/${key}`, { message: `is not in the central ${place}`, value, remedy })];
  });
};

/** Single sign-on knows groups, and each right is a group's; certificates know none, and that has to be said. */
export const vpnAccessFitsAuthentication: Rule = ({ central: { document, vpn } }) => {
  if (!vpn) return [];
  const saml = vpn.authentication.type === "saml";
  if (vpnServices(vpn).length === 0) {
    const message = "lets nobody in";
    const remedy = 'name who reaches "grafana", "jaeger" or "loki", or remove the VPN';
    return [document.problem("/vpn/access", { message, remedy })];
  }
  return vpnServices(vpn).flatMap((service): Problem[] => {
    const { groupIds = [], everybody = false } = vpn.access[service] ?? {};
    const say = (key: string | undefined, message: string, remedy: string, value?: unknown): Problem =>
      document.problem(accessPointer(service, ...(key === undefined ? [] : [key])), {
        message,
        remedy,
        ...(value === undefined ? {} : { value }),
      });
    if (saml) {
      return [
        ...(everybody
          ? [
              say(
                "everybody",
                "is only for certificates: single sign-on knows who is in which group",
                'remove it and name groups in "groupIds"',
                true,
              ),
            ]
          : []),
        ...(groupIds.length === 0 && !everybody
          ? [say(undefined, "lets nobody in", `name a group in "groupIds", or remove "${service}"`)]
          : []),
      ];
    }
    return [
      ...(groupIds.length > 0
        ? [
            say(
              "groupIds",
              "has no effect: certificates know no groups",
              'remove it and write "everybody": true, or authenticate by "saml"',
            ),
          ]
        : []),
      ...(everybody || groupIds.length > 0
        ? []
        : [
            say(
              undefined,
              "must say that everybody with a certificate is let in: certificates know no groups",
              `write "everybody": true, or remove "${service}"`,
            ),
          ]),
    ];
  });
};

/** A zone has one association at most. */
export const vpnArrivesInZones: Rule = ({ central: { document, vpn, network } }) => {
  if (!vpn || !network) return [];
  const [count, what] =
    network.kind === "created"
      ? [network.zones.length, "zones"]
      : [network.privateSubnetIds.length, "private subnets"];
  if (vpn.associations <= count) return [];
  const message = `is more than the central network has ${what} (${String(count)})`;
  const remedy = `write at most ${String(count)}`;
  return [document.problem("/vpn/associations", { message, value: vpn.associations, remedy })];
};

/** An existing VPC says which of its subnets the services' addresses are in; one that is created has some for them. */
export const vpnServiceSubnetsWork: Rule = ({ central: { document, vpn, network } }) => {
  if (!vpn || !network) return [];
  const { serviceSubnets } = vpn;
  if (network.kind === "created") {
    if (serviceSubnets.length === 0) return [];
    const message = "is only for an existing VPC: a created one has subnets for this";
    return [document.problem("/vpn/serviceSubnets", { message, remedy: "remove it" }, "key")];
  }
  const wanted = network.privateSubnetIds.length;
  if (serviceSubnets.length !== wanted) {
    const message = `must name an empty subnet in each zone of network.privateSubnetIds, ${String(wanted)} in all, and names ${String(serviceSubnets.length)}`;
    const remedy = "make them in the VPC and name them with their addresses";
    return [
      document.problem(serviceSubnets.length === 0 ? "/vpn" : "/vpn/serviceSubnets", { message, remedy }),
    ];
  }
  const whole = parseCidr(network.cidr);
  const seen: Cidr[] = [];
  const ids = new Set(network.privateSubnetIds);
  return serviceSubnets.flatMap(({ subnetId, cidr: text }, index): Problem[] => {
    const pointer = `/vpn/serviceSubnets/${String(index)}`;
    const used = ids.has(subnetId);
    ids.add(subnetId);
    const remedy = "name a subnet with nothing else in it";
    const problems = used
      ? [
          document.problem(`${pointer}/subnetId`, {
            message: "is named more than once",
            value: subnetId,
            remedy,
          }),
        ]
      : [];
    const cidr = parseCidr(text);
    const say = (message: string, what: string) =>
      document.problem(`${pointer}/cidr`, { message, value: text, remedy: what });
    if (isMistake(cidr)) return [...problems, say(cidr.message, cidr.remedy)];
    const twice = seen.some((each) => overlaps(each, cidr));
    seen.push(cidr);
    if (cidr.prefix > SMALLEST_SUBNET) {
      problems.push(
        say(`is a /${String(cidr.prefix)} network`, `use a subnet of /${String(SMALLEST_SUBNET)} or more`),
      );
    }
    if (!isMistake(whole) && !contains(whole, cidr)) {
      problems.push(
        say(`is not in the central network (${network.cidr})`, "write the subnet's own addresses"),
      );
    }
    if (twice) problems.push(say("has addresses of another of them", "write the subnet's own addresses"));
    return problems;
  });
};

/** Closed to all but those who have a way. */
export const vpnClosesGrafana: Rule = ({ central: { document, vpn } }) => {
  if (!vpn?.closeGrafana || vpn.access.grafana !== undefined) return [];
  const message = "has no effect: nobody reaches Grafana over the VPN";
  const remedy = 'name who reaches "grafana" in vpn.access, or remove it';
  return [document.problem("/vpn/closeGrafana", { message, value: true, remedy })];
};

/** Warning: a way through the VPN closes no other. Whoever writes `closeGrafana`, true or false, knows. */
export const vpnLeavesGrafanaOpen: Rule = ({ central: { document, vpn, grafana } }) => {
  if (!vpn || !grafana || vpn.access.grafana === undefined) return [];
  if (document.has("/vpn/closeGrafana") || isRestricted(grafana)) return [];
  const message = "adds a way to Grafana, which still answers on the internet to everybody who can sign in";
  const remedy =
    'write "closeGrafana": true after reading docs/ACCESS.md, or false if single sign-on is to be the only lock';
  return [document.problem(accessPointer("grafana"), { message, remedy }, "key")];
};

/** Warning: Loki believes the tenant that a request names. */
export const vpnLokiIsEverybodys: Rule = ({ central: { document, vpn } }) => {
  if (vpn?.access.loki?.everybody !== true) return [];
  const message = "lets everybody with a certificate read, write and forge the logs of every tenant";
  const remedy = 'remove "loki": Grafana shows logs by tenant';
  return [document.problem(accessPointer("loki", "everybody"), { message, value: true, remedy })];
};

/** Warning: the quota has to be raised before the central stack can be deployed. */
export const vpnRulesFit: Rule = ({ central: { document, vpn, network } }) => {
  // Addresses that make no sense have been told.
  if (!vpn || !network) return [];
  const parsed = [network.cidr, ...vpn.serviceSubnets.map(({ cidr }) => cidr)].map(parseCidr);
  if (parsed.some(isMistake)) return [];
  const count = authorizationRules(vpn, network).length;
  if (count <= RULES_QUOTA) return [];
  const message = `makes ${String(count)} authorization rules; the default quota of an endpoint is ${String(RULES_QUOTA)}`;
  const remedy =
    'have AWS raise "Authorization rules per Client VPN endpoint", or put the people into fewer groups';
  return [document.problem("/vpn/access", { message, remedy })];
};
