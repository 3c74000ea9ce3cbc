import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { repositoryArn } from "../ecs-service/policies";
import { GATEWAY_NAMES } from "./names";

/** The execution role: pull the images where they are private, write the log group. */
export function gatewayExecutionPolicy(props: {
  readonly accountId: string;
  readonly region: string;
  readonly images: readonly string[];
}): PolicyDocument {
  const repositories = [...new Set(props.images.flatMap((image) => repositoryArn(image) ?? []))].sort();
  const pull: Statement[] = [
    // The action supports no resource.
    { Sid: "LogInToRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "PullImages",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositories,
    },
  ];
  return policy(
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${props.region}:${props.accountId}:log-group:${GATEWAY_NAMES.logGroup}:log-stream:*`,
    },
    ...(repositories.length > 0 ? pull : []),
  );
}
