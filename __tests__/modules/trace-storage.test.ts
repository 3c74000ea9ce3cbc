import { readSettings } from "../../lambda/jaeger-storage-proxy/settings";
import { census, only } from "../support/census";
import { asObject, asText, objects } from "../support/json";
import { target } from "./gateway-module";
import {
  ACCOUNT,
  buildStorage,
  DOMAIN,
  fields,
  functionOf,
  parsed,
  policyOf,
  REGION,
} from "./trace-storage-module";

const stack = buildStorage();
const proxy = functionOf(stack, "proxy");
const admin = functionOf(stack, "admin");

test("has exactly these resources", () => {
  expect(census(stack)).toEqual({
    aws_cloudwatch_log_group: 6,
    aws_cloudwatch_log_resource_policy: 1,
    aws_cloudwatch_metric_alarm: 12 + 3 + 2 * 3 + 6,
    aws_iam_role: 3,
    aws_iam_role_policy: 5,
    aws_kms_alias: 4,
    aws_kms_key: 4,
    aws_lambda_function: 2,
    aws_lambda_function_event_invoke_config: 1,
    aws_lambda_invocation: 1,
    aws_opensearch_domain: 1,
    aws_scheduler_schedule: 2,
    aws_scheduler_schedule_group: 1,
    aws_security_group: 3,
    aws_vpc_security_group_egress_rule: 3,
    aws_vpc_security_group_ingress_rule: 2,
  });
});

describe("the three know each other", () => {
  test("the domain knows the functions' roles and groups, the functions the domain's address", () => {
    const domain = only(stack, "aws_opensearch_domain");
    const { Statement } = parsed(domain["access_policies"]) as {
      Statement: { Principal: { AWS: string } }[];
    };
    expect(Statement.map(({ Principal }) => target(stack, Principal.AWS))).toEqual([
      "aws_iam_role.storage_proxy-identity_role",
      "aws_iam_role.storage_admin-identity_role",
    ]);
    const { master_user_options } = asObject(domain["advanced_security_options"]);
    expect(target(stack, asObject(master_user_options)["master_user_arn"])).toBe(
      "aws_iam_role.storage_admin-identity_role",
    );
    for (const { environment } of [proxy, admin]) {
      const { OPENSEARCH_URL } = asObject(asObject(environment)["variables"]);
      expect(asText(OPENSEARCH_URL)).toMatch(/^https:\/\//);
      expect(target(stack, OPENSEARCH_URL)).toBe("aws_opensearch_domain.storage_domain");
    }
    expect(
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, target(stack, value)])),
    ).toEqual({
      proxyArn: "aws_lambda_function.storage_proxy_function",
      proxyName: "aws_lambda_function.storage_proxy_function",
      proxyRoleArn: "aws_iam_role.storage_proxy-identity_role",
    });
  });

  test("the domain depends on no function, so that nothing waits in a circle", () => {
    expect(JSON.stringify(only(stack, "aws_opensearch_domain"))).not.toContain("aws_lambda");
    for (const type of ["aws_iam_role", "aws_iam_role_policy", "aws_security_group"]) {
      for (const [id, resource] of Object.entries(stack.resource(type))) {
        if (id.startsWith("storage_administration")) continue;
        expect(JSON.stringify(resource)).not.toMatch(/aws_lambda_function\.|aws_opensearch_domain\./);
      }
    }
  });

  test("the proxy reaches the domain only, the admin AWS services as well", () => {
    const rules = Object.values(stack.resource("aws_vpc_security_group_egress_rule")).map(
      ({ security_group_id, cidr_ipv4, referenced_security_group_id }) => [
        target(stack, security_group_id),
        cidr_ipv4 ?? target(stack, referenced_security_group_id),
      ],
    );
    expect(rules.sort()).toEqual([
      ["aws_security_group.storage_admin-identity_security-group", "0.0.0.0/0"],
      [
        "aws_security_group.storage_admin-identity_security-group",
        "aws_security_group.storage_domain_security-group",
      ],
      [
        "aws_security_group.storage_proxy-identity_security-group",
        "aws_security_group.storage_domain_security-group",
      ],
    ]);
  });

  test("sizes", () => {
    expect([proxy["memory_size"], proxy["timeout"], proxy["reserved_concurrent_executions"]]).toEqual([
      1024, 60,
      // Not what the account has to spare: an outage would take it all.
      200,
    ]);
    expect([admin["memory_size"], admin["timeout"], admin["reserved_concurrent_executions"]]).toEqual([
      512,
      300,
      undefined,
    ]);
  });

  test("the proxy's settings are ones that it takes", () => {
    const variables = asObject(asObject(proxy["environment"])["variables"]);
    expect(Object.keys(variables).sort()).toEqual([
      "METRICS_NAMESPACE",
      "OPENSEARCH_URL",
      "REGION",
      "WRITE_PAST_DAYS",
    ]);
    const settings = readSettings({
      ...(variables as Record<string, string>),
      OPENSEARCH_URL: "https://traces.example",
    });
    expect(settings).toMatchObject({ writePastDays: 7, metricsNamespace: "Tenantscope/StorageProxy" });
  });

  test.each([
    [1, "1"],
    [7, "7"],
    [365, "7"],
  ])("with a retention of %i days, %s can be written", (retentionDays, expected) => {
    const { environment } = functionOf(buildStorage({ retentionDays }), "proxy");
    expect(asObject(asObject(environment)["variables"])["WRITE_PAST_DAYS"]).toBe(expected);
  });
});

describe("rights", () => {
  test("the proxy's: Jaeger's methods at this domain", () => {
    const [, , ...own] = objects(policyOf(stack, "storage_proxy_policy")["Statement"]);
    expect(own).toEqual([
      {
        Sid: "UseDomain",
        Effect: "Allow",
        Action: ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"],
        Resource: `${DOMAIN}/*`,
      },
    ]);
  });

  test("the admin's: this domain, and the retentions that tenants' stacks write", () => {
    const parameters = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/tenantscope/traces/retention`;
    const [, , ...own] = objects(policyOf(stack, "storage_admin_policy")["Statement"]);
    expect(own).toEqual([
      {
        Sid: "AdministerDomain",
        Effect: "Allow",
        Action: ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"],
        Resource: `${DOMAIN}/*`,
      },
      {
        Sid: "ReadRetentions",
        Effect: "Allow",
        Action: "ssm:GetParametersByPath",
        Resource: [parameters, `${parameters}/*`],
      },
    ]);
  });
});

test("the same input gives the same bytes, without a token", () => {
  expect(buildStorage().text).toBe(stack.text);
  expect(stack.text).not.toContain("TfToken");
});
