import { parse } from "yaml";
import { Loki } from "../../modules/loki/loki";
import { lokiOverridesObject } from "../../modules/loki/overrides-object";
import { census, only } from "../support/census";
import { asObject, asText, objects, shown, texts, walk, type Json, type JsonObject } from "../support/json";
import type { Stack } from "../support/synth";
import { interpolations } from "../support/terraform";
import { ACCOUNT, REGION, TOPIC, props, loki, synthesise } from "./loki-support";

let one: Stack;
let three: Stack;
beforeAll(() => {
  one = loki(1);
  three = loki(3);
});

test("a replica brings its task, role, folder and alarms, and nothing else differs", () => {
  expect(census(one)).toEqual({
    aws_cloudwatch_log_group: 1,
    aws_cloudwatch_log_metric_filter: 2,
    aws_cloudwatch_metric_alarm: 6,
    aws_ecs_service: 1,
    aws_ecs_task_definition: 1,
    aws_efs_access_point: 1,
    aws_efs_file_system: 1,
    aws_efs_file_system_policy: 1,
    aws_efs_mount_target: 3,
    aws_iam_role: 2,
    aws_iam_role_policy: 2,
    aws_kms_alias: 4,
    aws_kms_key: 4,
    aws_s3_bucket: 2,
    aws_s3_bucket_lifecycle_configuration: 2,
    aws_s3_bucket_ownership_controls: 2,
    aws_s3_bucket_policy: 2,
    aws_s3_bucket_public_access_block: 2,
    aws_s3_bucket_server_side_encryption_configuration: 2,
    aws_s3_bucket_versioning: 2,
    aws_security_group: 2,
    aws_service_discovery_service: 1,
    aws_vpc_security_group_egress_rule: 3,
    aws_vpc_security_group_ingress_rule: 3,
  });
  expect(census(three)).toEqual({
    ...census(one),
    aws_cloudwatch_metric_alarm: 12,
    aws_ecs_service: 3,
    aws_ecs_task_definition: 3,
    aws_efs_access_point: 3,
    aws_iam_role: 4,
    aws_iam_role_policy: 4,
    aws_vpc_security_group_egress_rule: 5,
    aws_vpc_security_group_ingress_rule: 5,
  });
});

test("the same every time, without a token", () => {
  expect(loki(3).text).toBe(three.text);
  for (const { text } of [one, three]) expect(text).not.toMatch(/TfToken|-1\.888154589/);
});

describe.each([1, 3] as const)("the services of %d replicas", (replicas) => {
  const stack = (): Stack => (replicas === 1 ? one : three);
  const services = (): JsonObject[] => Object.values(stack().resource("aws_ecs_service"));

  test("run one task each and never two", () => {
    expect(services()).toHaveLength(replicas);
    for (const service of services()) {
      expect(service).toMatchObject({
        desired_count: 1,
        deployment_minimum_healthy_percent: 0,
        deployment_maximum_percent: 100,
        availability_zone_rebalancing: "DISABLED",
        launch_type: "FARGATE",
        deployment_circuit_breaker: { enable: true, rollback: true },
        wait_for_steady_state: replicas === 3,
      });
      expect(service).not.toHaveProperty("load_balancer");
      expect(service).not.toHaveProperty("deployment_controller");
    }
    expect(Object.keys(census(stack())).filter((type) => type.startsWith("aws_appautoscaling"))).toEqual([]);
  });

  test("have a folder and a role of their own", () => {
    const tasks = Object.values(stack().resource("aws_ecs_task_definition"));
    const volumes = tasks.flatMap(({ volume }) =>
      objects(volume).filter((each) => "efs_volume_configuration" in each),
    );
    expect(volumes).toHaveLength(replicas);
    const configurations = volumes.map((each) => asObject(each.efs_volume_configuration));
    for (const configuration of configurations) {
      expect(configuration).toMatchObject({
        transit_encryption: "ENABLED",
        authorization_config: { iam: "ENABLED" },
      });
      expect(configuration).not.toHaveProperty("root_directory");
    }
    const unique = (values: string[]): number => new Set(values).size;
    expect(
      unique(configurations.map((each) => asText(asObject(each.authorization_config).access_point_id))),
    ).toBe(replicas);
    expect(unique(tasks.map((task) => asText(task.task_role_arn)))).toBe(replicas);
    expect(unique(tasks.map((task) => asText(task.family)))).toBe(replicas);
    for (const task of tasks) {
      expect(task).toMatchObject({
        cpu: "1024",
        memory: "4096",
        ephemeral_storage: { size_in_gib: 40 },
        network_mode: "awsvpc",
        requires_compatibilities: ["FARGATE"],
      });
      expect(objects(task.volume).map(({ name }) => name)).toEqual([
        "config",
        "overrides",
        "scratch",
        "data",
      ]);
    }
  });

  test("register under one name and have no public address", () => {
    const registry = Object.keys(stack().resource("aws_service_discovery_service"))[0] ?? "";
    for (const service of services()) {
      expect(service.service_registries).toEqual({
        registry_arn: `\${aws_service_discovery_service.${registry}.arn}`,
      });
      expect(service.network_configuration).toMatchObject({ assign_public_ip: false });
    }
    expect(only(stack(), "aws_service_discovery_service")).toMatchObject({
      name: "loki",
      dns_config: {
        namespace_id: "ns-1",
        routing_policy: "MULTIVALUE",
        dns_records: [{ type: "A", ttl: 10 }],
      },
      health_check_custom_config: { failure_threshold: 1 },
    });
  });
});

