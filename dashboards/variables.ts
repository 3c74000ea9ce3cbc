import {
  CustomVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { sourceRef } from "./sources";

/** Every value at once; a regular expression, as all uses of the variables are. */
export const ALL = ".+";

const all = { text: "All", value: "$__all" };

interface LabelValues {
  readonly series: string;
  readonly label: string;
}

/** One of the values of a label. */
export function labelChoice(
  name: string,
  title: string,
  uid: string,
  { series, label }: LabelValues,
): QueryVariableBuilder {
  const query = `label_values(${series},${label})`;
  return new QueryVariableBuilder(name)
    .label(title)
    .datasource(sourceRef("metrics", uid))
    .query({ qryType: 1, query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

/** Any of the values of a label, at first all. */
export const labelVariable = (
  name: string,
  title: string,
  uid: string,
  from: LabelValues,
): QueryVariableBuilder =>
  labelChoice(name, title, uid, from).multi(true).includeAll(true).allValue(ALL).current(all);

/** Choices that the program knows. Several may be chosen, and at first all are. */
export const listVariable = (name: string, title: string, values: readonly string[]): CustomVariableBuilder =>
  new CustomVariableBuilder(name)
    .label(title)
    .values(values.join(","))
    .multi(true)
    .includeAll(true)
    .allValue(ALL)
    .current(all);

/** One of the choices that the program knows, at first the first. */
export const choiceVariable = (
  name: string,
  title: string,
  values: readonly string[],
): CustomVariableBuilder =>
  new CustomVariableBuilder(name)
    .label(title)
    .values(values.join(","))
    .current({ text: values[0] ?? "", value: values[0] ?? "" });

/** Free text, empty at first. */
export const textVariable = (name: string, title: string): TextBoxVariableBuilder =>
  new TextBoxVariableBuilder(name).label(title).defaultValue("").current({ text: "", value: "" });
