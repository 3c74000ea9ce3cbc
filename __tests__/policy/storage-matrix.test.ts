import { tracesFleet } from "../support/fleet-traces";
import { ADMINISTRATOR, allow } from "../support/iam";
import { atWorst, ingestApiOf, storageApiOf } from "../support/ingest";
import { synth } from "../support/synth";
import { roleOf, rolesOf } from "../support/world";

/**
 * Who may ask the traces' store for what: every role of the central account at every owner's store, decided by the policy
 * simulator on the synthesised documents, the API's own policy included.
 */
const CENTRAL = "111111111111";
const tree = synth(tracesFleet());
const roles = rolesOf(tree);
const { executionArn: API, policy: AS_WRITTEN } = storageApiOf(tree);
const READINGS = [
  ["as written", AS_WRITTEN],
  ["at worst", atWorst(AS_WRITTEN, CENTRAL)],
] as const;
const roleArn = (name: string): string => `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-${name}`;

const OWNERS = ["central", "acme", "globex", "globex2", "umbrella"];
const START = ["GET ", "GET /", "HEAD ", "HEAD /", "PUT /_template/x-span"];
const WRITES = ["POST /_bulk"];
const READS = ["GET /_msearch", "POST /_msearch", "POST /x-span-2026-11-20,x-span-2026-11-19/_search"];
const NEVER = ["DELETE /x-span-2026-11-20", "PATCH /_bulk", "OPTIONS "];
const REQUESTS = [...START, ...WRITES, ...READS, ...NEVER];
const ask = (owner: string, request: string): string => {
  const [method = "", path = ""] = request.split(" ");
  return `${API}/v1/${method}/s/${owner}${path}`;
};
const EVERYTHING = OWNERS.flatMap((owner) => REQUESTS.map((request) => ask(owner, request)));

/** Role -> owner -> what it may ask. Who is not here may ask nothing. */
const MAY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "jaeger-collector": { central: [...START, ...WRITES] },
  "jaeger-query": { central: [...START, ...READS] },
  "jaeger-query-globex": { globex: [...START, ...READS] },
  "jaeger-query-globex2": { globex2: [...START, ...READS] },
  // Suspended is the writing; what is there can be looked at.
  "jaeger-query-umbrella": { umbrella: [...START, ...READS] },
  // Of a Jaeger in a task: it writes. Reading is the tenant's query service's, with a role of the platform's.
  "writer-globex": { globex: [...START, ...WRITES] },
  "writer-globex2": { globex2: [...START, ...WRITES] },
};

async function reached(principal: string, identityPolicies: readonly object[], resourcePolicy: object) {
  const found: string[] = [];
  for (const resource of EVERYTHING) {
    const request = { principal, identityPolicies, resource, resourcePolicy, resourceAccount: CENTRAL };
    if (await allow({ ...request, action: "execute-api:Invoke" })) found.push(resource);
  }
  return found;
}

describe.each(READINGS)("the API's policy %s", (_, resourcePolicy) => {
  test("every role of the central account asks for what it is for, and for nothing else", async () => {
    const callers = [...roles.values()].filter(({ accountId }) => accountId === CENTRAL);
    expect(callers.length).toBeGreaterThan(20);
    for (const { arn, policies } of callers) {
      const name = arn.split("/tenantscope-")[1] ?? "";
      const expected = Object.entries(MAY[name] ?? {}).flatMap(([owner, requests]) =>
        requests.map((request) => ask(owner, request)),
      );
      expect([name, (await reached(arn, policies, resourcePolicy)).sort()]).toEqual([name, expected.sort()]);
    }
    expect(Object.keys(MAY).filter((name) => !roles.has(roleArn(name)))).toEqual([]);
  }, 60_000);

  test("rights of an administrator do not help a tenant, another role, or the same name elsewhere", async () => {
    const strangers = [
      "arn:aws:iam::333333333333:role/tenantscope/tenantscope-globex-orders-task",
      "arn:aws:iam::333333333333:role/tenantscope/tenantscope-writer-globex",
      "arn:aws:iam::999999999999:role/tenantscope/tenantscope-jaeger-query",
      `arn:aws:iam::${CENTRAL}:role/tenantscope-jaeger-query`,
      `arn:aws:iam::${CENTRAL}:role/Admin`,
      roleArn("exec-jaeger-query"),
      roleArn("storage-proxy"),
      roleArn("gateway-task"),
    ];
    for (const caller of strangers) {
      expect([caller, await reached(caller, [ADMINISTRATOR], resourcePolicy)]).toEqual([caller, []]);
    }
  }, 60_000);

  test("nor a Jaeger or a writer that somebody gave more: its own Deny holds", async () => {
    for (const name of ["jaeger-query", "writer-acme", "writer-globex"]) {
      const { policies } = roleOf(roles, roleArn(name));
      const usual = await reached(roleArn(name), policies, resourcePolicy);
      expect(await reached(roleArn(name), [...policies, ADMINISTRATOR], resourcePolicy)).toEqual(usual);
    }
  }, 60_000);
});

test("a Jaeger reaches no path of the ingest API, and a writer with a store still its own two", async () => {
  const ingest = ingestApiOf(tree);
  const paths = OWNERS.flatMap((owner) =>
    ["otlp/v1/logs", "v1/traces"].map((route) => `${ingest.executionArn}/v1/POST/t/${owner}/${route}`),
  );
  const at = async (name: string): Promise<string[]> => {
    const found: string[] = [];
    for (const resource of paths) {
      const request = {
        principal: roleArn(name),
        identityPolicies: roleOf(roles, roleArn(name)).policies,
        action: "execute-api:Invoke",
        resource,
        resourcePolicy: ingest.policy,
        resourceAccount: CENTRAL,
      };
      if (await allow(request)) found.push(resource);
    }
    return found;
  };
  for (const name of ["jaeger-collector", "jaeger-query", "jaeger-query-globex"])
    expect(await at(name)).toEqual([]);
  expect(await at("writer-globex")).toEqual(paths.filter((path) => path.includes("/t/globex/")));
  expect(await at("writer-umbrella")).toEqual([]);
});

describe("the domain", () => {
  const DOMAIN = `arn:aws:es:eu-west-1:${CENTRAL}:domain/tenantscope-traces`;
  const ACTIONS = ["Delete", "Get", "Head", "Patch", "Post", "Put"].map((method) => `es:ESHttp${method}`);

  test.each([
    ["storage-proxy", ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]],
    ["storage-admin", ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"]],
    ["jaeger-collector", []],
    ["jaeger-query-globex", []],
    ["writer-globex", []],
    ["gateway-task", []],
  ])("%s may do there %j, and nothing at another domain", async (name, expected) => {
    const allowed: string[] = [];
    for (const action of ACTIONS) {
      for (const resource of [`${DOMAIN}/jaeger-span-2026-11-20/_search`, `${DOMAIN}2/_search`]) {
        const request = {
          principal: roleArn(name),
          identityPolicies: roleOf(roles, roleArn(name)).policies,
          action,
          resource,
          resourceAccount: CENTRAL,
        };
        if (await allow(request))
          allowed.push(`${action}${resource.startsWith(`${DOMAIN}2`) ? " elsewhere" : ""}`);
      }
    }
    expect(allowed).toEqual(expected);
  });
});
