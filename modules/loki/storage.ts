import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";
import { bucketPolicy } from "./policies";

export interface LokiBucketProps {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly keyAlias: string;
  /** What is kept there, for people. */
  readonly description: string;
  /** Days for which something deleted or overwritten can be brought back. */
  readonly undoDays: number;
}

/**
 * A bucket with its own key: private, over TLS only, owned by the account. Versions are kept for a while, because Loki's
 * role may delete objects but not versions: a mistake in a retention, or a stolen role, destroys nothing at once. What a
 * tenant's retention deletes is therefore gone for good only so many days later.
 */
export class LokiBucket extends Construct {
  /** Terraform references. */
  readonly arn: string;
  readonly keyArn: string;
  /** What must be there before the bucket is used. */
  readonly protection: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: LokiBucketProps) {
    super(scope, id);
    const key = new EncryptionKey(this, "key", {
      alias: props.keyAlias,
      description: props.description,
      accountId: props.accountId,
      region: props.region,
      // Whoever may use it says IAM; S3 uses it on their behalf.
      statements: [],
      usedThrough: ["s3"],
    });
    const s3Bucket = new S3Bucket(this, "bucket", { bucket: props.name });
    const bucket = attribute(s3Bucket, "id");
    this.arn = attribute(s3Bucket, "arn");
    this.keyArn = key.arn;
    const access = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const ownership = new S3BucketOwnershipControls(this, "ownership", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
          // One call to KMS for many objects.
          bucketKeyEnabled: true,
        },
      ],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    const lifecycle = new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      // Nothing expires by itself: Loki's compactor knows how long each tenant keeps its logs.
      rule: [
        {
          id: "undo",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: props.undoDays }],
          expiration: [{ expiredObjectDeleteMarker: true }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
        },
      ],
    });
    createAfter(lifecycle, versioning);
    const policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: JSON.stringify(bucketPolicy(this.arn, key.arn)),
    });
    // S3 refuses changes of the one while the other is being changed.
    createAfter(policy, access);
    this.protection = [access, ownership, encryption, versioning, policy];
  }
}
