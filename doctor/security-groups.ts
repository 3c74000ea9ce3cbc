import { contains, isMistake, parseCidr } from "../lib/cidr";
import { text } from "../lib/fields";
import type { Block, Stacks } from "./stacks";
import { must } from "./verdict";

/** A connection between two security groups of one network; TCP. */
export interface Connection {
  /** Whose rules to look at. */
  readonly stacks: readonly string[];
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly port: number;
  /** CIDR of the network that both are in; undefined: not known, so that any rule for addresses may cover it. */
  readonly network?: string;
  /** In words: `the gateway to Loki`. */
  readonly what: string;
}

const covers = (cidr: string, network: string | undefined): boolean => {
  if (cidr === "0.0.0.0/0" || (network === undefined && cidr !== "")) return true;
  const [outer, inner] = [parseCidr(cidr), parseCidr(network ?? "")];
  return !isMistake(outer) && !isMistake(inner) && contains(outer, inner);
};

const onPort = ({ values }: Block, port: number): boolean =>
  values["ip_protocol"] === "-1" ||
  (values["ip_protocol"] === "tcp" &&
    Number(values["from_port"]) <= port &&
    port <= Number(values["to_port"]));

const INGRESS = "aws_vpc_security_group_ingress_rule";
const EGRESS = "aws_vpc_security_group_egress_rule";

/** Whether a rule of `type` on one of the groups names one of the others, or addresses that they are among. */
function admitted(
  all: Stacks,
  { stacks, port, network }: Connection,
  type: string,
  groups: readonly string[],
  others: readonly string[],
): boolean {
  return stacks
    .flatMap((stack) => all.of(stack, type))
    .filter((rule) => groups.includes(text(rule.values["security_group_id"])) && onPort(rule, port))
    .some(
      ({ values }) =>
        others.includes(text(values["referenced_security_group_id"])) ||
        covers(text(values["cidr_ipv4"]), network) ||
        // One rule for each network of the VPC.
        values["for_each"] !== undefined,
    );
}

/** @throws Fault unless both sides' rules let the connection through */
export function mustConnect(all: Stacks, connection: Connection): void {
  const { from, to, port, what } = connection;
  const remedy = (side: string): string =>
    `add the ${side} rule for TCP ${port}: the stacks make it where both are built (modules/*/security-group*.ts)`;
  must(
    admitted(all, connection, EGRESS, from, to),
    `no egress rule lets ${what} out on TCP ${port}`,
    remedy("egress"),
  );
  must(
    admitted(all, connection, INGRESS, to, from),
    `no ingress rule lets ${what} in on TCP ${port}`,
    remedy("ingress"),
  );
}

/** Where groups may open HTTPS connections to: IPv4 networks, or ids of what has no address here. */
export const httpsTargets = (all: Stacks, stack: string, groups: readonly string[]): readonly string[] =>
  all
    .of(stack, EGRESS)
    .filter((rule) => groups.includes(text(rule.values["security_group_id"])) && onPort(rule, 443))
    .map(({ values }) =>
      ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"]
        .map((key) => text(values[key]))
        .join(""),
    );

const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/** Whether no address of a network is on the internet; of an id nobody knows. */
export const isPrivate = (target: string): boolean => PRIVATE.some((network) => covers(network, target));
