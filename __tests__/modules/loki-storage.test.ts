import { only } from "../support/census";
import { asObject, asText, objects } from "../support/json";
import type { Stack } from "../support/synth";
import {
  ACCOUNT,
  REGION,
  CHUNKS,
  CONFIG,
  FILE_SYSTEM,
  keyOf,
  accessPoint,
  taskRole,
  MOUNT,
  statements,
  loki,
  resolved,
  policyOf,
} from "./loki-support";

let one: Stack;
let three: Stack;
beforeAll(() => {
  one = loki(1);
  three = loki(3);
});

describe("the buckets", () => {
  const all = (type: string) => Object.values(one.resource(type));

  test("have names of the account and the Region, and are kept when not empty", () => {
    expect(all("aws_s3_bucket").map(({ bucket }) => bucket)).toEqual([
      `tenantscope-loki-chunks-${ACCOUNT}-${REGION}`,
      `tenantscope-loki-config-${ACCOUNT}-${REGION}`,
    ]);
    for (const bucket of all("aws_s3_bucket")) {
      expect(asText(bucket.bucket).length).toBeLessThanOrEqual(63);
      expect(bucket).not.toHaveProperty("force_destroy");
      expect(bucket).not.toHaveProperty("acl");
    }
  });

  test("are private, owned, encrypted with a key of their own and versioned", () => {
    for (const block of all("aws_s3_bucket_public_access_block")) {
      expect(block).toMatchObject({
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      });
    }
    for (const { rule } of all("aws_s3_bucket_ownership_controls")) {
      expect(rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
    }
    const keys = all("aws_s3_bucket_server_side_encryption_configuration").map(({ rule }) => {
      const [only] = objects(rule);
      const { sse_algorithm, kms_master_key_id } = asObject(only?.apply_server_side_encryption_by_default);
      expect(only?.bucket_key_enabled).toBe(true);
      expect(sse_algorithm).toBe("aws:kms");
      return resolved(asText(kms_master_key_id));
    });
    expect(keys).toEqual([keyOf("chunks"), keyOf("config")]);
    for (const { versioning_configuration } of all("aws_s3_bucket_versioning")) {
      expect(versioning_configuration).toEqual({ status: "Enabled" });
    }
  });

  test("nothing expires but old versions and abandoned uploads", () => {
    const rules = all("aws_s3_bucket_lifecycle_configuration").map(({ rule }) => objects(rule));
    expect(rules.map((each) => each.length)).toEqual([1, 1]);
    const [chunks, config] = rules.flat();
    expect(chunks).toEqual({
      id: "undo",
      status: "Enabled",
      filter: [{ prefix: "" }],
      noncurrent_version_expiration: [{ noncurrent_days: 7 }],
      expiration: [{ expired_object_delete_marker: true }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
    });
    expect(config).toEqual({ ...chunks, noncurrent_version_expiration: [{ noncurrent_days: 90 }] });
  });

  test.each([
    ["loki_chunks_policy", CHUNKS, keyOf("chunks")],
    ["loki_config_policy", CONFIG, keyOf("config")],
  ])("%s only takes away: what is without TLS or under another key", (id, bucket, key) => {
    expect(statements(policyOf(one, "aws_s3_bucket_policy", id))).toEqual({
      OnlyWithTls: {
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "s3:*",
        Resource: [bucket, `${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      OnlyWithKms: {
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "s3:PutObject",
        Resource: `${bucket}/*`,
        Condition: {
          StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
          Null: { "s3:x-amz-server-side-encryption": "false" },
        },
      },
      OnlyWithTheKey: {
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "s3:PutObject",
        Resource: `${bucket}/*`,
        Condition: {
          StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": key },
          Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
        },
      },
    });
  });
});

describe("the file system", () => {
  test("is encrypted, elastic, and reached in every subnet through one security group", () => {
    const { kms_key_id, ...rest } = only(one, "aws_efs_file_system");
    expect(rest).toEqual({
      creation_token: "tenantscope-loki",
      encrypted: true,
      performance_mode: "generalPurpose",
      throughput_mode: "elastic",
      tags: { Name: "tenantscope-loki" },
    });
    expect(resolved(asText(kms_key_id))).toBe(keyOf("wal"));
    const targets = Object.values(one.resource("aws_efs_mount_target"));
    expect(targets.map(({ subnet_id }) => subnet_id)).toEqual(["subnet-a", "subnet-b", "subnet-c"]);
    expect(new Set(targets.map(({ security_groups }) => JSON.stringify(security_groups))).size).toBe(1);
  });

  test("has a folder per replica that belongs to Loki's user", () => {
    const points = Object.values(three.resource("aws_efs_access_point"));
    expect(points.map(({ root_directory }) => asObject(root_directory).path)).toEqual([
      "/loki-data",
      "/loki-data-1",
      "/loki-data-2",
    ]);
    for (const point of points) {
      expect(point.posix_user).toEqual({ uid: 10001, gid: 10001 });
      expect(asObject(point.root_directory).creation_info).toEqual({
        owner_uid: 10001,
        owner_gid: 10001,
        permissions: "0750",
      });
    }
  });

  test("admits each replica to its folder, over TLS, and nobody else", () => {
    const denied = {
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: [...MOUNT, "elasticfilesystem:ClientRootAccess"],
      Resource: FILE_SYSTEM,
    };
    expect(statements(policyOf(three, "aws_efs_file_system_policy", "loki"))).toEqual({
      ...Object.fromEntries(
        [0, 1, 2].map((replica) => [
          `Replica${replica}`,
          {
            Effect: "Allow",
            Principal: { AWS: taskRole(replica) },
            Action: MOUNT,
            Resource: FILE_SYSTEM,
            Condition: {
              StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint(replica) },
              Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" },
            },
          },
        ]),
      ),
      OnlyWithTls: { ...denied, Condition: { Bool: { "aws:SecureTransport": "false" } } },
      OnlyThroughAccessPoints: {
        ...denied,
        Condition: { Null: { "elasticfilesystem:AccessPointArn": "true" } },
      },
    });
  });
});
