import {
  atItsWorst,
  identityOf,
  STRANGER,
  type Caller,
  type PolicyText,
  type Target,
  type World,
} from "../../support/attack-world";
import { ADMINISTRATOR } from "../../support/iam";
import { texts, type JsonObject } from "../../support/json";
import {
  accessTo,
  accessToNothing,
  actionsOn,
  rows,
  type Access,
  type Attacker,
  type Tally,
} from "../../support/reach";

/**
 * Who may do what, as lines to compare: everything that is not in a line is denied. Each function asks either everything
 * or only what one document decides.
 */
export type Matrix = Readonly<Record<string, readonly string[]>>;

export const newTally = (): Tally => ({ questions: 0, simulated: 0 });

const EVERYTHING = ADMINISTRATOR as unknown as PolicyText;

/** Services of every action that any policy names. */
export const servicesOf = ({ documents }: World): string[] =>
  [
    ...new Set(
      [...documents.values()].flatMap(({ Statement }) =>
        Statement.flatMap(({ Action }) => texts(Action).map((action) => action.split(":")[0] ?? "")),
      ),
    ),
  ].filter((service) => service !== "*");

const orgOf = ({ tree: { fleet } }: World): string => fleet.central.organizationId;

const attackerOf = (world: World, caller: Caller, ...more: PolicyText[]): Attacker => ({
  principal: caller.arn,
  accountId: caller.accountId,
  identity: [...identityOf(world, caller), ...more],
  organizationId: orgOf(world),
});

/** Of an attack on one document only: callers whose own it is meet all targets, all callers its targets. */
function asked(world: World, caller: Caller, document: string | undefined): readonly Target[] {
  if (document === undefined || caller.policies.includes(document)) return world.targets;
  return world.targets.filter(({ policies }) => policies.includes(document));
}

/** What the policy of an API alone gives a role of the API's account, should API Gateway read it like that. */
async function givenByApis(
  world: World,
  attacker: Attacker,
  targets: readonly Target[],
  tally: Tally,
): Promise<string[]> {
  const apis = targets.filter(
    ({ service, accountId }) => service === "execute-api" && accountId === attacker.accountId,
  );
  const own = new Set((await accessTo(world, attacker, apis, tally)).map((each) => JSON.stringify(each)));
  const worst = await accessTo(
    world,
    attacker,
    apis.map((target) => atItsWorst(world, target)),
    tally,
  );
  return rows(worst.filter((each) => !own.has(JSON.stringify(each)))).map((each) => `at worst: ${each}`);
}

/** What every role of every stack may do, as it is. */
export async function rolesMatrix(world: World, tally: Tally, document?: string): Promise<Matrix> {
  const services = servicesOf(world);
  const matrix: Record<string, string[]> = {};
  for (const caller of world.callers) {
    const targets = asked(world, caller, document);
    if (targets.length === 0) continue;
    const attacker = attackerOf(world, caller);
    const isOwn = document === undefined || caller.policies.includes(document);
    const accesses = [
      ...(await accessTo(world, attacker, targets, tally)),
      ...(isOwn ? await accessToNothing(attacker, services, tally) : []),
    ];
    matrix[caller.name] = [...rows(accesses), ...(await givenByApis(world, attacker, targets, tally))];
  }
  return matrix;
}

const deniedActions = (documents: readonly PolicyText[]): string[] =>
  documents.flatMap(({ Statement }) =>
    Statement.filter(({ Effect }) => Effect === "Deny").flatMap(({ Action }) => texts(Action)),
  );

/**
 * What is left to a role when somebody else gives it everything: of the actions that roles deny themselves, those of the
 * services of which it denies itself any.
 */
export async function denialsMatrix(world: World, tally: Tally, document?: string): Promise<Matrix> {
  const matrix: Record<string, string[]> = {};
  const denied = new Set(world.callers.flatMap((caller) => deniedActions(identityOf(world, caller))));
  for (const caller of world.callers) {
    if (document !== undefined && !caller.policies.includes(document)) continue;
    const services = new Set(
      deniedActions(identityOf(world, caller)).map((action) => action.split(":")[0] ?? ""),
    );
    if (services.size === 0) continue;
    const targets = world.targets.filter(
      ({ service, accountId }) => services.has(service) && accountId === caller.accountId,
    );
    const attacker = attackerOf(world, caller, EVERYTHING);
    matrix[caller.name] = rows(
      await accessTo(world, attacker, targets, tally, (action) => denied.has(action)),
    );
  }
  return matrix;
}

/** Principals that a tenant's administrator can make: every role of the account, and names that imitate others. */
export function imitations({ callers }: World, tenant: string, accountId: string): string[] {
  const role = (name: string): string => `arn:aws:iam::${accountId}:role/${name}`;
  const own = callers.filter((caller) => caller.accountId === accountId).map(({ arn }) => arn);
  const others = callers
    .filter((caller) => caller.accountId !== accountId)
    .map(({ arn }) => role(arn.split(":role/")[1] ?? ""));
  return [
    ...new Set([
      ...own,
      ...own.map((arn) => `${arn}2`),
      ...others,
      role("Admin"),
      `arn:aws:iam::${accountId}:user/tenantscope/tenantscope-writer-${tenant}`,
      `arn:aws:iam::${accountId}:root`,
    ]),
  ];
}

