import { atItsWorst, STRANGER, type PolicyText, type Target, type World } from "../../support/attack-world";
import { forApi } from "../../support/ingest";
import { accessTo, rows, type Attacker, type Tally } from "../../support/reach";
import type { Matrix } from "./matrices";

/**
 * The policies of the APIs and of the private domain, each half by itself: whom the Allow admits without a word of the
 * caller's own policies, were nothing denied, and whom the Denies leave, were everything allowed. Together the halves
 * hide each other's mistakes.
 */
const INVOKE = { Action: "execute-api:Invoke", Resource: "*" };
const EVERY_REQUEST: PolicyText = {
  Version: "2012-10-17",
  Statement: [{ Sid: "EveryRequest", Effect: "Allow", ...INVOKE }],
};

/** What no API has, and what an Allow for a little more would admit; below the API. */
const STRAYS: Readonly<Record<string, readonly string[]>> = {
  ingest_api: [
    ...["v1/GET/t/acme2/v1/traces", "v2/POST/t/acme2/v1/traces", "v1/POST/t/acme2/v1/metrics"],
    ...["v1/POST/t/acme2/v1/traces/more", "v1/POST/t/acme2/otlp/v1/logs/more", "v1/POST/other"],
    "v1/POST/t/acme2/otlp/v1/metrics",
  ],
  "storage-api": ["v1/DELETE/s/acme2", "v2/GET/s/acme2"].concat(
    ["GET", "HEAD", "POST", "PUT"].map((method) => `v1/${method}/other`),
  ),
};

/** Names in the central account that the pattern of an ARN could be taken to mean; some nobody makes yet. */
const NEAR = [
  ...["root", "user/tenantscope/tenantscope-writer-acme", "role/Admin", "role/tenantscope-writer-acme"],
  ...["role/elsewhere/tenantscope-writer-acme", "role/tenantscope/tenantscope-writer"],
  ...["role/tenantscope/tenantscope-writer-acme/x", "role/tenantscope/tenantscope-jaeger-query-acme2/x"],
  "role/tenantscope/tenantscope-writer-acme/tenantscope-writer-acme",
  ...["role/tenantscope/tenantscope-writer-new", "role/tenantscope/tenantscope-jaeger-query-new"],
  "role/tenantscope/tenantscope-jaeger-collector2",
];

/** Roles of the central account that call an API, or whose names are near those of the ones that do. */
const CALLS = /role\/tenantscope\/tenantscope-(writer|jaeger|query|storage|gateway|exec)/;

interface Caller {
  readonly principal: string;
  /** Undefined for a service. */
  readonly accountId?: string;
}

function callersOf({ callers, tree: { fleet } }: World): Caller[] {
  const central = fleet.central.accountId;
  const tenant = fleet.tenants[0]?.accountId ?? "";
  const named = (accountId: string, names: readonly string[]): Caller[] =>
    names.map((name) => ({ principal: `arn:aws:iam::${accountId}:${name}`, accountId }));
  return [
    ...callers
      .filter(({ arn, accountId }) => accountId === central && CALLS.test(arn))
      .map(({ arn }) => ({ principal: arn, accountId: central })),
    ...named(central, NEAR),
    ...[tenant, STRANGER.accountId].flatMap((accountId) =>
      named(accountId, ["role/Admin", "role/tenantscope/tenantscope-writer-acme"]),
    ),
    { principal: "events.amazonaws.com" },
  ];
}

const ALLOW_ALL = { Sid: "AllowAll", Effect: "Allow", Principal: { AWS: "*" }, ...INVOKE };

/** Paths of one tenant that has a store; those of its templates and searches are further ones of the same kind. */
const OF_ACME2 = /\/v1\/\w+\/(t\/acme2\/.*|s\/acme2(\/_bulk)?)$/;

/** Where the policies stand, as tests call them. */
const POLICY = /^central aws_api_gateway_\w+\.([a-z_-]+)(?:_[0-9A-F]{8})? policy$/;

/** Whom the halves of each policy let through to what; callers that reach the same stand in one line. */
export async function apisMatrix(world: World, tally: Tally, document?: string): Promise<Matrix> {
  const matrix: Record<string, string[]> = {};
  const apis = world.targets.filter(
    ({ service, policies }) =>
      service === "execute-api" && (document === undefined || policies.includes(document)),
  );
  for (const id of new Set(apis.flatMap(({ policies }) => policies))) {
    const name = POLICY.exec(id)?.[1];
    const statements = world.documents.get(id)?.Statement;
    const [first, ...methods] = apis.filter(({ policies }) => policies.includes(id));
    if (name === undefined || statements === undefined || first === undefined)
      throw new Error(`no API ${id}`);
    const [root = ""] = first.arn.split("/");
    const strays = (STRAYS[name] ?? []).map((path): Target => ({ ...first, arn: `${root}/${path}` }));
    const own = name === "domain" ? [first] : [first, ...methods].filter(({ arn }) => OF_ACME2.test(arn));
    const half = (effect: string) => statements.filter(({ Effect }) => Effect === effect);
    matrix[`${name}: admitted`] = await reached(
      world,
      [...own, ...strays],
      half("Allow"),
      tally,
      first.accountId,
    );
    const some = [...own.slice(0, 1), ...strays.slice(0, 1)];
    matrix[`${name}: not denied`] = await reached(world, some, [...half("Deny"), ALLOW_ALL], tally);
  }
  return matrix;
}

/** What callers reach whose own policies allow every request, but for those of the account that is `silent`. */
async function reached(
  world: World,
  targets: readonly Target[],
  Statement: PolicyText["Statement"],
  tally: Tally,
  silent?: string,
): Promise<string[]> {
  const policy = { Version: "2012-10-17", Statement };
  const asked = targets.map((target): Target => ({ ...target, permissions: forApi(policy, target.arn) }));
  const askedWithin = asked.map((target) => atItsWorst(world, target));
  const by = new Map<string, string[]>();
  for (const caller of callersOf(world)) {
    const attacker: Attacker =
      caller.accountId === undefined
        ? { ...caller, identity: [] }
        : {
            ...caller,
            identity: caller.accountId === silent ? [] : [EVERY_REQUEST],
            organizationId: world.tree.fleet.central.organizationId,
          };
    const isWithin = caller.accountId === world.tree.fleet.central.accountId;
    for (const row of rows(await accessTo(world, attacker, isWithin ? askedWithin : asked, tally)))
      by.set(row, [...(by.get(row) ?? []), caller.principal]);
  }
  return [...by].map(([row, callers]) => `${[...callers].sort().join(" ")}: ${row}`).sort();
}
