import fc from "fast-check";
import { literal, literalDeep } from "../../lib/terraform-text";

/** What Terraform makes of a template without references. */
const asTerraformReads = (text: string): string => text.replaceAll("$${", "${").replaceAll("%%{", "%{");

test.each([
  ["${env:TENANT}", "$${env:TENANT}"],
  ["%{if x}", "%%{if x}"],
  ["a $ b % c {d}", "a $ b % c {d}"],
  ["$${already}", "$$${already}"],
  ["", ""],
])("%j is written as %j", (text, expected) => {
  expect(literal(text)).toBe(expected);
});

test("Terraform reads back what was meant", () => {
  const text = fc.array(fc.constantFrom("$", "{", "}", "%", "a")).map((parts) => parts.join(""));
  // Before an escape Terraform takes one more `$` or `%` literally, which a plain replacement cannot tell: leave those out.
  fc.assert(
    fc.property(
      text.filter((value) => !/\$\$\{|%%\{/.test(value)),
      (value) => {
        expect(asTerraformReads(literal(value))).toBe(value);
      },
    ),
  );
});

test("literalDeep reaches every string and nothing else", () => {
  expect(literalDeep({ "a${b}": ["${x}", 1, null, { c: true, d: "%{y}" }] })).toEqual({
    "a$${b}": ["$${x}", 1, null, { c: true, d: "%%{y}" }],
  });
});
