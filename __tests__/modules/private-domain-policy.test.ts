import { policy } from "../../lib/iam";
import { roleArn, writerRoleName } from "../../lib/names";
import { executeApiPolicy } from "../../modules/endpoints/execute-api-endpoint";
import { methodArns } from "../../modules/ingest/routes";
import { writerInvokeStatements } from "../../modules/ingest/writer-statements";
import { domainUrl } from "../../modules/private-domain/paths";
import { domainInvokeArn, domainPolicy } from "../../modules/private-domain/policy";
import { ADMINISTRATOR, allow } from "../support/iam";

const CENTRAL = "111111111111";
const ACME = "222222222222";
const ACCOUNT = { accountId: CENTRAL, region: "eu-west-1" };
const API = `arn:aws:execute-api:eu-west-1:${CENTRAL}:abcde12345`;
const DOMAIN = domainInvokeArn(ACCOUNT, "telemetry.example.com", "f4g5h6");
const OTHER_DOMAIN = domainInvokeArn(ACCOUNT, "other.example.com", "a1b2c3");

const writer = (tenant: string, account = CENTRAL): string => roleArn(account, writerRoleName(tenant));
const rights = (lifecycle: "active" | "suspended" = "active", domainInvokeArns = [DOMAIN]) =>
  policy(
    ...writerInvokeStatements({
      executionArn: API,
      tenant: "acme",
      lifecycle,
      ...(domainInvokeArns[0] === undefined ? {} : { domainInvokeArn: domainInvokeArns[0] }),
    }),
  );

const comesIn = (
  principal: string,
  identityPolicies: readonly object[] = [],
  resource = DOMAIN,
): Promise<boolean> =>
  allow({
    principal,
    identityPolicies,
    action: "execute-api:Invoke",
    resource,
    resourceAccount: CENTRAL,
    resourcePolicy: domainPolicy(ACCOUNT),
  });

test("what IAM calls the domain, and the URLs below it", () => {
  expect(DOMAIN).toBe("arn:aws:execute-api:eu-west-1:111111111111:/domainnames/telemetry.example.com+f4g5h6");
  expect(domainUrl("telemetry.example.com", "ingest")).toBe("https://telemetry.example.com/ingest");
  expect(domainUrl("telemetry.example.com", "storage")).toBe("https://telemetry.example.com/storage");
});

describe("the domain's policy", () => {
  const callers = [
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-jaeger-collector`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-jaeger-query`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-jaeger-query-*`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-*`,
  ];
  const base = { Action: "execute-api:Invoke", Resource: `arn:aws:execute-api:eu-west-1:${CENTRAL}:*` };

  test("exactly these statements", () => {
    expect(domainPolicy(ACCOUNT)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...base,
          Sid: "OurRoles",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${CENTRAL}:root` },
          Condition: { ArnLike: { "aws:PrincipalArn": callers } },
        },
        {
          ...base,
          Sid: "NobodyElse",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Condition: { ArnNotLike: { "aws:PrincipalArn": callers } },
        },
        {
          ...base,
          Sid: "NoLongerPath",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Condition: { ArnLike: { "aws:PrincipalArn": callers.slice(2).map((each) => `${each}/*`) } },
        },
      ],
    });
  });

  test("knows no tenant, organization, network or endpoint", () => {
    const text = JSON.stringify(domainPolicy(ACCOUNT));
    expect(text).not.toMatch(/PrincipalOrg|SourceVpc|SourceIp|IfExists/);
    expect(new Set(text.match(/\d{12}/g))).toEqual(new Set([CENTRAL]));
  });

  test("admits the writers and the Jaeger roles that may invoke it", async () => {
    expect(await comesIn(writer("acme"), [rights()])).toBe(true);
    const invoke = policy({
      Sid: "Domain",
      Effect: "Allow",
      Action: "execute-api:Invoke",
      Resource: DOMAIN,
    });
    for (const name of ["collector", "query", "query-acme"]) {
      const role = roleArn(CENTRAL, `tenantscope-jaeger-${name}`);
      expect([role, await comesIn(role, [invoke])]).toEqual([role, true]);
    }
  });

  test.each([
    `arn:aws:iam::${CENTRAL}:role/admin`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-gateway-task`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope-writer-acme`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-jaeger-other`,
    `arn:aws:iam::${CENTRAL}:role/x/tenantscope/tenantscope-jaeger-query`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-jaeger-query-acme/x`,
    `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-writer-acme/x`,
    `arn:aws:iam::${CENTRAL}:user/tenantscope/tenantscope-writer-acme`,
    `arn:aws:iam::${ACME}:role/admin`,
    writer("acme", ACME),
    roleArn(ACME, "tenantscope-jaeger-query-acme"),
  ])("refuses %s, whatever its own policies allow", async (principal) => {
    for (const policies of [[ADMINISTRATOR], [rights()], []]) {
      expect(await comesIn(principal, policies)).toBe(false);
    }
  });

  test("refuses a request that carries no aws:PrincipalArn, as when it is not signed", async () => {
    expect(await comesIn("events.amazonaws.com")).toBe(false);
  });
});

describe("a writer's rights with a domain", () => {
  const reached = (resource: string, document: object = rights()) =>
    allow({
      principal: writer("acme"),
      identityPolicies: [document],
      action: "execute-api:Invoke",
      resource,
      resourceAccount: CENTRAL,
    });
  const own = methodArns(API, "acme");

  test("name it beside the tenant's two methods, without a wildcard", () => {
    const expected = [...own, DOMAIN];
    const base = { Action: "execute-api:Invoke" };
    expect(rights().Statement).toEqual([
      { ...base, Sid: "InvokeOwnPaths", Effect: "Allow", Resource: expected },
      { ...base, Sid: "InvokeNothingElse", Effect: "Deny", NotResource: expected },
    ]);
    expect(JSON.stringify(rights())).not.toContain("*");
    expect(rights("active", []).Statement[0]?.Resource).toEqual(own);
  });

  test("open the domain and no further path; without it the domain is denied", async () => {
    for (const resource of [DOMAIN, ...own])
      expect([resource, await reached(resource)]).toEqual([resource, true]);
    for (const resource of [
      OTHER_DOMAIN,
      ...methodArns(API, "globex"),
      `${API}/ingest/POST/t/acme/otlp/v1/logs`,
      `${API}/v1/POST/ingest/t/acme/otlp/v1/logs`,
    ]) {
      expect([resource, await reached(resource)]).toEqual([resource, false]);
    }
    expect(await reached(DOMAIN, rights("active", []))).toBe(false);
    expect(await comesIn(writer("acme"), [rights("active", [])])).toBe(false);
  });

  test("a suspended tenant's writer does not come in by it", async () => {
    expect(await comesIn(writer("acme"), [rights("suspended")])).toBe(false);
  });

  test("a tenant's endpoint lets the writer through to the domain when it is named beside the methods", async () => {
    const passes = (principal: string, resource: string) =>
      allow({
        principal,
        identityPolicies: [ADMINISTRATOR],
        action: "execute-api:Invoke",
        resource,
        resourceAccount: CENTRAL,
        resourcePolicy: executeApiPolicy(writer("acme"), [...own, DOMAIN]),
      });
    expect(await passes(writer("acme"), DOMAIN)).toBe(true);
    // Another account's administrator needs both halves: its own and the endpoint's.
    expect(await passes(`arn:aws:iam::${ACME}:role/admin`, DOMAIN)).toBe(false);
  });
});
