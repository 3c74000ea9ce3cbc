import { FLEET_WIDE, MAX_ALERTS, MAX_ANNOTATION, MAX_LABEL } from "./message";

/**
 * Go's `%q` writes JSON for printable text, tabs and line breaks; for anything else it has escapes that JSON has not.
 * U+FFFD stands for broken UTF-8 as well.
 */
const UNPRINTABLE = "[^\\\\p{L}\\\\p{M}\\\\p{N}\\\\p{P}\\\\p{S}\\\\t\\\\r\\\\n ]|\\\\x{FFFD}";

/** Defines a template that writes its argument as a JSON string of at most so many characters. */
const jsonString = (name: string, characters: number): string =>
  `{{ define "${name}" }}{{ reReplaceAll "(?s)^(.{${characters}}).+$" "$1" . | reReplaceAll "${UNPRINTABLE}" " " | printf "%q" }}{{ end }}`;

const LABEL = "tenantscope.label";
const ANNOTATION = "tenantscope.annotation";
const MESSAGE = "tenantscope.message";

const label = (value: string): string => `{{ template "${LABEL}" ${value} }}`;
const annotation = (name: string): string =>
  `"${name}": {{ template "${ANNOTATION}" (index $alert.Annotations "${name}") }}`;

/** What is the same for every alert of a group; never empty. As arguments of other actions. */
const tenant = `(or (index .GroupLabels "tenant") "${FLEET_WIDE}")`;
const severity = `(or (index .CommonLabels "severity") "warning")`;
const alertname = `(or (index .GroupLabels "alertname") "unknown")`;
const groupKey = `(printf "%s/%s/%s/%s" ${tenant} ${alertname} (index .GroupLabels "service") ${severity})`;

const labels =
  `{ {{ range $number, $label := $alert.Labels.SortedPairs }}{{ if $number }}, {{ end }}` +
  `${label("$label.Name")}: ${label("$label.Value")}{{ end }} }`;

const alert = [
  `"status": ${label("$alert.Status")}`,
  `"labels": ${labels}`,
  `"annotations": { ${["summary", "description", "runbook_url"].map(annotation).join(", ")} }`,
  `"startsAt": "{{ $alert.StartsAt.UTC.Format "2006-01-02T15:04:05Z07:00" }}"`,
].join(", ");

const alerts =
  `{{ range $index, $alert := .Alerts }}{{ if lt $index ${MAX_ALERTS} }}{{ if $index }}, {{ end }}` +
  `{ ${alert} }{{ end }}{{ end }}`;

const truncated = `{{ if gt (len .Alerts) ${MAX_ALERTS} }}{{ len (slice .Alerts ${MAX_ALERTS}) }}{{ else }}0{{ end }}`;

const message = [
  `"version": 1`,
  `"status": ${label(".Status")}`,
  `"alertname": ${label(alertname)}`,
  `"tenant": ${label(tenant)}`,
  `"severity": ${label(severity)}`,
  `"groupKey": ${label(groupKey)}`,
  `"alerts": [${alerts}]`,
  `"truncated": ${truncated}`,
].join(", ");

/** The templates of the message, as alertmanager reads them. */
export const MESSAGE_TEMPLATE = [
  jsonString(LABEL, MAX_LABEL),
  jsonString(ANNOTATION, MAX_ANNOTATION),
  `{{ define "${MESSAGE}" }}{ ${message} }{{ end }}`,
  "",
].join("\n");

/** The body of the SNS message, an {@link AlertMessage}. */
export const MESSAGE_BODY = `{{ template "${MESSAGE}" . }}`;

/** Its attributes, for filters. */
export const ATTRIBUTES = {
  alertname: `{{ ${alertname} }}`,
  severity: `{{ ${severity} }}`,
  status: "{{ .Status }}",
  tenant: `{{ ${tenant} }}`,
} as const;
