import { renderGatewayConfig } from "../../modules/gateway/config";
import { gatewayExecutionPolicy } from "../../modules/gateway/policies";
import { census, only } from "../support/census";
import { environmentOf, taskContainers } from "../support/containers";
import { asText, objects, texts, type JsonObject } from "../support/json";
import type { Stack } from "../support/synth";
import { DIRECT, PROPS, SETTINGS, buildGateway as build, target } from "./gateway-module";

const stack = build();
const joined = build({ settings: { ...SETTINGS, direct: DIRECT } });

test("has exactly these resources", () => {
  const expected = {
    aws_appautoscaling_policy: 1,
    aws_appautoscaling_target: 1,
    aws_cloudwatch_log_group: 1,
    aws_cloudwatch_log_metric_filter: 1,
    aws_cloudwatch_metric_alarm: 3,
    aws_ecs_service: 1,
    aws_ecs_task_definition: 1,
    aws_iam_role: 2,
    aws_iam_role_policy: 1,
    aws_kms_alias: 1,
    aws_kms_key: 1,
    aws_lb: 1,
    aws_lb_listener: 1,
    aws_lb_target_group: 1,
    aws_security_group: 2,
    aws_vpc_security_group_egress_rule: 5,
    aws_vpc_security_group_ingress_rule: 1,
  };
  expect(census(stack)).toEqual(expected);
  expect(census(joined)).toEqual({
    ...expected,
    aws_lb_listener: 2,
    aws_lb_target_group: 2,
    aws_vpc_security_group_egress_rule: 6,
    aws_vpc_security_group_ingress_rule: 4,
  });
});

describe("task", () => {
  const containers = taskContainers(stack, "tenantscope-gateway");
  const [config = {}, nginx = {}] = containers;

  test("two containers: the configuration is written before nginx starts, by an image with a shell", () => {
    expect(containers.map(({ name }) => name)).toEqual(["config", "gateway"]);
    expect(config).toMatchObject({
      image: PROPS.initImage,
      essential: false,
      user: "0",
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ["ALL"] } },
      command: [
        "sh",
        "-c",
        'printf %s "$NGINX_CONF" > /config/nginx.conf && chmod 0444 /config/nginx.conf && chmod 1777 /scratch',
      ],
    });
    expect(environmentOf(config)).toEqual({ NGINX_CONF: renderGatewayConfig(SETTINGS) });
  });

  test("nginx is not root, writes only below /tmp, and has no other mount or variable", () => {
    expect(nginx).toMatchObject({
      image: PROPS.image,
      essential: true,
      user: "101:101",
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ["ALL"] } },
      entryPoint: ["nginx"],
      command: ["-e", "stderr", "-c", "/etc/tenantscope/nginx.conf"],
      dependsOn: [{ containerName: "config", condition: "SUCCESS" }],
      portMappings: [{ containerPort: 8080, protocol: "tcp" }],
    });
    expect(nginx["mountPoints"]).toEqual([
      { sourceVolume: "config", containerPath: "/etc/tenantscope", readOnly: true },
      { sourceVolume: "scratch", containerPath: "/tmp", readOnly: false },
    ]);
    expect(nginx).not.toHaveProperty("environment");
    expect(nginx).not.toHaveProperty("secrets");
    expect(only(stack, "aws_ecs_task_definition")["volume"]).toEqual([
      { name: "config" },
      { name: "scratch" },
    ]);
    const ports = taskContainers(joined, "tenantscope-gateway").flatMap(({ portMappings }) =>
      objects(portMappings),
    );
    expect(ports.map(({ containerPort }) => containerPort)).toEqual([8080, 8081]);
  });

  test("the definition stays far below the 64 KB that ECS takes", () => {
    const size = (each: Stack): number =>
      asText(only(each, "aws_ecs_task_definition")["container_definitions"]).length;
    expect(size(stack)).toBeLessThan(16_384);
    const direct = Array.from({ length: 250 }, (_, index) => ({
      cidr: `10.${index}.0.0/16`,
      tenant: "a".repeat(21),
    }));
    expect(size(build({ settings: { ...SETTINGS, direct } }))).toBeLessThan(32_768);
  });

  test("roles: ECS of this account only; the task's has no rights, the execution's the log group and nothing else", () => {
    const roles = Object.values(stack.resource("aws_iam_role"));
    expect(roles.map(({ name }) => name)).toEqual(["tenantscope-gateway-exec", "tenantscope-gateway-task"]);
    for (const { assume_role_policy } of roles) {
      expect(JSON.parse(asText(assume_role_policy))).toMatchObject({
        Statement: [
          {
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Condition: {
              StringEquals: { "aws:SourceAccount": "111111111111" },
              ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:111111111111:*" },
            },
          },
        ],
      });
    }
    const { role, policy } = only(stack, "aws_iam_role_policy");
    expect(target(stack, role)).toBe("aws_iam_role.gateway_execution-role");
    expect((JSON.parse(asText(policy)) as { Statement: JsonObject[] }).Statement).toEqual([
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:eu-west-1:111111111111:log-group:/tenantscope/central/gateway:log-stream:*",
      },
    ]);
  });

  test("private images may be pulled, each repository once", () => {
    const image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/public/nginx:1";
    const { Statement } = gatewayExecutionPolicy({
      accountId: "111111111111",
      region: "eu-west-1",
      images: [image, "public.ecr.aws/x:1", image],
    });
    expect(Statement.map(({ Sid, Resource }) => [Sid, Resource]).slice(1)).toEqual([
      ["LogInToRegistry", "*"],
      ["PullImages", ["arn:aws:ecr:eu-west-1:111111111111:repository/public/nginx"]],
    ]);
  });
});

