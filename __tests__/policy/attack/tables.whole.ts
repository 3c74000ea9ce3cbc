import { attackFleet } from "../../support/attack-fleet";
import { worldOf } from "../../support/attack-world";
import { allow } from "../../support/iam";
import { actionsOn } from "../../support/reach";
import { synth } from "../../support/synth";
import { apisMatrix } from "./apis";
import { EXPECTED_APIS } from "./expected-apis";
import { CENTRAL_DENIALS, EXPECTED_CENTRAL } from "./expected-central";
import { EXPECTED_ADMINISTRATORS, EXPECTED_TENANTS, TENANT_DENIALS } from "./expected-tenants";
import { EXPECTED_OWNERS } from "./expected-owners";
import { EXPECTED_SERVICES } from "./expected-services";
import { centralRole } from "./names";
import {
  administratorMatrix,
  denialsMatrix,
  newTally,
  ownersMatrix,
  rolesMatrix,
  servicesMatrix,
} from "./matrices";

/**
 * Every role of every stack, every action that AWS knows, every resource of every stack: the answers of the policy
 * simulator are the tables', and nothing besides.
 */
const world = worldOf(synth(attackFleet()));
const tally = newTally();

test("what every role of the fleet may do is in the tables", async () => {
  expect(await rolesMatrix(world, tally)).toEqual({ ...EXPECTED_CENTRAL, ...EXPECTED_TENANTS });
  expect(tally.questions).toBeGreaterThan(700_000);
  expect(tally.simulated).toBeGreaterThan(800);
});

test("what a role denies itself stays denied, whatever else it is given", async () => {
  expect(await denialsMatrix(world, newTally())).toEqual({ ...CENTRAL_DENIALS, ...TENANT_DENIALS });
});

test("an administrator of a tenant reaches its writer and makes links, under whatever name, and nothing else", async () => {
  expect(await administratorMatrix(world, tally)).toEqual(EXPECTED_ADMINISTRATORS);
  expect(tally.questions).toBeGreaterThan(2_000_000);
});

test("what is kept from the administrators of its own account is in the table", async () => {
  expect(await ownersMatrix(world, newTally())).toEqual(EXPECTED_OWNERS);
});

test("no role can give itself or another more rights, by whatever way", () => {
  // ECR alone takes that role on: its grants, at the key of copied images, are for repositories.
  const rights = Object.entries({ ...EXPECTED_CENTRAL, ...EXPECTED_TENANTS }).flatMap(([arn, lines]) =>
    arn === centralRole("image-cache") ? [] : lines,
  );
  const actions = new Set(rights.flatMap((line) => (line.split(" on ")[0] ?? "").split(" ")));
  const ways =
    /^(iam|organizations|account|sso|cloudformation|codebuild|glue|ssm:(Put|Send|Start)|ecs:(Run|Start|Register|Update|Create|Execute)|lambda:(Update|Create|Add|Put)|kms:(CreateGrant|Put|RetireGrant|Schedule|Disable)|s3:(Put(Bucket|.*Acl)|DeleteBucket)|sns:(SetTopic|AddPermission)|sqs:(Set|AddPermission)|secretsmanager:(PutResource|UpdateSecret)|ec2:(Run|Associate|Replace)|events:Put|scheduler:|apigateway:|es:(Update|Create|Delete|Add)|aps:(Put|Create|Delete)|oam:(Put|Update|Delete)|sts:(TagSession|SetSourceIdentity|Get(Federation|Session)))/;
  expect([...actions].filter((action) => ways.test(action) && action !== "es:ESHttpDelete")).toEqual([]);
  expect(actions.size).toBeGreaterThan(60);
});

test("what every AWS service may do, and on whose behalf, is in the table", async () => {
  const asked = newTally();
  expect(await servicesMatrix(world, asked)).toEqual(EXPECTED_SERVICES);
  expect(asked.questions).toBeGreaterThan(79_000);
});

test("each half of the policies of APIs and of the domain lets those through that are in the table", async () => {
  const asked = newTally();
  expect(await apisMatrix(world, asked)).toEqual(EXPECTED_APIS);
  expect(asked.simulated).toBeGreaterThan(450);
});

test("what was not asked, because no Allow could match, the simulator denies", async () => {
  const { callers, targets, documents } = world;
  const denied: string[] = [];
  for (let index = 0; denied.length < 300; index += 1) {
    // Strides without a common divisor walk through everything evenly, and are the same each time.
    const caller = callers[(index * 7) % callers.length];
    const target = targets[(index * 101) % targets.length];
    if (caller === undefined || target === undefined || target.policies.length > 0) continue;
    const actions = await actionsOn(target.service, target.type);
    const action = actions[(index * 13) % actions.length] ?? "";
    const statements = JSON.stringify(caller.policies.map((id) => documents.get(id)));
    if (statements.includes(`"${target.service}:`)) continue;
    const request = {
      principal: caller.arn,
      identityPolicies: caller.policies.flatMap((id) => documents.get(id) ?? []),
      action,
      resource: target.arn,
      resourceAccount: target.accountId,
    };
    const answer = await allow(request).catch((error: unknown) =>
      String(error).includes("multiple.resource.types") ? false : Promise.reject(error as Error),
    );
    expect([request.principal, action, target.arn, answer]).toEqual([
      request.principal,
      action,
      target.arn,
      false,
    ]);
    denied.push(action);
  }
});
