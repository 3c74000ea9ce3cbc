import { attackFleet } from "../../support/attack-fleet";
import { identityOf, resourcePolicyOf, STRANGER, worldOf, type Target } from "../../support/attack-world";
import { ADMINISTRATOR, allow } from "../../support/iam";
import { atWorst, ingestApiOf } from "../../support/ingest";
import { synth } from "../../support/synth";
import { CENTRAL, centralRole, elsewhere, TENANT_NAMES, tenantOf, type TenantName } from "./names";

/**
 * Sessions: a role that was taken, perhaps by a role that was taken. AWS names the session by its role without the path,
 * and says in aws:PrincipalArn which role it is, path included.
 */
const tree = synth(attackFleet());
const world = worldOf(tree);
/** As API Gateway reads it within an account: what it allows needs no policy of the caller. */
const API_POLICY = atWorst(ingestApiOf(tree).policy, CENTRAL);

/** `arn:aws:sts::<account>:assumed-role/<name>/<session>`: what is left of a role's ARN. */
const sessionOf = (role: string, name: string): string => {
  const [, , , , account = "", path = ""] = role.split(":");
  return `arn:aws:sts::${account}:assumed-role/${path.split("/").at(-1) ?? ""}/${name}`;
};

interface Prize {
  readonly tenant: TenantName;
  /** As in the lists below. */
  readonly name: string;
  readonly action: string;
  readonly target: Target;
  readonly context: Readonly<Record<string, string>>;
}

const prize = (tenant: TenantName, kind: string, action: string, target: Target | undefined): Prize => {
  if (target === undefined) throw new Error(`no ${kind} of ${tenant}`);
  const context: Record<string, string> =
    kind === "writer" ? { "sts:ExternalId": tenantOf(tenant).externalId } : {};
  return { tenant, name: `${kind} of ${tenant}`, action, target, context };
};

const targetLike = (service: string, end: string): Target | undefined =>
  world.targets.find((target) => target.service === service && target.arn.endsWith(end));

const INVOKE = "execute-api:Invoke";
/** Of every tenant what only its own writer should reach, or be. The common workspace is no tenant's own. */
const PRIZES = TENANT_NAMES.flatMap((tenant): Prize[] => {
  const { workspace } = tenantOf(tenant);
  return [
    prize(
      tenant,
      "writer",
      "sts:AssumeRole",
      targetLike("sts", `role/tenantscope/tenantscope-writer-${tenant}`),
    ),
    prize(tenant, "logs", INVOKE, targetLike("execute-api", `/v1/POST/t/${tenant}/otlp/v1/logs`)),
    prize(tenant, "traces", INVOKE, targetLike("execute-api", `/v1/POST/t/${tenant}/v1/traces`)),
    ...(workspace === "ws-tenantscope"
      ? []
      : [prize(tenant, "workspace", "aps:RemoteWrite", targetLike("aps", `workspace/${workspace}`))]),
  ];
});

