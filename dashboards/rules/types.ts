import type { AlertAnnotations, Severity } from "./message";

/** A file of Prometheus rules, as Amazon Managed Prometheus takes one per namespace. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/** Evaluated in order, so that a rule sees what those before it recorded. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
}

export type Rule = RecordingRule | AlertingRule;

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>> & { readonly severity: Severity };
  readonly annotations: AlertAnnotations;
}
