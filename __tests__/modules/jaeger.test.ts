import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformProvider, TerraformStack } from "cdktf";
import { ERROR_PATTERN } from "../../modules/jaeger/alarms";
import { jaegerCollectorConfig, jaegerQueryConfig, renderJaegerConfig } from "../../modules/jaeger/config";
import { JaegerCollector } from "../../modules/jaeger/collector";
import { JaegerQuery } from "../../modules/jaeger/query";
import { census, only } from "../support/census";
import { environmentOf, taskContainers } from "../support/containers";
import { asObject, asText, texts, type JsonObject } from "../support/json";
import type { Stack } from "../support/synth";
import { synthModule, target } from "./gateway-module";
import { COLLECTOR, PLACE, REGION, SERVICES, TOPIC, collector, query, queryProps } from "./jaeger-module";

const [{ stack: shared }, , { stack: own }] = SERVICES;

test("has exactly these resources; a query service is not scaled", () => {
  const expected = {
    aws_cloudwatch_log_group: 1,
    aws_cloudwatch_log_metric_filter: 1,
    aws_cloudwatch_metric_alarm: 4,
    aws_ecs_service: 1,
    aws_ecs_task_definition: 1,
    aws_iam_role: 2,
    aws_iam_role_policy: 2,
    aws_kms_alias: 1,
    aws_kms_key: 1,
    aws_security_group: 1,
    aws_service_discovery_service: 1,
    aws_vpc_security_group_egress_rule: 3,
  };
  expect(SERVICES.map(({ stack }) => census(stack))).toEqual([
    { ...expected, aws_appautoscaling_policy: 2, aws_appautoscaling_target: 1 },
    { ...expected, aws_vpc_security_group_ingress_rule: 2 },
    { ...expected, aws_vpc_security_group_ingress_rule: 2 },
  ]);
});

test("fields: plain addresses, and the security group", () => {
  expect(SERVICES.map(({ url }) => url)).toEqual([
    "http://jaeger.tenantscope.internal:4318",
    "http://jaeger-query.tenantscope.internal:16686/jaeger",
    "http://jaeger-query-acme.tenantscope.internal:16686/jaeger",
  ]);
  for (const { stack, securityGroupId } of SERVICES) {
    const [id = ""] = Object.keys(stack.resource("aws_security_group"));
    expect(securityGroupId).toBe(`\${aws_security_group.${id}.id}`);
  }
});

