import { roleGroups } from "../../modules/grafana-workspace/settings";
import { census, only } from "../support/census";
import { asText, texts } from "../support/json";
import { target } from "./gateway-module";
import { buildGrafana, fields, OPEN, PROPS, ready, RESTRICTED } from "./grafana-workspace-module";
import { parsed, withoutHash } from "./trace-storage-module";

const stack = buildGrafana();
const offered = { ...fields };
const ends = [...ready];
const restricted = buildGrafana({ settings: RESTRICTED });

const RESOURCES = {
  aws_cloudwatch_log_group: 1,
  aws_cloudwatch_metric_alarm: 4,
  aws_grafana_role_association: 3,
  aws_grafana_workspace: 1,
  aws_grafana_workspace_service_account: 1,
  aws_iam_role: 3,
  aws_iam_role_policy: 3,
  aws_kms_alias: 2,
  aws_kms_key: 2,
  aws_lambda_function: 1,
  aws_lambda_function_event_invoke_config: 1,
  aws_lambda_invocation: 1,
  aws_scheduler_schedule: 1,
  aws_scheduler_schedule_group: 1,
  aws_secretsmanager_secret: 1,
  aws_secretsmanager_secret_policy: 1,
  aws_security_group: 1,
  aws_vpc_security_group_egress_rule: 1,
};

test("has exactly these resources: no token and no value of the secret among them", () => {
  expect(census(stack)).toEqual(RESOURCES);
  expect(stack.text).not.toContain("TfToken");
});

describe("workspace", () => {
  const workspace = only(stack, "aws_grafana_workspace");

  test("IAM Identity Center, a role of ours, the pinned version, one way to the data: through the VPC", () => {
    const { role_arn, configuration, vpc_configuration, depends_on, ...rest } = workspace;
    expect(rest).toEqual({
      name: "tenantscope",
      description: "Metrics, logs and traces of all tenants",
      account_access_type: "CURRENT_ACCOUNT",
      authentication_providers: ["AWS_SSO"],
      permission_type: "CUSTOMER_MANAGED",
      grafana_version: "12.4",
      data_sources: ["CLOUDWATCH", "PROMETHEUS", "XRAY"],
      notification_destinations: ["SNS"],
    });
    expect(target(stack, role_arn)).toBe("aws_iam_role.grafana_role");
    expect(parsed(configuration)).toEqual({
      plugins: { pluginAdminEnabled: true },
      unifiedAlerting: { enabled: true },
    });
    const { subnet_ids, security_group_ids } = vpc_configuration as Record<string, string[]>;
    expect(subnet_ids).toEqual(["subnet-a", "subnet-b"]);
    expect(security_group_ids?.map((each) => target(stack, each))).toEqual([
      "aws_security_group.grafana_security-group",
    ]);
    // What it asks first needs them already.
    expect(texts(depends_on).map(withoutHash)).toEqual(["aws_iam_role_policy.grafana_policy"]);
  });

  test("answers to listed addresses only where there are any", () => {
    expect(workspace).not.toHaveProperty("network_access_control");
    expect(only(restricted, "aws_grafana_workspace")["network_access_control"]).toEqual({
      prefix_list_ids: ["pl-office"],
      vpce_ids: [],
    });
    const { networkAccess } = RESTRICTED;
    const byEndpoint = buildGrafana({
      settings: {
        ...OPEN,
        networkAccess: { ...networkAccess, prefixListIds: [], vpcEndpointIds: ["vpce-1"] },
      },
    });
    expect(only(byEndpoint, "aws_grafana_workspace")["network_access_control"]).toEqual({
      prefix_list_ids: [],
      vpce_ids: ["vpce-1"],
    });
  });

  test.each([1, 7])("%i subnets are refused", (count) => {
    const subnetIds = Array.from({ length: count }, (_, index) => `subnet-${index}`);
    expect(() => buildGrafana({ vpc: { ...PROPS.vpc, subnetIds } })).toThrow(
      `grafana: Grafana takes 2 to 6 subnets, there are ${count}`,
    );
  });
});

