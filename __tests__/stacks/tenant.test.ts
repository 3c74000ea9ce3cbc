import { OWN_TASK_BYTES } from "../../fleet/rules/rendered-size";
import { census, only } from "../support/census";
import { environmentOf, taskContainers } from "../support/containers";
import { exampleFleet, tenantOf } from "../support/fleets";
import { asObject, asText, objects, type Json, type JsonObject } from "../support/json";
import { synth } from "../support/synth";

const fleet = exampleFleet();
const tree = synth(fleet);

describe("a tenant that lives off the defaults", () => {
  const stack = tree.stack("tenant-acme");

  test("has exactly these resources", () => {
    expect(census(stack)).toEqual({
      "data.aws_ssm_parameter": 1,
      aws_cloudwatch_event_rule: 3,
      aws_cloudwatch_event_target: 3,
      aws_cloudwatch_log_group: 2,
      aws_cloudwatch_log_resource_policy: 1,
      aws_cloudwatch_metric_alarm: 3,
      aws_ecs_cluster: 1,
      aws_ecs_service: 1,
      aws_ecs_task_definition: 1,
      aws_iam_role: 4,
      aws_iam_role_policy: 4,
      aws_kms_alias: 2,
      aws_kms_key: 2,
      aws_oam_link: 1,
      aws_security_group: 2,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_sns_topic_subscription: 1,
      aws_prometheus_rule_group_namespace: 1,
      aws_ssm_parameter: 2,
      aws_vpc_endpoint: 1,
      aws_vpc_security_group_egress_rule: 1,
      aws_vpc_security_group_ingress_rule: 1,
      aws_xray_group: 1,
      grafana_dashboard: 2,
      grafana_data_source: 3,
      grafana_data_source_permission: 3,
      grafana_folder: 1,
      grafana_folder_permission: 1,
      grafana_team: 1,
      time_sleep: 1,
    });
  });

  test("the writer role, the rules, the alerts' route and the contract are in the central account", () => {
    const inCentral = stack.blocks.filter((block) => block.attributes["provider"] === "aws.central");
    expect(inCentral.map(({ address }) => address).sort()).toEqual([
      "aws_iam_role.writer_role",
      "aws_iam_role_policy.writer_policy",
      "aws_prometheus_rule_group_namespace.rules",
      "aws_ssm_parameter.alert-route",
      "data.aws_ssm_parameter.contract",
    ]);
  });

  test("the service waits for its grants to propagate, and rolls back by itself", () => {
    const service = only(stack, "aws_ecs_service");
    expect(service["depends_on"]).toEqual([
      expect.stringMatching(/^time_sleep\.service-orders_iam-propagation/),
    ]);
    expect(service["deployment_circuit_breaker"]).toEqual({ enable: true, rollback: true });
    expect(asObject(service["network_configuration"])["assign_public_ip"]).toBe(false);
    expect(service).not.toHaveProperty("load_balancer");
    const sleep = only(stack, "time_sleep");
    expect(sleep["create_duration"]).toBe("30s");
    expect(Object.keys(asObject(sleep["triggers"] as Json)).sort()).toEqual([
      "executionRole",
      "externalId",
      "ingest",
      "taskRole",
      "workspace",
      "writerRole",
    ]);
    expect((sleep["depends_on"] as string[]).map((id) => id.replace(/_[0-9A-F]{8}$/, ""))).toEqual([
      "aws_iam_role_policy.writer_policy",
      "aws_iam_role_policy.service-orders_task-policy",
      "aws_iam_role_policy.service-orders_execution-policy",
    ]);
  });

  test("runs the application and the sidecar, which gates nothing", () => {
    const [application, sidecar, router, ...others] = taskContainers(stack, "tenantscope-acme-orders");
    expect(others).toEqual([]);
    expect(router?.name).toBe("log-router");
    expect(application).toEqual({
      name: "orders",
      image: "222222222222.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2",
      essential: true,
      environment: [
        { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://127.0.0.1:4318" },
        { name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: "http/protobuf" },
        { name: "OTEL_LOGS_EXPORTER", value: "none" },
        { name: "OTEL_METRICS_EXPORTER", value: "otlp" },
        { name: "OTEL_SEMCONV_STABILITY_OPT_IN", value: "http" },
        { name: "OTEL_SERVICE_NAME", value: "orders" },
        { name: "OTEL_TRACES_EXPORTER", value: "otlp" },
      ],
      portMappings: [{ containerPort: 8080, protocol: "tcp" }],
      readonlyRootFilesystem: false,
      logConfiguration: { logDriver: "awsfirelens", options: { "log-driver-buffer-limit": "2097152" } },
    });
    expect(sidecar).toEqual({
      environment: expect.any(Array) as object[],
      name: "adot-collector",
      image:
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/tenantscope/ecr-public/aws-observability/aws-otel-collector:v0.50.0",
      essential: false,
      command: ["--feature-gates=exporter.prometheusremotewritexporter.RetryOn429"],
      healthCheck: {
        command: ["CMD", "/healthcheck"],
        interval: 30,
        timeout: 5,
        retries: 3,
        startPeriod: 10,
      },
      cpu: 64,
      memory: 256,
      user: "4317",
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: ["ALL"] } },
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
      stopTimeout: 30,
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/tenantscope/acme/orders",
          "awslogs-region": "eu-west-1",
          "awslogs-stream-prefix": "collector",
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      },
    });
  });

  test("the sidecar has every variable that its configuration names, and the same configuration is published", () => {
    const [, sidecar] = taskContainers(stack, "tenantscope-acme-orders") as [JsonObject, JsonObject];
    const environment = environmentOf(sidecar);
    expect(environment).toEqual({
      AMP_EXTERNAL_ID: expect.stringMatching(/^tenantscope-[0-9a-f]{32}$/) as string,
      AMP_REMOTE_WRITE_URL: "${local.contract.metrics.remoteWriteUrl}",
      AMP_WRITER_ROLE_ARN: expect.stringMatching(/^\$\{aws_iam_role\.writer_role_\w+\.arn\}$/) as string,
      AOT_CONFIG_CONTENT: expect.stringContaining("${env:AMP_REMOTE_WRITE_URL}") as string,
      AWS_REGION: "eu-west-1",
      GOMEMLIMIT: "204MiB",
      INGEST_API_ID: "${local.contract.ingest.apiId}",
      INGEST_URL: expect.stringMatching(
        /^https:\/\/\$\{aws_vpc_endpoint\.ingest-endpoint_[\w-]+\.dns_entry\[0\]\.dns_name\}\/v1$/,
      ) as string,
    });
    const raw = objects(sidecar["environment"]).find(({ name }) => name === "AOT_CONFIG_CONTENT");
    const published = Object.values(stack.resource("aws_ssm_parameter")).filter(({ name }) =>
      asText(name).startsWith("/tenantscope/acme/"),
    );
    expect(published).toMatchObject([
      { name: "/tenantscope/acme/orders/collector-config", insecure_value: raw?.["value"] },
    ]);
  });
});

