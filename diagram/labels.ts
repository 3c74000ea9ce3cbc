import { record, records, text } from "../lib/fields";
import { parse } from "yaml";
import type { Resource } from "../cost/standing";
import { shortImage } from "../lib/image-cache";
import { OWN_SERVICES, ownService } from "./destinations";
import { methodsOf } from "./flows";
import type { NodeKind } from "./graph";
import { groupsOf, isPeople } from "./people";
import type { Place } from "./references";
import { containersOf } from "./settings";
import type { Block } from "./stack";

const KINDS: Readonly<Record<string, readonly [NodeKind, string]>> = {
  aws_api_gateway_domain_name: ["api", "domain"],
  aws_api_gateway_domain_name_access_association: ["network", "use of the domain"],
  aws_api_gateway_rest_api: ["api", "API"],
  aws_cloudformation_stack_set_instance: ["network", "stack set"],
  aws_ec2_client_vpn_endpoint: ["network", "client VPN"],
  aws_ecr_repository: ["store", "registry"],
  aws_ecs_task_definition: ["task", "task"],
  aws_grafana_workspace: ["task", "Grafana"],
  aws_iam_role: ["role", "role"],
  aws_kms_key: ["alert", "key"],
  aws_lambda_function: ["task", "function"],
  aws_lb: ["network", "load balancer"],
  aws_oam_link: ["network", "OAM link"],
  aws_oam_sink: ["network", "OAM sink"],
  aws_opensearch_domain: ["store", "OpenSearch"],
  aws_prometheus_workspace: ["store", "metrics workspace"],
  aws_sns_topic: ["alert", "topic"],
  aws_vpc_endpoint: ["network", "endpoint"],
};

export const kindOf = (place: Place): NodeKind =>
  "block" in place ? (KINDS[place.block.type]?.[0] ?? "network") : roleName(place.arn) ? "role" : "outside";

/** What something is, its name, and what else is worth knowing: containers, ports, methods. */
export const linesOf = (place: Place): string[] => [
  ...titleOf(place),
  ...("block" in place ? detailsOf(place.block) : []),
];

/** What something is, and its name. */
export function titleOf(place: Place): readonly [string, string] {
  if (isPeople(place)) return ["people", "who sign in"];
  const service = ownService(place);
  if (service !== undefined) return ["AWS", OWN_SERVICES[service] ?? service];
  if (!("block" in place)) return outsideTitle(place.arn);
  const { block } = place;
  const what = KINDS[block.type]?.[1] ?? block.type.replace(/^aws_/, "").replaceAll("_", " ");
  return [what, nameOf(block)];
}

function outsideTitle(arn: string): readonly [string, string] {
  const role = roleName(arn);
  if (role !== undefined) return ["role", role];
  if (arn.endsWith(":root")) return ["account", "its roles"];
  const [, service = "", resource = ""] = /^arn:[^:]+:([^:]+):[^:]*:\d+:(.*)$/.exec(arn) ?? [];
  return service === "ecr" ? ["registry", resource.replace(/^repository\//, "")] : [service, resource];
}

const roleName = (arn: string): string | undefined => /:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];

function nameOf({ type, id, attributes }: Block): string {
  for (const attribute of ["family", "name", "alias", "function_name", "domain_name", "service_name"]) {
    const value = text(attributes[attribute]);
    if (value !== "" && !value.includes("${")) return value.replace(/^com\.amazonaws\./, "");
  }
  if (type === "aws_ec2_client_vpn_endpoint") return text(record(attributes["tags"])["Name"]);
  if (type === "aws_oam_link") return text(attributes["label_template"]);
  if (type === "aws_kms_key") return text(attributes["description"]);
  return id.replace(/_[0-9A-F]{8}$/, "");
}

function detailsOf(block: Block): string[] {
  if (block.type === "aws_ecs_task_definition") return containersOf(block).map(containerLine);
  if (block.type === "aws_api_gateway_rest_api") return methodsOf(block);
  if (block.type === "aws_ec2_client_vpn_endpoint") return shortened(groupsOf(block));
  if (block.type === "aws_oam_sink") return [text(block.attributes["region"]) || block.account.region];
  return [];
}

/** `adot-collector  aws-otel-collector:v0.50.0  :4317 :4318` */
function containerLine(container: Resource): string {
  const image = shortImage(text(container["image"]));
  const ports = portsOf(container).map((port) => `:${port}`);
  return [text(container["name"]), image, ...ports].join("  ");
}

/** The ports that others may reach, and those where a collector listens for its task. */
export function portsOf(container: Resource): string[] {
  const mapped = records(container["portMappings"]).map(({ containerPort }) => String(containerPort));
  const listened = records(container["environment"])
    .filter(({ name }) => /^(AOT_CONFIG_CONTENT|JAEGER_CONFIG)$/.test(text(name)))
    .flatMap(({ value }) => listeners(text(value)));
  return [...new Set([...mapped, ...listened])];
}

function listeners(config: string): string[] {
  const { receivers, extensions } = record(parse(config));
  const served = JSON.stringify([receivers, record(extensions)["jaeger_query"]]);
  return [...served.matchAll(/"endpoint":"[^"]*:(\d+)"/g)].map(([, port = ""]) => port);
}

/** Many methods on paths of one beginning become one line; a long list of anything else is cut. */
export function shortened(lines: readonly string[]): string[] {
  if (lines.length <= 3) return [...lines];
  const methods = lines.flatMap((line) => {
    const [, method = "", beginning = ""] = /^([A-Z]+) (\/[^/]+\/[^/]+)/.exec(line) ?? [];
    return method === "" ? [] : [{ method, beginning }];
  });
  const beginnings = [...new Set(methods.map(({ beginning }) => beginning))];
  if (methods.length !== lines.length) return [...lines.slice(0, 3), `and ${String(lines.length - 3)} more`];
  return beginnings.map((beginning) => {
    const names = methods.filter((each) => each.beginning === beginning).map(({ method }) => method);
    return `${[...new Set(names)].join(", ")} ${beginning}/...`;
  });
}
