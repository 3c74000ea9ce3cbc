import { exampleFleet } from "../support/fleets";
import type { JsonObject } from "../support/json";
import { Stack, type Tree } from "../support/synth";
import { actionsFit } from "./rules/iam-reference";

/** What the rule says of one statement in a stack of that name. */
async function unfit(name: string, statement: JsonObject): Promise<string[]> {
  const stack = new Stack(
    name,
    JSON.stringify({
      provider: { aws: [{ allowed_account_ids: ["111111111111"], region: "eu-west-1" }] },
      resource: {
        aws_iam_policy: { x: { policy: JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] }) } },
      },
    }),
  );
  const tree: Tree = { fleet: exampleFleet(), stacks: [stack], stack: () => stack };
  return (await actionsFit.violations(tree)).map((line) => line.replace(/^.* policy : /, ""));
}

const QUEUE = "arn:aws:sqs:eu-west-1:111111111111:x";
const TOPIC = "arn:aws:sns:eu-west-1:111111111111:x";
const BOTH = { Action: ["sns:Publish", "sqs:SendMessage"], Resource: [QUEUE, TOPIC] };
const owned = (operator: string, key: string): JsonObject => ({
  Action: ["kms:CreateKey", "kms:DisableKey"],
  Resource: "*",
  Condition: { [operator]: { [key]: "central" } },
});
const token = (issuer: string): JsonObject => ({
  Principal: { Federated: "arn:aws:iam::111111111111:oidc-provider/app.terraform.io" },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringEquals: { [`${issuer}:sub`]: "x" } },
});

test.each<[string, JsonObject, string[], string[]]>([
  [
    "things of two services together",
    BOTH,
    [`sns:Publish knows no ${QUEUE}`, `sqs:SendMessage knows no ${TOPIC}`],
    [],
  ],
  [
    "a thing without an action",
    { ...BOTH, Action: "sqs:SendMessage" },
    [`sqs:SendMessage knows no ${TOPIC}`],
    [`sqs:SendMessage knows no ${TOPIC}`],
  ],
  [
    "an action without a thing",
    { ...BOTH, Resource: TOPIC },
    [`sqs:SendMessage knows no ${TOPIC}`],
    [`sqs:SendMessage knows no ${TOPIC}`],
  ],
  [
    "a tag of the request where nothing is tagged",
    owned("StringEquals", "aws:RequestTag/x"),
    ["kms:DisableKey knows no aws:RequestTag/x"],
    ["kms:DisableKey knows no aws:RequestTag/x"],
  ],
  [
    "the same where there is one",
    owned("StringEqualsIfExists", "aws:RequestTag/x"),
    ["kms:DisableKey knows no aws:RequestTag/x"],
    [],
  ],
  [
    "a key that no action knows, where there is one",
    owned("StringEqualsIfExists", "ec2:Vpc"),
    ["kms:CreateKey knows no ec2:Vpc", "kms:DisableKey knows no ec2:Vpc"],
    ["kms:CreateKey knows no ec2:Vpc", "kms:DisableKey knows no ec2:Vpc"],
  ],
  ["a global key", owned("StringEquals", "aws:PrincipalArn"), [], []],
  ["a claim of the token's issuer", token("app.terraform.io"), [], []],
  [
    "a claim of another issuer",
    token("tokens.example"),
    ["sts:AssumeRoleWithWebIdentity knows no tokens.example:sub"],
    ["sts:AssumeRoleWithWebIdentity knows no tokens.example:sub"],
  ],
])("%s", async (_, statement, elsewhere, inWorkspaces) => {
  expect(await unfit("central", statement)).toEqual(elsewhere);
  expect(await unfit("workspaces", statement)).toEqual(inWorkspaces);
});
