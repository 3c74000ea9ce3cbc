import { census, only } from "../support/census";
import { central, CLOUD_BACKEND, exampleFleet, fleetWith, tenantOf } from "../support/fleets";
import { asObject, asText, objects, type Json, type JsonObject } from "../support/json";
import { synth, type Stack } from "../support/synth";

const fleet = exampleFleet();
const tree = synth(fleet);

test("the example fleet gives exactly these stacks", () => {
  expect(tree.stacks.map(({ name }) => name)).toEqual([
    "central",
    "grafana",
    "limits",
    "tenant-acme",
    "tenant-globex",
    "tenant-initech",
  ]);
});

describe("central", () => {
  const stack = tree.stack("central");

  test("has exactly these resources", () => {
    expect(census(stack)).toEqual({
      aws_api_gateway_account: 1,
      aws_api_gateway_deployment: 2,
      aws_api_gateway_method_settings: 2,
      aws_api_gateway_rest_api: 2,
      aws_api_gateway_stage: 2,
      aws_api_gateway_vpc_link: 1,
      aws_appautoscaling_policy: 3,
      aws_appautoscaling_target: 2,
      aws_cloudwatch_log_group: 18,
      aws_cloudwatch_log_metric_filter: 6,
      aws_cloudwatch_log_resource_policy: 2,
      aws_cloudwatch_log_stream: 1,
      aws_cloudwatch_metric_alarm: 70,
      aws_default_security_group: 1,
      aws_ec2_client_vpn_authorization_rule: 10,
      aws_ec2_client_vpn_endpoint: 1,
      aws_ec2_client_vpn_network_association: 2,
      aws_ecr_lifecycle_policy: 1,
      aws_ecr_pull_through_cache_rule: 2,
      aws_ecr_registry_policy: 1,
      aws_ecr_registry_scanning_configuration: 1,
      aws_ecr_repository: 1,
      aws_ecr_repository_creation_template: 2,
      aws_ecr_repository_policy: 1,
      aws_ecs_cluster: 1,
      aws_ecs_service: 4,
      aws_ecs_task_definition: 4,
      aws_efs_access_point: 1,
      aws_efs_file_system: 1,
      aws_efs_file_system_policy: 1,
      aws_efs_mount_target: 2,
      aws_eip: 1,
      aws_flow_log: 1,
      aws_grafana_role_association: 2,
      aws_grafana_workspace: 1,
      aws_grafana_workspace_service_account: 1,
      aws_iam_openid_connect_provider: 1,
      aws_iam_role: 19,
      aws_iam_role_policy: 20,
      aws_iam_service_linked_role: 1,
      aws_internet_gateway: 1,
      aws_kms_alias: 25,
      aws_kms_key: 25,
      aws_lambda_function: 4,
      aws_lambda_function_event_invoke_config: 3,
      aws_lambda_invocation: 2,
      aws_lambda_permission: 2,
      aws_lb: 3,
      aws_lb_listener: 3,
      aws_lb_target_group: 3,
      aws_nat_gateway: 1,
      aws_oam_sink: 2,
      aws_oam_sink_policy: 2,
      aws_opensearch_domain: 1,
      aws_prometheus_alert_manager_definition: 1,
      aws_prometheus_query_logging_configuration: 1,
      aws_prometheus_rule_group_namespace: 1,
      aws_prometheus_workspace: 1,
      aws_route: 3,
      aws_route53_record: 2,
      aws_route53_zone: 1,
      aws_route_table: 4,
      aws_route_table_association: 6,
      aws_s3_bucket: 2,
      aws_s3_bucket_lifecycle_configuration: 2,
      aws_s3_bucket_ownership_controls: 2,
      aws_s3_bucket_policy: 2,
      aws_s3_bucket_public_access_block: 2,
      aws_s3_bucket_server_side_encryption_configuration: 2,
      aws_s3_bucket_versioning: 2,
      aws_scheduler_schedule: 3,
      aws_scheduler_schedule_group: 2,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_policy: 1,
      aws_security_group: 15,
      aws_service_discovery_private_dns_namespace: 1,
      aws_service_discovery_service: 3,
      aws_sns_topic: 2,
      aws_sns_topic_policy: 2,
      aws_sns_topic_subscription: 2,
      aws_sqs_queue: 1,
      aws_sqs_queue_policy: 1,
      aws_ssm_parameter: 1,
      aws_subnet: 6,
      aws_vpc: 1,
      aws_vpc_endpoint: 3,
      aws_vpc_security_group_egress_rule: 27,
      aws_vpc_security_group_ingress_rule: 14,
    });
  });

  test("logs the workspace and its expensive queries", () => {
    const workspace = only(stack, "aws_prometheus_workspace");
    expect(asObject(workspace["logging_configuration"])["log_group_arn"]).toMatch(
      /^\$\{aws_cloudwatch_log_group\.metrics_log_\w+\.arn\}:\*$/,
    );
    const [destination] = objects(only(stack, "aws_prometheus_query_logging_configuration")["destination"]);
    expect(objects(destination?.["filters"])).toEqual([{ qsp_threshold: 1_000_000 }]);
    expect(asText(objects(destination?.["cloudwatch_logs"])[0]?.["log_group_arn"])).toMatch(
      /query-log.*:\*$/,
    );
  });

  test("publishes the contract: version and exactly these fields, no secrets", () => {
    const parameter = only(stack, "aws_ssm_parameter");
    expect([parameter["name"], parameter["type"]]).toEqual(["/tenantscope/contract/v1", "String"]);
    const contract = asObject(JSON.parse(asText(parameter["insecure_value"])) as Json);
    expect(Object.keys(contract).sort()).toEqual([
      "alerts",
      "grafana",
      "ingest",
      "loki",
      "metrics",
      "oamSinks",
      "place",
      "storage",
      "version",
    ]);
    expect(contract["version"]).toBe(1);
    const metrics = asObject(contract["metrics"]);
    expect(Object.keys(metrics)).toEqual(["workspaceId", "workspaceArn", "remoteWriteUrl", "queryUrl"]);
    expect(metrics["remoteWriteUrl"]).toMatch(/\.prometheus_endpoint\}api\/v1\/remote_write$/);
  });

  test("its provider assumes the deploy role and is held to the account; without a role it takes what there is", () => {
    expect(stack.providers("aws")).toEqual([
      {
        allowed_account_ids: ["111111111111"],
        assume_role: [
          { role_arn: "arn:aws:iam::111111111111:role/tenantscope-deploy", session_name: "tenantscope" },
        ],
        default_tags: [
          {
            tags: {
              owner: "platform-team",
              "tenantscope:managed-by": "tenantscope",
              "tenantscope:stack": "central",
            },
          },
        ],
        region: "eu-west-1",
      },
    ]);
    const ambient = synth({ ...fleet, central: central() }).stack("central");
    expect(ambient.providers("aws")[0]).not.toHaveProperty("assume_role");
  });
});

