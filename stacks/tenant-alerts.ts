import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { TerraformProvider, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { tenantNamespace } from "../dashboards/rules/names";
import { tenantRules } from "../dashboards/rules/tenant";
import { ruleYaml } from "../dashboards/rules/yaml";
import type { Tenant, TenantCentral } from "../fleet/types";
import { roleArn, tenantNames } from "../lib/names";
import { createAfter } from "../lib/terraform-text";
import { AlertTopic } from "../modules/alert-topic/alert-topic";
import { ALERT_ROUTING, ROUTE_PATH } from "../modules/alerting/names";
import { needsNotifier, TenantNotifier } from "../modules/alerting/tenant-notifier";
import { ruleNamespace } from "../modules/amp/rules";

export interface TenantAlertsProps {
  readonly central: TenantCentral;
  readonly tenant: Tenant;
  /** Provider of the central account. */
  readonly provider: TerraformProvider;
}

/** The topic in the tenant's account through which its people are told, and the way of the fleet's alerts to it. */
export function tenantAlerts(scope: Construct, { central, tenant, provider }: TenantAlertsProps): AlertTopic {
  const names = tenantNames(tenant.name);
  const { accountId, region, alerts } = tenant;
  const topic = new AlertTopic(scope, "alerts", {
    name: names.alertTopic,
    keyAlias: names.kmsAlias("alerts"),
    owner: `tenant ${tenant.name}`,
    accountId,
    region,
    emails: alerts.emails,
    httpsUrls: alerts.httpsUrls,
    publishers: [roleArn(central.accountId, ALERT_ROUTING.router)],
  });
  new SsmParameter(scope, "alert-route", {
    provider,
    name: `${ROUTE_PATH}/${tenant.name}`,
    description: `Where the alerts of tenant ${tenant.name} go`,
    type: "String",
    insecureValue: JSON.stringify({ topicArn: topic.arn }),
  });
  if (needsNotifier(alerts)) {
    new TenantNotifier(scope, "notifier", {
      tenant: tenant.name,
      accountId,
      region,
      logRetentionDays: central.logRetentionDays,
      alertTopic: { arn: topic.arn, name: names.alertTopic },
      secrets: alerts,
    });
  }
  return topic;
}

export interface TenantDeclarationProps extends TenantAlertsProps {
  /** Of the workspace that the tenant's metrics are in; reference. */
  readonly workspaceId: string;
  /** What must run, or at least start, before anything is expected of it. */
  readonly services: readonly TerraformResource[];
}

/** What the tenant declares to the fleet's rules. */
export function tenantDeclaration(scope: Construct, props: TenantDeclarationProps): void {
  const { central, tenant, workspaceId, services, provider } = props;
  const file = tenantRules(central.alerts, tenant);
  // A namespace without a rule is none.
  if (file.groups.length === 0) return;
  const namespace = ruleNamespace(scope, "rules", {
    provider,
    workspaceId,
    name: tenantNamespace(tenant.name),
    rules: ruleYaml(file),
  });
  createAfter(namespace, ...services);
}
