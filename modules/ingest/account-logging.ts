import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { policy, type PolicyDocument } from "../../lib/iam";
import { IAM_PATH } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { INGEST_NAMES } from "./names";

interface Account {
  readonly accountId: string;
  readonly region: string;
}

/**
 * `IfExists`: API Gateway's documentation ("Set up CloudWatch logging for REST APIs", permissions) asks for a trust of
 * `apigateway.amazonaws.com` without a condition and does not say that it sends the key, and without the role no stage
 * can have an access log. Only who may pass the role, in this account, can give it to API Gateway.
 */
export const loggingTrust = ({ accountId }: Account): PolicyDocument =>
  policy({
    Sid: "ApiGateway",
    Effect: "Allow",
    Principal: { Service: "apigateway.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEqualsIfExists: { "aws:SourceAccount": accountId } },
  });

/**
 * What API Gateway asks for, tries out when it gets the role (in a log group of its own) and then uses for every API of
 * the account and Region: so for every log group there, not only ours.
 */
export const loggingPolicy = ({ accountId, region }: Account): PolicyDocument =>
  policy({
    Sid: "WriteApiLogs",
    Effect: "Allow",
    Action: [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "logs:PutLogEvents",
    ],
    Resource: `arn:aws:logs:${region}:${accountId}:log-group:*`,
  });

/** API Gateway's one log setting per account and Region. */
export function accountLogging(scope: Construct, account: Account): ApiGatewayAccount {
  const role = new IamRole(scope, "logging-role", {
    name: INGEST_NAMES.loggingRole,
    path: IAM_PATH,
    description: "API Gateway writes the access logs of this account's APIs with it",
    assumeRolePolicy: JSON.stringify(loggingTrust(account)),
  });
  const rights = new IamRolePolicy(scope, "logging-policy", {
    role: attribute(role, "name"),
    name: "logs",
    policy: JSON.stringify(loggingPolicy(account)),
  });
  const setting = new ApiGatewayAccount(scope, "account", { cloudwatchRoleArn: attribute(role, "arn") });
  createAfter(setting, rights);
  return setting;
}