test("the three stand beside each other: no name twice", () => {
  const names = SERVICES.flatMap(({ stack }) =>
    stack.blocks.flatMap(({ type, attributes }) =>
      ["name", "alarm_name", "family"].flatMap((key) =>
        typeof attributes[key] === "string" && type !== "aws_iam_role_policy"
          ? [`${type} ${attributes[key]}`]
          : [],
      ),
    ),
  );
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each(SERVICES)("$service", ({ service, stack, url, securityGroupId, tasks, owner }) => {
  test("one container, without which the task ends", () => {
    const [container = {}, ...others] = taskContainers(stack, `tenantscope-${service}`);
    expect(others).toEqual([]);
    expect(container).toMatchObject({
      name: service,
      image: PLACE.image,
      essential: true,
      user: "10001",
      readonlyRootFilesystem: true,
      logConfiguration: {
        options: {
          "awslogs-group": `/tenantscope/central/${service}`,
          "awslogs-region": REGION,
          "awslogs-stream-prefix": service,
        },
      },
    });
    // ECS replaces the task; a container that is started again hides that it stopped.
    for (const key of ["restartPolicy", "portMappings", "cpu", "memory"]) {
      expect(container).not.toHaveProperty(key);
    }
    const input = { region: REGION, retentionDays: 7, memoryMiB: 1024 };
    expect(environmentOf(container)).toEqual({
      AWS_REGION: REGION,
      GOMEMLIMIT: "819MiB",
      JAEGER_STORAGE_URL: `https://storage.example/v1/s/${owner}`,
      JAEGER_CONFIG: renderJaegerConfig(
        service === "jaeger"
          ? jaegerCollectorConfig(input)
          : jaegerQueryConfig(owner === "central" ? input : { ...input, indexPrefix: owner }),
      ),
    });
    const task = only(stack, "aws_ecs_task_definition");
    expect(asText(task.container_definitions)).toContain("$${env:JAEGER_STORAGE_URL}");
    expect(task).toMatchObject({
      cpu: "512",
      memory: "1024",
      network_mode: "awsvpc",
      requires_compatibilities: ["FARGATE"],
      runtime_platform: { operating_system_family: "LINUX", cpu_architecture: "X86_64" },
    });
    expect(task).not.toHaveProperty("volume");
  });

  test("the service: never public, rolled back when it does not come up, after its rights and its log", () => {
    const found = only(stack, "aws_ecs_service");
    expect(found).toMatchObject({
      name: service,
      cluster: PLACE.clusterArn,
      desired_count: tasks,
      launch_type: "FARGATE",
      deployment_circuit_breaker: { enable: true, rollback: true },
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      network_configuration: { assign_public_ip: false, subnets: PLACE.subnetIds },
    });
    expect(found).not.toHaveProperty("load_balancer");
    expect(found).not.toHaveProperty("enable_execute_command");
    expect(texts(asObject(found.network_configuration).security_groups)).toEqual([securityGroupId]);
    expect(target(stack, found.task_definition)).toMatch(/^aws_ecs_task_definition\./);
    const before = texts(only(stack, "aws_ecs_task_definition").depends_on).map((each) => each.split(".")[0]);
    expect(before).toEqual(["aws_cloudwatch_log_group", "aws_iam_role_policy", "aws_iam_role_policy"]);
  });

  test("is found by its name in the private namespace", () => {
    const discovery = only(stack, "aws_service_discovery_service");
    expect(discovery).toMatchObject({
      name: service,
      dns_config: {
        namespace_id: "ns-1",
        routing_policy: "MULTIVALUE",
        dns_records: [{ type: "A", ttl: 10 }],
      },
      health_check_custom_config: { failure_threshold: 1 },
    });
    expect(new URL(url).hostname).toBe(`${asText(discovery.name)}.tenantscope.internal`);
    const { registry_arn } = asObject(only(stack, "aws_ecs_service").service_registries);
    expect(target(stack, registry_arn)).toMatch(/^aws_service_discovery_service\./);
  });

  test("alarms: errors by its log, too few tasks, full ones; all to the topic and back", () => {
    const alarms = Object.values(stack.resource("aws_cloudwatch_metric_alarm"));
    const keys = ["namespace", "metric_name", "statistic", "comparison_operator", "threshold"];
    const watched = (alarm: JsonObject): unknown => [
      ...keys.map((key) => alarm[key]),
      alarm.treat_missing_data,
      alarm.dimensions,
    ];
    const dimensions = { ClusterName: "tenantscope-central", ServiceName: service };
    const above = "GreaterThanThreshold";
    expect(Object.fromEntries(alarms.map((alarm) => [asText(alarm.alarm_name), watched(alarm)]))).toEqual({
      [`tenantscope-${service}-errors`]: [
        "Tenantscope/Jaeger",
        `${service}-errors`,
        "Sum",
        above,
        service === "jaeger" ? 0 : 10,
        "notBreaching",
        undefined,
      ],
      [`tenantscope-${service}-too-few-tasks`]: [
        "AWS/ECS",
        "CPUUtilization",
        "SampleCount",
        "LessThanThreshold",
        tasks,
        "breaching",
        dimensions,
      ],
      [`tenantscope-${service}-cpu`]: [
        "AWS/ECS",
        "CPUUtilization",
        "Average",
        above,
        90,
        "notBreaching",
        dimensions,
      ],
      [`tenantscope-${service}-memory`]: [
        "AWS/ECS",
        "MemoryUtilization",
        "Average",
        above,
        90,
        "notBreaching",
        dimensions,
      ],
    });
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        alarm_actions: [TOPIC],
        ok_actions: [TOPIC],
        period: 60,
        ...(asText(alarm.alarm_name) === "tenantscope-jaeger-errors"
          ? { evaluation_periods: 5, datapoints_to_alarm: 2 }
          : { evaluation_periods: 10, datapoints_to_alarm: 5 }),
      });
      expect(asText(alarm.alarm_description)).toContain(service);
    }
    const filter = only(stack, "aws_cloudwatch_log_metric_filter");
    expect(target(stack, filter.log_group_name)).toMatch(/^aws_cloudwatch_log_group\./);
    expect(filter.name).toBe(`tenantscope-${service}-errors`);
    expect(filter.pattern).toBe(ERROR_PATTERN);
    expect(filter.metric_transformation).toEqual({
      namespace: "Tenantscope/Jaeger",
      name: `${service}-errors`,
      value: "1",
      default_value: "0",
    });
  });
});