describe("service", () => {
  const service = only(joined, "aws_ecs_service");

  test("two tasks at least, rolled back when they do not come up, never public", () => {
    expect(service).toMatchObject({
      name: "gateway",
      desired_count: 2,
      launch_type: "FARGATE",
      deployment_circuit_breaker: { enable: true, rollback: true },
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      network_configuration: { assign_public_ip: false, subnets: ["subnet-1", "subnet-2"] },
      lifecycle: { ignore_changes: ["desired_count"] },
    });
    expect(
      objects(service["load_balancer"]).map((each) => [each["container_name"], each["container_port"]]),
    ).toEqual([
      ["gateway", 8080],
      ["gateway", 8081],
    ]);
    expect(texts(service["depends_on"]).map((each) => each.replace(/_[0-9A-F]{8}$/, ""))).toEqual([
      "aws_lb_listener.gateway_load-balancer_ingest-listener",
      "aws_lb_listener.gateway_load-balancer_direct-listener",
    ]);
  });

  test("its number follows the CPU between the bounds", () => {
    expect(only(stack, "aws_appautoscaling_target")).toMatchObject({
      min_capacity: 2,
      max_capacity: 6,
      resource_id: "service/tenantscope-central/gateway",
    });
    expect(only(stack, "aws_appautoscaling_policy")["target_tracking_scaling_policy_configuration"]).toEqual({
      predefined_metric_specification: { predefined_metric_type: "ECSServiceAverageCPUUtilization" },
      scale_in_cooldown: 300,
      scale_out_cooldown: 60,
      target_value: 60,
    });
  });

  test("its log is encrypted with a key for that group only, and kept as long as said", () => {
    const group = only(stack, "aws_cloudwatch_log_group");
    expect([group["name"], group["retention_in_days"]]).toEqual(["/tenantscope/central/gateway", 30]);
    expect(target(stack, group["kms_key_id"])).toBe("aws_kms_key.gateway_logs-key");
    expect(asText(only(stack, "aws_kms_key")["policy"])).toContain(
      '"kms:EncryptionContext:aws:logs:arn":["arn:aws:logs:eu-west-1:111111111111:log-group:/tenantscope/central/gateway"]',
    );
  });
});

test("alarms: server errors by the access log, tasks that do not answer, too few of them; all to the topic", () => {
  const alarms = Object.values(stack.resource("aws_cloudwatch_metric_alarm"));
  const shown = alarms.map((alarm) =>
    [
      "alarm_name",
      "namespace",
      "metric_name",
      "statistic",
      "comparison_operator",
      "threshold",
      "treat_missing_data",
    ].map((key) => alarm[key]),
  );
  expect(shown).toEqual([
    [
      "tenantscope-gateway-server-errors",
      "Tenantscope/Gateway",
      "ServerErrors",
      "Sum",
      "GreaterThanThreshold",
      10,
      "notBreaching",
    ],
    [
      "tenantscope-gateway-too-few-tasks",
      "AWS/NetworkELB",
      "HealthyHostCount",
      "Maximum",
      "LessThanThreshold",
      2,
      "breaching",
    ],
    [
      "tenantscope-gateway-unhealthy-tasks",
      "AWS/NetworkELB",
      "UnHealthyHostCount",
      "Maximum",
      "GreaterThanThreshold",
      0,
      "notBreaching",
    ],
  ]);
  for (const alarm of alarms) {
    expect([alarm["alarm_actions"], alarm["ok_actions"]]).toEqual([
      [PROPS.alarmTopicArn],
      [PROPS.alarmTopicArn],
    ]);
  }
  const filter = only(stack, "aws_cloudwatch_log_metric_filter");
  expect(filter["pattern"]).toBe("{ $.status >= 500 }");
  expect(filter["metric_transformation"]).toEqual({
    namespace: "Tenantscope/Gateway",
    name: "ServerErrors",
    value: "1",
    default_value: "0",
  });
});

test("the same input gives the same bytes, without a token", () => {
  expect(build().text).toBe(stack.text);
  expect(stack.text).not.toContain("TfToken");
});
