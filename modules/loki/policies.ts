import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { imagePullStatements } from "../ecs-service/policies";
import type { LokiImages } from "./containers";
import { OVERRIDES_KEY } from "./names";

/** ARNs, mostly Terraform references. */
export interface LokiData {
  readonly region: string;
  readonly chunksBucketArn: string;
  readonly chunksKeyArn: string;
  readonly configBucketArn: string;
  readonly configKeyArn: string;
  readonly fileSystemArn: string;
}

/** What one replica may do: the chunks of all, the overrides, its own folder of the file system. */
export function lokiTaskPolicy(data: LokiData, accessPointArn: string): PolicyDocument {
  const throughS3 = { StringEquals: { "kms:ViaService": `s3.${data.region}.amazonaws.com` } };
  return policy(
    {
      Sid: "ListChunks",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: data.chunksBucketArn,
    },
    {
      Sid: "KeepChunks",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `${data.chunksBucketArn}/*`,
    },
    {
      Sid: "EncryptChunks",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: data.chunksKeyArn,
      Condition: throughS3,
    },
    {
      // Without it S3 would not say that the document is missing, but that it is forbidden.
      Sid: "FindOverrides",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: data.configBucketArn,
    },
    {
      Sid: "ReadOverrides",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${data.configBucketArn}/${OVERRIDES_KEY}`,
    },
    {
      Sid: "DecryptOverrides",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: data.configKeyArn,
      Condition: throughS3,
    },
    mountStatement("MountOwnFolder", data.fileSystemArn, accessPointArn),
  );
}

const MOUNT = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];

const mountStatement = (Sid: string, fileSystemArn: string, accessPointArn: string): Statement => ({
  Sid,
  Effect: "Allow",
  Action: MOUNT,
  Resource: fileSystemArn,
  Condition: {
    StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn },
    Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" },
  },
});

/** Everybody, in a statement that only takes away. */
const ANYBODY = { AWS: "*" };

/** Who may mount which folder. Nobody comes without TLS or past an access point, whatever their own policies say. */
export function fileSystemPolicy(
  fileSystemArn: string,
  writers: readonly { readonly roleArn: string; readonly accessPointArn: string }[],
): PolicyDocument {
  return policy(
    ...writers.map(({ roleArn, accessPointArn }, replica): Statement => ({
      ...mountStatement(`Replica${replica}`, fileSystemArn, accessPointArn),
      Principal: { AWS: roleArn },
    })),
    {
      Sid: "OnlyWithTls",
      Effect: "Deny",
      Principal: ANYBODY,
      Action: [...MOUNT, "elasticfilesystem:ClientRootAccess"],
      Resource: fileSystemArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "OnlyThroughAccessPoints",
      Effect: "Deny",
      Principal: ANYBODY,
      Action: [...MOUNT, "elasticfilesystem:ClientRootAccess"],
      Resource: fileSystemArn,
      Condition: { Null: { "elasticfilesystem:AccessPointArn": "true" } },
    },
  );
}

/** Nobody comes without TLS, and nothing is written under another key than the bucket's. */
export function bucketPolicy(bucketArn: string, keyArn: string): PolicyDocument {
  return policy(
    {
      Sid: "OnlyWithTls",
      Effect: "Deny",
      Principal: ANYBODY,
      Action: "s3:*",
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    onlyWith("OnlyWithKms", bucketArn, "s3:x-amz-server-side-encryption", "aws:kms"),
    onlyWith("OnlyWithTheKey", bucketArn, "s3:x-amz-server-side-encryption-aws-kms-key-id", keyArn),
  );
}

/** A request that does not ask for an encryption gets the bucket's; one that does must ask for that. */
const onlyWith = (Sid: string, bucketArn: string, key: string, value: string): Statement => ({
  Sid,
  Effect: "Deny",
  Principal: ANYBODY,
  Action: "s3:PutObject",
  Resource: `${bucketArn}/*`,
  // A negated condition also holds for what is absent.
  Condition: { StringNotEquals: { [key]: value }, Null: { [key]: "false" } },
});

/** ECS starts the tasks with it: their logs and, where an image is private, its repository. */
export function lokiExecutionPolicy(props: {
  readonly accountId: string;
  readonly region: string;
  readonly logGroup: string;
  readonly images: LokiImages;
}): PolicyDocument {
  const logs: Statement = {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:${props.region}:${props.accountId}:log-group:${props.logGroup}:log-stream:*`,
  };
  return policy(logs, ...imagePullStatements(Object.values(props.images) as string[]));
}
