import { policy, type Statement } from "../../lib/iam";
import { roleArn, writerRoleName } from "../../lib/names";
import { writerInvokeStatements } from "../../modules/ingest/writer-statements";
import { storageResourcePolicy } from "../../modules/storage-api/resource-policy";
import {
  storageCollectorStatements,
  storageQueryStatements,
  storageWriterMethodArns,
} from "../../modules/storage-api/statements";
import { ADMINISTRATOR, allow } from "../support/iam";
import { atWorst, forApi } from "../support/ingest";

const CENTRAL = "111111111111";
const ACME = "222222222222";
const REGION = "eu-west-1";
const API = `arn:aws:execute-api:${REGION}:${CENTRAL}:storage678`;
const INGEST = `arn:aws:execute-api:${REGION}:${CENTRAL}:abcde12345`;
const DOMAIN_NAME = `arn:aws:execute-api:${REGION}:${CENTRAL}:/domainnames/obs.example+abc`;

const COLLECTOR = roleArn(CENTRAL, "tenantscope-jaeger-collector");
const QUERY = roleArn(CENTRAL, "tenantscope-jaeger-query");
const ACME_QUERY = roleArn(CENTRAL, "tenantscope-jaeger-query-acme");
const writer = (tenant: string, account = CENTRAL): string => roleArn(account, writerRoleName(tenant));

const collectorRights = storageCollectorStatements(API);
const queryRights = (owner: string): Statement[] => storageQueryStatements({ executionArn: API, owner });
const writerRights = (tenant: string, sidecar: boolean, lifecycle: "active" | "suspended" = "active") =>
  writerInvokeStatements({
    executionArn: INGEST,
    domainInvokeArn: DOMAIN_NAME,
    tenant,
    lifecycle,
    ...(sidecar ? { furtherMethodArns: storageWriterMethodArns({ executionArn: API, owner: tenant }) } : {}),
  });

const RESOURCE_POLICY = storageResourcePolicy({ accountId: CENTRAL, region: REGION });
const AS_WRITTEN = forApi(RESOURCE_POLICY, API);
const READINGS = [
  ["as written", AS_WRITTEN],
  ["at worst", atWorst(AS_WRITTEN, CENTRAL)],
] as const;

const at = (request: string): string => `${API}/v1/${request.replace(" ", "")}`;
const ask = (
  principal: string,
  rights: readonly Statement[],
  request: string,
  resourcePolicy: object = AS_WRITTEN,
): Promise<boolean> =>
  allow({
    principal,
    identityPolicies: [policy(...rights)],
    action: "execute-api:Invoke",
    resource: request.startsWith("arn:") ? request : at(request),
    resourceAccount: CENTRAL,
    resourcePolicy,
  });

const START = (owner: string): string[] => [
  `GET /s/${owner}`,
  `GET /s/${owner}/`,
  `HEAD /s/${owner}`,
  `PUT /s/${owner}/_template/jaeger-span`,
  `PUT /s/${owner}/_template/jaeger-service`,
];
const WRITES = (owner: string): string[] => [`POST /s/${owner}/_bulk`];
const READS = (owner: string): string[] => [
  `POST /s/${owner}/jaeger-span-2026-11-20%2Cjaeger-span-2026-11-19/_search`,
  `POST /s/${owner}/jaeger-service-2026-11-20,jaeger-service-2026-11-19/_search`,
  `GET /s/${owner}/_msearch`,
  `POST /s/${owner}/_msearch`,
];
/** What no Jaeger ever asks. */
const NEVER = (owner: string): string[] => [
  `DELETE /s/${owner}/jaeger-span-2026-11-20`,
  `DELETE /s/${owner}`,
  `PUT /s/${owner}/jaeger-span-2026-11-20`,
  `PUT /s/${owner}/_cluster/settings`,
  `PUT /s/${owner}/_template`,
  `POST /s/${owner}/_search`,
  `POST /s/${owner}/jaeger-span-2026-11-20/_delete_by_query`,
  `POST /s/${owner}`,
  `GET /s/${owner}/_cat/indices`,
  `OPTIONS /s/${owner}`,
];
/** Ways to mean another owner, stage or API. */
const ELSEWHERE = (owner: string): string[] => [
  `GET /s/${owner}2`,
  `GET /s/${owner}%2F`,
  `GET /s/${owner.slice(0, -1)}`,
  `GET /s/${owner.toUpperCase()}`,
  `GET //s/${owner}`,
  `GET /s//${owner}`,
  `GET /${owner}`,
  `POST /t/${owner}/_bulk`,
  `POST /s/x/s/${owner}/_bulk`,
  `${API}/v2/GET/s/${owner}`,
  `${INGEST}/v1/GET/s/${owner}`,
  `${INGEST}/v1/POST/s/${owner}/_bulk`,
];

