import { attackFleet } from "../../support/attack-fleet";
import {
  resourcePolicyOf,
  STRANGER,
  worldOf,
  type PolicyText,
  type Target,
} from "../../support/attack-world";
import { ADMINISTRATOR, conditionsOfAccess } from "../../support/iam";
import { texts } from "../../support/json";
import { accessTo, actionsOn, row, rows, type Attacker } from "../../support/reach";
import { synth } from "../../support/synth";
import { wildcard } from "../../support/wildcard";
import { JAEGER_IMAGE, PULL_OWN } from "./expected-images";
import { newTally } from "./matrices";
import { c, CENTRAL, MAKE_LINKS } from "./names";

/**
 * Nobody outside of the organization may do anything with anything of ours. The outsider has everything in its own
 * account, calls its roles as ours are called, and chooses every key that AWS does not set: it guesses external ids.
 */
const world = worldOf(synth(attackFleet()));
const OURS = world.tree.fleet.central.organizationId;
const EVERYTHING = ADMINISTRATOR as unknown as PolicyText;

/** A copy of a public image: no stack makes it, the registry's policy and a template decide about it. */
const COPY: Target = {
  arn: `arn:aws:${c("ecr", `repository/tenantscope/${JAEGER_IMAGE}`)}`,
  accountId: CENTRAL,
  service: "ecr",
  type: "repository",
  policies: [...world.documents.keys()].filter((id) =>
    /^central aws_ecr_(registry_policy|repository_creation_template)\./.test(id),
  ),
};
const targets = [
  ...world.targets.filter(
    (target) => target.accountId !== STRANGER.accountId && resourcePolicyOf(world, target) !== undefined,
  ),
  COPY,
];
const theirs = (name: string): string => `arn:aws:iam::${STRANGER.accountId}:${name}`;
const outsider = (name: string, organizationId?: string): Attacker => ({
  principal: theirs(name),
  accountId: STRANGER.accountId,
  identity: [EVERYTHING],
  ...(organizationId === undefined ? {} : { organizationId }),
});
const PLAIN = ["role/Admin", "user/Admin", "root"];
const OUR_NAMES = [...new Set(world.callers.map(({ arn }) => arn.split(":").slice(5).join(":")))];

/** Without an organization its requests carry no aws:PrincipalOrgID. */
const OUTSIDERS = [STRANGER.organizationId, undefined].flatMap((organizationId) =>
  [...PLAIN, ...OUR_NAMES].map((name) => outsider(name, organizationId)),
);

test("what is asked about has every kind of policy that a stack makes", () => {
  const kinds = new Set(targets.map(({ service, type }) => `${service} ${type}`));
  expect([...kinds].sort()).toEqual([
    "ecr repository",
    "elasticfilesystem file-system",
    "es domain",
    "execute-api execute-api-domain",
    "execute-api execute-api-general",
    "kms key",
    "lambda function",
    "logs log-group",
    "logs log-stream",
    "oam Sink",
    "s3 bucket",
    "s3 object",
    "secretsmanager Secret",
    "sns topic",
    "sqs queue",
    "sts role",
  ]);
  expect(COPY.policies).toHaveLength(3);
  expect(OUR_NAMES.length).toBeGreaterThan(50);
});

test("no outsider, under whatever name, may do anything that AWS knows with any of them", async () => {
  const tally = newTally();
  const reached: string[] = [];
  for (const attacker of OUTSIDERS) {
    const found = rows(await accessTo(world, attacker, targets, tally));
    reached.push(...found.map((each) => `${attacker.principal} ${attacker.organizationId ?? "-"}: ${each}`));
  }
  expect(reached).toEqual([]);
  expect(tally.questions).toBeGreaterThan(700_000);
});

const PULL_COPY = row(
  "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:BatchImportUpstreamImage ecr:CreateRepository ecr:GetDownloadUrlForLayer",
  [COPY.arn.replace("arn:aws:", "")],
);

test("the same account, were it of the organization, pulls images and makes links", async () => {
  for (const name of PLAIN) {
    expect(rows(await accessTo(world, outsider(name, OURS), targets, newTally()))).toEqual(
      [MAKE_LINKS, PULL_OWN, PULL_COPY].sort(),
    );
  }
});

/** One resource of every policy: paths of an API, streams of a group and objects of a bucket share theirs. */
const onePerPolicy = (): Target[] => {
  const seen = new Set<string>();
  return targets.filter((target) => {
    const key = `${target.service} ${target.type} ${JSON.stringify(resourcePolicyOf(world, target))}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};

/** Actions that a policy allows to anybody at all, `*` written out; of the many of a key those that use it or rule it. */
async function allowedToAnybody(target: Target): Promise<string[]> {
  const patterns = (resourcePolicyOf(world, target)?.Statement ?? [])
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => texts(Action))
    .map((action) => wildcard(action, "i"));
  const known = await actionsOn(target.service, target.type);
  const found = known.filter((action) => patterns.some((pattern) => pattern.test(action)));
  return target.service === "kms"
    ? found.filter((action) =>
        /:(CreateGrant|Decrypt|GenerateDataKey|PutKeyPolicy|ReEncryptFrom)$/.test(action),
      )
    : found;
}

test("the simulator itself denies what a policy allows to anybody, without a look at its text first", async () => {
  const reached: string[] = [];
  let asked = 0;
  for (const target of onePerPolicy()) {
    const resourcePolicy = resourcePolicyOf(world, target) ?? {};
    for (const action of await allowedToAnybody(target)) {
      for (const organizationId of [STRANGER.organizationId, undefined]) {
        asked += 1;
        const conditions = await conditionsOfAccess({
          principal: theirs("role/Admin"),
          identityPolicies: [ADMINISTRATOR],
          action,
          resource: target.arn,
          resourceAccount: target.accountId,
          resourcePolicy,
          context: {
            "aws:ResourceAccount": target.accountId,
            "aws:ResourceOrgID": OURS,
            ...(organizationId === undefined ? {} : { "aws:PrincipalOrgID": organizationId }),
          },
        });
        if (conditions !== undefined) reached.push(`${action} ${target.arn} if ${conditions}`);
      }
    }
  }
  expect(reached).toEqual([]);
  expect(asked).toBeGreaterThan(500);
});
