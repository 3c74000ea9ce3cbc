import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LambdaFunction } from "../../modules/lambda-function/lambda-function";
import { functionTrust } from "../../modules/lambda-function/policies";
import { StandaloneIdentity } from "../../modules/lambda-function/standalone-identity";
import { STORAGE_PROXY } from "../../modules/opensearch/names";
import { census, only } from "../support/census";
import { texts } from "../support/json";
import { policyOf, withoutHashes } from "../support/module-stack";
import { synthModule, target } from "./gateway-module";

const PLACE = { accountId: "222222222222", region: "eu-central-1", name: "tenantscope-example" };

const build = (inOtherAccount: boolean) =>
  synthModule((scope) => {
    const provider = inOtherAccount
      ? new AwsProvider(scope, "other", { region: PLACE.region, alias: "other" })
      : undefined;
    const identity = new StandaloneIdentity(scope, "identity", {
      ...PLACE,
      description: "An example",
      provider,
    });
    new LambdaFunction(scope, "example", {
      identity,
      description: "Does something",
      entry: STORAGE_PROXY.entry,
      memoryMiB: 256,
      timeoutSeconds: 60,
      environment: {},
      statements: [],
      logGroup: "/tenantscope/example",
      logRetentionDays: 30,
      keyAlias: "alias/tenantscope-example",
      alarmTopicArn: "arn:aws:sns:eu-central-1:222222222222:alarms",
      provider,
    });
  });
const stack = build(false);

test("has no network and no rights for one", () => {
  expect(census(stack)).toEqual({
    aws_cloudwatch_log_group: 1,
    aws_cloudwatch_metric_alarm: 3,
    aws_iam_role: 1,
    aws_iam_role_policy: 1,
    aws_kms_alias: 1,
    aws_kms_key: 1,
    aws_lambda_function: 1,
  });
  const lambda = only(stack, "aws_lambda_function");
  expect(lambda).not.toHaveProperty("vpc_config");
  expect(target(stack, lambda["role"])).toBe("aws_iam_role.identity_role");
  expect(texts(lambda["depends_on"]).map((each) => each.replace(/_[0-9A-F]{8}$/, ""))).toEqual([
    "aws_iam_role_policy.example_policy",
    "aws_cloudwatch_log_group.example_log",
  ]);
});

test("its role has the trust of every function's", () => {
  const role = only(stack, "aws_iam_role");
  expect([role["name"], role["path"], role["description"]]).toEqual([
    "tenantscope-example",
    "/tenantscope/",
    "An example",
  ]);
  expect(policyOf(role, "assume_role_policy")).toEqual(functionTrust(PLACE));
});

test("everything of it is made in the account that it is given", () => {
  const other = build(true);
  const providers = other.blocks.map(({ attributes }) => attributes["provider"]);
  expect(providers).toEqual(providers.map(() => "aws.other"));
  expect(providers).toHaveLength(9);
  // Else it is the same.
  const withoutProvider = other.blocks.map(({ address, attributes }) => [
    address,
    { ...attributes, provider: undefined },
  ]);
  expect(withoutHashes(withoutProvider)).toEqual(
    withoutHashes(stack.blocks.map(({ address, attributes }) => [address, attributes])),
  );
});
