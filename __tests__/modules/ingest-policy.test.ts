import { policy, type Statement } from "../../lib/iam";
import { roleArn, writerRoleName } from "../../lib/names";
import { ingestResourcePolicy } from "../../modules/ingest/resource-policy";
import { ingestPath } from "../../modules/ingest/routes";
import { writerInvokeStatements } from "../../modules/ingest/writer-statements";
import { ADMINISTRATOR, allow } from "../support/iam";
import { atWorst, forApi as heldByApi } from "../support/ingest";

const CENTRAL = "111111111111";
const ACME = "222222222222";
const GLOBEX = "333333333333";
const REGION = "eu-west-1";
const API = `arn:aws:execute-api:${REGION}:${CENTRAL}:abcde12345`;
const OTHER_API = `arn:aws:execute-api:${REGION}:${CENTRAL}:storage678`;

const writer = (tenant: string, account = CENTRAL): string => roleArn(account, writerRoleName(tenant));
const method = (tenant: string, route: "logs" | "traces" = "logs", api = API): string =>
  `${api}/v1/POST${ingestPath(tenant, route)}`;
const statements = (tenant: string, lifecycle: "active" | "suspended" = "active") =>
  writerInvokeStatements({ executionArn: API, tenant, lifecycle });

const forApi = (resourcePolicy: object): object => heldByApi(resourcePolicy, API);
const AS_WRITTEN = forApi(ingestResourcePolicy({ accountId: CENTRAL, region: REGION }));
const AT_WORST = atWorst(AS_WRITTEN, CENTRAL);
const READINGS = [
  ["as written", AS_WRITTEN],
  ["at worst", AT_WORST],
] as const;

const invoke = (
  principal: string,
  identityPolicies: readonly object[],
  resource: string,
  resourcePolicy: object = AS_WRITTEN,
): Promise<boolean> =>
  allow({
    principal,
    identityPolicies,
    action: "execute-api:Invoke",
    resource,
    resourceAccount: CENTRAL,
    resourcePolicy,
  });

