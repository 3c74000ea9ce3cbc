import { everyOptionFleet } from "../support/every-option-fleet";
import { exampleFleet, S3_BACKEND } from "../support/fleets";
import { compared, row, tableOf } from "../support/markdown";
import { mutated, synth, type Tree } from "../support/synth";
import { codes, keyRows } from "./key-table";

const DOCUMENT = "KEYS.md";
const fleets = [synth(exampleFleet()), synth(everyOptionFleet(S3_BACKEND))];

/** Rows of both tables: keys without their purpose, and statements with the keys that have them. */
function tables(trees: readonly Tree[]) {
  const rows = trees.flatMap(keyRows);
  // What a key encrypts may depend on a tenant's options: it stands once, with all of it.
  const encrypted = new Map<string, Set<string>>();
  for (const { alias, encrypts } of rows)
    encrypted.set(alias, new Set([...(encrypted.get(alias) ?? []), ...encrypts]));
  const keys = [...encrypted].map(([alias, types]) => row([codes([alias]), codes([...types].sort())]));
  const holders = new Map<string, Set<string>>();
  for (const { alias, statements } of rows) {
    for (const statement of statements) {
      const [name = "", ...rest] = statement;
      const key = row([name, ...rest.map((cell) => codes(cell === "" ? [] : [cell]))]);
      holders.set(key, (holders.get(key) ?? new Set()).add(alias));
    }
  }
  const all = new Set(rows.map(({ alias }) => alias)).size;
  const statements = [...holders].map(([key, aliases]) => {
    const who = aliases.size === all ? "every key" : codes([...aliases].sort());
    return `${key.slice(0, -2)} | ${who} |`;
  });
  return { keys, statements };
}

const written = {
  keys: tableOf(DOCUMENT, "Keys").map((cells) => row(cells.slice(1))),
  statements: tableOf(DOCUMENT, "Statements").map(row),
};

test("docs/KEYS.md has exactly the keys, what each encrypts and the statements of their policies", () => {
  const made = tables(fleets);
  expect(compared(written.keys, made.keys)).toEqual({ missing: [], tooMuch: [] });
  expect(compared(written.statements, made.statements)).toEqual({ missing: [], tooMuch: [] });
});

test("every key has one purpose, and says it", () => {
  const purposes = tableOf(DOCUMENT, "Keys").map(([purpose = "", alias = ""]) => [alias, purpose] as const);
  expect(purposes.filter(([, purpose]) => purpose.length < 10)).toEqual([]);
  expect(new Set(purposes.map(([alias]) => alias)).size).toBe(purposes.length);
  expect(new Set(purposes.map(([, purpose]) => purpose)).size).toBe(purposes.length);
});

test.each([
  ["a wider action", '\\"kms:Decrypt\\"', '\\"kms:*\\"'],
  ["another service", "s3.eu-west-1.amazonaws.com", "ec2.eu-west-1.amazonaws.com"],
  ["no condition on the log group", "kms:EncryptionContext:aws:logs:arn", "kms:EncryptionContext:any"],
])("a changed policy is seen: %s", (_, text, other) => {
  const [example] = fleets;
  if (example === undefined) throw new Error("no example");
  const changed = mutated(example, "central", (stack) => stack.replaceAll(text, other));
  expect(compared(written.statements, tables([changed]).statements).missing).not.toEqual([]);
});