describe("number of tasks", () => {
  test("the collector's follows CPU and memory between the bounds, and a deployment leaves it alone", () => {
    expect(only(shared, "aws_ecs_service").lifecycle).toEqual({ ignore_changes: ["desired_count"] });
    const scaled = only(shared, "aws_appautoscaling_target");
    expect(scaled).toMatchObject({
      min_capacity: 2,
      max_capacity: 6,
      resource_id: "service/tenantscope-central/jaeger",
      scalable_dimension: "ecs:service:DesiredCount",
      service_namespace: "ecs",
    });
    expect(texts(scaled.depends_on).map((each) => each.split(".")[0])).toEqual(["aws_ecs_service"]);
    const policies = Object.values(shared.resource("aws_appautoscaling_policy")).map((each) => {
      for (const key of ["service_namespace", "scalable_dimension", "resource_id"]) {
        expect(target(shared, each[key])).toMatch(/^aws_appautoscaling_target\./);
      }
      return [each.name, each.policy_type, each.target_tracking_scaling_policy_configuration];
    });
    const tracking = (targetValue: number, metric: string): object => ({
      target_value: targetValue,
      predefined_metric_specification: { predefined_metric_type: metric },
      scale_in_cooldown: 300,
      scale_out_cooldown: 60,
    });
    expect(policies).toEqual([
      ["tenantscope-jaeger-cpu", "TargetTrackingScaling", tracking(60, "ECSServiceAverageCPUUtilization")],
      [
        "tenantscope-jaeger-memory",
        "TargetTrackingScaling",
        tracking(70, "ECSServiceAverageMemoryUtilization"),
      ],
    ]);
  });

  test("a query service's is what is said", () => {
    expect(only(own, "aws_ecs_service")).not.toHaveProperty("lifecycle");
    expect(only(query("acme", { tasks: 3 }).stack, "aws_ecs_service").desired_count).toBe(3);
  });
});

describe("provider", () => {
  const withProvider = (build: (scope: TerraformStack, provider: TerraformProvider) => void): Stack =>
    synthModule((scope) => {
      build(scope, new AwsProvider(scope, "aws-central", { alias: "central", region: REGION }));
    });

  test.each([
    [
      "a tenant's query service",
      withProvider(
        (scope, provider) => new JaegerQuery(scope, "jaeger", { ...queryProps("acme"), provider }),
      ),
      own,
    ],
    [
      "the collector",
      withProvider((scope, provider) => new JaegerCollector(scope, "jaeger", { ...COLLECTOR, provider })),
      shared,
    ],
  ])("every resource of %s is in the account of the given provider", (_, stack, plain) => {
    expect(census(stack)).toEqual(census(plain));
    const elsewhere = stack.blocks.filter(({ attributes }) => attributes.provider !== "aws.central");
    expect(elsewhere.map(({ address }) => address)).toEqual([]);
    expect(plain.blocks.filter(({ attributes }) => "provider" in attributes)).toEqual([]);
  });
});

test("nothing of another tenant, the same bytes for the same input, no token", () => {
  expect(query("globex").stack.text).not.toContain("acme");
  for (const [again, first] of [
    [collector(), shared],
    [query("acme"), own],
  ] as const) {
    expect(again.stack.text).toBe(first.text);
    expect(first.text).not.toContain("TfToken");
  }
});
