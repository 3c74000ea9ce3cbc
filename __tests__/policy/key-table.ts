import { asObject, asText, list, objects, shown, texts, type Json, type JsonObject } from "../support/json";
import { principalsOf } from "../support/policies";
import type { Block, Stack, Tree } from "../support/synth";
import { resolve } from "../support/terraform";

/** Types that only name a key: its alias, and who may use it. */
const NAMING = new Set([
  "aws_kms_alias",
  "aws_iam_role_policy",
  "aws_s3_bucket_policy",
  "aws_ecs_task_definition",
]);

/** A key of a fleet, names of tenants and services replaced. */
export interface KeyRow {
  /** Without `alias/`. */
  readonly alias: string;
  /** Types of the resources that it encrypts. */
  readonly encrypts: readonly string[];
  readonly statements: readonly StatementRow[];
}

/** Cells: name, effect, principal, actions, condition. */
export type StatementRow = readonly string[];

/** Every key of the fleet, once for all tenants that have the same. */
export function keyRows(tree: Tree): KeyRow[] {
  const rows = tree.stacks.flatMap((stack) => {
    return stack.blocks
      .filter(({ type }) => type === "aws_kms_key")
      .map((key): KeyRow => {
        const general = generalizer(tree, stack, key);
        const users = stack.blocks.filter(
          ({ type, attributes }) =>
            !NAMING.has(type) && JSON.stringify(attributes).includes(referenceTo(key)),
        );
        const statements = objects(asObject(JSON.parse(asText(key.attributes.policy)) as Json).Statement);
        return {
          alias: general(aliasOf(stack, key)),
          encrypts: [...new Set(users.map(({ type }) => type))].sort(),
          statements: statements.map((statement) => statementRow(statement, general)),
        };
      });
  });
  return [...new Map(rows.map((each) => [JSON.stringify(each), each])).values()].sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
}

const referenceTo = ({ id }: Block): string => `\${aws_kms_key.${id}.arn}`;

/** Of the only alias. */
export function aliasOf(stack: Stack, key: Block): string {
  const aliases = Object.values(stack.resource("aws_kms_alias")).filter(
    ({ target_key_id }) => target_key_id === `\${aws_kms_key.${key.id}.key_id}`,
  );
  const [alias] = aliases;
  if (alias === undefined || aliases.length > 1) throw new Error(`${key.address} has not exactly one alias`);
  return asText(alias.name).replace(/^alias\//, "");
}

function statementRow(statement: JsonObject, general: (text: string) => string): StatementRow {
  const { Sid, Effect, Action, Resource, Condition = {}, ...others } = statement;
  if (Resource !== "*" || Object.keys(others).join() !== "Principal")
    throw new Error(`unexpected in a key policy: ${shown(statement)}`);
  const values = (value: Json | undefined) => [...new Set(texts(value).map(general))].sort().join(", ");
  const conditions = Object.entries(asObject(Condition)).flatMap(([operator, keys]) =>
    Object.entries(asObject(keys)).map(([key, value]) => `${operator} ${key}: ${values(value)}`),
  );
  const actions = texts(Action).map((action) => action.replace(/^kms:(?!\*$)/, ""));
  const principals = principalsOf(statement).map((principal) => general(principal.replace(/^\w+:/, "")));
  return [asText(Sid), asText(Effect), principals.join(", "), actions.join(", "), conditions.join("; ")];
}

/** Puts placeholders in the place of what differs between fleets, accounts, tenants and their services. */
function generalizer(tree: Tree, stack: Stack, key: Block): (text: string) => string {
  const { accountId, region } = stack.account(key);
  const { central, tenants } = tree.fleet;
  const tenant = tenants.find(({ name }) => stack.name === `tenant-${name}`);
  const services = tenant?.services.map(({ name }) => name) ?? [];
  return (text) => {
    let result = resolve(tree, stack, text)
      .replaceAll(accountId, "<account>")
      .replaceAll(region, "<region>")
      .replaceAll(central.accountId, "<central account>");
    const { centralRoleName, tokenRoleName } = central.deploy;
    if (centralRoleName !== undefined) result = result.replaceAll(`role/${centralRoleName}`, "role/<deploy>");
    if (tokenRoleName !== undefined) result = result.replaceAll(`role/${tokenRoleName}`, "role/<token>");
    if (tenant === undefined) return result;
    result = result.replaceAll(tenant.name, "<tenant>");
    for (const service of services)
      result = result.replace(new RegExp(`(?<=<tenant>/)${service}(?=/|$)`), "<service>");
    return result;
  };
}

/** `a, b` of statements, for people. */
export const codes = (values: readonly string[]): string =>
  list(values)
    .map((each) => `\`${shown(each)}\``)
    .join(", ");
