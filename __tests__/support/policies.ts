import { asObject, isObject, list, objects, texts, walk, type Json, type JsonObject } from "./json";
import type { Account, Block, Stack } from "./synth";

/** A list of IAM statements that was found somewhere in a stack. */
export interface Policy {
  readonly stack: Stack;
  /** `aws_iam_role.writer_role assume_role_policy`: where it stands. */
  readonly where: string;
  /** Of the document in its block or output, as {@link walk} has it. */
  readonly path: readonly string[];
  /** Absent in outputs. */
  readonly block?: Block;
  readonly account?: Account;
  readonly statements: readonly JsonObject[];
  /** As written, references included; a bare list of statements is wrapped. */
  readonly document: JsonObject;
}

const isStatement = (value: Json): boolean =>
  isObject(value) && "Effect" in value && ("Action" in value || "NotAction" in value);

/** The statements of a policy document or of a bare list of them; undefined for everything else. */
function statementsOf(value: Json): readonly JsonObject[] | undefined {
  if (isObject(value) && "Statement" in value) return objects(value.Statement);
  if (Array.isArray(value) && value.length > 0 && (value as Json[]).every(isStatement)) return objects(value);
  return undefined;
}

/** A CloudFormation template: its policies are CloudFormation's until an account has them, and have tests of their own. */
const TEMPLATE = /^(aws_cloudformation_stack_set\.\S+ template_body|output\.tenant_account_template value)\b/;

/** Every policy in resources, data sources and outputs, also deep inside JSON strings. */
export function policiesOf(stack: Stack): Policy[] {
  const places: readonly { name: string; value: JsonObject; block?: Block }[] = [
    ...stack.blocks.map((block) => ({ name: block.address, value: block.attributes, block })),
    ...Object.entries(stack.outputs).map(([id, value]) => ({ name: `output.${id}`, value })),
  ];
  return places.flatMap(({ name, value, block }) => {
    const found: Policy[] = [];
    for (const { path, value: at } of walk(value)) {
      // A document's own list of statements is found with the document.
      if (path.at(-1) === "Statement") continue;
      const statements = statementsOf(at);
      if (statements === undefined || TEMPLATE.test(`${name} ${path.join(".")}`)) continue;
      found.push({
        stack,
        where: `${name} ${path.filter((step) => step !== "$").join(".")}`,
        path,
        ...(block === undefined ? {} : { block, account: stack.account(block) }),
        statements,
        document: isObject(at) ? at : { Version: "2012-10-17", Statement: at },
      });
    }
    return found;
  });
}

/** Which principals a statement names, as `AWS:arn` or `Service:name`. */
export function principalsOf(statement: JsonObject): string[] {
  const principal = statement.Principal;
  if (principal === undefined) return [];
  if (typeof principal === "string") return [principal];
  return Object.entries(asObject(principal)).flatMap(([kind, names]) =>
    texts(names).map((name) => `${kind}:${name}`),
  );
}

/** Values of one condition key, in whatever operator, as `operator` and values. */
export function conditionsOn(
  statement: JsonObject,
  key: string,
): { readonly operator: string; readonly values: readonly string[] }[] {
  return Object.entries(asObject(statement.Condition ?? {})).flatMap(([operator, keys]) =>
    Object.entries(asObject(keys))
      .filter(([name]) => name.toLowerCase() === key.toLowerCase())
      .map(([, values]) => ({ operator, values: list(values).map(String) })),
  );
}

/** `sid element value` of everything in Action, NotAction, Resource and NotResource. */
export function elementsOf(statement: JsonObject): { readonly element: string; readonly value: string }[] {
  return ["Action", "NotAction", "Resource", "NotResource"].flatMap((element) =>
    texts(statement[element]).map((value) => ({ element, value })),
  );
}
