import { policy, type PolicyDocument } from "../../lib/iam";
import { imagePullStatements } from "../ecs-service/policies";
import { GATEWAY_NAMES } from "./names";

/** The execution role: pull the images where they are private, write the log group. */
export function gatewayExecutionPolicy(props: {
  readonly accountId: string;
  readonly region: string;
  readonly images: readonly string[];
}): PolicyDocument {
  return policy(
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${props.region}:${props.accountId}:log-group:${GATEWAY_NAMES.logGroup}:log-stream:*`,
    },
    ...imagePullStatements(props.images),
  );
}
