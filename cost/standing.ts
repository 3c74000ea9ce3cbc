import type { Assumptions } from "./assumptions";
import { GB, type Item, type Signal } from "./item";
import { isNode, type PriceId } from "./prices";

/** A resource as Terraform's JSON has it. */
export type Resource = Readonly<Record<string, unknown>>;
/** Type -> name in the stack -> resource. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Resource>>>>;

/** A part of the shared services that must grow with the load. */
export type Part = "gateway" | "loki" | "jaeger" | "opensearch" | "volumes";

/** What is paid for because it is there, however little it does. */
export interface Standing extends Item {
  /** Grows with the load of the fleet. */
  readonly part?: Part;
}

interface World {
  readonly a: Pick<Assumptions, "hoursPerMonth">;
  readonly account: Item["account"];
  readonly all: Resources;
}

type Pricer = (resource: Resource, world: World) => readonly Standing[];

/** The alias by which a tenant's stack reaches the central account. */
const CENTRAL = "aws.central";

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const numberOf = (value: unknown): number => Number(value) || 0;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Resource =>
  typeof value === "object" && value !== null ? (value as Resource) : {};

const one =
  (signal: Signal, what: string, price: PriceId): Pricer =>
  (_, { account }) => [{ signal, what, price, quantity: 1, account }];

const hourly =
  (signal: Signal, what: string, price: PriceId, count: (resource: Resource) => number = () => 1): Pricer =>
  (resource, { a, account }) => {
    const quantity = count(resource) * a.hoursPerMonth;
    return quantity === 0 ? [] : [{ signal, what, price, quantity, account }];
  };

/** What costs by the month or the hour. Everything that the program makes is here or in {@link FREE}: a test holds it. */
export const PRICED: Readonly<Record<string, Pricer>> = {
  aws_kms_key: one("base", "keys", "kms.key"),
  aws_cloudwatch_metric_alarm: one("alerts", "alarms", "cloudwatch.alarm"),
  aws_secretsmanager_secret: one("base", "secrets", "secret"),
  aws_ssm_parameter: (resource, world) =>
    resource["tier"] === "Advanced"
      ? one("base", "advanced parameters", "ssm.advanced")(resource, world)
      : [],
  aws_route53_zone: one("base", "private zones", "route53.zone"),
  aws_service_discovery_private_dns_namespace: one("base", "private zones", "route53.zone"),
  aws_vpc_endpoint: hourly(
    "base",
    "interface endpoints",
    "endpoint.hour",
    ({ vpc_endpoint_type, subnet_ids }) => (vpc_endpoint_type === "Interface" ? list(subnet_ids).length : 0),
  ),
  aws_nat_gateway: hourly("base", "NAT gateways", "nat.hour"),
  aws_eip: hourly("base", "public addresses", "address.public"),
  aws_lb: hourly("base", "load balancer", "nlb.hour"),
  aws_ec2_client_vpn_network_association: hourly("people", "VPN associations", "vpn.association"),
  aws_opensearch_domain: openSearch,
  aws_ecs_service: tasks,
};

/** Resources that cost nothing, or by use: those are in `usage.ts`, or too small to matter where a comment says so. */
export const FREE: readonly RegExp[] = [
  /^aws_(iam|appautoscaling|security_group|vpc_security_group|default_security_group|subnet|vpc$|route|route_table|internet_gateway)/,
  /^aws_(kms_alias|oam|xray|api_gateway|apigatewayv2|ecs_cluster|ecs_task_definition|lb_|flow_log|service_discovery_service)/,
  // By use.
  /^aws_(lambda|s3|prometheus|grafana|cloudwatch_log|efs|ecr)/,
  // Some cents: alerts are rare, and schedules call a few times an hour.
  /^aws_(sns|sqs|cloudwatch_event|scheduler|acm)/,
  /^aws_(secretsmanager_secret_|opensearch_domain_|ram|vpc_endpoint_|ec2_client_vpn_(endpoint|authorization_rule|route)$)/,
  /^(grafana|tfe|time|random)_/,
];

/** What was found in a stack, by the account and the only assumption that it depends on: an estimate asks often. */
const known = new WeakMap<Resources, Map<string, readonly Standing[]>>();

/** `account` is that of the stack's first provider; a tenant's stack has resources in the central account, too. */
export function standingOf(
  resources: Resources,
  account: Item["account"],
  a: Assumptions,
): readonly Standing[] {
  const key = `${account}/${String(a.hoursPerMonth)}`;
  const before = known.get(resources) ?? new Map<string, readonly Standing[]>();
  known.set(resources, before);
  const found = before.get(key) ?? find(resources, account, a);
  before.set(key, found);
  return found;
}

function find(
  resources: Resources,
  account: Item["account"],
  a: Pick<Assumptions, "hoursPerMonth">,
): Standing[] {
  const found = Object.entries(resources).flatMap(([type, named]) => {
    const pricer = PRICED[type];
    return pricer === undefined
      ? []
      : Object.values(named).flatMap((resource) =>
          pricer(resource, {
            a,
            account: resource["provider"] === CENTRAL ? "central" : account,
            all: resources,
          }),
        );
  });
  return added(found);
}

