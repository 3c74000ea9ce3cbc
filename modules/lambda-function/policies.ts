import { policy, type PolicyDocument, type Statement } from "../../lib/iam";

/** A function by its name, in its account and Region. */
export interface FunctionPlace {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export const functionArn = ({ accountId, region, name }: FunctionPlace): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/**
 * Lambda may take the role for this account, and where it says for which function, for this one. It does not document
 * that it always says so, hence `IfExists`: a key that is missing would otherwise keep the function from being made.
 */
export const functionTrust = (place: FunctionPlace): PolicyDocument =>
  policy({
    Sid: "Lambda",
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": place.accountId },
      ArnEqualsIfExists: { "aws:SourceArn": functionArn(place) },
    },
  });

const DESCRIBE = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
const CREATE = "ec2:CreateNetworkInterface";
const MANAGE = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Lambda attaches a function to a VPC with the function's own role. New interfaces in these subnets only. Which of its
 * interfaces Lambda deletes is not known beforehand, and it tries that out on one of no account: it asks for this form.
 * The function's code is denied all of it: only calls from inside the function carry its ARN.
 */
export function networkPolicy(
  place: FunctionPlace,
  network: { readonly vpcId: string; readonly subnetIds: readonly string[] },
): PolicyDocument {
  const ec2 = `arn:aws:ec2:${place.region}:${place.accountId}`;
  return policy(
    // Both support no resource.
    { Sid: "FindInterfaces", Effect: "Allow", Action: DESCRIBE, Resource: "*" },
    {
      Sid: "CreateInterfaces",
      Effect: "Allow",
      Action: CREATE,
      Resource: [`${ec2}:network-interface/*`, ...network.subnetIds.map((id) => `${ec2}:subnet/${id}`)],
    },
    {
      // Not by its id: the group goes before this policy does, so that Lambda can still delete the interfaces.
      Sid: "CreateInterfacesWithGroups",
      Effect: "Allow",
      Action: CREATE,
      Resource: `${ec2}:security-group/*`,
      Condition: { ArnEquals: { "ec2:Vpc": `${ec2}:vpc/${network.vpcId}` } },
    },
    { Sid: "ManageInterfaces", Effect: "Allow", Action: MANAGE, Resource: `${ec2}:*/*` },
    {
      Sid: "NotFromTheCode",
      Effect: "Deny",
      Action: [...MANAGE, CREATE, ...DESCRIBE, "ec2:DetachNetworkInterface"].sort(),
      Resource: "*",
      Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn(place) } },
    },
  );
}

/** What every function may do: write its log, and be started with its environment. */
export const runtimeStatements = (
  place: FunctionPlace,
  { logGroup, keyArn }: { readonly logGroup: string; readonly keyArn: string },
): Statement[] => [
  {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:${place.region}:${place.accountId}:log-group:${logGroup}:log-stream:*`,
  },
  {
    Sid: "DecryptEnvironment",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: keyArn,
    Condition: { StringEquals: { "kms:EncryptionContext:aws:lambda:FunctionArn": functionArn(place) } },
  },
];