describe("a tenant with several services", () => {
  const stack = tree.stack("tenant-globex");

  test("uses the cluster that exists", () => {
    expect(stack.resource("aws_ecs_cluster")).toEqual({});
    for (const service of Object.values(stack.resource("aws_ecs_service"))) {
      expect(service["cluster"]).toBe("arn:aws:ecs:eu-west-1:333333333333:cluster/globex-production");
    }
  });

  test("puts the application behind the team's listener, and never the sidecar", () => {
    const balanced = Object.values(stack.resource("aws_ecs_service")).filter((each) => each["load_balancer"]);
    expect(balanced).toHaveLength(1);
    expect(objects(balanced[0]?.["load_balancer"])).toEqual([
      {
        container_name: "checkout",
        container_port: 8000,
        target_group_arn: expect.stringMatching(/aws_lb_target_group/) as string,
      },
    ]);
    const types = (balanced[0]?.depends_on as string[]).map((id) => id.split(".")[0]);
    expect(types).toEqual([
      "time_sleep",
      ...Array<string>(8).fill("aws_vpc_endpoint"),
      "aws_lb_listener_rule",
    ]);
    expect(only(stack, "aws_lb_listener_rule")).toMatchObject({
      priority: 100,
      condition: [{ host_header: { values: ["checkout.globex.example"] } }],
    });
    expect(only(stack, "aws_lb_target_group")).toMatchObject({
      name: "ts-globex-checkout",
      target_type: "ip",
      port: 80,
    });
  });

  test("lets in the load balancer and the named group, out HTTPS and what the manifest lists", () => {
    const groups = Object.keys(stack.resource("aws_security_group")).filter((id) =>
      id.startsWith("security-group-"),
    );
    const rules = (type: string): unknown[][] =>
      Object.values(stack.resource(type))
        .filter((rule) => groups.some((id) => asText(rule.security_group_id).includes(`.${id}.`)))
        .map((rule) => [
          rule.referenced_security_group_id ?? rule.cidr_ipv4,
          rule.ip_protocol,
          rule.from_port,
          rule.to_port,
        ])
        .sort();
    expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([
      ["sg-0a1b2c3d4e5f60001", "tcp", 8000, 8000],
      ["sg-0a1b2c3d4e5f60003", "tcp", 5000, 5000],
    ]);
    expect(rules("aws_vpc_security_group_egress_rule")).toEqual([
      ["0.0.0.0/0", "tcp", 443, 443],
      ["0.0.0.0/0", "tcp", 443, 443],
      ["0.0.0.0/0", "tcp", 443, 443],
      ["sg-0a1b2c3d4e5f60002", "tcp", 5432, 5432],
    ]);
  });

  test("runs the database beside the application", () => {
    const containers = taskContainers(stack, "tenantscope-globex-catalog");
    expect(containers.map(({ name }) => name)).toEqual([
      "catalog",
      "mongodb",
      "adot-collector",
      "log-router",
    ]);
    expect(containers[0]?.["dependsOn"]).toEqual([{ containerName: "mongodb", condition: "HEALTHY" }]);
    expect(asObject(containers[1]?.["healthCheck"] as Json)["command"]).toEqual([
      "CMD-SHELL",
      "mongosh --quiet --eval 'db.runCommand({ping: 1}).ok'",
    ]);
    expect(environmentOf(containers[1] ?? {})).toEqual({});
  });

  test("task definitions are within the size that validate reckons with", () => {
    for (const service of tenantOf(fleet, "globex").services) {
      if (service.mode === "attached") continue;
      const text = JSON.stringify(taskContainers(stack, `tenantscope-globex-${service.name}`));
      expect(text.length - JSON.stringify(service.containers).length).toBeLessThan(OWN_TASK_BYTES);
    }
  });

  test("a port of the manifest reaches the application and the collector", () => {
    const [application, sidecar] = taskContainers(stack, "tenantscope-globex-mailer") as [
      JsonObject,
      JsonObject,
    ];
    expect(environmentOf(application)["OTEL_EXPORTER_OTLP_ENDPOINT"]).toBe("http://127.0.0.1:1337");
    expect(environmentOf(sidecar)["AOT_CONFIG_CONTENT"]).toContain("http: {endpoint: 127.0.0.1:1337}");
    expect(environmentOf(sidecar)["AOT_CONFIG_CONTENT"]).toContain("127.0.0.1:55681");
  });
});
