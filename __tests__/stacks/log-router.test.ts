import { environmentOf, taskContainers } from "../support/containers";
import { exampleFleet } from "../support/fleets";
import { asText, type JsonObject } from "../support/json";
import { synth } from "../support/synth";

const tree = synth(exampleFleet());

describe("logs of a tenant that lives off the defaults", () => {
  const stack = tree.stack("tenant-acme");

  test("the router hands the lines over to the sidecar", () => {
    const [, , router] = taskContainers(stack, "tenantscope-acme-orders") as [
      JsonObject,
      JsonObject,
      JsonObject,
    ];
    expect(environmentOf(router)).toEqual({
      AWS_REGION: "eu-west-1",
      ROUTER_CONFIG: [
        "[OUTPUT]",
        "    Name opentelemetry",
        "    Match *-firelens-*",
        "    Host 127.0.0.1",
        "    Port 4318",
        "    Logs_uri /v1/logs",
        "    Logs_body_key $log",
        "    Logs_body_key_attributes true",
        "    Retry_Limit 20",
        "",
      ].join("\n"),
    });
    expect(router).toEqual({
      name: "log-router",
      image:
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/tenantscope/ecr-public/aws-observability/aws-for-fluent-bit:3.4.16",
      essential: false,
      entryPoint: ["/bin/sh", "-c"],
      command: [
        "printf '%s' \"$ROUTER_CONFIG\" > /fluent-bit/etc/tenantscope.conf && " +
          "exec /fluent-bit/bin/fluent-bit -c /fluent-bit/etc/fluent-bit.conf",
      ],
      environment: expect.any(Array) as object[],
      firelensConfiguration: {
        type: "fluentbit",
        options: {
          "enable-ecs-log-metadata": "true",
          "config-file-type": "file",
          "config-file-value": "/fluent-bit/etc/tenantscope.conf",
        },
      },
      cpu: 32,
      memory: 128,
      user: "0",
      readonlyRootFilesystem: false,
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
      stopTimeout: 30,
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/tenantscope/acme/orders",
          "awslogs-region": "eu-west-1",
          "awslogs-stream-prefix": "firelens",
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      },
    });
  });
});

describe("logs of a tenant with several destinations", () => {
  const stack = tree.stack("tenant-globex");
  const outputs = (family: string): (string | undefined)[] => {
    const router = taskContainers(stack, family).find(({ name }) => name === "log-router");
    if (router === undefined) return [];
    const text = environmentOf(router).ROUTER_CONFIG ?? "";
    return [...text.matchAll(/^ {4}Name (\S+)$/gm)].map(([, name]) => name);
  };

  test("an output each; to CloudWatch alone no router is needed", () => {
    expect(outputs("tenantscope-globex-checkout")).toEqual(["opentelemetry", "cloudwatch_logs"]);
    expect(outputs("tenantscope-globex-catalog")).toEqual(["opentelemetry"]);
    expect(outputs("tenantscope-globex-mailer")).toEqual([]);
    const drivers = taskContainers(stack, "tenantscope-globex-mailer").map(
      ({ logConfiguration }) => (logConfiguration as { logDriver: string }).logDriver,
    );
    expect(drivers).toEqual(["awslogs", "awslogs"]);
  });

  test("only a routed service's task role may write to its log group", () => {
    const routed = Object.entries(stack.resource("aws_iam_role_policy")).filter(([, { policy }]) =>
      asText(policy).includes("WriteRoutedLogs"),
    );
    expect(routed.map(([id]) => id.replace(/_[0-9A-F]{8}$/, ""))).toEqual(["service-checkout_task-policy"]);
  });
});
