import { type Trust } from "../standins/sts";

/** Name of the collector container in every rendered task. */
const COLLECTOR = "adot-collector";

export interface RenderedContainer {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  /** As the container sees it, but for what is in `references`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the variables that hold a Terraform reference: only an apply knows their values. */
  readonly references: readonly string[];
  /** CPU units and MiB; 0 when the container has no limit of its own. */
  readonly cpu: number;
  readonly memory: number;
}

export interface RenderedTask {
  readonly family: string;
  /** CPU units and MiB of the whole task. */
  readonly cpu: number;
  readonly memory: number;
  readonly application: RenderedContainer;
  readonly collector: RenderedContainer;
  /** The collector's configuration: the very text that the task gets. */
  readonly config: string;
}

/** Synthesised Terraform, as far as these tests read it. */
export interface StackJson {
  readonly resource: {
    readonly aws_ecs_task_definition: Readonly<
      Record<
        string,
        {
          readonly family: string;
          readonly container_definitions: string;
          readonly cpu: string;
          readonly memory: string;
        }
      >
    >;
    readonly aws_iam_role: Readonly<
      Record<string, { readonly name: string; readonly path?: string; readonly assume_role_policy: string }>
    >;
  };
}

interface ContainerJson {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly cpu?: number;
  readonly memory?: number;
}

const REFERENCE = /(?<!\$)\$\{/;

/** What Terraform makes of literal text: `$${` becomes `${`, `%%{` becomes `%{`. */
const unescape = (text: string): string => text.replace(/([$%])\1\{/g, "$1{");

function container(json: ContainerJson): RenderedContainer {
  const entries = (json.environment ?? []).map(({ name, value }) => [name, value] as const);
  return {
    name: json.name,
    image: json.image,
    command: (json.command ?? []).map(unescape),
    environment: Object.fromEntries(entries.map(([name, value]) => [name, unescape(value)])),
    references: entries.filter(([, value]) => REFERENCE.test(value)).map(([name]) => name),
    cpu: json.cpu ?? 0,
    memory: json.memory ?? 0,
  };
}

/** The task definition of a service, read back from its tenant's synthesised stack. */
export function renderedTask(stack: StackJson, service: string): RenderedTask {
  const definitions = Object.values(stack.resource.aws_ecs_task_definition).map(
    ({ family, cpu, memory, container_definitions: text }) => ({
      limits: { family, cpu: Number(cpu), memory: Number(memory) },
      containers: (JSON.parse(text) as ContainerJson[]).map(container),
    }),
  );
  const found = definitions.find(({ containers }) => containers.some(({ name }) => name === service));
  const application = found?.containers.find(({ name }) => name === service);
  const collector = found?.containers.find(({ name }) => name === COLLECTOR);
  const config = collector?.environment.AOT_CONFIG_CONTENT;
  if (
    found === undefined ||
    application === undefined ||
    collector === undefined ||
    config === undefined ||
    collector.references.includes("AOT_CONFIG_CONTENT")
  ) {
    throw new Error(
      `The stack has no task with the container ${service} and a collector with a plain config`,
    );
  }
  return { ...found.limits, application, collector, config };
}

interface TrustJson {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string;
    readonly Condition: {
      readonly StringEquals: {
        readonly "sts:ExternalId": string;
        readonly "aws:PrincipalArn": readonly string[];
      };
    };
  }[];
}

/** Who may assume a tenant's writer role, by the trust policy in its stack. */
export function writerTrust(stack: StackJson, roleName: string, centralAccountId: string): Trust {
  const role = Object.values(stack.resource.aws_iam_role).find(({ name }) => name === roleName);
  if (role === undefined) throw new Error(`The stack has no role ${roleName}`);
  const { Statement } = JSON.parse(role.assume_role_policy) as TrustJson;
  const [statement] = Statement;
  if (Statement.length !== 1 || statement?.Effect !== "Allow" || statement.Action !== "sts:AssumeRole") {
    throw new Error(`The trust of ${roleName} has another shape than these tests know`);
  }
  const equals = statement.Condition.StringEquals;
  return {
    roleArn: `arn:aws:iam::${centralAccountId}:role${role.path ?? "/"}${roleName}`,
    principalArns: equals["aws:PrincipalArn"],
    externalId: equals["sts:ExternalId"],
  };
}
