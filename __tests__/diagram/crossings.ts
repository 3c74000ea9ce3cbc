import { asText, isObject, type JsonObject, list, objects, texts, walk } from "../support/json";
import { conditionsOn, policiesOf, principalsOf } from "../support/policies";
import type { Block, Stack, Tree } from "../support/synth";
import { interpolations, referredBlock, resolve } from "../support/terraform";

/** What names a thing in the texts of others, once everything is applied. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_domain_name: ["arn", "domain_name"],
  aws_api_gateway_rest_api: ["id", "execution_arn"],
  aws_iam_role: ["arn"],
  aws_lb: ["dns_name"],
  aws_oam_sink: ["arn"],
  aws_prometheus_workspace: ["arn", "prometheus_endpoint"],
  aws_sns_topic: ["arn"],
};

const keyOf = (block: Block): string => `${block.stack.name}/${block.type}.${block.id}`;

interface Named {
  readonly key: string;
  readonly accountId: string;
}

/**
 * Every pair of things in two accounts of which one lets the other in, sends to it or shows itself to it: `from to` by
 * their addresses, or by ARN where no stack makes them. Made of resolved texts: the program goes by references.
 */
export function crossings(tree: Tree): Set<string> {
  const names = namesOf(tree);
  const found = new Set<string>();
  const add = (from: Named, to: Named): void => {
    if (from.accountId !== to.accountId) found.add(`${from.key} ${to.key}`);
  };
  for (const stack of tree.stacks) {
    const self = (block: Block): Named => ({ key: keyOf(block), accountId: stack.account(block).accountId });
    for (const { block, statements } of policiesOf(stack)) {
      if (block === undefined || !block.type.startsWith("aws_") || block.type === "aws_ssm_parameter")
        continue;
      const subject = self(subjectOf(stack, block));
      for (const statement of statements.filter(({ Effect }) => Effect === "Allow")) {
        const resources = texts(statement.Resource).flatMap((text) => names(resolve(tree, stack, text)));
        if (statement.Principal === undefined || block.type === "aws_vpc_endpoint") {
          for (const to of resources) add(subject, to);
        }
        for (const text of whoMay(statement))
          for (const from of names(resolve(tree, stack, text))) add(from, subject);
      }
    }
    for (const block of stack.blocks.filter(
      ({ kind, type }) => kind === "resource" && type.startsWith("aws_"),
    )) {
      for (const text of block.type === "aws_ecs_task_definition" ? environmentOf(block) : settingsOf(block))
        for (const to of names(resolve(tree, stack, text)).filter(
          ({ key }) => !key.includes("/aws_iam_role."),
        ))
          add(self(block), to);
    }
  }
  return found;
}

/** Looks up what a resolved text names. */
function namesOf(tree: Tree): (text: string) => Named[] {
  const known = tree.stacks.flatMap((stack) =>
    stack.blocks.flatMap((block) =>
      (NAMED_BY[block.type] ?? []).map((attribute) => ({
        key: keyOf(block),
        accountId: stack.account(block).accountId,
        name: resolve(tree, stack, `\${${block.type}.${block.id}.${attribute}}`).replace(/\/$/, ""),
      })),
    ),
  );
  return (text) => {
    const here = known.filter(({ name }) => {
      const at = text.indexOf(name);
      return at >= 0 && !/[\w-]/.test(text.charAt(at + name.length) + text.charAt(at - 1));
    });
    const [arn, accountId] = /^arn:aws:[\w-]+:[\w-]*:(\d{12}):.*$/.exec(text) ?? [];
    return here.length > 0 || arn === undefined || accountId === undefined ? here : [{ key: arn, accountId }];
  };
}

/** What a policy is about: the role or resource that a block with nothing but a policy refers to. */
function subjectOf(stack: Stack, block: Block): Block {
  if (!block.type.endsWith("_policy")) return block;
  const others = Object.entries(block.attributes).filter(([name]) => name !== "policy");
  const [first = ""] = interpolations(JSON.stringify(others));
  return referredBlock(stack, first)?.block ?? block;
}

function whoMay(statement: JsonObject): string[] {
  const narrowed = (key: string): string[] =>
    conditionsOn(statement, key)
      .filter(({ operator }) => !operator.includes("Not"))
      .flatMap(({ values }) => values);
  if (statement.Principal === undefined) return [];
  const roles = narrowed("aws:PrincipalArn");
  if (roles.length > 0) return roles;
  const accounts = narrowed("aws:PrincipalAccount");
  if (accounts.length > 0) return accounts.map((account) => `arn:aws:iam::${account}:root`);
  return principalsOf(statement).flatMap((name) => (name.startsWith("AWS:arn:") ? [name.slice(4)] : []));
}

const environmentOf = ({ attributes }: Block): string[] =>
  objects(JSON.parse(asText(attributes.container_definitions)) as JsonObject[]).flatMap(({ environment }) =>
    objects(environment).map(({ value }) => asText(value)),
  );

/** What shows itself to another account, or makes something there. */
function settingsOf({ type, attributes }: Block): string[] {
  if (type === "aws_oam_link") return [asText(attributes.sink_identifier)];
  if (type === "aws_api_gateway_domain_name_access_association") return [asText(attributes.domain_name_arn)];
  if (type !== "aws_cloudformation_stack_set_instance") return [];
  return [...walk(attributes)]
    .filter(({ path }) => path.at(-1) === "accounts")
    .flatMap(({ value }) => list(isObject(value) ? undefined : value))
    .map((account) => `arn:aws:iam::${asText(account)}:root`);
}
