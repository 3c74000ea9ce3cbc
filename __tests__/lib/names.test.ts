import fc from "fast-check";
import {
  centralNames,
  externalId,
  fit,
  LIMITS,
  MAX_SERVICE_NAME,
  MAX_TENANT_NAME,
  tenantNames,
  workspaceName,
  writerRoleName,
} from "../../lib/names";

const name = (max: number) => fc.stringMatching(new RegExp(`^[a-z][a-z0-9-]{0,${max - 2}}[a-z0-9]$`));
const tenant = name(MAX_TENANT_NAME);
const service = name(MAX_SERVICE_NAME);

describe("fit", () => {
  test("leaves what fits alone and cuts the rest to the limit", () => {
    expect(fit("orders", 6)).toBe("orders");
    expect(fit("a-very-long-name-of-a-service-indeed", 20)).toHaveLength(20);
  });

  test("is within the limit, ends in no hyphen and keeps the beginning", () => {
    fc.assert(
      fc.property(name(80), fc.integer({ min: 12, max: 64 }), (text, limit) => {
        const fitted = fit(text, limit);
        expect(fitted.length).toBeLessThanOrEqual(limit);
        if (text.length > limit) {
          expect(fitted).toMatch(/-[0-9a-f]{8}$/);
          expect(text.startsWith(fitted.slice(0, -9))).toBe(true);
        }
      }),
    );
  });

  test("names that differ only past the limit stay apart", () => {
    fc.assert(
      fc.property(name(40), name(20), name(20), (prefix, a, b) => {
        fc.pre(a !== b);
        expect(fit(`${prefix}-${a}`, 32)).not.toBe(fit(`${prefix}-${b}`, 32));
      }),
    );
  });
});

describe("AWS limits", () => {
  test("every name of any tenant and service is within its limit", () => {
    fc.assert(
      fc.property(tenant, service, (t, s) => {
        const names = tenantNames(t).service(s);
        expect(names.taskRole.length).toBeLessThanOrEqual(LIMITS.iamRole);
        expect(names.executionRole.length).toBeLessThanOrEqual(LIMITS.iamRole);
        expect(writerRoleName(t).length).toBeLessThanOrEqual(LIMITS.iamRole);
        expect(names.targetGroup.length).toBeLessThanOrEqual(LIMITS.targetGroup);
        expect(names.targetGroup).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
        expect(names.sidecarRule.length).toBeLessThanOrEqual(LIMITS.eventRule);
        // EventBridge's own characters, and the beginning by which the tenant's log of events knows its rules.
        for (const rule of [names.tasksStoppedRule, names.startFailedRule]) {
          expect(rule).toMatch(/^[a-z0-9.-]{1,64}$/);
          expect(rule.startsWith(tenantNames(t).serviceRulePrefix)).toBe(true);
        }
        expect(tenantNames(t).cluster.length).toBeLessThanOrEqual(100);
        expect(names.logGroup).toMatch(/^[\w./-]{1,512}$/);
        expect(names.configParameter).toMatch(/^\/[\w./-]{1,1010}$/);
      }),
    );
  });

  test("two tenants never share a name in the central account", () => {
    fc.assert(
      fc.property(tenant, tenant, (a, b) => {
        fc.pre(a !== b);
        for (const nameOf of [writerRoleName, centralNames.tenantAmpAlias, workspaceName]) {
          expect(nameOf(a)).not.toBe(nameOf(b));
        }
      }),
    );
  });

  test("two services of a tenant never share a name", () => {
    fc.assert(
      fc.property(tenant, service, service, (t, a, b) => {
        fc.pre(a !== b);
        const namesOf = (s: string): string[] => Object.values(tenantNames(t).service(s));
        expect(namesOf(a).filter((value) => namesOf(b).includes(value))).toEqual([]);
      }),
    );
  });
});

describe("external id", () => {
  const central = { accountId: "111111111111", organizationId: "o-example" };

  test("is fixed: a change would lock every running collector out", () => {
    expect(externalId(central, { name: "acme", accountId: "222222222222" })).toBe(
      "tenantscope-89103c003384f3d2793c625f3332e780",
    );
  });

  test("differs by tenant, account, organization and central account", () => {
    const ids = [
      externalId(central, { name: "acme", accountId: "222222222222" }),
      externalId(central, { name: "acme", accountId: "333333333333" }),
      externalId(central, { name: "globex", accountId: "222222222222" }),
      externalId({ ...central, organizationId: "o-other" }, { name: "acme", accountId: "222222222222" }),
      externalId({ ...central, accountId: "999999999999" }, { name: "acme", accountId: "222222222222" }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[\w+=,.@:/-]{2,1224}$/);
  });
});
