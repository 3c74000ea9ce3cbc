import { functionTrust, networkPolicy } from "../../modules/lambda-function/policies";
import { allow } from "../support/iam";

const ACCOUNT = "111111111111";
const REGION = "eu-west-1";
const NAME = "tenantscope-example";
const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${NAME}`;
const PLACE = { accountId: ACCOUNT, region: REGION, name: NAME };
const ROLE = `arn:aws:iam::${ACCOUNT}:role/tenantscope/${NAME}`;

describe("network", () => {
  const rights = networkPolicy(PLACE, { vpcId: "vpc-1", subnetIds: ["subnet-a", "subnet-b"] });
  const ec2 = `arn:aws:ec2:${REGION}:${ACCOUNT}`;
  // The simulator takes a wildcard in the place of the kind of resource for no match.
  const simulated = JSON.parse(
    JSON.stringify(rights).replace(`${ec2}:*/*`, `${ec2}:network-interface/*`),
  ) as object;
  const ask = (action: string, resource: string, context: Record<string, string> = {}): Promise<boolean> =>
    allow({
      principal: ROLE,
      identityPolicies: [simulated],
      action,
      resource,
      resourceAccount: ACCOUNT,
      context,
    });
  const VPC = { "ec2:Vpc": `${ec2}:vpc/vpc-1` };

  test("exactly these statements", () => {
    expect(rights.Statement.map(({ Sid, Effect }) => [Sid, Effect])).toEqual([
      ["FindInterfaces", "Allow"],
      ["CreateInterfaces", "Allow"],
      ["CreateInterfacesWithGroups", "Allow"],
      ["ManageInterfaces", "Allow"],
      ["NotFromTheCode", "Deny"],
    ]);
    expect(rights.Statement.map(({ Resource }) => Resource)).toEqual([
      "*",
      [`${ec2}:network-interface/*`, `${ec2}:subnet/subnet-a`, `${ec2}:subnet/subnet-b`],
      `${ec2}:security-group/*`,
      `${ec2}:*/*`,
      "*",
    ]);
  });

  const NEEDED: readonly (readonly [string, string, Record<string, string>])[] = [
    ["ec2:DescribeNetworkInterfaces", "*", {}],
    ["ec2:DescribeSubnets", "*", {}],
    ["ec2:CreateNetworkInterface", `${ec2}:network-interface/eni-1`, {}],
    ["ec2:CreateNetworkInterface", `${ec2}:subnet/subnet-a`, VPC],
    ["ec2:CreateNetworkInterface", `${ec2}:subnet/subnet-b`, VPC],
    ["ec2:CreateNetworkInterface", `${ec2}:security-group/sg-1`, VPC],
    ["ec2:DeleteNetworkInterface", `${ec2}:network-interface/eni-1`, {}],
    ["ec2:AssignPrivateIpAddresses", `${ec2}:network-interface/eni-1`, {}],
    ["ec2:UnassignPrivateIpAddresses", `${ec2}:network-interface/eni-1`, {}],
  ];

  test.each(NEEDED)("Lambda may %s on %s; the function's code may not", async (action, resource, context) => {
    expect(await ask(action, resource, context)).toBe(true);
    expect(await ask(action, resource, { ...context, "lambda:SourceFunctionArn": ARN })).toBe(false);
  });

  test("no interface in other subnets or with groups of other VPCs, and no other action", async () => {
    const asked = [
      ask("ec2:CreateNetworkInterface", `${ec2}:subnet/subnet-c`, VPC),
      ask("ec2:CreateNetworkInterface", `${ec2}:security-group/sg-1`, { "ec2:Vpc": `${ec2}:vpc/vpc-2` }),
      ask("ec2:CreateNetworkInterface", `${ec2}:security-group/sg-1`),
      ask("ec2:AttachNetworkInterface", `${ec2}:network-interface/eni-1`),
      ask("ec2:ModifyNetworkInterfaceAttribute", `${ec2}:network-interface/eni-1`),
    ];
    expect(await Promise.all(asked)).toEqual(asked.map(() => false));
  });
});

test("Lambda may take the role for this account, and for no other function where it says for which", async () => {
  const trust = functionTrust(PLACE);
  expect(trust.Statement).toEqual([
    {
      Sid: "Lambda",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": ACCOUNT },
        ArnEqualsIfExists: { "aws:SourceArn": ARN },
      },
    },
  ]);
  const assumes = (context: Record<string, string>): Promise<boolean> =>
    allow({
      principal: "lambda.amazonaws.com",
      action: "sts:AssumeRole",
      resource: ROLE,
      resourceAccount: ACCOUNT,
      resourcePolicy: trust,
      context,
    });
  expect(await assumes({ "aws:SourceAccount": ACCOUNT })).toBe(true);
  expect(await assumes({ "aws:SourceAccount": ACCOUNT, "aws:SourceArn": ARN })).toBe(true);
  expect(await assumes({ "aws:SourceAccount": ACCOUNT, "aws:SourceArn": `${ARN}-2` })).toBe(false);
  expect(await assumes({ "aws:SourceAccount": "222222222222", "aws:SourceArn": ARN })).toBe(false);
  expect(await assumes({})).toBe(false);
});
