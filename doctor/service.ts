import { stackNames } from "../lib/names";
import { record, records, text, texts, type Fields } from "../lib/fields";
import type { Block } from "./stacks";
import { must } from "./verdict";
import type { Walk } from "./walk";

/** An ECS service of the central account. */
export interface CentralService {
  readonly service: Block;
  /** ECS services under the same name: it and its further replicas. */
  readonly replicas: readonly Block[];
  readonly taskRoleArn: string;
  readonly containers: readonly Fields[];
  readonly securityGroups: readonly string[];
}

function centralService({ stacks }: Walk, service: Block, replicas = [service]): CentralService {
  const definition = stacks.by(
    service.stack,
    "aws_ecs_task_definition",
    "arn",
    text(service.values["task_definition"]),
  );
  return {
    ...{ service, replicas },
    taskRoleArn: text(definition?.values["task_role_arn"]),
    containers: records(definition?.values["container_definitions"]),
    securityGroups: texts(record(service.values["network_configuration"])["security_groups"]),
  };
}

/** The first container's value of a variable. */
export const variableOf = ({ containers }: CentralService, name: string): string | undefined =>
  containers
    .flatMap((container) => records(container["environment"]))
    .filter((variable) => variable["name"] === name)
    .map(({ value }) => text(value))[0];

/** Each replica of a service with its own task definition. */
export const replicasOf = (walk: Walk, { replicas }: CentralService): readonly CentralService[] =>
  replicas.map((replica) => centralService(walk, replica));

/** The service behind a target group. */
export const serviceBehind = (walk: Walk, targetGroupArn: string): CentralService | undefined => {
  const service = walk.stacks
    .of(stackNames.central, "aws_ecs_service")
    .find(({ values }) =>
      records(values["load_balancer"]).some((each) => each["target_group_arn"] === targetGroupArn),
    );
  return service && centralService(walk, service);
};

/** The service that a private DNS name leads to; of the shared ones or of the tenant's own in the central account. */
export function serviceNamed(walk: Walk, host: string): CentralService | undefined {
  const { stacks, stack } = walk;
  const namespaces = stacks.of(stackNames.central, "aws_service_discovery_private_dns_namespace");
  for (const home of [stackNames.central, stack]) {
    for (const discovery of stacks.of(home, "aws_service_discovery_service")) {
      const id = record(discovery.values["dns_config"])["namespace_id"];
      const namespace = namespaces.find((each) => stacks.attribute(each, "id") === id);
      if (host !== `${text(discovery.values["name"])}.${text(namespace?.values["name"])}`) continue;
      const registry = stacks.attribute(discovery, "arn");
      const services = stacks
        .of(home, "aws_ecs_service")
        .filter(({ values }) => record(values["service_registries"])["registry_arn"] === registry);
      const [first] = services;
      if (first !== undefined) return centralService(walk, first, services);
    }
  }
  return undefined;
}

/** @throws Fault unless most replicas have tasks: fewer cannot agree on what is written */
export function mustRun({ replicas }: CentralService, what: string): void {
  const idle = replicas.filter(({ values }) => values["desired_count"] === 0);
  must(
    idle.length * 2 < replicas.length,
    `${what} runs no task: desired_count is 0 of ${idle.map(({ label }) => label).join(", ")}`,
    "desired_count must be at least 1: deploy the stack as this program synthesises it",
  );
}
