import { asText, objects, shown, texts, type JsonObject } from "../../support/json";
import type { Stack } from "../../support/synth";
import { interpolations, referredBlock } from "../../support/terraform";
import { isOwnKey } from "./data";
import { forStacks, type Rule } from "./rule";

/** What makes a bucket, and whether the attributes are as they must be. Each exactly once for each bucket. */
const PARTS: Readonly<Record<string, (attributes: JsonObject, stack: Stack) => boolean>> = {
  aws_s3_bucket_lifecycle_configuration: () => true,
  aws_s3_bucket_ownership_controls: ({ rule }) =>
    objects(rule).every(({ object_ownership }) => object_ownership === "BucketOwnerEnforced"),
  // Its statements are looked at with all other policies.
  aws_s3_bucket_policy: ({ policy }) => asText(policy).includes('"Sid":"OnlyWithTls","Effect":"Deny"'),
  aws_s3_bucket_public_access_block: (attributes) =>
    ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].every(
      (key) => attributes[key] === true,
    ),
  aws_s3_bucket_server_side_encryption_configuration: (attributes, stack) => {
    const defaults = objects(attributes.rule).flatMap((rule) =>
      objects(rule.apply_server_side_encryption_by_default),
    );
    return (
      defaults.length === 1 &&
      defaults.every(
        ({ sse_algorithm, kms_master_key_id }) =>
          sse_algorithm === "aws:kms" && isOwnKey(stack, { attributes }, kms_master_key_id),
      )
    );
  },
  aws_s3_bucket_versioning: ({ versioning_configuration }) =>
    objects(versioning_configuration).every(({ status }) => status === "Enabled"),
};

export const bucketsAreClosed = forStacks(
  "a bucket is private, encrypted with a key of its own, versioned and owned by its account",
  (stack) => {
    const buckets = stack.blocks.filter(({ type }) => type === "aws_s3_bucket");
    const keys = stack.blocks
      .filter(({ type }) => type === "aws_s3_bucket_server_side_encryption_configuration")
      .map(({ attributes }) => interpolations(JSON.stringify(attributes.rule)).join());
    return [
      ...stack.blocks
        .filter(({ type }) => /^aws_s3_bucket_|^aws_s3_access|^aws_s3control/.test(type) && !(type in PARTS))
        .map(({ address }) => `${address} is of an unexpected type`),
      ...(new Set(keys).size === keys.length ? [] : ["two buckets share a key"]),
      ...buckets.flatMap(({ id, address, attributes }) => [
        ...Object.keys(attributes)
          .filter((key) => key !== "bucket")
          .map((key) => `${address} has ${key}`),
        ...Object.entries(PARTS).flatMap(([type, isRight]) => {
          const parts = Object.values(stack.resource(type)).filter(
            ({ bucket }) => bucket === `\${aws_s3_bucket.${id}.id}`,
          );
          return parts.length === 1 && parts.every((each) => isRight(each, stack))
            ? []
            : [`${address}: ${type}`];
        }),
      ]),
    ];
  },
);

export const objectsGoIntoOwnBuckets = forStacks(
  "an object goes into a bucket of ours, as the bucket says",
  (stack, tree) => {
    const buckets = tree.stacks.flatMap((each) =>
      each.blocks
        .filter(({ type }) => type === "aws_s3_bucket")
        .map((block) => `${each.account(block).accountId} ${shown(block.attributes.bucket)}`),
    );
    return stack.blocks
      .filter(({ type }) => /^aws_s3_(bucket_)?object/.test(type))
      .flatMap((block) => [
        ...(buckets.includes(`${stack.account(block).accountId} ${shown(block.attributes.bucket)}`)
          ? []
          : [`${block.address} goes into ${shown(block.attributes.bucket)}`]),
        ...Object.keys(block.attributes)
          .filter((key) => !["bucket", "key", "content", "content_type"].includes(key))
          .map((key) => `${block.address} has ${key}`),
      ]);
  },
);

/** Tasks reach a file system over TLS, through an access point, with their role. */
export const fileSystemsAreGuarded = forStacks(
  "a file system is encrypted, has a policy, and tasks mount it with their role over TLS",
  (stack) => [
    ...stack.blocks
      .filter(({ type }) => type === "aws_efs_file_system")
      .flatMap(({ id, address, attributes }) => [
        ...(attributes.encrypted === true ? [] : [`${address} is not encrypted`]),
        ...(Object.values(stack.resource("aws_efs_file_system_policy")).filter(
          ({ file_system_id }) => file_system_id === `\${aws_efs_file_system.${id}.id}`,
        ).length === 1
          ? []
          : [`${address} has no policy`]),
      ]),
    ...stack.blocks.flatMap(({ type, address, attributes }) =>
      type !== "aws_ecs_task_definition"
        ? []
        : objects(attributes.volume)
            .flatMap((volume) => objects(volume.efs_volume_configuration))
            .filter(
              ({ transit_encryption, authorization_config: access }) =>
                transit_encryption !== "ENABLED" ||
                !objects(access).some(({ iam, access_point_id }) => {
                  const [expression = ""] = interpolations(shown(access_point_id));
                  return (
                    iam === "ENABLED" &&
                    referredBlock(stack, expression)?.block.type === "aws_efs_access_point"
                  );
                }),
            )
            .map(() => `${address} mounts without a role, TLS or access point`),
    ),
    ...Object.entries(stack.resource("aws_efs_access_point"))
      .filter(([, { posix_user }]) => texts(objects(posix_user).map(({ uid }) => shown(uid))).includes("0"))
      .map(([id]) => `aws_efs_access_point.${id} is root's`),
  ],
);

export const STORAGE_RULES: readonly Rule[] = [
  bucketsAreClosed,
  objectsGoIntoOwnBuckets,
  fileSystemsAreGuarded,
];
