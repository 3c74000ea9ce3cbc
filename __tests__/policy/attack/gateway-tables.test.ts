import { allow } from "../../support/iam";
import { atWorst } from "../../support/ingest";

/**
 * API Gateway's own decision tables, row by row: what the questions about its APIs stand on. Within an account the
 * resource policy is enough, which IAM leaves to the caller's policies when the policy names the account: `atWorst` asks
 * for that. Across accounts both must allow.
 */
const CENTRAL = "111111111111";
const TENANT = "222222222222";
const API = `arn:aws:execute-api:eu-west-1:${CENTRAL}:api1234567`;
const METHOD = `${API}/v1/POST/t/acme/v1/traces`;

type Side = "silent" | "allow" | "deny";

const statement = (side: Side, more: object = {}): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "One",
      Effect: side === "deny" ? "Deny" : "Allow",
      ...more,
      Action: "execute-api:Invoke",
      // What is silent about this method speaks of another.
      Resource: side === "silent" ? `${API}/v1/GET/other` : `${API}/v1/POST/t/acme/*`,
    },
  ],
});

const asked = (accountId: string, identity: Side, resource: Side, resourcePolicy?: object) =>
  allow({
    principal: `arn:aws:iam::${accountId}:role/caller`,
    identityPolicies: [statement(identity)],
    action: "execute-api:Invoke",
    resource: METHOD,
    resourceAccount: CENTRAL,
    resourcePolicy:
      resourcePolicy ?? statement(resource, { Principal: { AWS: `arn:aws:iam::${accountId}:root` } }),
  });

const WITHIN: readonly (readonly [Side, Side, boolean])[] = [
  ["allow", "allow", true],
  ["allow", "silent", true],
  ["allow", "deny", false],
  ["silent", "allow", true],
  ["silent", "silent", false],
  ["silent", "deny", false],
  ["deny", "allow", false],
  ["deny", "silent", false],
  ["deny", "deny", false],
];

const ACROSS: readonly (readonly [Side, Side, boolean])[] = [
  ["allow", "allow", true],
  ["allow", "silent", false],
  ["allow", "deny", false],
  ["silent", "allow", false],
  ["silent", "silent", false],
  ["silent", "deny", false],
  ["deny", "allow", false],
  ["deny", "silent", false],
  ["deny", "deny", false],
];

test.each(WITHIN)("one account: identity %s, resource %s: %s", async (identity, resource, allowed) => {
  const named = statement(resource, { Principal: { AWS: `arn:aws:iam::${CENTRAL}:root` } });
  expect(await asked(CENTRAL, identity, resource, atWorst(named, CENTRAL))).toBe(allowed);
});

test.each(ACROSS)("two accounts: identity %s, resource %s: %s", async (identity, resource, allowed) => {
  expect(await asked(TENANT, identity, resource)).toBe(allowed);
});

test("only the worst reading has the row that IAM has not: the account named, the caller silent", async () => {
  const differing: string[] = [];
  for (const [identity, resource, allowed] of WITHIN) {
    if ((await asked(CENTRAL, identity, resource)) !== allowed) differing.push(`${identity} ${resource}`);
  }
  expect(differing).toEqual(["silent allow"]);
});

test("across accounts everybody as principal does not help a silent caller", async () => {
  const everybody = statement("allow", { Principal: { AWS: "*" } });
  expect(await asked(TENANT, "silent", "allow", everybody)).toBe(false);
  expect(await asked(TENANT, "allow", "allow", everybody)).toBe(true);
});
