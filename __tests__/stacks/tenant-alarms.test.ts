import { only } from "../support/census";
import { exampleFleet } from "../support/fleets";
import { asText, type Json, type JsonObject } from "../support/json";
import { synth } from "../support/synth";

const tree = synth(exampleFleet());

describe("a tenant that lives off the defaults", () => {
  const stack = tree.stack("tenant-acme");

  /** The rule, alarm and target of events of a name. */
  const watched = (name: string) => {
    const one = (type: string, key: string, value: Json) =>
      Object.entries(stack.resource(type)).filter(([, attributes]) => attributes[key] === value);
    const [[id, rule] = ["", {}], ...others] = one("aws_cloudwatch_event_rule", "name", name);
    const targets = one("aws_cloudwatch_event_target", "rule", `\${aws_cloudwatch_event_rule.${id}.name}`);
    const alarms = one("aws_cloudwatch_metric_alarm", "alarm_name", name);
    expect([others.length, targets.length, alarms.length]).toEqual([0, 1, 1]);
    return {
      pattern: JSON.parse(asText(rule["event_pattern"])) as unknown,
      target: targets[0]?.[1] ?? {},
      alarm: alarms[0]?.[1] ?? {},
    };
  };
  const clusterArn = "${aws_ecs_cluster.cluster.arn}";
  const topic = [expect.stringMatching(/^\$\{aws_sns_topic\.alerts_topic_\w+\.arn\}$/) as string];

  test("an alarm tells when the sidecar stops while the task runs on", () => {
    const name = "tenantscope-acme-orders-sidecar-stopped";
    const { pattern, target, alarm } = watched(name);
    expect(pattern).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [clusterArn],
        group: ["service:orders"],
        lastStatus: ["RUNNING"],
        desiredStatus: ["RUNNING"],
        containers: { name: ["adot-collector", "log-router"], lastStatus: ["STOPPED"] },
      },
    });
    expect(alarm).toMatchObject({
      namespace: "AWS/Events",
      metric_name: "TriggeredRules",
      dimensions: { RuleName: name },
      evaluation_periods: 1,
      period: 60,
      treat_missing_data: "notBreaching",
      alarm_actions: topic,
    });
    // Back to OK says only that no further sidecar stopped.
    expect(alarm).not.toHaveProperty("ok_actions");
    expect(target.depends_on).toEqual([expect.stringMatching(/^aws_cloudwatch_log_resource_policy\./)]);
  });

  test("an alarm tells when tasks keep ending by themselves, however short they live, and when that is over", () => {
    const name = "tenantscope-acme.orders.tasks-stopped";
    const { pattern, alarm } = watched(name);
    expect(pattern).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [clusterArn],
        group: ["service:orders"],
        lastStatus: ["STOPPED"],
        // No ServiceSchedulerInitiated and no UserInitiated: that is a deployment, or somebody's wish.
        stopCode: ["EssentialContainerExited", "TaskFailedToStart"],
      },
    });
    expect(alarm).toMatchObject({
      namespace: "AWS/Events",
      metric_name: "TriggeredRules",
      dimensions: { RuleName: name },
      statistic: "Sum",
      period: 300,
      threshold: 1,
      comparison_operator: "GreaterThanOrEqualToThreshold",
      datapoints_to_alarm: 3,
      evaluation_periods: 4,
      treat_missing_data: "notBreaching",
      alarm_actions: topic,
      ok_actions: topic,
    });
  });

  test("an alarm tells when ECS gives up a deployment or puts off starts", () => {
    const name = "tenantscope-acme.orders.start-failed";
    const { pattern, alarm } = watched(name);
    expect(pattern).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Service Action", "ECS Deployment State Change"],
      resources: ["arn:aws:ecs:eu-west-1:222222222222:service/tenantscope-acme/orders"],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_START_IMPAIRED"] },
    });
    expect(alarm).toMatchObject({
      dimensions: { RuleName: name },
      period: 60,
      evaluation_periods: 1,
      alarm_actions: topic,
    });
    expect(alarm).not.toHaveProperty("ok_actions");
  });

  test("the tenant's own rules, and no others, write to its log of events", () => {
    const { policy_document } = only(stack, "aws_cloudwatch_log_resource_policy");
    const { Statement } = JSON.parse(asText(policy_document)) as { Statement: JsonObject[] };
    expect(Statement.find(({ Sid }) => Sid === "WriteEvents")).toMatchObject({
      Condition: {
        ArnLike: {
          "aws:SourceArn": ["tenantscope-acme-orders-sidecar-stopped", "tenantscope-acme.*"].map(
            (rule) => `arn:aws:events:eu-west-1:222222222222:rule/${rule}`,
          ),
        },
      },
    });
  });

  test("nothing is expected of a service before it was made", () => {
    const services = Object.keys(stack.resource("aws_ecs_service")).map((id) => `aws_ecs_service.${id}`);
    expect(services).toHaveLength(1);
    expect(only(stack, "aws_prometheus_rule_group_namespace").depends_on).toEqual(services);
  });
});

describe("a tenant with a cluster of its own and several services", () => {
  const stack = tree.stack("tenant-globex");

  test("is watched in the cluster that exists, service by service", () => {
    const services = Object.values(stack.resource("aws_ecs_service")).map(({ name }) => asText(name));
    const resources = Object.values(stack.resource("aws_cloudwatch_event_rule"))
      .map(({ event_pattern }) => JSON.parse(asText(event_pattern)) as { resources?: string[] })
      .flatMap(({ resources }) => resources ?? []);
    expect(services.length).toBeGreaterThan(1);
    expect(resources.sort()).toEqual(
      services.map((name) => `arn:aws:ecs:eu-west-1:333333333333:service/globex-production/${name}`).sort(),
    );
    expect(only(stack, "aws_prometheus_rule_group_namespace").depends_on).toHaveLength(services.length);
  });
});
