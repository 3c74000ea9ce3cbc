import { asObject, asText, list, type Json, type JsonObject } from "../../__tests__/support/json";

/** A stack that must not pass: what is changed of the first resource of a type, and the check that has to see it. */
export interface Broken {
  readonly name: string;
  readonly stack: "central" | "tenant-acme";
  readonly type: string;
  readonly check: string;
  readonly change: (attributes: JsonObject) => JsonObject;
}

const withContainer =
  (change: JsonObject) =>
  (attributes: JsonObject): JsonObject => {
    const [first, ...others] = list(JSON.parse(asText(attributes.container_definitions)) as Json);
    return {
      ...attributes,
      container_definitions: JSON.stringify([{ ...asObject(first), ...change }, ...others]),
    };
  };

const withPolicy =
  (statement: JsonObject) =>
  (attributes: JsonObject): JsonObject => ({
    ...attributes,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Sid: "Broken", Effect: "Allow", Resource: "*", ...statement }],
    }),
  });

const without =
  (key: string) =>
  (attributes: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== key));

const as =
  (change: JsonObject) =>
  (attributes: JsonObject): JsonObject => ({ ...attributes, ...change });

export const BROKEN: readonly Broken[] = [
  {
    name: "key-without-rotation",
    stack: "central",
    type: "aws_kms_key",
    check: "CKV_AWS_7",
    change: as({ enable_key_rotation: false }),
  },
  {
    name: "key-for-everybody",
    stack: "central",
    type: "aws_kms_key",
    check: "CKV_AWS_33",
    change: withPolicy({ Principal: "*", Action: "kms:Decrypt" }),
  },
  {
    name: "log-group-without-key",
    stack: "tenant-acme",
    type: "aws_cloudwatch_log_group",
    check: "CKV_AWS_158",
    change: without("kms_key_id"),
  },
  {
    name: "role-that-may-everything",
    stack: "tenant-acme",
    type: "aws_iam_role_policy",
    check: "CKV_AWS_62",
    change: withPolicy({ Action: "*" }),
  },
  {
    name: "open-ssh",
    stack: "central",
    type: "aws_vpc_security_group_ingress_rule",
    check: "CKV_AWS_24",
    change: (rule) =>
      as({ cidr_ipv4: "0.0.0.0/0", ip_protocol: "tcp", from_port: 22, to_port: 22 })(
        without("referenced_security_group_id")(rule),
      ),
  },
  {
    name: "bucket-open-to-the-public",
    stack: "central",
    type: "aws_s3_bucket_public_access_block",
    check: "CKV_AWS_54",
    change: as({ block_public_policy: false }),
  },
  {
    name: "traces-not-encrypted",
    stack: "central",
    type: "aws_opensearch_domain",
    check: "CKV_AWS_5",
    change: as({ encrypt_at_rest: { enabled: false } }),
  },
  {
    name: "container-that-writes-its-root",
    stack: "central",
    type: "aws_ecs_task_definition",
    check: "CKV_AWS_336",
    change: withContainer({ readonlyRootFilesystem: false }),
  },
  {
    name: "role-for-everybody",
    stack: "tenant-acme",
    type: "aws_iam_role",
    check: "CKV_AWS_60",
    change: as({
      assume_role_policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
      }),
    }),
  },
  {
    name: "public-task",
    stack: "tenant-acme",
    type: "aws_ecs_service",
    check: "CKV_AWS_333",
    change: (service) => ({
      ...service,
      network_configuration: {
        ...asObject(list(service.network_configuration)[0]),
        assign_public_ip: true,
      },
    }),
  },
];

/** The stack's configuration with the first resource of the type changed. */
export function broken(json: JsonObject, { type, change }: Broken): { json: JsonObject; id: string } {
  const resources = asObject(json.resource);
  const ofType = asObject(resources[type]);
  const [id] = Object.keys(ofType).filter((key) => key !== "//");
  if (id === undefined) throw new Error(`the stack has no ${type}`);
  const changed = { ...ofType, [id]: change(asObject(ofType[id])) };
  return { json: { ...json, resource: { ...resources, [type]: changed } }, id };
}
