import { EncryptionKey, logsStatement, type KeyService } from "../../modules/kms-key/kms-key";
import { ADMINISTRATOR, allow } from "../support/iam";
import { census, only } from "../support/census";
import { alone, policyOf } from "../support/module-stack";

const ACCOUNT = "111111111111";
const REGION = "eu-west-1";
const GROUP = "/tenantscope/central/test";

const build = (usedThrough: readonly KeyService[]) =>
  alone(
    (scope) =>
      new EncryptionKey(scope, "key", {
        alias: "alias/test",
        description: "test",
        accountId: ACCOUNT,
        region: REGION,
        statements: [logsStatement(REGION, ACCOUNT, [GROUP])],
        usedThrough,
      }),
  ).stack;

const asks = (stack: ReturnType<typeof build>) => {
  const resourcePolicy = policyOf(only(stack, "aws_kms_key")) as object;
  return (principal: string, action: string, context: Record<string, string> = {}) =>
    allow({
      principal,
      identityPolicies: principal.startsWith("arn:") ? [ADMINISTRATOR] : [],
      action: `kms:${action}`,
      resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`,
      resourceAccount: ACCOUNT,
      resourcePolicy,
      context,
    });
};
const admin = `arn:aws:iam::${ACCOUNT}:role/admin`;
const through = (service: string) => ({ "kms:ViaService": `${service}.${REGION}.amazonaws.com` });
const USE = ["CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom"];

test("a key with an alias, rotated, that can be brought back for 30 days", () => {
  const stack = build(["s3"]);
  expect(census(stack)).toEqual({ aws_kms_alias: 1, aws_kms_key: 1 });
  expect(only(stack, "aws_kms_key")).toMatchObject({
    enable_key_rotation: true,
    deletion_window_in_days: 30,
  });
});

test("the account's administrators administer it, and use it through its services only", async () => {
  const ask = asks(build(["s3", "sqs"]));
  for (const action of ["DescribeKey", "PutKeyPolicy", "ScheduleKeyDeletion", "CancelKeyDeletion"])
    expect(await ask(admin, action)).toBe(true);
  for (const action of USE) {
    expect(await ask(admin, action)).toBe(false);
    expect(await ask(admin, action, through("s3"))).toBe(true);
    expect(await ask(admin, action, through("sqs"))).toBe(true);
    expect(await ask(admin, action, through("ec2"))).toBe(false);
    expect(await ask(admin, action, { "kms:ViaService": "s3.us-east-1.amazonaws.com" })).toBe(false);
    expect(await ask(`arn:aws:iam::222222222222:role/admin`, action, through("s3"))).toBe(false);
  }
});

test("a service that is let in works as before, for what it is let in", async () => {
  const ask = asks(build(["logs"]));
  const logs = `logs.${REGION}.amazonaws.com`;
  const of = (name: string) => ({
    "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`,
  });
  expect(await ask(logs, "Decrypt", of(GROUP))).toBe(true);
  expect(await ask(logs, "Decrypt", of("/another"))).toBe(false);
  expect(await ask("sns.amazonaws.com", "Decrypt", of(GROUP))).toBe(false);
});

test("without such a service IAM alone decides in the account", async () => {
  const ask = asks(build([]));
  for (const action of USE) expect(await ask(admin, action)).toBe(true);
});
