import { roleArn, stackNames, writerRoleName } from "../../lib/names";
import {
  JAEGER_CENTRAL_HEALTH_PORT,
  JAEGER_COLLECTOR_PORT,
  JAEGER_HEALTH_PORT,
  JAEGER_OTLP_PORT,
} from "../../modules/jaeger/ports";
import { JAEGER_ROLES } from "../../modules/storage-api/names";
import { type SynthesisedFleet } from "./fleet-under-test";
import { type RenderedJaeger, type RenderedJaegers } from "./storage-jaegers";

interface Definition {
  readonly task_role_arn?: string;
  readonly container_definitions: string;
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

interface StackJson {
  readonly resource: {
    readonly aws_ecs_task_definition?: Readonly<Record<string, Definition>>;
    readonly aws_iam_role?: Readonly<Record<string, { readonly name: string }>>;
  };
}

const CENTRAL_PORTS = { otlpPort: JAEGER_COLLECTOR_PORT, healthPort: JAEGER_CENTRAL_HEALTH_PORT };
const SIDECAR_PORTS = { otlpPort: JAEGER_OTLP_PORT, healthPort: JAEGER_HEALTH_PORT };

/** What Terraform makes of literal text. */
const unescape = (text: string): string => text.replace(/([$%])\1\{/g, "$1{");

/** A Jaeger in a stack: its configuration with the variables of its environment put in, and its task's role. */
interface Found extends Pick<RenderedJaeger, "config" | "command"> {
  readonly role: string;
}

function jaegersOf(stack: StackJson): Found[] {
  const roles = Object.entries(stack.resource.aws_iam_role ?? {});
  return Object.values(stack.resource.aws_ecs_task_definition ?? {}).flatMap((definition) => {
    const containers = JSON.parse(definition.container_definitions) as Container[];
    const reference = /aws_iam_role\.([\w-]+)\./.exec(definition.task_role_arn ?? "")?.[1];
    const role = roles.find(([key]) => key === reference)?.[1].name ?? "";
    return containers.flatMap(({ command = [], environment = [] }) => {
      const values = new Map(environment.map(({ name, value }) => [name, unescape(value)]));
      const config = values.get("JAEGER_CONFIG");
      if (config === undefined) return [];
      const known = config.replace(/\$\{env:(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
      return [{ config: known, command: command.map(unescape), role }];
    });
  });
}

function only<T>(items: readonly T[], what: string): T {
  const [first, ...others] = items;
  if (first === undefined || others.length > 0) throw new Error(`${items.length} of ${what}, not one`);
  return first;
}

/** Every Jaeger of the fleet as its stack has it. */
export function renderedJaegers({ fleet, stack }: SynthesisedFleet): RenderedJaegers {
  const arn = (name: string): string => roleArn(fleet.central.accountId, name);
  const withRole = (from: string, role: string): Found =>
    only(
      jaegersOf(stack(from) as StackJson).filter((each) => each.role === role),
      `Jaegers with the role ${role}`,
    );
  const query = (from: string, role: string): RenderedJaeger => ({
    ...withRole(from, role),
    roleArn: arn(role),
    healthPort: CENTRAL_PORTS.healthPort,
  });
  return {
    collector: {
      ...withRole(stackNames.central, JAEGER_ROLES.collector),
      ...CENTRAL_PORTS,
      roleArn: arn(JAEGER_ROLES.collector),
    },
    query: query(stackNames.central, JAEGER_ROLES.query),
    sidecar: (tenant) => {
      const all = jaegersOf(stack(stackNames.tenant(tenant)) as StackJson);
      const own = all.filter(({ role }) => role !== JAEGER_ROLES.tenantQuery(tenant));
      return {
        ...only(own, `Jaeger sidecars of ${tenant}`),
        ...SIDECAR_PORTS,
        // It becomes the tenant's writer, as the collector beside it does.
        roleArn: arn(writerRoleName(tenant)),
      };
    },
    tenantQuery: (tenant) => query(stackNames.tenant(tenant), JAEGER_ROLES.tenantQuery(tenant)),
  };
}