test("a single replica may run in every zone, three stay in zones of their own", () => {
  const subnets = (stack: Stack) =>
    Object.values(stack.resource("aws_ecs_service")).map(
      ({ network_configuration }) => asObject(network_configuration).subnets,
    );
  expect(subnets(one)).toEqual([["subnet-a", "subnet-b", "subnet-c"]]);
  expect(subnets(three)).toEqual([["subnet-a"], ["subnet-b"], ["subnet-c"]]);
});

test("three replicas are replaced one after the other, and start after all that they need", () => {
  const services = Object.entries(three.resource("aws_ecs_service"));
  const dependencies = services.map(([, service]) => texts(service.depends_on));
  expect(
    dependencies.map((each) => each.filter((address) => address.startsWith("aws_ecs_service."))),
  ).toEqual([
    [],
    [`aws_ecs_service.${services[0]?.[0] ?? ""}`],
    [`aws_ecs_service.${services[1]?.[0] ?? ""}`],
  ]);
  for (const each of dependencies) {
    const types = each.map((address) => address.split(".")[0]).filter((type) => type !== "aws_ecs_service");
    expect(
      Object.fromEntries([...new Set(types)].map((type) => [type, types.filter((t) => t === type).length])),
    ).toEqual({
      aws_cloudwatch_log_group: 1,
      aws_efs_file_system_policy: 1,
      aws_efs_mount_target: 3,
      aws_iam_role_policy: 4,
      aws_s3_bucket_ownership_controls: 2,
      aws_s3_bucket_policy: 2,
      aws_s3_bucket_public_access_block: 2,
      aws_s3_bucket_server_side_encryption_configuration: 2,
      aws_s3_bucket_versioning: 2,
    });
  }
});

