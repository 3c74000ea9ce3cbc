import { ADMINISTRATOR, allow, type AccessRequest } from "../support/iam";

/** The helper is what the access tests stand on: it must know AWS's rules and refuse to guess. */
const TENANT = "222222222222";
const CENTRAL = "111111111111";
const ROLE = `arn:aws:iam::${TENANT}:role/app/task`;
const WRITER = `arn:aws:iam::${CENTRAL}:role/writer`;

const trust = (principal: object, condition?: object) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Trust",
      Effect: "Allow",
      Principal: principal,
      Action: "sts:AssumeRole",
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ],
});
const policy = (Effect: string, Action: string, Resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "One", Effect, Action, Resource }],
});
const assume = (changes: Partial<AccessRequest> = {}) =>
  allow({
    principal: ROLE,
    identityPolicies: [policy("Allow", "sts:AssumeRole", WRITER)],
    action: "sts:AssumeRole",
    resource: WRITER,
    resourceAccount: CENTRAL,
    resourcePolicy: trust({ AWS: `arn:aws:iam::${TENANT}:root` }),
    ...changes,
  });

describe("across accounts both sides must allow", () => {
  test("both do", async () => {
    expect(await assume()).toBe(true);
  });
  test("the caller's side does not", async () => {
    expect(await assume({ identityPolicies: [] })).toBe(false);
  });
  test("the resource's side does not", async () => {
    expect(await assume({ resourcePolicy: trust({ AWS: `arn:aws:iam::${CENTRAL}:root` }) })).toBe(false);
  });
  test("a Deny wins", async () => {
    expect(await assume({ identityPolicies: [ADMINISTRATOR, policy("Deny", "sts:AssumeRole", "*")] })).toBe(
      false,
    );
  });
});

describe("within an account", () => {
  const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::data/key", resourceAccount: TENANT };

  test("one side is enough for most resources", async () => {
    const open = policy("Allow", "s3:GetObject", "arn:aws:s3:::data/*");
    const [statement] = open.Statement;
    const resourcePolicy = { ...open, Statement: [{ ...statement, Principal: { AWS: ROLE } }] };
    expect(await allow({ principal: ROLE, ...bucket })).toBe(false);
    expect(await allow({ principal: ROLE, ...bucket, identityPolicies: [open] })).toBe(true);
    expect(await allow({ principal: ROLE, ...bucket, resourcePolicy })).toBe(true);
  });

  test("a role's trust must allow it even there", async () => {
    const here = {
      resource: `arn:aws:iam::${TENANT}:role/other`,
      resourceAccount: TENANT,
      identityPolicies: [ADMINISTRATOR],
    };
    expect(await assume({ ...here, resourcePolicy: trust({ AWS: `arn:aws:iam::${CENTRAL}:root` }) })).toBe(
      false,
    );
    expect(await assume({ ...here, resourcePolicy: trust({ AWS: ROLE }) })).toBe(true);
  });
});

describe("conditions", () => {
  const root = { AWS: `arn:aws:iam::${TENANT}:root` };

  test("aws:PrincipalArn is the caller's, with its path", async () => {
    const narrowed = (arn: string) => trust(root, { StringEquals: { "aws:PrincipalArn": [arn] } });
    expect(await assume({ resourcePolicy: narrowed(ROLE) })).toBe(true);
    expect(await assume({ resourcePolicy: narrowed(`arn:aws:iam::${TENANT}:role/task`) })).toBe(false);
  });

  test("a missing key does not match", async () => {
    const resourcePolicy = trust(root, { StringEquals: { "sts:ExternalId": "x" } });
    expect(await assume({ resourcePolicy })).toBe(false);
    expect(await assume({ resourcePolicy, context: { "sts:ExternalId": "y" } })).toBe(false);
    expect(await assume({ resourcePolicy, context: { "sts:ExternalId": "x" } })).toBe(true);
  });

  test("a service acts for an account", async () => {
    const resourcePolicy = trust(
      { Service: "ecs-tasks.amazonaws.com" },
      { StringEquals: { "aws:SourceAccount": CENTRAL } },
    );
    const asked = (principal: string, account: string) =>
      assume({ principal, identityPolicies: [], resourcePolicy, context: { "aws:SourceAccount": account } });
    expect(await asked("ecs-tasks.amazonaws.com", CENTRAL)).toBe(true);
    expect(await asked("ecs-tasks.amazonaws.com", TENANT)).toBe(false);
    expect(await asked("ec2.amazonaws.com", CENTRAL)).toBe(false);
  });
});

describe("a broken question is an error, not a denial", () => {
  const BROKEN: readonly (readonly [string, Partial<AccessRequest>, RegExp])[] = [
    ["an unresolved resource", { resource: "${aws_iam_role.writer.arn}" }, /unresolved/],
    ["an unresolved policy", { identityPolicies: [policy("Allow", "sts:AssumeRole", "${x}")] }, /unresolved/],
    ["an unknown action", { action: "sts:BecomeRole" }, /invalid.action/],
    ["an unknown service", { action: "nothing:AssumeRole" }, /invalid.service/],
    ["a resource of another kind", { resource: "arn:aws:s3:::bucket" }, /no.resource.types/],
    [
      "a policy with a wrong key",
      { identityPolicies: [{ ...ADMINISTRATOR, Statements: [] }] },
      /policy.errors/,
    ],
    [
      "a context key of another action",
      { context: { "kms:ViaService": "x" } },
      /kms:ViaService mean nothing/,
    ],
  ];

  test.each(BROKEN)("%s", async (_, changes, message) => {
    await expect(assume(changes)).rejects.toThrow(message);
  });
});
