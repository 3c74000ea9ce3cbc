import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { everyOptionFleet } from "../support/every-option-fleet";
import { CLOUD_BACKEND, exampleFleet, S3_BACKEND } from "../support/fleets";
import { walk } from "../support/json";
import { mutated, synth, type Block, type Tree } from "../support/synth";
import { aliasOf } from "./key-table";
import { isOwnKey } from "./rules/data";

/** Every argument that takes a KMS key, of every type of resource in use, by the way to it; or why it is not set. */
const ARGUMENTS: Readonly<Record<string, "set" | { readonly reason: string }>> = {
  "aws_cloudwatch_log_group kms_key_id": "set",
  "aws_ecr_repository encryption_configuration_kms_key": "set",
  "aws_ecr_repository_creation_template encryption_configuration_kms_key": "set",
  "aws_ecs_cluster configuration_execute_command_configuration_kms_key_id": {
    reason: "ECS Exec is not enabled anywhere, so no session is there to encrypt",
  },
  "aws_ecs_cluster configuration_managed_storage_configuration_fargate_ephemeral_storage_kms_key_id": {
    reason:
      "what a task writes to its own disk is gone with it and encrypted with AWS's key; a key that is gone would keep every task from starting",
  },
  "aws_ecs_cluster configuration_managed_storage_configuration_kms_key_id": {
    reason: "no task has an EBS volume that ECS manages",
  },
  "aws_ecs_service service_connect_configuration_service_tls_kms_key": {
    reason: "Service Connect is not in use: it would put a proxy into every task",
  },
  "aws_ecs_service volume_configuration_managed_ebs_volume_kms_key_id": {
    reason: "no task has an EBS volume that ECS manages",
  },
  "aws_efs_file_system kms_key_id": "set",
  "aws_lambda_function kms_key_arn": "set",
  "aws_lambda_function source_kms_key_arn": {
    reason: "the code is that of this repository, which is public",
  },
  "aws_opensearch_domain encrypt_at_rest_kms_key_id": "set",
  "aws_prometheus_workspace kms_key_arn": "set",
  "aws_s3_bucket replication_configuration_rules_destination_replica_kms_key_id": {
    reason: "no bucket is replicated: logs stay in their Region",
  },
  "aws_s3_bucket server_side_encryption_configuration_rule_apply_server_side_encryption_by_default_kms_master_key_id":
    { reason: "the provider's old way: a resource of its own says it, for each bucket" },
  "aws_s3_bucket_server_side_encryption_configuration rule_apply_server_side_encryption_by_default_kms_master_key_id":
    "set",
  "aws_s3_object kms_key_id": {
    reason: "the bucket's default key applies, and its policy refuses every other",
  },
  "aws_scheduler_schedule kms_key_arn": {
    reason: "the key is for the payload, which is the name of a task of this program",
  },
  "aws_secretsmanager_secret kms_key_id": "set",
  "aws_secretsmanager_secret replica_kms_key_id": {
    reason: "the token is not replicated: Grafana is in one Region",
  },
  "aws_sns_topic kms_master_key_id": "set",
  "aws_sqs_queue kms_master_key_id": "set",
  "aws_ssm_parameter key_id": {
    reason: "parameters hold configuration and no secret, and other accounts read one of them",
  },
};

const trees = [exampleFleet(), everyOptionFleet(S3_BACKEND), everyOptionFleet(CLOUD_BACKEND)].map(synth);
const blocksOf = (tree: Tree): Block[] =>
  tree.stacks.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === "resource"));
const types = new Set(trees.flatMap(blocksOf).map(({ type }) => type));

const snake = (text: string): string => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const BINDINGS = join(__dirname, "..", "..", "node_modules", "@cdktf", "provider-aws", "lib");
const KEY = /kms\w*_(key|id|arn)$/;
/** Where no name says so. */
const OTHER_KEYS = new Set(["aws_ssm_parameter key_id"]);

/**
 * The arguments of a type that take a key: the bindings are generated from the provider's schema, a function for each block
 * whose name is the way to it.
 */
function keyArguments(type: string): string[] {
  const name = type.replace(/^aws_/, "").replaceAll("_", "-");
  const file = join(BINDINGS, name, "index.js");
  if (!existsSync(file)) throw new Error(`no bindings of ${type}`);
  const found: string[] = [];
  let way = "";
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const block = /^function (\w+)ToTerraform\(/.exec(line)?.[1];
    if (block !== undefined)
      way = `${snake(block)}_`.replace(`${name.replaceAll("-", "_")}_`, "").replace(/(^|_)a_/, "$1");
    if (/^function \w+ToHclTerraform\(|synthesizeHclAttributes/.test(line)) way = "-";
    if (line.includes("synthesizeAttributes()")) way = "";
    const argument = /^ +([a-z0-9_]+): (cdktf|\w+ToTerraform)/.exec(line)?.[1];
    if (argument === undefined || way === "-") continue;
    if (KEY.test(argument) || OTHER_KEYS.has(`${type} ${argument}`)) found.push(`${type} ${way}${argument}`);
  }
  return [...new Set(found)].sort();
}

/** Values of an argument by the way to it, `a_b_c` whether a block is a list or not. */
const valuesOf = ({ attributes }: Block, argument: string): unknown[] =>
  walk(attributes)
    .filter(({ path }) => path.filter((step) => !/^\d+$/.test(step)).join("_") === argument)
    .map(({ value }) => value);

const notEncrypted = (tree: Tree): string[] =>
  blocksOf(tree).flatMap((block) =>
    Object.entries(ARGUMENTS)
      .filter(([key]) => key.startsWith(`${block.type} `))
      .flatMap(([key, decision]) => {
        const values = valuesOf(block, key.slice(block.type.length + 1));
        if (decision !== "set") return values.length === 0 ? [] : [`${block.address}: ${key} is set`];
        const [value] = values;
        return values.length === 1 && isOwnKey(block.stack, block, value) ? [] : [`${block.address}: ${key}`];
      }),
  );

test("every argument that takes a key is decided upon", () => {
  const all = [...types].filter((type) => type.startsWith("aws_")).flatMap(keyArguments);
  expect(all.sort()).toEqual(Object.keys(ARGUMENTS).sort());
  for (const decision of Object.values(ARGUMENTS))
    if (decision !== "set") expect(decision.reason.length).toBeGreaterThan(30);
});

test("where a key is taken, it is a customer-managed one of the account", () => {
  expect(trees.flatMap(notEncrypted)).toEqual([]);
});

test("a resource without its key is seen", () => {
  const [example] = trees;
  if (example === undefined) throw new Error("no example");
  const changed = mutated(example, "central", (text) => text.replaceAll('"kms_master_key_id"', '"other"'));
  expect(notEncrypted(changed).length).toBeGreaterThan(3);
});

test("every key has exactly one alias, rotates and is deleted after 30 days", () => {
  for (const block of trees.flatMap(blocksOf).filter(({ type }) => type === "aws_kms_key")) {
    expect(aliasOf(block.stack, block)).toMatch(/^tenantscope-[a-z0-9-]+$/);
    expect(block.attributes).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
  }
});