describe("documents", () => {
  test("the resource policy: exactly these statements", () => {
    const pattern = `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-*`;
    expect(ingestResourcePolicy({ accountId: CENTRAL, region: REGION })).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "WriterRoles",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${CENTRAL}:root` },
          Action: "execute-api:Invoke",
          Resource: [
            `arn:aws:execute-api:${REGION}:${CENTRAL}:*/v1/POST/t/*/otlp/v1/logs`,
            `arn:aws:execute-api:${REGION}:${CENTRAL}:*/v1/POST/t/*/v1/traces`,
          ],
          Condition: { ArnLike: { "aws:PrincipalArn": pattern } },
        },
        {
          Sid: "NobodyElse",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "execute-api:Invoke",
          Resource: `arn:aws:execute-api:${REGION}:${CENTRAL}:*`,
          Condition: { ArnNotLike: { "aws:PrincipalArn": pattern } },
        },
        {
          Sid: "NoLongerPath",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "execute-api:Invoke",
          Resource: `arn:aws:execute-api:${REGION}:${CENTRAL}:*`,
          Condition: { ArnLike: { "aws:PrincipalArn": [`${pattern}/*`] } },
        },
      ],
    });
  });

  test("it knows no tenant, organization, network or endpoint, and is short", () => {
    const text = JSON.stringify(ingestResourcePolicy({ accountId: CENTRAL, region: REGION }));
    expect(text).not.toMatch(/PrincipalOrg|SourceVpc|SourceIp|IfExists|acme/);
    expect(new Set(text.match(/\d{12}/g))).toEqual(new Set([CENTRAL]));
    expect(text.length).toBeLessThan(8192);
  });

  test("a writer's statements name its two methods, and nothing with a wildcard", () => {
    const own = [`${API}/v1/POST/t/acme/otlp/v1/logs`, `${API}/v1/POST/t/acme/v1/traces`];
    const base = { Action: "execute-api:Invoke" };
    expect(statements("acme")).toEqual([
      { ...base, Sid: "InvokeOwnPaths", Effect: "Allow", Resource: own },
      { ...base, Sid: "InvokeNothingElse", Effect: "Deny", NotResource: own },
    ]);
    expect(statements("acme", "suspended").map(({ Effect }) => Effect)).toEqual(["Deny", "Deny"]);
    expect(JSON.stringify(statements("acme"))).not.toContain("*");
  });
});

describe.each(READINGS)("the resource policy %s", (_reading, resourcePolicy) => {
  const rights = policy(...statements("acme"));

  test("a writer reaches its own two methods", async () => {
    expect(await invoke(writer("acme"), [rights], method("acme"), resourcePolicy)).toBe(true);
    expect(await invoke(writer("acme"), [rights], method("acme", "traces"), resourcePolicy)).toBe(true);
  });

  test("and nothing else: another tenant, method, stage, API, or spelling of its own path", async () => {
    const others = [
      method("globex"),
      method("globex", "traces"),
      method("acme2"),
      method("acm"),
      method("ACME"),
      method("acme", "logs", OTHER_API),
      `${API}/v1/GET/t/acme/otlp/v1/logs`,
      `${API}/v2/POST/t/acme/otlp/v1/logs`,
      `${API}/v1/POST/t/acme/otlp/v1/logs/`,
      `${API}/v1/POST/t/acme/otlp/v1/logs/../../globex`,
      `${API}/v1/POST/t/acme%2Fotlp/v1/logs`,
      `${API}/v1/POST//t/acme/otlp/v1/logs`,
      `${API}/v1/POST/t/globex/../acme/otlp/v1/logs`,
      `${API}/v1/POST/t/acme/x/t/globex/otlp/v1/logs`,
    ];
    for (const resource of others) {
      expect([resource, await invoke(writer("acme"), [rights], resource, resourcePolicy)]).toEqual([
        resource,
        false,
      ]);
    }
  });

  test("every pair of tenants: each its own only", async () => {
    const tenants = ["acme", "globex", "initech"];
    for (const as of tenants) {
      const own = policy(...statements(as));
      const reached = await Promise.all(
        tenants.map((tenant) => invoke(writer(as), [own], method(tenant), resourcePolicy)),
      );
      expect([as, reached]).toEqual([as, tenants.map((tenant) => tenant === as)]);
    }
  });

  test("a suspended tenant's writer reaches nothing", async () => {
    const suspended = policy(...statements("acme", "suspended"));
    for (const resource of [method("acme"), method("acme", "traces"), method("globex")]) {
      expect(await invoke(writer("acme"), [suspended], resource, resourcePolicy)).toBe(false);
    }
  });

  test("no other role of the central account, whatever its own policies allow", async () => {
    const roles = [
      `arn:aws:iam::${CENTRAL}:role/admin`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-gateway-task`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope-writer-acme`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer`,
      `arn:aws:iam::${CENTRAL}:role/x/tenantscope/tenantscope-writer-acme`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-acme/x`,
      `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-acme/tenantscope-writer-acme`,
      `arn:aws:iam::${CENTRAL}:user/tenantscope/tenantscope-writer-acme`,
    ];
    for (const role of roles) {
      for (const policies of [[ADMINISTRATOR], [policy(...statements("acme"))], []]) {
        expect([role, await invoke(role, policies, method("acme"), resourcePolicy)]).toEqual([role, false]);
      }
    }
  });

  test("nobody of a tenant's account, whatever its administrator grants or names", async () => {
    for (const account of [ACME, GLOBEX]) {
      const roles = [
        `arn:aws:iam::${account}:role/admin`,
        `arn:aws:iam::${account}:role/tenantscope/tenantscope-acme-shop-task`,
        writer("acme", account),
        writer("globex", account),
        `arn:aws:iam::${account}:user/tenantscope-writer-acme`,
      ];
      const grants = [[ADMINISTRATOR], [policy(...statements("acme").slice(0, 1))], []];
      for (const role of roles) {
        for (const policies of grants) {
          for (const tenant of ["acme", "globex"]) {
            expect([role, tenant, await invoke(role, policies, method(tenant), resourcePolicy)]).toEqual([
              role,
              tenant,
              false,
            ]);
          }
        }
      }
    }
  });

  test("nobody without a role: a request that carries no aws:PrincipalArn, as when it is not signed", async () => {
    expect(await invoke("events.amazonaws.com", [], method("acme"), resourcePolicy)).toBe(false);
  });
});

describe("what each half is for", () => {
  const careless = forApi(
    policy({
      Sid: "Careless",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "execute-api:Invoke",
      Resource: `arn:aws:execute-api:${REGION}:${CENTRAL}:*/*`,
    }),
  );
  const [allowOwn, denyOthers] = statements("acme");
  const writes = (parts: readonly Statement[], resourcePolicy: object) =>
    invoke(writer("acme"), [policy(...parts)], method("globex"), resourcePolicy);

  test("the writer's Deny holds where the resource policy is read at its worst or is careless", async () => {
    for (const resourcePolicy of [AT_WORST, careless]) {
      expect(await writes([allowOwn], resourcePolicy)).toBe(true);
      expect(await writes([allowOwn, denyOthers], resourcePolicy)).toBe(false);
    }
  });

  test("the policy's Deny holds where a role's own policy allows everything", async () => {
    const { Statement: parts } = ingestResourcePolicy({ accountId: CENTRAL, region: REGION });
    const withoutDeny = forApi(policy(...parts.filter(({ Effect }) => Effect === "Allow")));
    const admin = `arn:aws:iam::${CENTRAL}:role/admin`;
    expect(await invoke(admin, [ADMINISTRATOR], method("acme"), withoutDeny)).toBe(true);
    expect(await invoke(admin, [ADMINISTRATOR], method("acme"))).toBe(false);
  });

  test("naming a tenant's account would let its administrator supply the other half for any path", async () => {
    const named = forApi(
      policy({
        Sid: "TenantAccount",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${ACME}:root` },
        Action: "execute-api:Invoke",
        Resource: `arn:aws:execute-api:${REGION}:${CENTRAL}:*/*`,
      }),
    );
    expect(await invoke(`arn:aws:iam::${ACME}:role/admin`, [ADMINISTRATOR], method("globex"), named)).toBe(
      true,
    );
  });
});
