import { attackFleet } from "../../support/attack-fleet";
import { resourcePolicyOf, worldOf, type Target } from "../../support/attack-world";
import { ADMINISTRATOR, allow } from "../../support/iam";
import { synth } from "../../support/synth";
import { centralRole, elsewhere } from "./names";

/**
 * Roles of the central account with the right name at another IAM path. The `*` of an ARN's pattern stands for slashes
 * too: a policy that names roles by a pattern has to keep those below them out.
 */
const world = worldOf(synth(attackFleet()));

const admits = (
  target: Target,
  role: string,
  action: string,
  identityPolicies: object[],
): Promise<boolean> => {
  const resourcePolicy = resourcePolicyOf(world, target);
  if (resourcePolicy === undefined) throw new Error(`no policy of ${target.arn}`);
  const { arn, accountId } = target;
  return allow({
    principal: role,
    identityPolicies,
    action,
    resource: arn,
    resourceAccount: accountId,
    resourcePolicy,
  });
};

/** One request of each of the APIs and to the domain, as a tenant with a store makes them. */
const ENTRANCES = world.targets.filter(({ arn }) =>
  /\/v1\/POST\/(t\/acme2\/v1\/traces|s\/acme2\/_bulk)$|:\/domainnames\//.test(arn),
);

test("the ingest API, the storage API and the domain admit none of them, as administrators", async () => {
  const names = ["writer-acme", "writer-acme2", "jaeger-query-acme2", "jaeger-collector"].map(centralRole);
  const roles = names.flatMap((name) => [...elsewhere(name), `${name}/x`, `${name}//`]);
  const passed: string[] = [];
  for (const target of ENTRANCES) {
    // They are open to somebody, so that the answers below say something.
    expect(await admits(target, centralRole("writer-acme2"), "execute-api:Invoke", [ADMINISTRATOR])).toBe(
      true,
    );
    for (const role of roles) {
      if (await admits(target, role, "execute-api:Invoke", [ADMINISTRATOR]))
        passed.push(`${role} ${target.arn}`);
    }
  }
  expect(passed).toEqual([]);
  expect(ENTRANCES).toHaveLength(3);
  expect(roles).toHaveLength(4 * 15);
});

test("the domain of the traces names its two roles by their ARNs, and admits no other name or path", async () => {
  const target = world.targets.find(({ service, arn }) => service === "es" && arn.endsWith("/_search"));
  if (target === undefined) throw new Error("no domain");
  const own = ["storage-admin", "storage-proxy"].map(centralRole);
  const admitted: string[] = [];
  for (const role of own.flatMap((each) => [each, `${each}/x`, `${each}2`, ...elsewhere(each)])) {
    // Nothing of their own: what the domain's policy gives by itself.
    if (await admits(target, role, "es:ESHttpGet", [])) admitted.push(role);
  }
  expect(admitted).toEqual(own);
});
