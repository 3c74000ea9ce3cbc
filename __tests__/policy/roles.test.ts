import { TASK_WITH_EVERYTHING, USUAL_TASK } from "./task-policies";
import { everyOptionFleet } from "../support/every-option-fleet";
import { S3_BACKEND } from "../support/fleets";
import { ADMINISTRATOR, allow } from "../support/iam";
import { synth } from "../support/synth";
import { actionsOf, resourcePolicy, roleOf, rolesOf } from "../support/world";

/** What the roles in a tenant's account may do, and who may use them; keys and topics of the services around them. */
const tree = synth(everyOptionFleet(S3_BACKEND));
const roles = rolesOf(tree);
const STARK = "777777777777";
const REGION = "eu-west-1";
const roleArn = (name: string): string => `arn:aws:iam::${STARK}:role/tenantscope/tenantscope-stark-${name}`;

/** Services whose actions would matter most in the hands of an application or of ECS. */
const SENSITIVE = [
  "account aps athena cloudformation cloudtrail cloudwatch dynamodb ec2messages ecr ecs elasticfilesystem events",
  "execute-api iam kms lambda logs oam organizations ram rds route53 s3 secretsmanager sns sqs ssm ssmmessages states",
  "sts tag xray",
].flatMap((line) => line.split(" "));

/** "One" of a role's policies would allow the action on a resource of its own account or of everybody. */
async function allowedActions(arn: string, services: readonly string[]): Promise<string[]> {
  const { policies } = roleOf(roles, arn);
  const allowed: string[] = [];
  for (const service of services) {
    for (const { action, resource } of await actionsOf(service)) {
      const request = {
        principal: arn,
        identityPolicies: policies,
        action,
        resource: resource({ accountId: STARK, region: REGION }),
        resourceAccount: STARK,
      };
      if (await allow(request).catch(unlessAmbiguous)) allowed.push(action);
    }
  }
  return allowed;
}

/** Some services use one ARN for several types of resources; the simulator then refuses to choose. */
const unlessAmbiguous = (error: unknown): boolean => {
  if (error instanceof Error && error.message.includes("multiple.resource.types")) return false;
  throw error;
};

describe("a task role", () => {
  test("may become its tenant's writer, write traces of its own account, and nothing else", () => {
    expect(roleOf(roles, roleArn("gateway-task")).policies).toEqual([USUAL_TASK]);
    expect(roleOf(roles, roleArn("worker-task")).policies).toEqual([TASK_WITH_EVERYTHING]);
  });

  test("has no sensitive action in its own account", async () => {
    // Everybody may ask who they are; no policy grants or denies it.
    expect(await allowedActions(roleArn("gateway-task"), SENSITIVE)).toEqual([
      "sts:GetCallerIdentity",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]);
  }, 120_000);
});

