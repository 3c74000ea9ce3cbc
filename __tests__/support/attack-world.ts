import { keyAdministration } from "../../lib/iam";
import { atWorst, forApi } from "./ingest";
import { shown, texts, type JsonObject } from "./json";
import { policiesOf } from "./policies";
import type { Stack, Tree } from "./synth";
import { resolve } from "./terraform";
import { functionPolicy, policyPlaces, thingsOf, type Thing } from "./things";

/** A role and the documents that make it. */
export interface Caller {
  /** ARN; of what a team merges into a role of its own, where it is published. */
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly policies: readonly string[];
}

/** A thing and the documents that decide about it besides its caller's. */
export interface Target extends Omit<Thing, "block"> {
  readonly policies: readonly string[];
  /** Of a function: its permissions, which are no document. */
  readonly permissions?: object;
}

export interface PolicyText {
  readonly Version: string;
  readonly Statement: readonly JsonObject[];
}

/** Every role, thing and policy of a tree, as they would be after every apply. */
export interface World {
  readonly tree: Tree;
  /** By `<stack> <address> <attribute>`. */
  readonly documents: ReadonlyMap<string, PolicyText>;
  readonly callers: readonly Caller[];
  readonly targets: readonly Target[];
}

/** A document as it would be after an apply. Lambda's form of its interfaces the simulator, unlike AWS, does not know. */
export const documentIn = (tree: Tree, stack: Stack, document: JsonObject): PolicyText =>
  JSON.parse(
    resolve(tree, stack, JSON.stringify(document)).replace(
      /(arn:aws:ec2:[a-z0-9-]+:\d{12}:)\*\/\*/g,
      "$1network-interface/*",
    ),
  ) as PolicyText;

export function worldOf(tree: Tree): World {
  const documents = new Map(
    tree.stacks.flatMap((stack) =>
      policiesOf(stack).map(({ where, document }) => [
        `${stack.name} ${where}`,
        documentIn(tree, stack, document),
      ]),
    ),
  );
  const things = thingsOf(tree);
  const targets = things.map((thing): Target => {
    const policies = policyPlaces(thing).map((place) => `${thing.block.stack.name} ${place}`);
    const unknown = policies.filter((id) => !documents.has(id));
    if (unknown.length > 0) throw new Error(`no document ${unknown.join(", ")}`);
    if (thing.service === "lambda") {
      const permissions = functionPolicy(tree, thing);
      return { ...thing, policies, ...(permissions === undefined ? {} : { permissions }) };
    }
    // The document of a rest API stands for all its methods; IAM's own role is no session's.
    return { ...thing, policies: thing.service === "iam" ? [] : policies };
  });
  const callers = things
    .filter(({ service, type }) => service === "iam" && type === "role")
    .map(({ arn, accountId, block }): Caller => ({
      name: arn,
      arn,
      accountId,
      policies: block.stack.blocks
        .filter(
          ({ type, attributes }) =>
            type === "aws_iam_role_policy" && attributes.role === `\${aws_iam_role.${block.id}.name}`,
        )
        .map(({ address }) => `${block.stack.name} ${address} policy`),
    }));
  const all = [...callers, ...publishedCallers(tree, documents)];
  return {
    tree,
    documents,
    callers: all,
    targets: [...targets, ...namedTargets(documents, all, targets), ...STRANGERS],
  };
}

/** An account of another organization, whose administrator calls things as ours are called and opens them to everybody. */
export const STRANGER = { accountId: "999999999999", organizationId: "o-somebodyelse" } as const;
const stranger = (service: string, type: string, arn: string, action: string): Target => ({
  arn,
  accountId: STRANGER.accountId,
  service,
  type,
  policies: [],
  permissions: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Open",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: action,
        ...(service === "sts" ? {} : { Resource: "*" }),
      },
    ],
  },
});
const STRANGERS: readonly Target[] = [
  stranger("sns", "topic", "arn:aws:sns:eu-west-1:999999999999:tenantscope-x-alerts", "sns:*"),
  stranger("kms", "key", "arn:aws:kms:eu-west-1:999999999999:key/one", "kms:*"),
  stranger("sts", "role", "arn:aws:iam::999999999999:role/tenantscope/tenantscope-x-grafana", "sts:*"),
];

/** By the beginning of an ARN: which type of resource it is. */
const NAMED: readonly (readonly [RegExp, string, string])[] = [
  [/^arn:aws:ecr:[a-z0-9-]+:(\d{12}):repository\/[^*]+$/, "ecr", "repository"],
  [/^arn:aws:secretsmanager:[a-z0-9-]+:(\d{12}):secret:[^*]+$/, "secretsmanager", "Secret"],
  [/^arn:aws:kms:[a-z0-9-]+:(\d{12}):key\/[^*]+$/, "kms", "key"],
  [/^arn:aws:ssm:[a-z0-9-]+:(\d{12}):parameter\/[^*]+$/, "ssm", "parameter"],
];
const OBJECT = /^arn:aws:s3:::[^*/]+\/[^*]+$/;