describe("what people are told", () => {
  test("every alarm goes to the topic and comes back", () => {
    const alarms = Object.values(three.resource("aws_cloudwatch_metric_alarm"));
    expect(alarms.map(({ alarm_name }) => alarm_name).sort()).toEqual(
      [
        ...[0, 1, 2].flatMap((replica) =>
          ["cpu", "down", "memory"].map((what) => `tenantscope-loki-${replica}-${what}`),
        ),
        "tenantscope-loki-errors",
        "tenantscope-loki-file-system",
        "tenantscope-loki-overrides",
      ].sort(),
    );
    for (const alarm of alarms) {
      expect(alarm.alarm_actions).toEqual([TOPIC]);
      expect(alarm.ok_actions).toEqual([TOPIC]);
      expect(asText(alarm.alarm_description).length).toBeGreaterThan(20);
    }
  });

  test("a replica that does not run gives no samples, and that is an alarm", () => {
    const alarm = Object.values(one.resource("aws_cloudwatch_metric_alarm")).find(
      ({ alarm_name }) => alarm_name === "tenantscope-loki-0-down",
    );
    expect(alarm).toMatchObject({
      namespace: "AWS/ECS",
      metric_name: "CPUUtilization",
      dimensions: { ClusterName: "tenantscope-central", ServiceName: "loki-0" },
      statistic: "SampleCount",
      period: 60,
      evaluation_periods: 5,
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      treat_missing_data: "breaching",
    });
  });

  test("Loki's errors and failed fetches are counted where the alarms look", () => {
    const filters = Object.values(one.resource("aws_cloudwatch_log_metric_filter"));
    expect(filters.map(({ pattern }) => pattern)).toEqual([
      '{ ($.level = "error") && ($.caller != "gennumber_loader*") }',
      '"overrides-failed"',
    ]);
    const metrics = filters.map(({ metric_transformation }) => {
      const { namespace, name, value } = asObject(metric_transformation);
      return `${shown(namespace)} ${shown(name)} ${shown(value)}`;
    });
    expect(metrics).toEqual([
      "TenantScope/Loki tenantscope-loki-errors 1",
      "TenantScope/Loki tenantscope-loki-overrides 1",
    ]);
    const watched = Object.values(one.resource("aws_cloudwatch_metric_alarm"))
      .filter(({ namespace }) => namespace === "TenantScope/Loki")
      .map(({ namespace, metric_name }) => `${shown(namespace)} ${shown(metric_name)} 1`);
    expect(watched).toEqual(metrics);
  });

  test("the log is encrypted with its own key and kept as long as said", () => {
    const group = only(one, "aws_cloudwatch_log_group");
    expect(group).toMatchObject({ name: "/tenantscope/central/loki", retention_in_days: 60 });
    expect(asText(group.kms_key_id)).toMatch(/^\$\{aws_kms_key\.loki_logs-key_[0-9A-F]{8}\.arn\}$/);
  });
});

test("keys: one for each thing that keeps data, rotated, usable by no service that is not named", () => {
  expect(
    Object.values(one.resource("aws_kms_alias"))
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    "alias/tenantscope-loki-chunks",
    "alias/tenantscope-loki-config",
    "alias/tenantscope-loki-logs",
    "alias/tenantscope-loki-wal",
  ]);
  // Denies name everybody.
  const principals = Object.values(one.resource("aws_kms_key")).flatMap(({ policy, enable_key_rotation }) => {
    expect(enable_key_rotation).toBe(true);
    return objects(asObject(JSON.parse(asText(policy)) as Json).Statement)
      .filter(({ Effect }) => Effect === "Allow")
      .map(({ Principal }) => JSON.stringify(Principal));
  });
  expect(principals.filter((each) => each !== `{"AWS":"arn:aws:iam::${ACCOUNT}:root"}`)).toEqual([
    `{"Service":"logs.${REGION}.amazonaws.com"}`,
  ]);
});

test("the address of the service is plain text", () => {
  let url = "";
  synthesise((stack) => {
    url = new Loki(stack, "loki", props(1)).url;
  });
  expect(url).toBe("http://loki.tenantscope.internal:3100");
});

describe("the overrides object of the limits stack", () => {
  const object = (tenants: Parameters<typeof lokiOverridesObject>[2]["tenants"]): JsonObject => {
    const stack = synthesise((scope) => {
      lokiOverridesObject(scope, "overrides", { owner: { accountId: ACCOUNT, region: REGION }, tenants });
    });
    expect(census(stack)).toEqual({ aws_s3_object: 1 });
    return only(stack, "aws_s3_object");
  };

  test("lies where the tasks look for it, and holds only what differs", () => {
    const { content, ...rest } = object([{ tenant: "acme", logRetentionDays: 90 }, { tenant: "globex" }]);
    expect(rest).toEqual({
      bucket: asText(Object.values(one.resource("aws_s3_bucket"))[1]?.bucket),
      key: "overrides.yaml",
      content_type: "application/yaml",
    });
    expect(parse(asText(content))).toEqual({
      overrides: { acme: { retention_period: "2160h", max_query_length: "2161h" } },
    });
  });

  test("is there even if nobody differs", () => {
    expect(object([]).content).toBe("overrides: {}\n");
  });
});

test("no reference but to ids, ARNs and names of this stack", () => {
  const found = [...walk(three.json)].flatMap(({ value, path }) =>
    typeof value === "string" && !path.includes("$") ? interpolations(value) : [],
  );
  expect(new Set(found.map((expression) => expression.split(".").at(-1)))).toEqual(
    new Set(["arn", "id", "key_id", "name"]),
  );
});