/** Types that are neither priced nor known to be free. */
export const unpriced = (resources: Resources): string[] =>
  Object.keys(resources).filter(
    (type) => PRICED[type] === undefined && !FREE.some((free) => free.test(type)),
  );

/** Managed resources: what HCP Terraform counts. */
export const resourceCount = (resources: Resources): number =>
  Object.values(resources).reduce((sum, named) => sum + Object.keys(named).length, 0);

/** One item for all that are the same. */
function added(items: readonly Standing[]): Standing[] {
  const sums = new Map<string, Standing>();
  for (const item of items) {
    const key = `${item.signal}/${item.what}/${item.price}/${item.account}`;
    sums.set(key, { ...item, quantity: (sums.get(key)?.quantity ?? 0) + item.quantity });
  }
  return [...sums.values()];
}

function openSearch(domain: Resource, { a, account }: World): Standing[] {
  const cluster = record(list(domain["cluster_config"])[0] ?? domain["cluster_config"]);
  const volume = record(list(domain["ebs_options"])[0] ?? domain["ebs_options"]);
  const nodes = numberOf(cluster["instance_count"]);
  const masters =
    cluster["dedicated_master_enabled"] === true ? numberOf(cluster["dedicated_master_count"]) : 0;
  const node = (type: unknown, count: number, what: string): Standing[] => {
    const price = `opensearch.${text(type)}`;
    if (count === 0 || !isNode(price)) return [];
    return [{ signal: "traces", what, price, quantity: count * a.hoursPerMonth, account }];
  };
  return [
    ...node(cluster["instance_type"], nodes, "data nodes of OpenSearch").map((each) => ({
      ...each,
      part: "opensearch" as const,
    })),
    ...node(cluster["dedicated_master_type"], masters, "masters of OpenSearch"),
    {
      signal: "traces",
      what: "volumes of OpenSearch",
      price: "opensearch.gp3",
      quantity: nodes * ((numberOf(volume["volume_size"]) * 1024 ** 3) / GB),
      account,
      part: "volumes",
    },
  ];
}

const PARTS: readonly (readonly [RegExp, Part, Signal])[] = [
  [/^gateway/, "gateway", "logs"],
  [/^loki/, "loki", "logs"],
  [/^jaeger$/, "jaeger", "traces"],
];
/** Containers that are there for telemetry; in a tenant's task the rest is the product's own. */
const SIDECARS: readonly (readonly [RegExp, Signal, string])[] = [
  [/^adot-collector$/, "base", "collector sidecars"],
  [/^log-router$/, "logs", "log routers"],
  [/^jaeger/, "traces", "Jaeger sidecars"],
];

/** A service of the program's own counts whole; of a tenant's, what its sidecars take of the task. */
function tasks(service: Resource, { a, account, all }: World): Standing[] {
  const definition = definitionOf(service, all);
  const count = numberOf(service["desired_count"]) * a.hoursPerMonth;
  const architecture = record(list(definition["runtime_platform"])[0] ?? definition["runtime_platform"])[
    "cpu_architecture"
  ];
  const of = (signal: Signal, what: string, cpu: number, memory: number, part?: Part): Standing[] =>
    fargate(
      { signal, what, account, ...(part && { part }) },
      { arm: architecture === "ARM64", cpu, memory, count },
    );
  const serviceName = text(service["name"]);
  if (account === "central") {
    const [, part, signal = "traces"] = PARTS.find(([pattern]) => pattern.test(serviceName)) ?? [];
    return of(
      signal,
      `tasks of ${serviceName}`,
      numberOf(definition["cpu"]),
      numberOf(definition["memory"]),
      part,
    );
  }
  const containers = JSON.parse(text(definition["container_definitions"]) || "[]") as readonly Resource[];
  return containers.flatMap((container) => {
    const sidecar = SIDECARS.find(([pattern]) => pattern.test(text(container["name"])));
    return sidecar === undefined
      ? []
      : of(sidecar[1], sidecar[2], numberOf(container["cpu"]), numberOf(container["memory"]));
  });
}

function definitionOf(service: Resource, all: Resources): Resource {
  const [, name = ""] = /aws_ecs_task_definition\.([\w-]+)\.arn/.exec(text(service["task_definition"])) ?? [];
  return record(all["aws_ecs_task_definition"]?.[name]);
}

interface Size {
  readonly arm: boolean;
  /** CPU units (1024 = 1 vCPU) and MiB of a task. */
  readonly cpu: number;
  readonly memory: number;
  /** Tasks times hours. */
  readonly count: number;
}

function fargate(of: Omit<Standing, "price" | "quantity">, { arm, cpu, memory, count }: Size): Standing[] {
  const architecture = arm ? "ARM64" : "X86_64";
  return [
    { ...of, price: `fargate.vcpu.${architecture}` as const, quantity: (cpu / 1024) * count },
    { ...of, price: `fargate.memory.${architecture}` as const, quantity: (memory / 1024) * count },
  ].filter(({ quantity }) => quantity > 0);
}