describe("roles in the workspace", () => {
  test("exactly one association for each, with all its groups", () => {
    const found = Object.values(stack.resource("aws_grafana_role_association"));
    expect(Object.fromEntries(found.map(({ role, group_ids }) => [asText(role), group_ids]))).toEqual({
      ADMIN: ["group-admins"],
      EDITOR: ["group-editors-1", "group-editors-2"],
      VIEWER: ["group-everybody"],
    });
    expect(found).toHaveLength(3);
    for (const association of found) {
      expect(Object.keys(association).sort()).toEqual(["group_ids", "role", "workspace_id"]);
      expect(target(stack, association["workspace_id"])).toBe("aws_grafana_workspace.grafana_workspace");
    }
  });

  test("none for a role without groups", () => {
    const settings = { ...OPEN, editorGroupIds: [], viewerGroupIds: [] };
    expect(only(buildGrafana({ settings }), "aws_grafana_role_association")["role"]).toBe("ADMIN");
    expect(roleGroups({ ...settings, adminGroupIds: [] })).toEqual([]);
  });

  test("Terraform has a service account of its own", () => {
    const { workspace_id, ...account } = only(stack, "aws_grafana_workspace_service_account");
    expect(account).toEqual({ name: "tenantscope-terraform", grafana_role: "ADMIN" });
    expect(target(stack, workspace_id)).toBe("aws_grafana_workspace.grafana_workspace");
  });
});

describe("network", () => {
  test("nothing comes in, HTTPS goes out to where AWS is", () => {
    const group = only(stack, "aws_security_group");
    expect(group).toEqual({
      name: "tenantscope-grafana",
      description: "Grafana",
      vpc_id: "vpc-1",
      revoke_rules_on_delete: true,
      timeouts: { delete: "45m" },
      tags: { Name: "tenantscope-grafana" },
    });
    const { security_group_id, ...rule } = only(stack, "aws_vpc_security_group_egress_rule");
    expect(rule).toEqual({
      cidr_ipv4: "0.0.0.0/0",
      description: "HTTPS: AWS services",
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
    });
    expect(target(stack, security_group_id)).toBe("aws_security_group.grafana_security-group");
  });

  test("to endpoints where there is nothing else", () => {
    const httpsEgress = {
      cidrs: [],
      prefixListIds: { s3: "pl-s3" },
      securityGroupIds: { endpoints: "sg-endpoints" },
    };
    const rules = Object.values(
      buildGrafana({ vpc: { ...PROPS.vpc, httpsEgress } }).resource("aws_vpc_security_group_egress_rule"),
    );
    expect(
      rules.map(({ cidr_ipv4, prefix_list_id, referenced_security_group_id }) => [
        cidr_ipv4,
        prefix_list_id,
        referenced_security_group_id,
      ]),
    ).toEqual([
      [undefined, undefined, "sg-endpoints"],
      [undefined, "pl-s3", undefined],
    ]);
  });
});

test("others get its address, id, role, security group and secret, and come after the token and the roles", () => {
  expect(
    Object.fromEntries(Object.entries(offered).map(([name, value]) => [name, target(stack, value)])),
  ).toEqual({
    id: "aws_grafana_workspace.grafana_workspace",
    url: "aws_grafana_workspace.grafana_workspace",
    roleArn: "aws_iam_role.grafana_role",
    securityGroupId: "aws_security_group.grafana_security-group",
    secretArn: "aws_secretsmanager_secret.grafana_token_kept_secret",
  });
  expect(offered["url"]).toMatch(/^https:\/\/\$\{aws_grafana_workspace\.[^}]+\.endpoint\}$/);
  expect(ends).toEqual([
    "aws_lambda_invocation.grafana_token_rotation_apply",
    "aws_grafana_role_association.grafana_admin",
    "aws_grafana_role_association.grafana_editor",
    "aws_grafana_role_association.grafana_viewer",
  ]);
});

test("the same input gives the same bytes", () => {
  expect(buildGrafana().text).toBe(stack.text);
});
