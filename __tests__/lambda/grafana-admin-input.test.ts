import { parseEvent } from "../../lambda/grafana-admin/input";
import { readSettings } from "../../lambda/grafana-admin/settings";

describe("events", () => {
  test.each([
    [
      { revision: "1", tf: { action: "create", prev_input: null } },
      { task: "keep", from: "terraform" },
    ],
    [
      { revision: "2", tf: { action: "update", prev_input: {} } },
      { task: "keep", from: "terraform" },
    ],
    [{ revision: "2", tf: { action: "delete", prev_input: null } }, { task: "revoke" }],
    // What is wrong otherwise must not keep tokens alive.
    [{ other: 1, tf: { action: "delete" } }, { task: "revoke" }],
    [{ task: "rotate" }, { task: "keep", from: "schedule" }],
  ])("%j", (event, expected) => {
    expect(parseEvent(event)).toEqual(expected);
  });

  test.each([
    [null, "must be a JSON object"],
    [[], "must be a JSON object"],
    ["rotate", "must be a JSON object"],
    [{}, "got the keys none"],
    [{ task: "revoke" }, "got the keys task"],
    [{ task: "rotate", force: true }, "got the keys force, task"],
    [{ revision: "1", tf: {} }, "tf.action must be create, update or delete (got nothing)"],
    [{ revision: "1", tf: { action: "destroy" } }, '(got "destroy")'],
    [{ tf: { action: "create" } }, 'must be {"revision": "<text>"} (got the keys tf)'],
    [{ revision: 1, tf: { action: "create" } }, 'must be {"revision": "<text>"}'],
    [{ revision: "1", key: "x", tf: { action: "update" } }, "got the keys key, revision, tf"],
  ])("%j is refused", (event, message) => {
    expect(() => parseEvent(event)).toThrow(message);
  });
});

describe("settings", () => {
  const env = {
    AWS_REGION: "eu-west-1",
    WORKSPACE_ID: "g-0123456789",
    SERVICE_ACCOUNT_ID: "7",
    GRAFANA_URL: "https://g-0123456789.grafana-workspace.eu-west-1.amazonaws.com",
    SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:tenantscope/grafana-token-AbCdEf",
  };

  test("what Lambda and the deployment say, and AWS's endpoints", () => {
    expect(readSettings(env)).toEqual({
      region: "eu-west-1",
      workspaceId: "g-0123456789",
      serviceAccountId: "7",
      grafanaOrigin: "https://g-0123456789.grafana-workspace.eu-west-1.amazonaws.com",
      controlPlaneOrigin: "https://grafana.eu-west-1.amazonaws.com",
      secretArn: env.SECRET_ARN,
      secretsOrigin: "https://secretsmanager.eu-west-1.amazonaws.com",
      metricsNamespace: "Tenantscope/GrafanaAdmin",
    });
  });

  test.each([
    ["AWS_REGION", "Europe", "REGION"],
    ["WORKSPACE_ID", "tenantscope", "WORKSPACE_ID"],
    ["SERVICE_ACCOUNT_ID", "7/tokens", "SERVICE_ACCOUNT_ID"],
    // The token would be readable on its way.
    ["GRAFANA_URL", "http://grafana.example", "GRAFANA_URL"],
    ["GRAFANA_URL", "https://grafana.example/path", "GRAFANA_URL"],
    ["SECRET_ARN", "tenantscope/grafana-token", "SECRET_ARN"],
    ["CONTROL_PLANE_URL", "https://user:word@grafana.example", "CONTROL_PLANE_URL"],
    ["SECRETS_URL", "", "SECRETS_URL"],
    ["METRICS_NAMESPACE", "a b", "METRICS_NAMESPACE"],
  ])("%s=%s is refused", (name, value, named) => {
    expect(() => readSettings({ ...env, [name]: value })).toThrow(`${named} must be`);
  });

  test("everything that is missing is said at once, and no password", () => {
    const wrong = () => readSettings({ GRAFANA_URL: "https://user:word@x.example" });
    expect(wrong).toThrow(/REGION .*WORKSPACE_ID .*SERVICE_ACCOUNT_ID .*GRAFANA_URL .*SECRET_ARN /);
    expect(wrong).not.toThrow("word");
  });
});
