import { parse } from "yaml";
import type { Service, Tenant } from "../fleet/types";
import {
  COLLECTOR_CONTAINER,
  JAEGER_CONTAINER,
  ROUTER_CONTAINER,
  stackNames,
  tenantNames,
} from "../lib/names";
import { record, records, text, texts, type Fields } from "../lib/fields";
import { statementsOf } from "./policy";
import type { Stacks } from "./stacks";

/** What the sidecars of one service run with, as the tenant's stack has it. */
export interface Sidecar {
  readonly service: string;
  readonly attached: boolean;
  /** How many the manifest asks for; undefined of an attached service, whose number is its team's. */
  readonly tasks?: number;
  /** Empty when the task definition names none. */
  readonly taskRoleArn: string;
  /** The telemetry's statements of the task role; of an attached service those that its team is told to add. */
  readonly statements: readonly Fields[];
  /** Empty of an attached service. */
  readonly executionRoleArn: string;
  /** As `statements`, of the execution role. */
  readonly executionStatements: readonly Fields[];
  /** Name of the application's container; of an attached service in words. */
  readonly application: string;
  /** Containers whose lines ECS itself writes to CloudWatch. */
  readonly logDrivers: readonly LogDriver[];
  /** The log router's; empty without one. */
  readonly routerConfig: string;
  /** Of the tasks; none of an attached service, whose network is its team's. */
  readonly securityGroups: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The collector's configuration, its variables filled in. */
  readonly config: Fields;
  readonly jaeger?: { readonly environment: Readonly<Record<string, string>>; readonly config: Fields };
}

export interface LogDriver {
  readonly container: string;
  readonly group: string;
  readonly region: string;
}

type Container = Pick<Sidecar, "environment" | "config">;

const environmentOf = (container: Fields): Record<string, string> =>
  Object.fromEntries(records(container["environment"]).map(({ name, value }) => [text(name), text(value)]));

/** A configuration with the variables of its container; one that is not set stays as it is, and is found so. */
const configured = (yaml: string, environment: Readonly<Record<string, string>>): Fields =>
  record(
    parse(yaml.replace(/\$\{env:(\w+)\}/g, (reference, name: string) => environment[name] ?? reference)),
  );

const byName = (containers: readonly Fields[], name: string): Fields | undefined =>
  containers.find((container) => container["name"] === name);

/** The container that runs a configuration, which stands in a variable of it. */
export function containerOf(container: Fields | undefined, variable: string, yaml?: string): Container {
  const environment = environmentOf(container ?? {});
  return { environment, config: configured(yaml ?? environment[variable] ?? "", environment) };
}

function logDriversOf(containers: readonly Fields[]): readonly LogDriver[] {
  return containers.flatMap((container) => {
    const { logDriver, options } = record(container["logConfiguration"]);
    const of = (key: string): string => text(record(options)[key]);
    return logDriver === "awslogs"
      ? [
          {
            container: text(container["name"]),
            group: of("awslogs-group"),
            region: of("awslogs-region"),
          },
        ]
      : [];
  });
}

const routerConfigOf = (containers: readonly Fields[]): string =>
  environmentOf(byName(containers, ROUTER_CONTAINER) ?? {})["ROUTER_CONFIG"] ?? "";

const COLLECTOR_VARIABLE = "AOT_CONFIG_CONTENT";
export const JAEGER_VARIABLE = "JAEGER_CONFIG";

const withJaeger = (containers: readonly Fields[]): Pick<Sidecar, "jaeger"> => {
  const jaeger = byName(containers, JAEGER_CONTAINER);
  return jaeger === undefined ? {} : { jaeger: containerOf(jaeger, JAEGER_VARIABLE) };
};

/** Statements of the policies that a stack gives a role. */
export const roleStatements = (stacks: Stacks, stack: string, roleArn: string): readonly Fields[] => {
  const role = stacks.by(stack, "aws_iam_role", "arn", roleArn);
  return role === undefined
    ? []
    : stacks
        .of(stack, "aws_iam_role_policy")
        .filter(({ values }) => values["role"] === role.values["name"])
        .flatMap(({ values }) => statementsOf(values["policy"]));
};

function managed(stacks: Stacks, stack: string, service: Service): Sidecar {
  const ecsService = stacks
    .of(stack, "aws_ecs_service")
    .find(({ values }) => values["name"] === service.name);
  const tasks = ecsService?.values["desired_count"];
  const definition = stacks.by(
    stack,
    "aws_ecs_task_definition",
    "arn",
    text(ecsService?.values["task_definition"]),
  );
  const containers = records(definition?.values["container_definitions"]);
  const taskRoleArn = text(definition?.values["task_role_arn"]);
  const executionRoleArn = text(definition?.values["execution_role_arn"]);
  return {
    service: service.name,
    attached: false,
    ...(typeof tasks === "number" ? { tasks } : {}),
    taskRoleArn,
    statements: roleStatements(stacks, stack, taskRoleArn),
    executionRoleArn,
    executionStatements: roleStatements(stacks, stack, executionRoleArn),
    application: service.name,
    logDrivers: logDriversOf(containers),
    routerConfig: routerConfigOf(containers),
    securityGroups: texts(record(ecsService?.values["network_configuration"])["security_groups"]),
    ...containerOf(byName(containers, COLLECTOR_CONTAINER), COLLECTOR_VARIABLE),
    ...withJaeger(containers),
  };
}

/** Containers that only the team of an attached service knows. */
const THE_TEAMS = "the application";

function attached(
  stacks: Stacks,
  stack: string,
  tenant: Tenant,
  service: Extract<Service, { mode: "attached" }>,
): Sidecar {
  const parameter = (name: string): unknown =>
    stacks.of(stack, "aws_ssm_parameter").find(({ values }) => values["name"] === name)?.values[
      "insecure_value"
    ];
  const document = record(parameter(tenantNames(tenant.name).service(service.name).sidecarParameter));
  const containers = records(document["containers"]);
  const yaml = texts(record(document["configuration"])["parameters"])
    .map((name) => text(parameter(name)))
    .join("");
  return {
    service: service.name,
    attached: true,
    taskRoleArn: service.taskRoleArn,
    statements: records(document["taskRoleStatements"]),
    executionRoleArn: "",
    executionStatements: records(document["executionRoleStatements"]),
    application: THE_TEAMS,
    logDrivers: logDriversOf([
      ...containers,
      { name: THE_TEAMS, logConfiguration: document["logConfiguration"] },
    ]),
    routerConfig: routerConfigOf(containers),
    securityGroups: [],
    ...containerOf(byName(containers, COLLECTOR_CONTAINER), COLLECTOR_VARIABLE, yaml),
    ...withJaeger(containers),
  };
}

/** The sidecars of every service of a tenant. */
export const sidecarsOf = (stacks: Stacks, tenant: Tenant): readonly Sidecar[] =>
  tenant.services.map((service) => {
    const stack = stackNames.tenant(tenant.name);
    return service.mode === "attached"
      ? attached(stacks, stack, tenant, service)
      : managed(stacks, stack, service);
  });
