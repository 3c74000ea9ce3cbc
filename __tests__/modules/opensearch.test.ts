import type { OpenSearchDomainProps } from "../../modules/opensearch/domain";
import { domainAccessPolicy, domainLogsPolicy } from "../../modules/opensearch/policies";
import { census, only } from "../support/census";
import { allow } from "../support/iam";
import { asObject, asText, objects, texts, type Json, type JsonObject } from "../support/json";
import { target } from "./gateway-module";
import { ACCOUNT, buildDomain, DOMAIN, fields, PROPS, REGION, role } from "./opensearch-module";

const sized = (size: Partial<OpenSearchDomainProps["size"]>): JsonObject =>
  only(buildDomain({ size: { ...PROPS.size, ...size } }), "aws_opensearch_domain");
const stack = buildDomain();
const domain = only(stack, "aws_opensearch_domain");
const parsed = (value: Json | undefined): JsonObject => asObject(JSON.parse(asText(value)) as Json);

test("has exactly these resources; the service-linked role only where the account has none", () => {
  const expected = {
    aws_cloudwatch_log_group: 4,
    aws_cloudwatch_log_resource_policy: 1,
    aws_cloudwatch_metric_alarm: 12 + 3,
    aws_iam_service_linked_role: 1,
    aws_kms_alias: 2,
    aws_kms_key: 2,
    aws_opensearch_domain: 1,
    aws_security_group: 1,
    aws_vpc_security_group_egress_rule: 2,
    aws_vpc_security_group_ingress_rule: 2,
  };
  expect(census(stack)).toEqual(expected);
  expect(census(buildDomain({ manageServiceLinkedRole: false }))).toEqual(
    Object.fromEntries(Object.entries(expected).filter(([type]) => type !== "aws_iam_service_linked_role")),
  );
  expect(only(stack, "aws_iam_service_linked_role")["aws_service_name"]).toBe(
    "opensearchservice.amazonaws.com",
  );
});

test("fields: the address, and what a caller has to wait for", () => {
  expect(fields.url).toMatch(/^https:\/\/\$\{aws_opensearch_domain\.traces_domain_[0-9A-F]{8}\.endpoint\}$/);
  expect(fields.reachable).toBe(5);
});

describe("the domain", () => {
  test("is encrypted at rest with its own key, between nodes and on the way, and knows only IAM roles", () => {
    const { encrypt_at_rest, advanced_security_options, ...rest } = domain;
    expect(rest).toMatchObject({
      domain_name: "tenantscope-traces",
      engine_version: "OpenSearch_2.19",
      node_to_node_encryption: { enabled: true },
      domain_endpoint_options: {
        enforce_https: true,
        tls_security_policy: "Policy-Min-TLS-1-2-PFS-2023-10",
      },
      software_update_options: { auto_software_update_enabled: true },
      off_peak_window_options: {
        enabled: true,
        off_peak_window: { window_start_time: { hours: 0, minutes: 0 } },
      },
    });
    const { enabled, kms_key_id } = asObject(encrypt_at_rest);
    expect([enabled, target(stack, kms_key_id)]).toEqual([true, "aws_kms_key.traces_data-key"]);
    expect(advanced_security_options).toEqual({
      enabled: true,
      internal_user_database_enabled: false,
      master_user_options: { master_user_arn: role("admin") },
    });
    // A second domain of the name cannot be made, so one that is to be replaced is not deleted; `destroy` works.
    expect(domain["lifecycle"]).toEqual({ create_before_destroy: true });
    for (const key of ["cognito_options", "snapshot_options", "identity_center_options"]) {
      expect(domain).not.toHaveProperty(key);
    }
  });

  test("is in the VPC, in a subnet for each zone", () => {
    const vpc = asObject(domain["vpc_options"]);
    expect(vpc["subnet_ids"]).toEqual(["subnet-a", "subnet-b"]);
    expect(texts(vpc["security_group_ids"]).map((each) => target(stack, each))).toEqual([
      "aws_security_group.traces_security-group",
    ]);
    expect(asObject(sized({ zones: 3, instances: 3 })["vpc_options"])["subnet_ids"]).toHaveLength(3);
    expect(asObject(sized({ zones: 1, instances: 1 })["vpc_options"])["subnet_ids"]).toEqual(["subnet-a"]);
    expect(() =>
      buildDomain({ size: { ...PROPS.size, zones: 3 }, subnetIds: ["subnet-a", "subnet-b"] }),
    ).toThrow("module/traces: 3 zones need a subnet each, there are 2");
  });

  test.each([
    [1, { zone_awareness_enabled: false }],
    [2, { zone_awareness_enabled: true, zone_awareness_config: { availability_zone_count: 2 } }],
    [3, { zone_awareness_enabled: true, zone_awareness_config: { availability_zone_count: 3 } }],
  ] as const)("%d zones", (zones, awareness) => {
    expect(sized({ zones, instances: 6 })["cluster_config"]).toEqual({
      instance_type: "m7g.medium.search",
      instance_count: 6,
      dedicated_master_enabled: false,
      ...awareness,
    });
  });

  test("volumes, masters of their own, and tuning where the machines can", () => {
    expect(domain["ebs_options"]).toEqual({
      ebs_enabled: true,
      volume_type: "gp3",
      volume_size: 50,
      iops: 3000,
      throughput: 125,
    });
    expect(sized({ dedicatedMasters: true })["cluster_config"]).toMatchObject({
      dedicated_master_enabled: true,
      dedicated_master_count: 3,
      dedicated_master_type: "m7g.large.search",
    });
    expect(domain["auto_tune_options"]).toEqual({
      desired_state: "ENABLED",
      rollback_on_disable: "NO_ROLLBACK",
      use_off_peak_window: true,
    });
    expect(sized({ instanceType: "t3.small.search" })["auto_tune_options"]).toEqual({
      desired_state: "DISABLED",
      rollback_on_disable: "NO_ROLLBACK",
    });
  });
});