/** What the principals of a tenant's account can reach elsewhere, when its administrator gives them everything. */
export async function administratorMatrix(world: World, tally: Tally, document?: string): Promise<Matrix> {
  const matrix: Record<string, string[]> = {};
  const { central, tenants } = world.tree.fleet;
  for (const { name, accountId } of [...tenants, { name: "central", accountId: central.accountId }]) {
    const targets = world.targets.filter(
      (target) =>
        target.accountId !== accountId &&
        target.policies.length > 0 &&
        (document === undefined || target.policies.includes(document)),
    );
    const reached = new Map<string, string[]>();
    const principals = targets.length === 0 ? [] : imitations(world, name, accountId);
    for (const principal of principals) {
      const attacker = { principal, accountId, identity: [EVERYTHING], organizationId: orgOf(world) };
      for (const row of rows(await accessTo(world, attacker, targets, tally)))
        reached.set(row, [...(reached.get(row) ?? []), principal]);
    }
    matrix[name] = [...reached]
      .map(([row, by]) => `${by.length === principals.length ? "anybody" : by.sort().join(" ")}: ${row}`)
      .sort();
  }
  return matrix;
}

/** Of the many actions on keys and buckets, one of each kind. */
const ONE_OF_EACH: Readonly<Record<string, readonly string[]>> = {
  kms: ["CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "PutKeyPolicy", "ReEncryptFrom"],
  s3: ["DeleteObject", "GetObject", "ListBucket", "PutBucketPolicy", "PutObject"],
};

interface Owner {
  readonly label: string;
  readonly accountId: string;
  readonly role: string;
  /** All, unless said. */
  readonly services?: readonly string[];
}

/** Administrators, and roles of the central account that somebody gave everything. */
const ownersOf = ({ tree: { fleet } }: World): Owner[] => {
  const { accountId } = fleet.central;
  return [
    ...fleet.tenants.map(({ name, accountId: own }) => ({ label: name, accountId: own, role: "Admin" })),
    { label: "central", accountId, role: "Admin" },
    {
      label: "central, as the Grafana admin",
      accountId,
      role: "tenantscope/tenantscope-grafana-admin",
      services: ["kms", "secretsmanager"],
    },
    {
      label: "central, under a name like Grafana's",
      accountId,
      role: "tenantscope/tenantscope-grafana2",
      services: ["sts"],
    },
  ];
};

/** What an account's own administrator may not do, or only so, with what has a policy of its own. */
export async function ownersMatrix(world: World, tally: Tally, document?: string): Promise<Matrix> {
  const matrix: Record<string, string[]> = {};
  for (const { label, accountId, role, services } of ownersOf(world)) {
    const targets = world.targets.filter(
      (target) =>
        target.accountId === accountId &&
        (services?.includes(target.service) ?? target.service !== "logs") &&
        target.policies.length > 0 &&
        (document === undefined || target.policies.includes(document)),
    );
    const attacker: Attacker = {
      principal: `arn:aws:iam::${accountId}:role/${role}`,
      accountId,
      identity: [EVERYTHING],
      organizationId: orgOf(world),
    };
    const isAsked = (action: string): boolean => {
      const [service = "", actionName = ""] = action.split(":");
      return ONE_OF_EACH[service]?.includes(actionName) ?? true;
    };
    const allowed = await accessTo(world, attacker, targets, tally, isAsked);
    const free = new Set(
      allowed.flatMap(({ action, resource, conditions }) =>
        conditions === "" ? [`${action} ${resource}`] : [],
      ),
    );
    const denied: Access[] = [];
    for (const { service, type, arn } of targets) {
      for (const action of await actionsOn(service, type)) {
        if (!isAsked(action) || free.has(`${action} ${arn}`)) continue;
        const limited = allowed.find((each) => each.action === action && each.resource === arn);
        denied.push({ action, resource: arn, conditions: limited?.conditions ?? "never" });
      }
    }
    matrix[label] = rows(denied);
  }
  return matrix;
}

const servicePrincipals = ({ Principal }: JsonObject): string[] =>
  typeof Principal === "object" && Principal !== null && "Service" in Principal
    ? texts(Principal.Service)
    : [];

/** What AWS services may do with what, and for whom they must act. */
export async function servicesMatrix(world: World, tally: Tally, document?: string): Promise<Matrix> {
  const names = new Set(
    [
      ...[...world.documents.values()].flatMap(({ Statement }) => Statement),
      ...world.targets.flatMap(({ permissions }) => (permissions as PolicyText | undefined)?.Statement ?? []),
    ].flatMap(servicePrincipals),
  );
  const targets = world.targets.filter(({ accountId, policies, permissions }) =>
    document === undefined
      ? accountId !== STRANGER.accountId && (policies.length > 0 || permissions !== undefined)
      : policies.includes(document),
  );
  const matrix: Record<string, string[]> = {};
  for (const principal of names) {
    const found = rows(await accessTo(world, { principal, identity: [] }, targets, tally));
    if (found.length > 0) matrix[principal] = found;
  }
  return matrix;
}
