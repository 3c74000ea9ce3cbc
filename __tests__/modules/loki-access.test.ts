import { Loki } from "../../modules/loki/loki";
import { allow, ADMINISTRATOR } from "../support/iam";
import { asText, shown } from "../support/json";
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
  props,
  statements,
  synthesise,
  loki,
  policyOf,
} from "./loki-support";

let one: Stack;
let three: Stack;
beforeAll(() => {
  one = loki(1);
  three = loki(3);
});

describe("the roles", () => {
  test("are ECS tasks' of this account", () => {
    const roles = Object.values(three.resource("aws_iam_role"));
    expect(roles.map(({ path, name }) => `${asText(path)}${asText(name)}`).sort()).toEqual([
      "/tenantscope/tenantscope-loki-0-task",
      "/tenantscope/tenantscope-loki-1-task",
      "/tenantscope/tenantscope-loki-2-task",
      "/tenantscope/tenantscope-loki-exec",
    ]);
    for (const { assume_role_policy } of roles) {
      expect(JSON.parse(asText(assume_role_policy))).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "EcsTasks",
            Effect: "Allow",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: {
              StringEquals: { "aws:SourceAccount": ACCOUNT },
              ArnLike: { "aws:SourceArn": `arn:aws:ecs:${REGION}:${ACCOUNT}:*` },
            },
          },
        ],
      });
    }
  });

  test.each([0, 1, 2])("replica %d: exactly its data", (replica) => {
    const throughS3 = { StringEquals: { "kms:ViaService": `s3.${REGION}.amazonaws.com` } };
    expect(statements(policyOf(three, "aws_iam_role_policy", `loki_task-policy-${replica}`))).toEqual({
      ListChunks: { Effect: "Allow", Action: "s3:ListBucket", Resource: CHUNKS },
      KeepChunks: {
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        Resource: `${CHUNKS}/*`,
      },
      EncryptChunks: {
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: keyOf("chunks"),
        Condition: throughS3,
      },
      FindOverrides: { Effect: "Allow", Action: "s3:ListBucket", Resource: CONFIG },
      ReadOverrides: { Effect: "Allow", Action: "s3:GetObject", Resource: `${CONFIG}/overrides.yaml` },
      DecryptOverrides: {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: keyOf("config"),
        Condition: throughS3,
      },
      MountOwnFolder: {
        Effect: "Allow",
        Action: MOUNT,
        Resource: FILE_SYSTEM,
        Condition: {
          StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint(replica) },
          Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" },
        },
      },
    });
  });

  test("ECS may write the log group and pull the private image, nothing else", () => {
    expect(statements(policyOf(one, "aws_iam_role_policy", "loki_execution-policy"))).toEqual({
      WriteLogs: {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/tenantscope/central/loki:log-stream:*`,
      },
      LogInToRegistry: { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      PullImages: {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: [`arn:aws:ecr:${REGION}:222222222222:repository/mirror/aws-cli`],
      },
    });
  });
});

describe("evaluated", () => {
  const mount = (over: {
    replica: number;
    through?: number;
    action?: string;
    tls?: string;
    principal?: string;
    policy?: object;
  }): Promise<boolean> =>
    allow({
      principal: over.principal ?? taskRole(over.replica),
      identityPolicies: [
        over.policy ?? policyOf(three, "aws_iam_role_policy", `loki_task-policy-${over.replica}`),
      ],
      action: over.action ?? "elasticfilesystem:ClientWrite",
      resource: FILE_SYSTEM,
      resourceAccount: ACCOUNT,
      resourcePolicy: policyOf(three, "aws_efs_file_system_policy", "loki"),
      context: {
        "aws:SecureTransport": over.tls ?? "true",
        "elasticfilesystem:AccessedViaMountTarget": "true",
        ...(over.through === undefined
          ? {}
          : { "elasticfilesystem:AccessPointArn": accessPoint(over.through) }),
      },
    });

  test("a replica mounts its own folder and no other, never without TLS, never as root", async () => {
    expect(await mount({ replica: 1, through: 1 })).toBe(true);
    expect(await mount({ replica: 1, through: 1, action: "elasticfilesystem:ClientMount" })).toBe(true);
    expect(await mount({ replica: 1, through: 0 })).toBe(false);
    expect(await mount({ replica: 1 })).toBe(false);
    expect(await mount({ replica: 1, through: 1, tls: "false" })).toBe(false);
    expect(await mount({ replica: 1, through: 1, action: "elasticfilesystem:ClientRootAccess" })).toBe(false);
  });

  test("not even an administrator mounts the whole file system", async () => {
    const administrator = {
      replica: 0,
      principal: `arn:aws:iam::${ACCOUNT}:role/admin`,
      policy: ADMINISTRATOR,
    };
    expect(await mount(administrator)).toBe(false);
    expect(await mount({ ...administrator, through: 0, tls: "false" })).toBe(false);
  });

  const s3 = (action: string, resource: string, context: Record<string, string> = {}): Promise<boolean> =>
    allow({
      principal: taskRole(0),
      identityPolicies: [policyOf(one, "aws_iam_role_policy", "loki_task-policy-0")],
      action,
      resource,
      resourceAccount: ACCOUNT,
      resourcePolicy: policyOf(
        one,
        "aws_s3_bucket_policy",
        resource.startsWith(CONFIG) ? "loki_config_policy" : "loki_chunks_policy",
      ),
      context: { "aws:SecureTransport": "true", ...context },
    });

  test("Loki keeps chunks under its key only, and cannot take back the undoing", async () => {
    const chunk = `${CHUNKS}/acme/f00/1`;
    const sse = "s3:x-amz-server-side-encryption";
    const keyId = `${sse}-aws-kms-key-id`;
    expect(await s3("s3:PutObject", chunk, { [sse]: "aws:kms", [keyId]: keyOf("chunks") })).toBe(true);
    expect(await s3("s3:PutObject", chunk)).toBe(true);
    expect(await s3("s3:PutObject", chunk, { [sse]: "AES256" })).toBe(false);
    expect(await s3("s3:PutObject", chunk, { [sse]: "aws:kms", [keyId]: keyOf("config") })).toBe(false);
    expect(await s3("s3:PutObject", chunk, { "aws:SecureTransport": "false" })).toBe(false);
    expect(await s3("s3:GetObject", chunk)).toBe(true);
    expect(await s3("s3:DeleteObject", chunk)).toBe(true);
    expect(await s3("s3:DeleteObjectVersion", chunk)).toBe(false);
    expect(await s3("s3:PutLifecycleConfiguration", CHUNKS)).toBe(false);
    expect(await s3("s3:PutBucketVersioning", CHUNKS)).toBe(false);
  });

  test("Loki reads the overrides and cannot write them", async () => {
    expect(await s3("s3:GetObject", `${CONFIG}/overrides.yaml`)).toBe(true);
    expect(await s3("s3:GetObject", `${CONFIG}/other.yaml`)).toBe(false);
    expect(await s3("s3:PutObject", `${CONFIG}/overrides.yaml`)).toBe(false);
    expect(await s3("s3:DeleteObject", `${CONFIG}/overrides.yaml`)).toBe(false);
  });
});

describe("the security groups", () => {
  const rules = (stack: Stack, direction: "ingress" | "egress"): string[] =>
    Object.values(stack.resource(`aws_vpc_security_group_${direction}_rule`))
      .map((rule) => {
        expect(rule.from_port).toBe(rule.to_port);
        const group = (text: string): string =>
          /^\$\{aws_security_group\.loki_(security-group|wal)\w*[.\w-]*\}$/.exec(text)?.[1] ?? text;
        const peer = rule.cidr_ipv4 ?? rule.prefix_list_id ?? rule.referenced_security_group_id;
        return `${group(asText(rule.security_group_id))} ${shown(rule.ip_protocol)} ${shown(rule.from_port)} ${group(asText(peer))}`;
      })
      .sort();

  test("let in the clients, and Loki into its file system", () => {
    expect(rules(one, "ingress")).toEqual([
      "security-group tcp 3100 sg-gateway",
      "security-group tcp 3100 sg-grafana",
      "wal tcp 2049 security-group",
    ]);
    expect(rules(one, "egress")).toEqual([
      "security-group tcp 2049 wal",
      "security-group tcp 443 10.0.0.0/16",
      "security-group tcp 443 pl-s3",
    ]);
  });

  test("interface endpoints by their security group, where they are the only way out", () => {
    const inside = synthesise((stack) => {
      new Loki(stack, "loki", {
        ...props(1),
        httpsEgress: { cidrs: [], securityGroupIds: { endpoints: "sg-endpoints" } },
      });
    });
    expect(rules(inside, "egress")).toEqual([
      "security-group tcp 2049 wal",
      "security-group tcp 443 sg-endpoints",
    ]);
  });

  test("three replicas also reach each other", () => {
    const among = ["security-group tcp 7946 security-group", "security-group tcp 9095 security-group"];
    expect(rules(three, "ingress")).toEqual([...rules(one, "ingress"), ...among].sort());
    expect(rules(three, "egress")).toEqual([...rules(one, "egress"), ...among].sort());
  });

  test("have no rules of their own", () => {
    for (const group of Object.values(three.resource("aws_security_group"))) {
      expect(Object.keys(group).sort()).toEqual([
        "description",
        "name",
        "revoke_rules_on_delete",
        "tags",
        "vpc_id",
      ]);
    }
  });
});