/**
 * Repositories, secrets, keys, parameters and objects that policies name and no stack makes, and an interface of Lambda's.
 * The ARN of an object names no account: it is in that of the role that reads it.
 */
function namedTargets(
  documents: ReadonlyMap<string, PolicyText>,
  callers: readonly Caller[],
  made: readonly Target[],
): Target[] {
  const known = new Set(made.map(({ arn }) => arn));
  const objects = callers.flatMap(({ accountId, policies }) =>
    policies
      .flatMap((id) => documents.get(id)?.Statement ?? [])
      .flatMap(({ Resource }) => texts(Resource))
      .filter((arn) => OBJECT.test(arn) && !known.has(arn))
      .map((arn): Target => ({ arn, accountId, service: "s3", type: "object", policies: [] })),
  );
  const named = new Set(
    [...documents.values()].flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => texts(Resource))),
  );
  const found = [...named].flatMap((arn) =>
    known.has(arn)
      ? []
      : NAMED.flatMap(([form, service, type]): Target[] => {
          const accountId = form.exec(arn)?.[1];
          if (accountId === undefined) return [];
          const target = { arn, accountId, service, type, policies: [] };
          return [service === "kms" ? { ...target, permissions: keyOf(accountId) } : target];
        }),
  );
  const interfaces = new Set(
    made.filter(({ service }) => service === "ec2").map(({ accountId }) => accountId),
  );
  return [
    ...found,
    ...objects,
    ...[...interfaces].map((accountId) => ({
      arn: `arn:aws:ec2:eu-west-1:${accountId}:network-interface/eni-one`,
      accountId,
      service: "ec2",
      type: "network-interface",
      policies: [],
    })),
  ];
}

/** The policy of a key that leaves it to its account. */
const keyOf = (accountId: string): PolicyText => ({
  Version: "2012-10-17",
  Statement: [{ ...keyAdministration(accountId) }],
});

/** Roles that teams make of the statements that a stack publishes for their services. */
const publishedCallers = (tree: Tree, documents: ReadonlyMap<string, PolicyText>): Caller[] =>
  tree.fleet.tenants.flatMap(({ name: tenant, accountId, services }) =>
    services.flatMap((service) =>
      service.mode === "managed"
        ? []
        : [...documents.keys()]
            .filter(
              (id) =>
                id.startsWith(`tenant-${tenant} `) &&
                id.includes(service.name) &&
                id.endsWith("RoleStatements"),
            )
            .map((id) => ({
              name: id,
              arn: id.endsWith(".taskRoleStatements")
                ? service.taskRoleArn
                : `arn:aws:iam::${accountId}:role/${service.name}-exec`,
              accountId,
              policies: [id],
            })),
    ),
  );

/** The same world with another text of one document. */
export const withDocument = (world: World, id: string, document: PolicyText): World => ({
  ...world,
  documents: new Map(world.documents).set(id, document),
});

const documentOf = ({ documents }: World, id: string): PolicyText => {
  const document = documents.get(id);
  if (document === undefined) throw new Error(`no document ${id}`);
  return document;
};

export const identityOf = (world: World, { policies }: Caller): PolicyText[] =>
  policies.map((id) => documentOf(world, id));

/** Documents that were put together before: the same ones decide about many questions. */
const merged = new WeakMap<Target, { readonly of: readonly PolicyText[]; readonly policy: PolicyText }>();

/** All that a thing's own side says, in one document; undefined when it says nothing. */
export function resourcePolicyOf(world: World, target: Target): PolicyText | undefined {
  const { policies, permissions } = target;
  if (permissions !== undefined) return permissions as PolicyText;
  const documents = policies.map((id) => documentOf(world, id));
  if (documents.length === 0) return undefined;
  const known = merged.get(target);
  if (known?.of.every((each, index) => each === documents[index]) === true) return known.policy;
  const policy = merge(target, documents);
  merged.set(target, { of: documents, policy });
  return policy;
}

/** By what they were made of: the same documents decide about many questions. */
const worst = new WeakMap<PolicyText, PolicyText>();

/**
 * An API of the caller's own account as it decides at worst: what its policy allows the account needs no word of the
 * caller's (table A of API Gateway's authorization flow), where IAM leaves it to the caller's policies.
 */
export function atItsWorst(world: World, target: Target): Target {
  const policy = resourcePolicyOf(world, target);
  if (policy === undefined) return target;
  const permissions = worst.get(policy) ?? (atWorst(policy, target.accountId) as PolicyText);
  worst.set(policy, permissions);
  return { ...target, permissions };
}

function merge({ service, arn }: Target, documents: readonly PolicyText[]): PolicyText {
  const statements = documents.flatMap(({ Statement }, index) =>
    // One log resource policy may have a Sid that another has.
    documents.length === 1
      ? Statement
      : Statement.map((each) => ({ ...each, Sid: `P${String(index)}${shown(each.Sid)}` })),
  );
  const policy = { Version: "2012-10-17", Statement: statements };
  return service === "execute-api" ? (forApi(policy, arn) as PolicyText) : policy;
}