describe("an execution role", () => {
  const arn = roleArn("gateway-exec");
  const at = (service: string, resource: string, account = STARK, region = REGION): string =>
    `arn:aws:${service}:${region}:${account}:${resource}`;
  const COLLECTOR = "tenantscope/ecr-public/aws-observability/aws-otel-collector";
  const OWN_KEY = "key/99999999-2222-3333-4444-555555555555";
  const ACTIONS = ["ecr", "kms", "logs", "secretsmanager", "ssm"];

  /** What could be reached, its own and its neighbours', by type of resource. */
  const RESOURCES: Readonly<Record<string, readonly string[]>> = {
    repository: [
      at("ecr", "repository/gateway"),
      at("ecr", "repository/gateway2"),
      at("ecr", "repository/other"),
      at("ecr", "repository/shared/cache", "999999999999", "us-east-1"),
      at("ecr", "repository/shared/cache", "999999999999"),
      at("ecr", `repository/${COLLECTOR}`, "111111111111"),
      at("ecr", `repository/${COLLECTOR}2`, "111111111111"),
    ],
    key: [at("kms", OWN_KEY), at("kms", "key/00000000-2222-3333-4444-555555555555")],
    "log-stream": [
      at("logs", "log-group:/tenantscope/stark/gateway:log-stream:gateway/gateway/0123"),
      at("logs", "log-group:/tenantscope/stark/worker:log-stream:worker/worker/0123"),
      at("logs", "log-group:/tenantscope/stark/gateway2:log-stream:x"),
    ],
    Secret: [
      at("secretsmanager", "secret:gateway/db-AbCdEf"),
      at("secretsmanager", "secret:gateway/db-AbCdEfx"),
    ],
    parameter: [
      at("ssm", "parameter/gateway/licence"),
      at("ssm", "parameter/gateway/licence2"),
      at("ssm", "parameter/tenantscope/stark/gateway/collector-config"),
    ],
  };

  test("may pull its images, read its secrets and write its log, and nothing else", async () => {
    const allowed = new Set<string>();
    for (const service of ACTIONS) {
      for (const { action, type, resource } of await actionsOf(service)) {
        for (const target of RESOURCES[type ?? ""] ?? [resource({ accountId: STARK, region: REGION })]) {
          const owner = /^arn:aws:[a-z]+:[a-z0-9-]*:(\d{12}):/.exec(target)?.[1] ?? STARK;
          const request = {
            principal: arn,
            identityPolicies: roleOf(roles, arn).policies,
            action,
            resource: target,
            resourceAccount: owner,
            // Another account's repository and every key answer for themselves; here they say yes.
            ...(owner === STARK && type !== "key" ? {} : { resourcePolicy: openTo(action) }),
          };
          if (await allow(request).catch(unlessAmbiguous)) allowed.add(`${action} ${target}`);
        }
      }
    }
    const copy = at("ecr", `repository/${COLLECTOR}`, "111111111111");
    const images = [
      at("ecr", "repository/gateway"),
      at("ecr", "repository/shared/cache", "999999999999", "us-east-1"),
      copy,
    ];
    const stream = at("logs", "log-group:/tenantscope/stark/gateway:log-stream:gateway/gateway/0123");
    expect([...allowed].sort()).toEqual(
      [
        "ecr:GetAuthorizationToken *",
        ...images.flatMap((image) =>
          ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"].map(
            (name) => `ecr:${name} ${image}`,
          ),
        ),
        `ecr:BatchImportUpstreamImage ${copy}`,
        `ecr:CreateRepository ${copy}`,
        `logs:CreateLogStream ${stream}`,
        `logs:PutLogEvents ${stream}`,
        `secretsmanager:GetSecretValue ${at("secretsmanager", "secret:gateway/db-AbCdEf")}`,
        `ssm:GetParameters ${at("ssm", "parameter/gateway/licence")}`,
      ].sort(),
    );
  }, 120_000);

  test("decrypts with the named key only, and only through the two services that keep secrets", async () => {
    const used: string[] = [];
    for (const key of RESOURCES.key ?? []) {
      for (const via of [
        "secretsmanager.eu-west-1",
        "ssm.eu-west-1",
        "s3.eu-west-1",
        "secretsmanager.us-east-1",
      ]) {
        const request = {
          principal: arn,
          identityPolicies: roleOf(roles, arn).policies,
          action: "kms:Decrypt",
          resource: key,
          resourceAccount: STARK,
          resourcePolicy: openTo("kms:Decrypt"),
          context: { "kms:ViaService": `${via}.amazonaws.com` },
        };
        if (await allow(request)) used.push(`${key} ${via}`);
      }
    }
    expect(used).toEqual([
      `${at("kms", OWN_KEY)} secretsmanager.eu-west-1`,
      `${at("kms", OWN_KEY)} ssm.eu-west-1`,
    ]);
  });

  test("has no sensitive action beside these", async () => {
    expect(await allowedActions(arn, ["aps", "ecs", "iam", "lambda", "s3", "sqs", "sts"])).toEqual([
      "sts:GetCallerIdentity",
    ]);
    // Its sidecars' images are copies in the central registry.
    expect(await allowedActions(roleArn("worker-exec"), ACTIONS)).toEqual(["ecr:GetAuthorizationToken"]);
  }, 120_000);
});

/** A resource policy that leaves the decision to the account of the role. */
const openTo = (action: string): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Open",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${STARK}:root` },
      Action: action,
      Resource: "*",
    },
  ],
});

/** Every combination of the values, as context keys. */
function contexts(keys: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(keys).reduce<Record<string, string>[]>(
    (all, [key, values]) => all.flatMap((context) => values.map((value) => ({ ...context, [key]: value }))),
    [{}],
  );
}