const answers = async (
  requests: readonly string[],
  principal: string,
  rights: readonly Statement[],
  resourcePolicy?: object,
): Promise<string[]> => {
  const allowed = await Promise.all(
    requests.map((request) => ask(principal, rights, request, resourcePolicy)),
  );
  return requests.filter((_, index) => allowed[index]);
};

describe("documents", () => {
  test("the resource policy: exactly these statements", () => {
    const roles = [
      "tenantscope-jaeger-collector",
      "tenantscope-jaeger-query",
      "tenantscope-jaeger-query-*",
      "tenantscope-writer-*",
    ];
    const callers = roles.map((name) => `arn:aws:iam::${CENTRAL}:role/tenantscope/${name}`);
    expect(RESOURCE_POLICY).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "JaegerAndWriterRoles",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${CENTRAL}:root` },
          Action: "execute-api:Invoke",
          Resource: ["GET", "HEAD", "POST", "PUT"].map(
            (method) => `arn:aws:execute-api:${REGION}:${CENTRAL}:*/v1/${method}/s/*`,
          ),
          Condition: { ArnLike: { "aws:PrincipalArn": callers } },
        },
        {
          Sid: "NobodyElse",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "execute-api:Invoke",
          Resource: `arn:aws:execute-api:${REGION}:${CENTRAL}:*`,
          Condition: { ArnNotLike: { "aws:PrincipalArn": callers } },
        },
        {
          Sid: "NoLongerPath",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "execute-api:Invoke",
          Resource: `arn:aws:execute-api:${REGION}:${CENTRAL}:*`,
          Condition: { ArnLike: { "aws:PrincipalArn": callers.slice(2).map((each) => `${each}/*`) } },
        },
      ],
    });
    const text = JSON.stringify(RESOURCE_POLICY);
    expect(text).not.toMatch(/PrincipalOrg|SourceVpc|SourceIp|IfExists/);
    expect(text.length).toBeLessThan(8192);
  });

  test("every role has one pair: what it may call, and a Deny for all else", () => {
    for (const [own, nothingElse] of [
      collectorRights,
      storageQueryStatements({ executionArn: API, owner: "central" }),
      storageQueryStatements({ executionArn: API, owner: "acme" }),
      writerRights("acme", true),
    ]) {
      expect(own).toMatchObject({ Sid: "InvokeOwnPaths", Effect: "Allow", Action: "execute-api:Invoke" });
      expect(nothingElse).toEqual({
        Sid: "InvokeNothingElse",
        Effect: "Deny",
        Action: "execute-api:Invoke",
        NotResource: own.Resource,
      });
    }
  });

  test("the collector's and the queries' methods, to the letter", () => {
    const start = (owner: string): string[] => [
      `${API}/v1/GET/s/${owner}`,
      `${API}/v1/GET/s/${owner}/`,
      `${API}/v1/HEAD/s/${owner}`,
      `${API}/v1/HEAD/s/${owner}/`,
      `${API}/v1/PUT/s/${owner}/_template/*`,
    ];
    expect(collectorRights[0].Resource).toEqual([...start("central"), `${API}/v1/POST/s/central/_bulk`]);
    expect(queryRights("acme")[0]?.Resource).toEqual([
      ...start("acme"),
      `${API}/v1/GET/s/acme/_msearch`,
      `${API}/v1/POST/s/acme/_msearch`,
      `${API}/v1/POST/s/acme/*/_search`,
    ]);
  });

  test("a writer with sidecars: its signals, the domain and what a Jaeger writes of its own store, in one list", () => {
    const store = [
      `${API}/v1/GET/s/acme`,
      `${API}/v1/GET/s/acme/`,
      `${API}/v1/HEAD/s/acme`,
      `${API}/v1/HEAD/s/acme/`,
      `${API}/v1/PUT/s/acme/_template/*`,
      `${API}/v1/POST/s/acme/_bulk`,
    ];
    expect(writerRights("acme", true)[0].Resource).toEqual([
      `${INGEST}/v1/POST/t/acme/otlp/v1/logs`,
      `${INGEST}/v1/POST/t/acme/v1/traces`,
      DOMAIN_NAME,
      ...store,
    ]);
    expect(writerRights("acme", true, "suspended").map(({ Effect }) => Effect)).toEqual(["Deny", "Deny"]);
    expect(JSON.stringify(writerRights("acme", false))).not.toContain("/s/");
  });
});

describe.each(READINGS)("the resource policy %s", (_reading, resourcePolicy) => {
  const everything = (owner: string): string[] => [
    ...START(owner),
    ...WRITES(owner),
    ...READS(owner),
    ...NEVER(owner),
    ...ELSEWHERE(owner),
  ];

  test("the collector: start and bulk of the shared store", async () => {
    const requests = [...everything("central"), ...everything("acme")];
    expect(await answers(requests, COLLECTOR, collectorRights, resourcePolicy)).toEqual([
      ...START("central"),
      ...WRITES("central"),
    ]);
  });

  test.each([
    ["shared", QUERY, "central", "acme"],
    ["a tenant's", ACME_QUERY, "acme", "central"],
  ])("the %s query: start and searches of its own store", async (_whose, role, own, other) => {
    const requests = [...everything(own), ...everything(other)];
    expect(await answers(requests, role, queryRights(own), resourcePolicy)).toEqual([
      ...START(own),
      ...READS(own),
    ]);
  });

  test("a writer with sidecars: start and bulk of its own store, and no search", async () => {
    const requests = [...everything("acme"), ...everything("central"), ...everything("globex")];
    expect(await answers(requests, writer("acme"), writerRights("acme", true), resourcePolicy)).toEqual([
      ...START("acme"),
      ...WRITES("acme"),
    ]);
  });

  test("a writer without sidecars, or of a suspended tenant: nothing", async () => {
    for (const rights of [writerRights("acme", false), writerRights("acme", true, "suspended")]) {
      expect(await answers(everything("acme"), writer("acme"), rights, resourcePolicy)).toEqual([]);
    }
  });

  test("every pair of tenants: each its own store only", async () => {
    const tenants = ["acme", "globex", "initech", "central"];
    for (const as of tenants.slice(0, 3)) {
      const requests = tenants.flatMap((tenant) => WRITES(tenant));
      expect(await answers(requests, writer(as), writerRights(as, true), resourcePolicy)).toEqual(WRITES(as));
    }
  });

  test("no other role of the central account, and nobody of a tenant's, whatever they were granted", async () => {
    const others = [
      `arn:aws:iam::${CENTRAL}:role/admin`,
      roleArn(CENTRAL, "tenantscope-jaeger"),
      roleArn(CENTRAL, "tenantscope-jaeger-collector-exec"),
      roleArn(CENTRAL, "tenantscope-jaeger-exec"),
      roleArn(CENTRAL, "tenantscope-storage-proxy"),
      roleArn(CENTRAL, "tenantscope-writer"),
      `arn:aws:iam::${CENTRAL}:role/tenantscope-jaeger-collector`,
      `arn:aws:iam::${CENTRAL}:role/x/tenantscope/tenantscope-jaeger-query`,
      roleArn(CENTRAL, "tenantscope-jaeger-query-acme/x"),
      roleArn(CENTRAL, "tenantscope-writer-acme/tenantscope-writer-acme"),
      `arn:aws:iam::${ACME}:role/admin`,
      roleArn(ACME, "tenantscope-jaeger-collector"),
      roleArn(ACME, "tenantscope-jaeger-query-acme"),
      writer("acme", ACME),
    ];
    const requests = [...START("acme"), ...WRITES("acme"), ...READS("central")];
    for (const role of others) {
      for (const rights of [ADMINISTRATOR.Statement, [writerRights("acme", true)[0]], []]) {
        expect([role, await answers(requests, role, rights, resourcePolicy)]).toEqual([role, []]);
      }
    }
  });
});

test("the writer's Deny is what keeps it out of other stores where the resource policy is read at its worst", async () => {
  const [, [, worst]] = READINGS;
  const [own] = writerRights("acme", true);
  expect(await ask(writer("acme"), [own], "POST /s/globex/_bulk", worst)).toBe(true);
  expect(await ask(writer("acme"), writerRights("acme", true), "POST /s/globex/_bulk", worst)).toBe(false);
  expect(await ask(writer("acme"), [], "POST /s/central/_bulk", worst)).toBe(true);
});

test("two pairs would take everything away: hence one list", async () => {
  const both = [
    ...writerInvokeStatements({ executionArn: INGEST, tenant: "acme", lifecycle: "active" }),
    ...storageQueryStatements({ executionArn: API, owner: "acme" }),
  ];
  expect(await ask(writer("acme"), both, "GET /s/acme")).toBe(false);
});
