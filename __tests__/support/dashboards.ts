import type { Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dashboard } from "../../dashboards/classic";

/** A panel's query as its JSON has it. */
export interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  /** PromQL or LogQL. */
  readonly expr?: string;
  readonly instant?: boolean;
  /** CloudWatch's. */
  readonly expression?: string;
  readonly query?: string;
  readonly [key: string]: unknown;
}

const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === "row";

/** The panels with something to see, in their order. */
export const panelsOf = ({ panels = [] }: Dashboard): Panel[] =>
  panels.flatMap((panel) => (isRow(panel) ? [] : [panel]));

export const rowsOf = ({ panels = [] }: Dashboard): RowPanel[] => panels.filter(isRow);

export const targetsOf = ({ targets = [] }: Panel): Target[] => targets as unknown as Target[];

/** Everything that Grafana puts in by itself, as it would with data source settings of its own. */
const BUILT_IN: Readonly<Record<string, string>> = {
  __rate_interval: "4m",
  __interval: "1m",
  __auto: "1m",
};

/** The query with Grafana's variables filled in. Throws when one is unknown. */
export function interpolated(query: string, variables: Readonly<Record<string, string>>): string {
  const values = { ...BUILT_IN, ...variables };
  // In PromQL and LogQL `$` has no meaning of its own.
  return query.replace(/\$\{?(\w+)\}?/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for $${name} in ${query}`);
    return value;
  });
}

/** What the dashboard's variables hold at first: everything where that can be chosen, else what `choices` says. */
export function initialValues(
  { templating }: Dashboard,
  choices: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const entries = (templating.list ?? []).map(({ name, allValue, includeAll }) => [
    name,
    includeAll === true ? (allValue ?? "") : (choices[name] ?? ""),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
