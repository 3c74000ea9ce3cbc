import { records, text } from "../lib/fields";
import { groupBy } from "./group";
import { idOf, type Link } from "./links";
import type { Place, World } from "./references";
import type { Block } from "./stack";

const VPN = "aws_ec2_client_vpn_endpoint";

/** Where people's ways end: what is behind is on the tenants' ways. */
const SERVICES = new Set(["aws_ecs_task_definition", "aws_grafana_workspace"]);

/** Those who connect to a VPN; no resource, so it has no ARN. */
const PEOPLE = "people";

export const isPeople = (place: Place): boolean => !("block" in place) && place.arn === PEOPLE;

/** People to the VPN, and what an endpoint for a workspace leads to; the ways between are those of security groups. */
export const peopleLinks = (world: World): Link[] => [
  ...world.blocks
    .filter(({ type }) => type === VPN)
    .map((block): Link => {
      const from = { arn: PEOPLE, accountId: block.account.accountId };
      return { from, to: { block }, kind: "flow", label: String(block.attributes["vpn_port"]) };
    }),
  ...world.blocks
    .filter(isFrontOfGrafana)
    .flatMap((from) =>
      world.blocks
        .filter(({ type, stack }) => type === "aws_grafana_workspace" && stack === from.stack)
        .map((to): Link => ({ from: { block: from }, to: { block: to }, kind: "flow", label: "" })),
    ),
];

/** The endpoint through which people come to Grafana. */
export const isFrontOfGrafana = ({ type, attributes }: Block): boolean =>
  type === "aws_vpc_endpoint" && text(attributes["service_name"]).endsWith(".grafana-workspace");

/** The links on the ways from people to the services. */
export function waysOfPeople(links: readonly Link[]): Link[] {
  const byStart = groupBy(links, ({ from }) => idOf(from));
  const ways: Link[] = [];
  const reached = new Set([PEOPLE]);
  // What is added while it is walked is visited, too.
  for (const id of reached) {
    for (const link of byStart.get(id) ?? []) {
      ways.push(link);
      if ("block" in link.to && !SERVICES.has(link.to.block.type)) reached.add(idOf(link.to));
    }
  }
  return ways;
}

/** Ids of the VPNs and of what stands for the services in them: endpoints, load balancers. */
export const vpnAndFronts = (links: readonly Link[]): ReadonlySet<string> =>
  new Set(links.filter(({ from }) => isVpn(from)).flatMap(({ from, to }) => [idOf(from), idOf(to)]));

export const isVpn = (place: Place): boolean => "block" in place && place.block.type === VPN;

/** `group 90a1...: grafana, loki`: whom the rules of a VPN let in to what; names and addresses of zones are no services. */
export function groupsOf({ stack, id }: Block): string[] {
  const rules = records(Object.values(stack.resources["aws_ec2_client_vpn_authorization_rule"] ?? {}))
    .filter((rule) => text(rule["client_vpn_endpoint_id"]).startsWith(`\${${VPN}.${id}.`))
    .map((rule) => ({
      group: text(rule["access_group_id"]),
      service: text(rule["description"]).split(" ")[0] ?? "",
    }))
    .filter(({ service }) => service !== "Names");
  return [...groupBy(rules, ({ group }) => group)]
    .map(([group, each]) => {
      const services = [...new Set(each.map(({ service }) => service))].sort();
      return `${group === "" ? "everybody" : `group ${group}`}: ${services.join(", ")}`;
    })
    .sort();
}
