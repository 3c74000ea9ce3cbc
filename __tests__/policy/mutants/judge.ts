import { documentIn, withDocument, type World } from "../../support/attack-world";
import { asObject, embedded, type Json, type JsonObject } from "../../support/json";
import type { Policy } from "../../support/policies";
import { Stack, type Tree } from "../../support/synth";
import { apisMatrix } from "../attack/apis";
import { endpointsMatrix } from "../attack/endpoints";
import {
  administratorMatrix,
  denialsMatrix,
  newTally,
  ownersMatrix,
  rolesMatrix,
  servicesMatrix,
  type Matrix,
} from "../attack/matrices";
import {
  actionsExist,
  everybodyIsLimited,
  everyPolicyIsRead,
  noNegations,
  noWildcards,
  principalsAreNamed,
  servicesActForTheAccount,
  statementsAreNamed,
} from "../rules/iam";
import { githubTrustIsExact, publishedPullTheirImages } from "../rules/images";
import { apiIsForWritersOnly } from "../rules/ingest";
import type { Rule } from "../rules/rule";

/**
 * Rules that look at policies. Not the one about deployments of an API: it would catch every mutant of its policy by a
 * hash, and a policy that is wrong from the start has the right hash.
 */
const RULES: readonly Rule[] = [
  githubTrustIsExact,
  publishedPullTheirImages,
  noWildcards,
  principalsAreNamed,
  everybodyIsLimited,
  servicesActForTheAccount,
  noNegations,
  statementsAreNamed,
  everyPolicyIsRead,
  actionsExist,
  apiIsForWritersOnly,
];

const MATRICES: readonly (readonly [string, (world: World, document: string) => Promise<Matrix>])[] = [
  ["the halves of APIs' policies", (world, document) => apisMatrix(world, newTally(), document)],
  ["the rights of roles", (world, document) => rolesMatrix(world, newTally(), document)],
  ["the denials of roles", (world, document) => denialsMatrix(world, newTally(), document)],
  ["the reach of administrators", (world, document) => administratorMatrix(world, newTally(), document)],
  ["what is kept from owners", (world, document) => ownersMatrix(world, newTally(), document)],
  ["the rights of services", (world, document) => servicesMatrix(world, newTally(), document)],
  ["the ways through endpoints", (world, document) => endpointsMatrix(world, document)],
];

/** Puts another document in the place of a policy. */
function put(value: Json, path: readonly string[], document: JsonObject): Json {
  const [step, ...rest] = path;
  if (step === undefined)
    return Array.isArray(value)
      ? (document.Statement ?? [])
      : typeof value === "string"
        ? JSON.stringify(document)
        : document;
  if (step === "$") {
    const inner = embedded(typeof value === "string" ? value : "");
    if (inner === undefined) throw new Error(`nothing inside ${JSON.stringify(value)}`);
    return JSON.stringify(put(inner, rest, document));
  }
  if (Array.isArray(value))
    return (value as Json[]).map((each, index) =>
      String(index) === step ? put(each, rest, document) : each,
    );
  const object = value as JsonObject;
  return { ...object, [step]: put(object[step] ?? null, rest, document) };
}

/** What names a block, and what the rules above compare between blocks. */
const NAMING = new Set([
  "alias",
  "bucket",
  "domain_name",
  "function_name",
  "name",
  "path",
  "provider",
  "region",
]);

/** The stack without what says nothing about policies: it is parsed anew for every mutant. */
function slim({ json }: Stack, type: string, id: string): JsonObject {
  const blocks = Object.entries(asObject(json.resource ?? {})).map(([each, instances]) => [
    each,
    Object.fromEntries(
      Object.entries(asObject(instances)).map(([instance, attributes]) => [
        instance,
        each === type && instance === id
          ? attributes
          : Object.fromEntries(
              Object.entries(asObject(attributes)).filter(
                ([key]) => NAMING.has(key) || (each === "aws_api_gateway_rest_api" && key === "policy"),
              ),
            ),
      ]),
    ),
  ]);
  return { ...json, output: {}, resource: Object.fromEntries(blocks) as JsonObject };
}

/** The stack of a policy with another document in its place. */
export function mutatedStack({ stack, where, path, block }: Policy, document: JsonObject): Stack {
  const output = where.split(" ")[0]?.replace(/^output\./, "") ?? "";
  const place =
    block === undefined
      ? ["output", output, ...path]
      : [block.kind === "data" ? "data" : "resource", block.type, block.id, ...path];
  const small =
    block === undefined
      ? { ...slim(stack, "", ""), output: { [output]: stack.outputs[output] } }
      : slim(stack, block.type, block.id);
  return new Stack(stack.name, JSON.stringify(put(small, place, document)));
}

/** The names of rules that see that something is wrong; asked of the one stack. */
export async function rulesAgainst(tree: Tree, stack: Stack): Promise<string | undefined> {
  const alone: Tree = {
    fleet: tree.fleet,
    stacks: [stack],
    stack: (name) => (name === stack.name ? stack : tree.stack(name)),
  };
  for (const rule of RULES) if ((await rule.violations(alone)).length > 0) return rule.name;
  return undefined;
}

/** What a world answers about one document, before anything is changed. */
export class Answers {
  readonly #known = new Map<string, Promise<string>>();

  constructor(readonly world: World) {}

  /** The name of a table that is no longer what it was. */
  async against(policy: Policy, document: JsonObject): Promise<string | undefined> {
    const id = `${policy.stack.name} ${policy.where}`;
    const resolved = documentIn(this.world.tree, policy.stack, document);
    const changed = withDocument(this.world, id, resolved);
    for (const [name, matrix] of MATRICES) {
      const key = `${name} ${id}`;
      const before = this.#known.get(key) ?? matrix(this.world, id).then((found) => JSON.stringify(found));
      this.#known.set(key, before);
      const after = await matrix(changed, id).catch(invalid);
      if (JSON.stringify(after) !== (await before)) return name;
    }
    return undefined;
  }
}

/** A policy that AWS would not take differs from every table. */
const invalid = (error: unknown): Matrix => {
  if (error instanceof Error && error.message.includes("errors")) return { invalid: [] };
  throw error;
};