describe("AWS services act for this account only", () => {
  test.each(["gateway-task", "gateway-exec", "worker-task", "worker-exec"])(
    "%s is for ECS tasks",
    async (name) => {
      const role = roleOf(roles, roleArn(name));
      const admitted: string[] = [];
      for (const principal of ["ecs-tasks", "ec2", "ecs", "lambda", "events"]) {
        for (const context of contexts({
          "aws:SourceAccount": [STARK, "888888888888"],
          "aws:SourceArn": [
            `arn:aws:ecs:${REGION}:${STARK}:task/x`,
            `arn:aws:ecs:${REGION}:888888888888:task/x`,
          ],
        })) {
          const request = {
            principal: `${principal}.amazonaws.com`,
            action: "sts:AssumeRole",
            resource: role.arn,
            resourceAccount: STARK,
            resourcePolicy: role.trust,
            context,
          };
          if (await allow(request)) admitted.push([principal, ...Object.values(context)].join(" "));
        }
      }
      expect(admitted).toEqual([`ecs-tasks ${STARK} arn:aws:ecs:${REGION}:${STARK}:task/x`]);
    },
  );

  test("nobody in the account can take a task's roles directly", async () => {
    for (const name of ["gateway-task", "gateway-exec"]) {
      const role = roleOf(roles, roleArn(name));
      const taken = await allow({
        principal: `arn:aws:iam::${STARK}:role/Developer`,
        identityPolicies: [ADMINISTRATOR],
        action: "sts:AssumeRole",
        resource: role.arn,
        resourceAccount: STARK,
        resourcePolicy: role.trust,
      });
      expect([name, taken]).toEqual([name, false]);
    }
  });

  test("alarms of the account, and no other's, reach the topic and its key", async () => {
    const stack = tree.stack("tenant-stark");
    const topic = `arn:aws:sns:${REGION}:${STARK}:tenantscope-stark-alerts`;
    const key = `arn:aws:kms:${REGION}:${STARK}:key/alerts`;
    const targets = [
      {
        action: "sns:Publish",
        resource: topic,
        policy: resourcePolicy(tree, stack, "aws_sns_topic_policy", /./, "policy"),
      },
      {
        action: "kms:Decrypt",
        resource: key,
        policy: resourcePolicy(tree, stack, "aws_kms_key", /^alerts/, "policy"),
      },
      {
        action: "kms:GenerateDataKey",
        resource: key,
        policy: resourcePolicy(tree, stack, "aws_kms_key", /^alerts/, "policy"),
      },
    ];
    for (const { action, resource, policy } of targets) {
      const admitted: string[] = [];
      for (const principal of ["cloudwatch", "events", "s3"]) {
        for (const context of contexts({
          "aws:SourceAccount": [STARK, "888888888888"],
          "aws:SourceArn": [
            `arn:aws:cloudwatch:${REGION}:${STARK}:alarm:x`,
            `arn:aws:cloudwatch:${REGION}:888888888888:alarm:x`,
          ],
        })) {
          const request = {
            principal: `${principal}.amazonaws.com`,
            action,
            resource,
            resourceAccount: STARK,
            resourcePolicy: policy,
            context,
          };
          if (await allow(request)) admitted.push([principal, ...Object.values(context)].join(" "));
        }
      }
      expect([action, admitted]).toEqual([
        action,
        [`cloudwatch ${STARK} arn:aws:cloudwatch:${REGION}:${STARK}:alarm:x`],
      ]);
    }
  });

  test("CloudWatch Logs uses the key of the logs for the tenant's log groups only", async () => {
    const stack = tree.stack("tenant-stark");
    const groups = [
      "/tenantscope/stark/gateway",
      "/tenantscope/stark/worker",
      "/aws/events/tenantscope-stark",
      "/other",
    ];
    const used: string[] = [];
    for (const principal of [`logs.${REGION}`, "logs.us-east-1"]) {
      for (const account of [STARK, "888888888888"]) {
        for (const group of groups) {
          const request = {
            principal: `${principal}.amazonaws.com`,
            action: "kms:GenerateDataKey",
            resource: `arn:aws:kms:${REGION}:${STARK}:key/logs`,
            resourceAccount: STARK,
            resourcePolicy: resourcePolicy(tree, stack, "aws_kms_key", /^logs-key/, "policy"),
            context: {
              "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${account}:log-group:${group}`,
            },
          };
          if (await allow(request)) used.push(`${principal} ${account} ${group}`);
        }
      }
    }
    expect(used).toEqual(groups.slice(0, 3).map((group) => `logs.${REGION} ${STARK} ${group}`));
  });
});
