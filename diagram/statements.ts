import { list, record, records, text, texts } from "../lib/fields";
import type { Resource } from "../cost/standing";

/** A statement that allows something; a Deny leads nowhere. */
export interface Statement {
  /** Absent in the policy of a role. */
  readonly principals?: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Conditions that name who may, rather than how: the first that is there narrows the principal to its values. */
const NARROWING = ["aws:principalarn", "aws:principalaccount"] as const;

/** The allowing statements of the policy documents in a resource's attributes, by whatever name. */
export const statementsOf = (attributes: Resource): Statement[] =>
  Object.values(attributes).flatMap((value) => documentOf(value).map(statement));

function documentOf(value: unknown): Resource[] {
  if (typeof value !== "string" || !value.startsWith("{") || !value.includes('"Statement"')) return [];
  return records(record(JSON.parse(value))["Statement"]).filter((each) => each["Effect"] === "Allow");
}

const statement = (source: Resource): Statement => ({
  ...(source["Principal"] !== undefined && { principals: principalsOf(source) }),
  actions: texts(source["Action"]),
  resources: texts(source["Resource"]),
});

/** ARNs or accounts; everybody (`*`) and services are left out: they name no account. */
function principalsOf(source: Resource): string[] {
  const conditions = Object.entries(record(source["Condition"]))
    .filter(([operator]) => /^(StringEquals|StringLike|ArnEquals|ArnLike)/.test(operator))
    .flatMap(([, keys]) => Object.entries(record(keys)));
  for (const key of NARROWING) {
    const values = conditions
      .filter(([name]) => name.toLowerCase() === key)
      .flatMap(([, each]) => list(each));
    if (values.length > 0) return values.map((value) => asArn(text(value)));
  }
  return texts(record(source["Principal"])["AWS"])
    .filter((name) => name !== "*")
    .map(asArn);
}

const asArn = (name: string): string => (/^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name);
