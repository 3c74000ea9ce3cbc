import type { ManagedService } from "../../fleet/types";
import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { isCached } from "../../lib/image-cache";
import { FILL_ACTIONS, LOG_IN, PULL_ACTIONS } from "../image-registry/policies";

/** ECS may take the roles for tasks of this account and Region only. */
export function taskTrust(accountId: string, region: string): PolicyDocument {
  return policy({
    Sid: "EcsTasks",
    Effect: "Allow",
    Principal: { Service: "ecs-tasks.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${accountId}:*` },
    },
  });
}

const PRIVATE_IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/;

/** ARN of the ECR repository of a private image; undefined for images that need no rights. */
export function repositoryArn(image: string): string | undefined {
  const match = PRIVATE_IMAGE.exec(image);
  return match === null
    ? undefined
    : `arn:aws:ecr:${match[2] ?? ""}:${match[1] ?? ""}:repository/${match[3] ?? ""}`;
}

/** A secret's `valueFrom` may go on with a JSON key, a stage and a version that are no part of the ARN. */
const secretArn = (valueFrom: string): string => valueFrom.split(":").slice(0, 7).join(":");

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** What pulling the private ones among the images takes; nothing for public ones. */
export function imagePullStatements(images: readonly string[]): Statement[] {
  const repositories = sorted(images.flatMap((image) => repositoryArn(image) ?? []));
  if (repositories.length === 0) return [];
  const cached = repositories.filter((arn) => isCached(arn.slice(arn.indexOf("/") + 1)));
  return [
    LOG_IN,
    {
      Sid: "PullImages",
      Effect: "Allow",
      Action: PULL_ACTIONS,
      Resource: repositories,
    },
    ...(cached.length === 0
      ? []
      : [{ Sid: "FillCache", Effect: "Allow", Action: FILL_ACTIONS, Resource: cached } as const]),
  ];
}

/** The execution role: pull these images, read these secrets, write this log group. Nothing for the application. */
export function executionPolicy(props: {
  readonly service: ManagedService;
  readonly sidecarImages: readonly string[];
  readonly accountId: string;
  readonly region: string;
  readonly logGroup: string;
}): PolicyDocument {
  const { service, accountId, region, logGroup } = props;
  const references = service.containers.flatMap(({ secrets }) => Object.values(secrets));
  const secrets = sorted(
    references.filter((arn) => arn.startsWith("arn:aws:secretsmanager:")).map(secretArn),
  );
  const parameters = sorted(references.filter((arn) => arn.startsWith("arn:aws:ssm:")));
  const statements: Statement[] = [
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:*`,
    },
    ...imagePullStatements([...service.containers.map(({ image }) => image), ...props.sidecarImages]),
  ];
  if (secrets.length > 0) {
    statements.push({
      Sid: "ReadSecrets",
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: secrets,
    });
  }
  if (parameters.length > 0) {
    statements.push({
      Sid: "ReadParameters",
      Effect: "Allow",
      Action: "ssm:GetParameters",
      Resource: parameters,
    });
  }
  if (service.secretKmsKeyArns.length > 0) {
    statements.push({
      Sid: "DecryptSecrets",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: sorted(service.secretKmsKeyArns),
      Condition: {
        StringEquals: {
          "kms:ViaService": [`secretsmanager.${region}.amazonaws.com`, `ssm.${region}.amazonaws.com`],
        },
      },
    });
  }
  return policy(...statements);
}
