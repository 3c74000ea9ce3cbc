import { list, record, records, text, texts, type Fields } from "../lib/fields";

/** Who asks for what. Context keys are those that the conditions of our policies use. */
export interface AccessRequest {
  /** ARN of the role, or a service's name. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Account of the resource. */
  readonly resourceAccount: string;
  readonly context?: Readonly<Record<string, string>>;
}

export interface Policies {
  /** The principal's own. */
  readonly identity: readonly Fields[];
  /** The resource's; absent: it has none. */
  readonly resource?: readonly Fields[];
  /** A role's trust: the resource's side must allow in any case. */
  readonly trust?: boolean;
}

export interface Decision {
  readonly allowed: boolean;
  /** The statement that denies, or which side has none that allows. */
  readonly reason: string;
}

/** The statements of a policy document. */
export const statementsOf = (policy: unknown): readonly Fields[] => records(record(policy)["Statement"]);

/** The account of a principal's or resource's ARN. */
export const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

const glob = (pattern: string, value: string, flags = "s"): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    flags,
  ).test(value);

/** Section by section: a star does not reach over a colon, but in the last one. */
function arnLike(pattern: string, value: string): boolean {
  const split = (arn: string): string[] => {
    const parts = arn.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  const sections = split(value);
  return split(pattern).every((section, at) => glob(section, sections[at] ?? ""));
}

type Test = (expected: string, actual: string) => boolean;
const equal: Test = (expected, actual) => expected === actual;

/** Operators by name: how one value is compared, and whether the comparison is negated. */
const OPERATORS: Readonly<Record<string, { readonly test: Test; readonly negated?: true }>> = {
  StringEquals: { test: equal },
  StringNotEquals: { test: equal, negated: true },
  StringLike: { test: glob },
  StringNotLike: { test: glob, negated: true },
  Bool: { test: equal },
  ArnEquals: { test: arnLike },
  ArnLike: { test: arnLike },
  ArnNotEquals: { test: arnLike, negated: true },
  ArnNotLike: { test: arnLike, negated: true },
};

/** What the conditions may ask, with lower-case names. */
function contextOf({ principal, context }: AccessRequest): ReadonlyMap<string, string> {
  const own = principal.startsWith("arn:")
    ? { "aws:PrincipalArn": principal, "aws:PrincipalAccount": accountOf(principal) }
    : {};
  return new Map(Object.entries({ ...own, ...context }).map(([key, value]) => [key.toLowerCase(), value]));
}

function conditionsHold(statement: Fields, request: AccessRequest): boolean {
  const context = contextOf(request);
  return Object.entries(record(statement["Condition"])).every(([name, keys]) => {
    if (name === "Null") {
      return Object.entries(record(keys)).every(([key, absent]) =>
        texts(absent).includes(String(!context.has(key.toLowerCase()))),
      );
    }
    const operator = OPERATORS[name];
    if (operator === undefined) throw new UnknownPolicy(`the condition operator ${name}`);
    return Object.entries(record(keys)).every(([key, expected]) => {
      const actual = context.get(key.toLowerCase());
      const matches = actual !== undefined && texts(expected).some((each) => operator.test(each, actual));
      return matches !== (operator.negated ?? false);
    });
  });
}

/** A policy says something that this program never writes, so it is not guessed at. */
export class UnknownPolicy extends Error {
  override readonly name = "UnknownPolicy";
}

function named(statement: Fields, key: string, value: string, flags?: string): boolean {
  const any = (patterns: unknown): boolean => texts(patterns).some((each) => glob(each, value, flags));
  if (statement[`Not${key}`] !== undefined) return !any(statement[`Not${key}`]);
  // The trust of a role has no Resource: it is the role's.
  return statement[key] === undefined ? key === "Resource" : any(statement[key]);
}

/** How a resource's statement names the principal; undefined when it does not. */
function principalMatch(statement: Fields, { principal }: AccessRequest): "itself" | "account" | undefined {
  if (statement["NotPrincipal"] !== undefined) throw new UnknownPolicy("NotPrincipal");
  const given = statement["Principal"];
  if (given === "*") return "itself";
  const isRole = principal.startsWith("arn:");
  const names = texts(record(given)[isRole ? "AWS" : "Service"]);
  if (names.includes(principal) || (isRole && names.includes("*"))) return "itself";
  const account = accountOf(principal);
  return isRole && names.some((name) => name === account || name === `arn:aws:iam::${account}:root`)
    ? "account"
    : undefined;
}

const applies = (statement: Fields, request: AccessRequest): boolean =>
  named(statement, "Action", request.action, "is") &&
  named(statement, "Resource", request.resource) &&
  conditionsHold(statement, request);

const sid = (statement: Fields): string => text(statement["Sid"]) || "without a name";

/**
 * Whether IAM allows a request, by the rules for what this program writes: an explicit Deny wins; across accounts both sides
 * must allow; within one, either, where the resource's side counts alone only if it names the principal itself.
 * @throws UnknownPolicy for what it does not know
 */
export function decide(request: AccessRequest, policies: Policies): Decision {
  const own = policies.identity.filter((statement) => applies(statement, request));
  const theirs = list(policies.resource)
    .map(record)
    .flatMap((statement) => {
      const match = principalMatch(statement, request);
      return match !== undefined && applies(statement, request) ? [{ statement, match }] : [];
    });
  const denial = [...own, ...theirs.map(({ statement }) => statement)].find(
    ({ Effect }) => Effect === "Deny",
  );
  if (denial !== undefined)
    return { allowed: false, reason: `explicit Deny by the statement ${sid(denial)}` };
  const identity = own.some(({ Effect }) => Effect === "Allow");
  const allows = theirs.filter(({ statement }) => statement["Effect"] === "Allow");
  const direct = allows.some(({ match }) => match === "itself");
  const isService = !request.principal.startsWith("arn:");
  const sameAccount = accountOf(request.principal) === request.resourceAccount;
  const resourceSide = "no statement of the resource's policy allows it";
  const identitySide = "no statement of the role's own policies allows it";
  if (isService || (sameAccount && direct)) {
    return { allowed: direct, reason: direct ? "allowed" : resourceSide };
  }
  if ((policies.trust === true || !sameAccount) && allows.length === 0) {
    return { allowed: false, reason: resourceSide };
  }
  return { allowed: identity, reason: identity ? "allowed" : identitySide };
}

/** What a policy of an interface endpoint lets through; it belongs to no account. */
export function letsThrough(request: AccessRequest, policy: unknown): Decision {
  if (policy === undefined) return { allowed: true, reason: "allowed" };
  const found = statementsOf(policy).filter(
    (statement) => principalMatch(statement, request) !== undefined && applies(statement, request),
  );
  const denial = found.find(({ Effect }) => Effect === "Deny");
  if (denial !== undefined)
    return { allowed: false, reason: `explicit Deny by the statement ${sid(denial)}` };
  return found.length > 0
    ? { allowed: true, reason: "allowed" }
    : { allowed: false, reason: "no statement of the endpoint's policy lets it through" };
}