describe("limits", () => {
  const labelSets = (stack: Stack): [JsonObject, unknown][] =>
    objects(only(stack, "aws_prometheus_workspace_configuration")["limits_per_label_set"]).map((entry) => [
      asObject(entry["label_set"]),
      objects(entry["limits"])[0]?.["max_series"],
    ]);

  test("has the default bucket and the exceptions of pooled tenants", () => {
    const stack = tree.stack("limits");
    expect(census(stack)).toEqual({
      aws_prometheus_workspace_configuration: 1,
      aws_s3_object: 1,
      "data.aws_ssm_parameter": 1,
    });
    expect(only(stack, "aws_prometheus_workspace_configuration")["retention_period_in_days"]).toBe(150);
    expect(labelSets(stack)).toEqual([
      [{}, 2_000_000],
      [{ tenant: "globex" }, 500_000],
    ]);
  });

  test("a suspended tenant keeps its entry, an offboarding one has none", () => {
    const globex = tenantOf(fleet, "globex");
    const suspended = synth(fleetWith(fleet, { ...globex, lifecycle: "suspended" }));
    expect(labelSets(suspended.stack("limits"))).toHaveLength(2);
    const leaving = synth(fleetWith(fleet, { ...globex, lifecycle: "offboarding" }));
    expect(labelSets(leaving.stack("limits"))).toEqual([[{}, 2_000_000]]);
  });
});

describe("backends", () => {
  const terraform = (backend: Parameters<typeof central>[0]): JsonObject =>
    asObject(synth({ ...fleet, central: central(backend) }).stack("tenant-acme").json["terraform"]);

  test("local: a relative path beside the output", () => {
    expect(terraform({ backend: { type: "local" } })).toMatchObject({
      backend: { local: { path: "../../../terraform.tenant-acme.tfstate" } },
      required_version: ">= 1.11.0, < 2.0.0",
    });
  });

  test("cloud: one named workspace per stack", () => {
    const block = terraform({ backend: CLOUD_BACKEND });
    expect(block["cloud"]).toEqual({
      organization: "example",
      workspaces: { name: "tenantscope-tenant-acme", project: "observability" },
    });
    expect(block["backend"]).toBeUndefined();
  });

  test("s3: encrypted and locked", () => {
    const kmsKeyArn = "arn:aws:kms:eu-west-1:111111111111:key/1";
    expect(
      terraform({
        backend: { type: "s3", bucket: "state", region: "eu-west-1", keyPrefix: "tenantscope", kmsKeyArn },
      })["backend"],
    ).toEqual({
      s3: {
        bucket: "state",
        encrypt: true,
        key: "tenantscope/tenant-acme.tfstate",
        kms_key_id: kmsKeyArn,
        region: "eu-west-1",
        use_lockfile: true,
      },
    });
  });
});
