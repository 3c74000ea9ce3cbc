import { parse } from "yaml";
import { fleetRules } from "../../dashboards/rules/fleet";
import { tenantRules } from "../../dashboards/rules/tenant";
import type { RuleFile } from "../../dashboards/rules/types";
import type { Tenant } from "../../fleet/types";
import { called, json, ofType, only, statements, text, type Environment } from "./applied";
import { centralOf, topicArn, type Central, type Workspace, workspaceOf } from "./contract";
import type { Sandbox } from "./sandbox";
import { parameter } from "./sidecars";
import type { Resource, State } from "./stack";

/** What must hold for rules and for the way of alerts after everything was applied. */

interface Alertmanager {
  readonly templates: readonly string[];
  readonly route: { readonly receiver: string };
  readonly receivers: readonly {
    readonly name: string;
    readonly sns_configs: readonly { readonly topic_arn: string; readonly sigv4: object }[];
  }[];
}

/** The only alertmanager of a stack is its workspace's, and sends everything to the routing topic. */
function expectAlertmanager(sandbox: Sandbox, central: Central, workspace: Workspace, state: State): void {
  const made = only(ofType(state, "aws_prometheus_alert_manager_definition"));
  expect(made.values.workspace_id).toBe(workspace.id);
  const definition = parse(text(made, "definition")) as {
    readonly template_files: Readonly<Record<string, string>>;
    readonly alertmanager_config: string;
  };
  expect(Object.keys(definition).sort()).toEqual(["alertmanager_config", "template_files"]);
  const config = parse(definition.alertmanager_config) as Alertmanager;
  expect(config.templates).toEqual(Object.keys(definition.template_files));
  const { region } = sandbox.fleet.central;
  expect(config.receivers).toEqual([
    {
      name: config.route.receiver,
      sns_configs: [
        expect.objectContaining({ topic_arn: central.routingTopicArn, sigv4: { region } }) as unknown,
      ],
    },
  ]);
  // Go's templates, and no escape or reference of Terraform's.
  const [template = ""] = Object.values(definition.template_files);
  expect(template).toContain('{{ define "');
  expect(text(made, "definition")).not.toMatch(/\$\$|\$\{|%%/);
}

/** Namespace -> its rules, as they were rendered. */
type Namespaces = Readonly<Record<string, RuleFile>>;

/** Exactly these rules are in the workspace, and Prometheus would read them as they were rendered. */
function expectRules(state: State, workspace: Workspace, wanted: Namespaces): void {
  const made = ofType(state, "aws_prometheus_rule_group_namespace");
  expect(made.map(({ values }) => values.workspace_id)).toEqual(made.map(() => workspace.id));
  expect(
    Object.fromEntries(made.map((each) => [text(each, "name"), parse(text(each, "data")) as unknown])),
  ).toEqual(wanted);
  for (const { groups } of Object.values(wanted)) expect(groups.length).toBeGreaterThan(0);
}

/** A tenant that is not active declares nothing. */
const declared = (sandbox: Sandbox, tenant: Tenant): Namespaces =>
  tenant.lifecycle === "active"
    ? { [`tenant-${tenant.name}`]: tenantRules(sandbox.fleet.central.alerts, tenant) }
    : {};

/** Alarms of the stack's workspace, in the central account. */
const ampAlarms = (state: State, workspace: Workspace): Resource[] =>
  ofType(state, "aws_cloudwatch_metric_alarm").filter((alarm) =>
    JSON.stringify(alarm.values).includes(workspace.id),
  );

function expectWorkspaceAlerts(sandbox: Sandbox, central: Central, workspace: Workspace, state: State): void {
  expectAlertmanager(sandbox, central, workspace, state);
  const alarms = ampAlarms(state, workspace);
  expect(alarms).toHaveLength(8);
  for (const { values } of alarms) expect(values.alarm_actions).toEqual([central.alertTopicArn]);
}

/** The function gets every message of the topic; what it fails at is kept. */
function expectSubscriber(
  state: State,
  alias: string | undefined,
  names: { readonly function: string; readonly topicArn: string; readonly queue: string },
): Resource {
  const queue = called(state, "aws_sqs_queue", names.queue);
  const subscriber = only(
    ofType(state, "aws_lambda_function"),
    ({ values }) => values.function_name === names.function,
  );
  expect([queue.alias, subscriber.alias]).toEqual([alias, alias]);
  const subscription = only(
    ofType(state, "aws_sns_topic_subscription"),
    ({ values }) => values.endpoint === text(subscriber, "arn"),
  );
  expect(subscription.values).toMatchObject({ topic_arn: names.topicArn, protocol: "lambda" });
  expect(json(subscription, "redrive_policy")).toEqual({ deadLetterTargetArn: text(queue, "arn") });
  const permission = only(
    ofType(state, "aws_lambda_permission"),
    ({ values }) => values.source_arn === names.topicArn,
  );
  expect(permission.values).toMatchObject({
    function_name: names.function,
    principal: "sns.amazonaws.com",
  });
  expect(subscription.dependencies).toContain(permission.address);
  const retries = only(
    ofType(state, "aws_lambda_function_event_invoke_config"),
    ({ values }) => values.function_name === names.function,
  );
  expect(retries.values.destination_config).toMatchObject([
    { on_failure: [{ destination: text(queue, "arn") }] },
  ]);
  return subscriber;
}

const environmentOf = ({ values }: Resource): Environment | undefined =>
  (values.environment as readonly { readonly variables: Environment }[])[0]?.variables;

const topicPolicy = (state: State, arn: string) =>
  statements(
    only(ofType(state, "aws_sns_topic_policy"), ({ values }) => values.arn === arn),
    "policy",
  );

/** The only other subscribers of a stack are the people of one topic, each once. */
function expectPeople(state: State, arn: string, emails: readonly string[], urls: readonly string[]): void {
  const people = ofType(state, "aws_sns_topic_subscription")
    .filter(({ values }) => values.protocol !== "lambda")
    .map(({ values }) => [values.topic_arn, values.protocol, values.endpoint]);
  expect(people.sort()).toEqual(
    [...emails.map((email) => [arn, "email", email]), ...urls.map((url) => [arn, "https", url])].sort(),
  );
}

/** The only way to a tenant: the parameter that names its topic, and the topic that lets the router in. */
function expectRoute(tenant: Tenant, state: State, routerRoleArn: string): void {
  const { name, alerts } = tenant;
  const own = topicArn(state, `tenantscope-${name}-alerts`);
  expect(ofType(state, "aws_sns_topic")).toHaveLength(1);
  expectPeople(state, own, alerts.emails, alerts.httpsUrls);
  const routes = ofType(state, "aws_ssm_parameter").filter(({ alias }) => alias === "central");
  const route = `/tenantscope/alert-routes/${name}`;
  expect(routes.map(({ values }) => values.name)).toContain(route);
  expect(JSON.parse(parameter(state, route))).toEqual({ topicArn: own });
  const publishers = topicPolicy(state, own).map(({ Sid, Principal, Condition, Resource: target }) => [
    Sid,
    target,
    JSON.stringify([Principal, Condition]).includes(routerRoleArn),
  ]);
  expect(publishers).toEqual([
    ["CloudWatchAlarms", own, false],
    ["Publishers", own, true],
  ]);
  const notifier = `tenantscope-${name}-alert-notifier`;
  const secrets = [alerts.slackSecretArn, alerts.pagerDutySecretArn].flatMap((arn) => arn ?? []);
  if (secrets.length === 0) {
    expect(ofType(state, "aws_lambda_function")).toEqual([]);
    return;
  }
  const made = expectSubscriber(state, undefined, {
    function: notifier,
    topicArn: own,
    queue: `${notifier}-failed`,
  });
  const told = Object.values(environmentOf(made) ?? {});
  expect(secrets.filter((arn) => !told.includes(arn))).toEqual([]);
}

/** Rules, alertmanagers, the routing topic and every tenant's route agree after all references have become values. */
export async function expectAlerts(sandbox: Sandbox): Promise<void> {
  const central = await centralOf(sandbox);
  const state = await sandbox.stack("central").state();
  const { alerts, metrics } = sandbox.fleet.central;
  const { sharedActiveSeries } = metrics;
  expectWorkspaceAlerts(sandbox, central, central.workspace, state);
  expectRules(state, central.workspace, { "tenantscope-fleet": fleetRules(alerts, { sharedActiveSeries }) });

  expect(ofType(state, "aws_sns_topic")).toHaveLength(2);
  expectPeople(state, central.alertTopicArn, alerts.emails, []);
  const router = expectSubscriber(state, undefined, {
    function: "tenantscope-alert-router",
    topicArn: central.routingTopicArn,
    queue: "tenantscope-alert-routing-failed",
  });
  expect(environmentOf(router)).toMatchObject({
    CENTRAL_TOPIC_ARN: central.alertTopicArn,
    ROUTE_PATH: "/tenantscope/alert-routes",
  });
  const [publisher, ...more] = topicPolicy(state, central.routingTopicArn);
  expect([publisher?.Principal, publisher?.Resource, more]).toEqual([
    { Service: "aps.amazonaws.com" },
    central.routingTopicArn,
    [],
  ]);

  for (const tenant of sandbox.fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding")) {
    const own = await sandbox.stack(`tenant-${tenant.name}`).state();
    expectRoute(tenant, own, text(router, "role"));
    if (tenant.isolation === "pooled") {
      expect(ofType(own, "aws_prometheus_alert_manager_definition")).toEqual([]);
      expectRules(own, central.workspace, declared(sandbox, tenant));
    } else {
      const workspace = workspaceOf(own);
      expectWorkspaceAlerts(sandbox, central, workspace, own);
      expectRules(own, workspace, {
        "tenantscope-fleet": fleetRules(alerts, {}),
        ...declared(sandbox, tenant),
      });
    }
  }
}
