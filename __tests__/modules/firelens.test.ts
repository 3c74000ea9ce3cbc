import { routerSections, routerText, type RouterInput } from "../../modules/firelens/config";

const input = (...destinations: RouterInput["destinations"]): RouterInput => ({
  destinations,
  otlpHttpPort: 4318,
  tenant: "acme",
  region: "eu-west-1",
  logGroup: "/tenantscope/acme/orders",
});

const entries = (given: RouterInput): Record<string, string>[] =>
  routerSections(given).map((section) => Object.fromEntries(section.entries));

test("straight to Loki: the seed's labels, line format and removed keys", () => {
  expect(entries(input("loki-direct"))).toEqual([
    {
      Name: "loki",
      Match: "*-firelens-*",
      Host: "${LOKI_DIRECT_HOST}",
      Port: "80",
      Uri: "/loki/api/v1/push",
      Tenant_ID: "acme",
      Labels:
        "container_name=$container_name, ecs_task_definition=$ecs_task_definition, source=$source, ecs_cluster=$ecs_cluster",
      Remove_Keys: "container_id,ecs_task_arn",
      Line_Format: "key_value",
      Retry_Limit: "20",
    },
  ]);
});

test("to CloudWatch: the service's own log group, which is never made here", () => {
  expect(entries(input("cloudwatch"))).toEqual([
    {
      Name: "cloudwatch_logs",
      Match: "*-firelens-*",
      region: "eu-west-1",
      log_group_name: "/tenantscope/acme/orders",
      log_stream_prefix: "firelens/",
      auto_create_group: "false",
      log_key: "log",
      Retry_Limit: "20",
    },
  ]);
});

test("any combination: an output per destination, nothing twice", () => {
  const names = entries(input("loki", "loki-direct", "cloudwatch")).map(({ Name }) => Name);
  expect(names).toEqual(["opentelemetry", "loki", "cloudwatch_logs"]);
});

test("the text is a classic file, and holds no credentials", () => {
  const text = routerText(routerSections(input("loki", "cloudwatch")));
  expect(text).toMatch(/^\[OUTPUT\]\n {4}Name opentelemetry\n/);
  expect(text.match(/^\[OUTPUT\]$/gm)).toHaveLength(2);
  expect(text).not.toMatch(/TfToken|password|secret|token/i);
});