interface Session {
  /** ARN of its role. */
  readonly role: string;
  readonly name?: string;
  readonly identity: readonly object[];
  /** Keys of the caller's choosing. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

async function reachedBy(
  { role, name = "session", identity, context }: Session,
  prizes: readonly Prize[] = PRIZES,
): Promise<string[]> {
  const reached: string[] = [];
  for (const { name: what, action, target, context: given } of prizes) {
    const resourcePolicy = action === INVOKE ? API_POLICY : resourcePolicyOf(world, target);
    const isAllowed = await allow({
      principal: sessionOf(role, name),
      identityPolicies: identity,
      action,
      resource: target.arn,
      resourceAccount: target.accountId,
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      context: { "aws:PrincipalArn": role, ...given, ...context },
    });
    if (isAllowed) reached.push(what);
  }
  return reached;
}

/** The policies of a role as they are. */
const ownOf = (role: string): readonly object[] => {
  const caller = world.callers.find(({ name, arn }) => name === role || arn === role);
  if (caller === undefined) throw new Error(`no role ${role}`);
  return identityOf(world, caller);
};

/** What a tenant's writer reaches: nothing when it is suspended. */
const reachOfWriter = (tenant: TenantName): string[] =>
  PRIZES.filter((each) => each.tenant === tenant && !each.name.startsWith("writer"))
    .filter(() => tenant !== "umbrella")
    .map(({ name }) => name);

const writer = (tenant: TenantName): string => centralRole(`writer-${tenant}`);
const read = (tenant: TenantName): string =>
  `arn:aws:iam::${tenantOf(tenant).accountId}:role/tenantscope/tenantscope-${tenant}-grafana`;
const nameOf = (role: string): string => role.split("/").at(-1) ?? "";
const inAccount = (role: string, account: string): string => role.replace(/::\d{12}:/, `::${account}:`);

/** Names that a session can be given: whatever a role is called. */
const SESSION_NAMES = [
  ...TENANT_NAMES.map((tenant) => nameOf(writer(tenant))),
  "tenantscope-grafana",
  "root",
];

test("there are as many prizes as is written here", () => {
  expect(PRIZES.map(({ name }) => name)).toHaveLength(6 * 3 + 2);
});

describe.each(TENANT_NAMES)("a session of %s", (tenant) => {
  const { taskRoles, accountId } = tenantOf(tenant);

  test("of a task becomes its writer, whatever the session is called", async () => {
    for (const role of taskRoles) {
      for (const name of ["session", ...SESSION_NAMES]) {
        const found = await reachedBy({ role, name, identity: ownOf(role) });
        expect([name, found]).toEqual([name, [`writer of ${tenant}`]]);
      }
    }
  });

  test("of its writer reaches its own, whatever the session is called, and takes no further role", async () => {
    for (const name of ["session", ...SESSION_NAMES]) {
      const role = writer(tenant);
      expect([name, await reachedBy({ role, name, identity: ownOf(role) })]).toEqual([
        name,
        reachOfWriter(tenant),
      ]);
    }
  });

  test("of its writer that somebody gave everything takes no other writer, path or workspace", async () => {
    const role = writer(tenant);
    const found = await reachedBy({ role, identity: [...ownOf(role), ADMINISTRATOR] });
    expect(found).toEqual(reachOfWriter(tenant));
  });

  test("of the role that Grafana reads by takes no writer, whatever its account grants", async () => {
    expect(await reachedBy({ role: read(tenant), identity: ownOf(read(tenant)) })).toEqual([]);
    for (const name of SESSION_NAMES) {
      expect(await reachedBy({ role: read(tenant), name, identity: [ADMINISTRATOR] })).toEqual([]);
    }
  });

  test("of an administrator does not pass for a task or a writer by the session's name", async () => {
    const found: string[] = [];
    for (const name of [...SESSION_NAMES, ...taskRoles.map(nameOf)]) {
      const role = `arn:aws:iam::${accountId}:role/Admin`;
      found.push(...(await reachedBy({ role, name, identity: [ADMINISTRATOR] })));
    }
    expect(found).toEqual([]);
  });

  test("of roles with its task's and writer's names at other paths reaches nothing", async () => {
    const prizes = PRIZES.filter((each) => [tenant, "initech", "wonka"].includes(each.tenant));
    const found: string[] = [];
    for (const original of [...taskRoles, writer(tenant)]) {
      for (const account of [accountId, STRANGER.accountId]) {
        for (const role of elsewhere(inAccount(original, account))) {
          const reached = await reachedBy({ role, identity: [ADMINISTRATOR] }, prizes);
          found.push(...reached.map((what) => `${role}: ${what}`));
        }
      }
    }
    expect(found).toEqual([]);
  });

  test("of roles with the same ARN but for the account reaches nothing", async () => {
    const accounts = [CENTRAL, STRANGER.accountId, ...TENANT_NAMES.map((name) => tenantOf(name).accountId)];
    const found: string[] = [];
    let asked = 0;
    for (const original of [...taskRoles, writer(tenant), read(tenant)]) {
      for (const account of accounts) {
        const role = inAccount(original, account);
        if (role === original) continue;
        asked += 1;
        const prizes = account === CENTRAL ? NOT_WORKSPACES : PRIZES;
        found.push(...(await reachedBy({ role, identity: [ADMINISTRATOR] }, prizes)));
      }
    }
    expect(found).toEqual([]);
    expect(asked).toBe((taskRoles.length + 2) * 7);
  });

  test("of its own roles is not another's by tags or by a source identity", async () => {
    for (const other of TENANT_NAMES.filter((name) => name !== tenant)) {
      const context = {
        "aws:PrincipalTag/tenant": other,
        "aws:PrincipalTag/tenantscope:tenant": other,
        "aws:SourceIdentity": nameOf(writer(other)),
      };
      const own = writer(tenant);
      const [task = ""] = taskRoles;
      expect(await reachedBy({ role: own, identity: ownOf(own), context })).toEqual(reachOfWriter(tenant));
      expect(await reachedBy({ role: task, identity: [ADMINISTRATOR], context })).toEqual([
        `writer of ${tenant}`,
      ]);
    }
  });
});

/** Only the account itself decides who writes to a workspace: whoever has everything there does. */
const NOT_WORKSPACES = PRIZES.filter(({ action }) => action !== "aps:RemoteWrite");

test("no session gives another tags or a source identity: no trust policy lets anybody", async () => {
  const found: string[] = [];
  let asked = 0;
  const takers = new Set([
    ...TENANT_NAMES.flatMap((name) => tenantOf(name).taskRoles),
    centralRole("grafana"),
  ]);
  for (const target of world.targets) {
    if (target.service !== "sts" || target.accountId === STRANGER.accountId) continue;
    const resourcePolicy = resourcePolicyOf(world, target) ?? {};
    for (const action of ["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"]) {
      for (const role of takers) {
        asked += 1;
        const isAllowed = await allow({
          principal: sessionOf(role, "session"),
          identityPolicies: [ADMINISTRATOR],
          action,
          resource: target.arn,
          resourceAccount: target.accountId,
          resourcePolicy,
          context: {
            "aws:PrincipalArn": role,
            ...(action === "sts:TagSession"
              ? { "aws:RequestTag/tenant": "acme", "aws:TagKeys": ["tenant"] }
              : {}),
          },
        });
        if (isAllowed) found.push(`${role} ${action} ${target.arn}`);
      }
    }
  }
  expect(found).toEqual([]);
  expect(asked).toBeGreaterThan(1_500);
});
