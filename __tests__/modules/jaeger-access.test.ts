import { storageResourcePolicy } from "../../modules/storage-api/resource-policy";
import { only } from "../support/census";
import { ADMINISTRATOR, allow } from "../support/iam";
import { forApi } from "../support/ingest";
import { asObject, asText, objects, type Json, type JsonObject } from "../support/json";
import { policiesOf } from "../support/policies";
import type { Stack } from "../support/synth";
import { target } from "./gateway-module";
import { ACCOUNT, API, REGION, SERVICES, collector, roleAddress } from "./jaeger-module";

const statementsOf = (stack: Stack, role: string): JsonObject[] => {
  const found = Object.values(stack.resource("aws_iam_role_policy")).filter(
    (each) => target(stack, each.role) === roleAddress(stack, role),
  );
  expect(found).toHaveLength(1);
  return objects(asObject(JSON.parse(asText(found[0]?.policy)) as Json).Statement);
};

describe.each(SERVICES)("$service", ({ service, stack, securityGroupId, role, statements, owner }) => {
  const execution = `tenantscope-exec-${service}`;

  test("two roles, for ECS tasks of this account only; each is where it belongs", () => {
    const roles = Object.values(stack.resource("aws_iam_role"));
    expect(roles.map(({ name }) => name).sort()).toEqual([execution, role].sort());
    for (const each of roles) {
      expect(each.path).toBe("/tenantscope/");
      expect(JSON.parse(asText(each.assume_role_policy))).toEqual({
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
      for (const key of ["inline_policy", "managed_policy_arns"]) expect(each).not.toHaveProperty(key);
    }
    const task = only(stack, "aws_ecs_task_definition");
    expect(target(stack, task.task_role_arn)).toBe(roleAddress(stack, role));
    expect(target(stack, task.execution_role_arn)).toBe(roleAddress(stack, execution));
  });

  test("the tasks may do what they were given; ECS may write this log and pull this image", () => {
    expect(statementsOf(stack, role)).toEqual(statements);
    expect(statementsOf(stack, execution)).toEqual([
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/tenantscope/central/${service}:log-stream:*`,
      },
      { Sid: "LogInToRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Sid: "PullImages",
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: [`arn:aws:ecr:${REGION}:222222222222:repository/mirror/jaeger`],
      },
    ]);
    // Two of trust, two of rights, and the key's.
    expect(policiesOf(stack)).toHaveLength(5);
  });

  test("the storage API admits the tasks' role and not the one that starts them, whatever that may do", async () => {
    const resourcePolicy = forApi(storageResourcePolicy({ accountId: ACCOUNT, region: REGION }), API);
    const admitted = (name: string): Promise<boolean> =>
      allow({
        principal: `arn:aws:iam::${ACCOUNT}:role/tenantscope/${name}`,
        identityPolicies: [ADMINISTRATOR],
        action: "execute-api:Invoke",
        resource: `${API}/v1/GET/s/${owner}`,
        resourceAccount: ACCOUNT,
        resourcePolicy,
      });
    const names = Object.values(stack.resource("aws_iam_role")).map(({ name }) => asText(name));
    const answers = await Promise.all(names.map(async (name) => [name, await admitted(name)] as const));
    expect(Object.fromEntries(answers)).toEqual({ [role]: true, [execution]: false });
  });

  test("lets in nobody but who looks, and goes out to exactly these places", () => {
    const group = only(stack, "aws_security_group");
    expect(group).toMatchObject({
      name: `tenantscope-${service}`,
      vpc_id: "vpc-1",
      revoke_rules_on_delete: true,
    });
    for (const key of ["ingress", "egress"]) expect(group).not.toHaveProperty(key);
    const admitted = Object.values(stack.resource("aws_vpc_security_group_ingress_rule")).map(
      ({ ip_protocol, from_port, to_port, security_group_id, cidr_ipv4, referenced_security_group_id }) => [
        ...[ip_protocol, from_port, to_port, security_group_id],
        cidr_ipv4 ?? referenced_security_group_id,
      ],
    );
    const looking = service.startsWith("jaeger-query") ? ["10.9.0.0/24", "sg-vpn"] : [];
    expect(admitted).toEqual(looking.map((source) => ["tcp", 16686, 16686, securityGroupId, source]));
    const rules = Object.values(stack.resource("aws_vpc_security_group_egress_rule"));
    for (const rule of rules) {
      expect(rule).toMatchObject({
        ip_protocol: "tcp",
        from_port: 443,
        to_port: 443,
        security_group_id: securityGroupId,
      });
    }
    const places = rules.map(({ cidr_ipv4, cidr_ipv6, prefix_list_id, referenced_security_group_id }) =>
      [cidr_ipv4, cidr_ipv6, prefix_list_id, referenced_security_group_id].filter((at) => at !== undefined),
    );
    expect(places.sort()).toEqual([["10.0.0.0/16"], ["pl-s3"], ["sg-endpoints"]]);
  });

  test("its log is encrypted with a key for that group only, and kept as long as said", () => {
    const group = only(stack, "aws_cloudwatch_log_group");
    const name = `/tenantscope/central/${service}`;
    expect([group.name, group.retention_in_days]).toEqual([name, 30]);
    expect(target(stack, group.kms_key_id)).toMatch(/^aws_kms_key\./);
    const key = only(stack, "aws_kms_key");
    expect(key).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
    expect(only(stack, "aws_kms_alias").name).toBe(`alias/tenantscope-${service}-logs`);
    const [administration, through, logs, ...others] = objects(
      asObject(JSON.parse(asText(key.policy)) as Json).Statement,
    );
    expect(others).toEqual([]);
    expect(administration?.Principal).toEqual({ AWS: `arn:aws:iam::${ACCOUNT}:root` });
    expect(through?.Sid).toBe("OnlyThroughServices");
    expect(logs).toMatchObject({
      Principal: { Service: `logs.${REGION}.amazonaws.com` },
      Condition: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`],
        },
      },
    });
  });
});

test("an image that anybody may pull needs no rights", () => {
  const { stack } = collector({ image: "docker.io/jaegertracing/jaeger:2.20.0" });
  expect(statementsOf(stack, "tenantscope-exec-jaeger").map(({ Sid }) => Sid)).toEqual(["WriteLogs"]);
});
