import { asObject, isObject, list, objects, texts, type Json, type JsonObject } from "../../support/json";

/** One way in which a policy could have been written wrongly. */
export interface Mutant {
  /** `Sid: what was changed`. */
  readonly change: string;
  readonly document: JsonObject;
}

interface Change {
  readonly what: string;
  /** The statement as it becomes; undefined when it goes. */
  readonly statement: JsonObject | undefined;
}

const STRANGER = "999999999999";
const ANOTHER_TENANT = "444444444444";

const without = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([each]) => each !== key));

/** With another value of a key; a list of one is written as the value. */
const withElement = (statement: JsonObject, key: string, values: readonly Json[]): JsonObject => ({
  ...statement,
  [key]: values.length === 1 ? values[0] : values,
});

/** Every value of an element exchanged for what `widened` makes of it. */
const widenedElement = (
  statement: JsonObject,
  key: string,
  widened: (value: string) => readonly string[],
): Change[] =>
  texts(statement[key]).flatMap((value, index, all) =>
    widened(value)
      .filter((wider) => wider !== value)
      .map((wider) => ({
        what: `${key} ${value} becomes ${wider}`,
        statement: withElement(
          statement,
          key,
          all.map((each, at) => (at === index ? wider : each)),
        ),
      })),
  );

const eachDropped = (statement: JsonObject, key: string): Change[] =>
  texts(statement[key]).length < 2
    ? []
    : texts(statement[key]).map((value, index, all) => ({
        what: `${key} without ${value}`,
        statement: withElement(
          statement,
          key,
          all.filter((_, at) => at !== index),
        ),
      }));

/** `arn:...:x/y` becomes `arn:...:x/*` and `arn:...:x/y*`. */
const prefixes = (arn: string): string[] =>
  arn.includes(":") ? ["*", `${arn}*`, arn.replace(/[^/:]+\*?$/, "*")] : ["*"];

/** The operator that takes patterns. */
const looser = (operator: string): string =>
  operator.replace(/String(Not)?Equals/, "String$1Like").replace(/Arn(Not)?Equals/, "Arn$1Like");

function conditionChanges(statement: JsonObject): Change[] {
  const condition = asObject(statement.Condition ?? {});
  const withOperators = (operators: JsonObject): JsonObject =>
    Object.keys(operators).length === 0
      ? without(statement, "Condition")
      : { ...statement, Condition: operators };
  const withKeys = (operator: string, keys: JsonObject): JsonObject =>
    withOperators(
      Object.keys(keys).length === 0 ? without(condition, operator) : { ...condition, [operator]: keys },
    );
  return Object.entries(condition).flatMap(([operator, value]) => {
    const keys = asObject(value);
    return Object.entries(keys).flatMap(([key, values]): Change[] => {
      const rest = without(keys, key);
      const open = looser(operator);
      const isFlag = /^(Bool|Null)/.test(operator);
      const opened = { ...withKeys(operator, rest) };
      const before = asObject(opened.Condition ?? {});
      return [
        { what: `without ${operator} ${key}`, statement: withKeys(operator, rest) },
        isFlag
          ? {
              what: `${operator} ${key} the other way round`,
              statement: withKeys(operator, {
                ...keys,
                [key]: list(values).map(String).includes("true") ? "false" : "true",
              }),
            }
          : {
              what: `${operator} ${key} becomes ${open} *`,
              statement: {
                ...opened,
                Condition: { ...before, [open]: { ...asObject(before[open] ?? {}), [key]: "*" } },
              },
            },
        ...(isFlag
          ? []
          : [
              {
                what: `${operator} ${key} also for somebody else`,
                statement: withKeys(operator, {
                  ...keys,
                  [key]: [...list(values), somebodyElse(key, list(values).map(String)[0] ?? "")],
                }),
              },
            ]),
      ];
    });
  });
}

/** The same of another role of the account, of another account, tenant or organization. */
const somebodyElse = (key: string, value: string): string =>
  key.endsWith("OrgID") ? "o-somebodyelse" : ofAnother(key, value);

function ofAnother(key: string, value: string): string {
  if (key === "aws:PrincipalArn")
    // Behind a pattern's end the 2 would change nothing.
    return value.endsWith("*") ? value.replace(/:role\/.*/, ":role/Admin") : `${value}2`;
  return /\d{12}/.test(value) ? value.replace(/\d{12}/, STRANGER) : `${value}2`;
}

function principalChanges(statement: JsonObject): Change[] {
  const { Principal } = statement;
  if (Principal === undefined) return [];
  const others: readonly (readonly [string, Json])[] = [
    // Written as "*" alone it means the same.
    ["everybody", { AWS: "*" }],
    ["a stranger's account", { AWS: `arn:aws:iam::${STRANGER}:root` }],
    ["another tenant's account", { AWS: `arn:aws:iam::${ANOTHER_TENANT}:root` }],
    [
      "another role",
      { AWS: `arn:aws:iam::${ANOTHER_TENANT}:role/tenantscope/tenantscope-initech-ledger-task` },
    ],
    ["another service", { Service: "ec2.amazonaws.com" }],
  ];
  return [
    ...others
      .filter(
        ([, principal]) =>
          JSON.stringify(principal) !== JSON.stringify(Principal === "*" ? { AWS: "*" } : Principal),
      )
      .map(([who, principal]) => ({
        what: `Principal becomes ${who}`,
        statement: { ...statement, Principal: principal },
      })),
    ...(isObject(Principal) && !texts(Object.values(Principal)[0]).includes("*")
      ? Object.entries(Principal).map(([kind, names]) => ({
          what: `Principal also a stranger`,
          statement: {
            ...statement,
            Principal: {
              ...Principal,
              [kind]: [
                ...list(names),
                kind === "AWS" ? `arn:aws:iam::${STRANGER}:root` : "ec2.amazonaws.com",
              ],
            },
          },
        }))
      : []),
  ];
}

function changesOf(statement: JsonObject): Change[] {
  const isDeny = statement.Effect === "Deny";
  return [
    ...conditionChanges(statement),
    { what: isDeny ? "the Deny is gone" : "the Allow is gone", statement: undefined },
    { what: "the effect is the opposite", statement: { ...statement, Effect: isDeny ? "Allow" : "Deny" } },
    ...widenedElement(statement, "Action", (action) =>
      action === "*" ? [] : [`${action.split(":")[0] ?? ""}:*`],
    ),
    ...eachDropped(statement, "Action"),
    ...widenedElement(statement, "Resource", prefixes),
    ...(isDeny ? eachDropped(statement, "Resource") : []),
    ...widenedElement(statement, "NotResource", prefixes),
    ...("NotResource" in statement
      ? [
          {
            what: "NotResource becomes Resource",
            statement: { ...without(statement, "NotResource"), Resource: statement.NotResource },
          },
        ]
      : []),
    ...principalChanges(statement),
  ];
}

/** Every mutant of a document, in its order. */
export function mutantsOf(document: JsonObject): Mutant[] {
  const statements = objects(document.Statement);
  return statements.flatMap((statement, index) =>
    changesOf(statement).flatMap(({ what, statement: changed }) => {
      const rest = statements.flatMap((each, at) =>
        at !== index ? [each] : changed === undefined ? [] : [changed],
      );
      // No statement at all is no policy: Terraform or AWS would refuse it.
      if (rest.length === 0) return [];
      return [
        { change: `${texts(statement.Sid).join()}: ${what}`, document: { ...document, Statement: rest } },
      ];
    }),
  );
}
