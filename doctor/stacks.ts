import { CONTRACT_PARAMETER, stackNames } from "../lib/names";
import { record, records, text, texts, type Fields } from "../lib/fields";

/** A synthesised stack: what stands in its `cdk.tf.json`. */
export interface StackFile {
  readonly name: string;
  readonly json: Fields;
}

/** A resource as its stack has it, with what it refers to filled in. */
export interface Block {
  readonly stack: string;
  readonly type: string;
  readonly id: string;
  /** As a person finds it: `tenant-acme: aws_iam_role.writer_role`. */
  readonly label: string;
  readonly values: Fields;
}

const REFERENCE = /^([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.([a-z_]+(?:\[0\]\.[a-z_]+)?)$/;
const INTERPOLATION = /(?<!\$)\$\{([^{}]*)\}/g;

/** A logical id without the hash that CDKTF appends. */
const plain = (id: string): string => id.replace(/_[0-9A-F]{8}$/, "");

/** The synthesised stacks as they would be after an apply: ids that AWS makes are names in their place. */
export class Stacks {
  private readonly blocks = new Map<string, readonly Block[]>();
  private contract: Fields | undefined;

  constructor(private readonly files: readonly StackFile[]) {}

  /** Resources of a type in a stack. */
  of(stack: string, type: string): readonly Block[] {
    const key = `${stack} ${type}`;
    const known = this.blocks.get(key);
    if (known !== undefined) return known;
    const found = Object.entries(record(record(this.json(stack)["resource"])[type])).map(([id, raw]) => ({
      ...{ stack, type, id, label: `${stack}: ${type}.${plain(id)}` },
      values: record(this.filled(stack, raw)),
    }));
    this.blocks.set(key, found);
    return found;
  }

  /** The resource whose attribute has this value, such as the role of an ARN. */
  by(stack: string, type: string, attribute: string, value: string): Block | undefined {
    return this.of(stack, type).find((block) => this.attribute(block, attribute) === value);
  }

  /** What AWS would say of an attribute that the configuration does not have: `arn`, `id`, `dns_name`. */
  attribute({ stack, type, id }: Pick<Block, "stack" | "type" | "id">, name: string): string {
    return this.value(stack, `${type}.${id}.${name}`);
  }

  private json(stack: string): Fields {
    return this.files.find(({ name }) => name === stack)?.json ?? {};
  }

  /** References filled in, everywhere, also in documents that stand as JSON in a text: those are parsed. */
  private filled(stack: string, value: unknown): unknown {
    if (typeof value === "string") {
      if (/^\s*[[{]/.test(value)) {
        try {
          return this.filled(stack, JSON.parse(value));
        } catch {
          // A text that only looks like JSON.
        }
      }
      return this.text(stack, value);
    }
    if (Array.isArray(value)) return value.map((each) => this.filled(stack, each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.filled(stack, each)]));
  }

  private text(stack: string, value: string): string {
    return value
      .replace(INTERPOLATION, (_, expression: string) => this.value(stack, expression))
      .replaceAll("$${", "${")
      .replaceAll("%%{", "%{");
  }

  private value(stack: string, expression: string): string {
    if (expression.startsWith("local.contract.")) return this.contractField(expression.slice(15));
    const [, type = "", id = "", attribute = ""] = REFERENCE.exec(expression) ?? [];
    const raw = record(record(record(this.json(stack)["resource"])[type])[id]);
    const made = `${stack}-${plain(id)}`.replace(/[^A-Za-z0-9]+/g, "-");
    if (Object.keys(raw).length === 0) return `(${expression})`;
    const read = (key: string): string => this.text(stack, text(raw[key]));
    return ATTRIBUTES[`${type}.${attribute}`]?.(read, this.place(stack, raw), made) ?? `${attribute}-${made}`;
  }

  private contractField(path: string): string {
    const central = record(record(this.json(stackNames.central)["resource"])["aws_ssm_parameter"]);
    const parameter = Object.values(central)
      .map(record)
      .find(({ name }) => name === CONTRACT_PARAMETER);
    this.contract ??= record(this.filled(stackNames.central, parameter?.["insecure_value"]));
    const steps = path.split(/\.|\["?|"?\]/).filter((step) => step !== "");
    const found = steps.reduce<unknown>(
      (at, step) => (Array.isArray(at) ? (at as unknown[])[Number(step)] : record(at)[step]),
      this.contract,
    );
    return text(found) || `(the contract has no ${path})`;
  }

  private place(stack: string, raw: Fields): Place {
    const alias = text(raw["provider"]).replace(/^aws\./, "") || undefined;
    const provider = records(record(this.json(stack)["provider"])["aws"]).find(
      (each) => each["alias"] === alias,
    );
    return {
      account: texts(provider?.["allowed_account_ids"])[0] ?? "",
      region: text(raw["region"]) || text(provider?.["region"]),
    };
  }
}

interface Place {
  readonly account: string;
  readonly region: string;
}
type Shape = (read: (key: string) => string, place: Place, made: string) => string;

/** Texts in the shape that AWS gives them, since policies and URLs compare parts of them; any other is a name. */
const ATTRIBUTES: Readonly<Record<string, Shape>> = {
  "aws_iam_role.arn": (read, { account }) =>
    `arn:aws:iam::${account}:role${read("path") || "/"}${read("name")}`,
  "aws_iam_role.name": (read) => read("name"),
  "aws_api_gateway_rest_api.id": (_, __, made) => made,
  "aws_api_gateway_rest_api.execution_arn": (_, { account, region }, made) =>
    `arn:aws:execute-api:${region}:${account}:${made}`,
  "aws_api_gateway_stage.invoke_url": (read, { region }) =>
    `https://${read("rest_api_id")}.execute-api.${region}.amazonaws.com/${read("stage_name")}`,
  "aws_vpc_endpoint.id": (_, __, made) => `vpce-${made}`,
  "aws_vpc_endpoint.dns_entry[0].dns_name": (_, { region }, made) =>
    `vpce-${made}.execute-api.${region}.vpce.amazonaws.com`,
  "aws_prometheus_workspace.arn": (_, { account, region }, made) =>
    `arn:aws:aps:${region}:${account}:workspace/ws-${made}`,
  "aws_prometheus_workspace.prometheus_endpoint": (_, { region }, made) =>
    `https://aps-workspaces.${region}.amazonaws.com/workspaces/ws-${made}/`,
  "aws_lb.dns_name": (read, { region }) => `${read("name")}.elb.${region}.amazonaws.com`,
  "aws_lambda_function.arn": (read, { account, region }) =>
    `arn:aws:lambda:${region}:${account}:function:${read("function_name")}`,
  "aws_lambda_function.function_name": (read) => read("function_name"),
  "aws_opensearch_domain.endpoint": (read, { region }) =>
    `vpc-${read("domain_name")}.${region}.es.amazonaws.com`,
};