describe("access", () => {
  const access = domainAccessPolicy(
    { accountId: ACCOUNT, region: REGION },
    { proxyRoleArn: role("proxy"), adminRoleArn: role("admin") },
  );
  const ask = (principal: string, method: string, path = "/_bulk"): Promise<boolean> =>
    allow({
      principal,
      action: `es:ESHttp${method}`,
      resource: `${DOMAIN}${path}`,
      resourceAccount: ACCOUNT,
      resourcePolicy: access,
    });

  test("the policy is the domain's, and names the two roles", () => {
    expect(parsed(domain["access_policies"])).toEqual(access);
    expect(
      access.Statement.map(({ Sid, Effect, Principal, Resource }) => [Sid, Effect, Principal, Resource]),
    ).toEqual([
      ["StorageProxy", "Allow", { AWS: role("proxy") }, `${DOMAIN}/*`],
      ["StorageAdmin", "Allow", { AWS: role("admin") }, `${DOMAIN}/*`],
    ]);
  });

  test("each may what it needs: only the admin deletes, nobody configures, nobody else does anything", async () => {
    const methods = ["Get", "Head", "Post", "Put", "Delete", "Patch"];
    const may = async (principal: string): Promise<string[]> => {
      const answers = await Promise.all(methods.map((method) => ask(principal, method)));
      return methods.filter((_, index) => answers[index]);
    };
    expect(await may(role("proxy"))).toEqual(["Get", "Head", "Post", "Put"]);
    expect(await may(role("admin"))).toEqual(["Get", "Post", "Put", "Delete"]);
    for (const other of [
      role("other"),
      `arn:aws:iam::${ACCOUNT}:root`,
      "arn:aws:iam::222222222222:role/admin",
    ]) {
      expect([other, await may(other)]).toEqual([other, []]);
    }
    expect(JSON.stringify(access)).not.toMatch(/es:\*|ESHttp\*|DescribeDomain/);
  });

  test("the group lets HTTPS in from the two functions, which may send it; the domain calls nobody", () => {
    const rules = (type: string): unknown[] =>
      Object.values(stack.resource(`aws_vpc_security_group_${type}_rule`)).map(
        ({ security_group_id, referenced_security_group_id, ip_protocol, from_port, to_port, ...rest }) => {
          expect(Object.keys(rest).filter((key) => /cidr|prefix/.test(key))).toEqual([]);
          expect([ip_protocol, from_port, to_port]).toEqual(["tcp", 443, 443]);
          return [target(stack, security_group_id), target(stack, referenced_security_group_id)];
        },
      );
    const group = "aws_security_group.traces_security-group";
    expect(rules("ingress")).toEqual([
      [group, "sg-admin"],
      [group, "sg-proxy"],
    ]);
    expect(rules("egress")).toEqual([
      ["sg-admin", group],
      ["sg-proxy", group],
    ]);
    expect(only(stack, "aws_security_group")).toMatchObject({
      vpc_id: "vpc-1",
      revoke_rules_on_delete: true,
    });
  });
});

describe("logs", () => {
  const GROUPS = {
    ES_APPLICATION_LOGS: "/tenantscope/central/opensearch/application",
    INDEX_SLOW_LOGS: "/tenantscope/central/opensearch/slow-index",
    SEARCH_SLOW_LOGS: "/tenantscope/central/opensearch/slow-search",
    AUDIT_LOGS: "/tenantscope/central/opensearch/audit",
  };

  test("all four kinds, each into its own encrypted group that does not keep for ever", () => {
    const found = objects(domain["log_publishing_options"]).map(
      ({ log_type, enabled, cloudwatch_log_group_arn }) => {
        const address = target(stack, cloudwatch_log_group_arn);
        const group = stack.blocks.find((block) => block.address === address)?.attributes;
        expect([enabled, group?.["retention_in_days"], target(stack, group?.["kms_key_id"])]).toEqual([
          true,
          30,
          "aws_kms_key.traces_logs-key",
        ]);
        return [log_type, group?.["name"]];
      },
    );
    expect(Object.fromEntries(found)).toEqual(GROUPS);
    const key = Object.entries(stack.resource("aws_kms_key")).find(([id]) =>
      id.startsWith("traces_logs-key"),
    )?.[1];
    for (const name of Object.values(GROUPS)) {
      expect(asText(key?.["policy"])).toContain(`:log-group:${name}"`);
    }
  });

  test("the service may write exactly these, for this domain, before the domain is made", () => {
    const policy = only(stack, "aws_cloudwatch_log_resource_policy");
    const document = domainLogsPolicy({ accountId: ACCOUNT, region: REGION });
    expect(parsed(policy["policy_document"])).toEqual(document);
    expect(document.Statement).toEqual([
      {
        Sid: "OpenSearchLogs",
        Effect: "Allow",
        Principal: { Service: "es.amazonaws.com" },
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: Object.values(GROUPS).map(
          (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
        ),
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnEquals: { "aws:SourceArn": DOMAIN },
        },
      },
    ]);
    expect(texts(domain["depends_on"]).map((each) => each.replace(/_[0-9A-F]{8}$/, ""))).toEqual([
      "aws_cloudwatch_log_resource_policy.traces_logs-policy",
      "aws_iam_service_linked_role.traces_service-linked-role",
    ]);
  });
});

test("the same input gives the same bytes, without a token", () => {
  expect(buildDomain().text).toBe(stack.text);
  expect(stack.text).not.toContain("TfToken");
});
