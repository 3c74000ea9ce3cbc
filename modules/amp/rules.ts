import { PrometheusAlertManagerDefinition } from "@cdktf/provider-aws/lib/prometheus-alert-manager-definition";
import { PrometheusRuleGroupNamespace } from "@cdktf/provider-aws/lib/prometheus-rule-group-namespace";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../../lib/terraform-text";

export interface RuleNamespaceProps {
  /** Reference. */
  readonly workspaceId: string;
  readonly name: string;
  /** A file of rules as Prometheus reads it. */
  readonly rules: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** A file of rules in a workspace. */
export const ruleNamespace = (
  scope: Construct,
  id: string,
  { workspaceId, name, rules, provider }: RuleNamespaceProps,
): PrometheusRuleGroupNamespace =>
  new PrometheusRuleGroupNamespace(scope, id, { provider, workspaceId, name, data: literal(rules) });

export interface WorkspaceAlertsProps {
  /** Reference. */
  readonly workspaceId: string;
  /** What AMP calls an alert manager definition, as an argument of Terraform: it may hold references. */
  readonly definition: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** Where the alerts of a workspace go. A workspace has exactly one such document. */
export const workspaceAlerts = (
  scope: Construct,
  id: string,
  { workspaceId, definition, provider }: WorkspaceAlertsProps,
): PrometheusAlertManagerDefinition =>
  new PrometheusAlertManagerDefinition(scope, id, { provider, workspaceId, definition });
