import { parse } from "yaml";
import { yamlText } from "../../modules/collector/yaml";

/** What a string becomes in a flow mapping. */
const written = (value: string): string => {
  const text = yamlText({ entry: { key: value } }, () => false);
  const [, found] = /^entry: \{key: (.*)\}\n$/.exec(text) ?? [];
  if (found === undefined) throw new Error(`not one line: ${text}`);
  return found;
};

describe("a string in a flow mapping", () => {
  test.each([
    "otlp/legacy",
    "127.0.0.1:4318",
    "10s",
    "600s",
    "http://127.0.0.1:4318/v1/traces",
    "-x",
    "a#b",
    "it's",
    "é",
  ])("stays plain where every parser agrees: %s", (value) => {
    expect(written(value)).toBe(value);
  });

  test.each([
    // Marks of a key, for Go wherever they stand in a flow mapping, or at the beginning of a value.
    ["?", "'?'"],
    ["?x", "'?x'"],
    ["a?b", "'a?b'"],
    ["https://x.example/v1?team=a", "'https://x.example/v1?team=a'"],
    [":8080", "':8080'"],
    [":", "':'"],
    ["x:", "'x:'"],
    ["a: b", "'a: b'"],
    // Other indicators.
    ["-", "'-'"],
    ["- x", "'- x'"],
    ["a,b", "'a,b'"],
    ["[x", "'[x'"],
    ["x]", "'x]'"],
    ["{x", "'{x'"],
    ["x}", "'x}'"],
    ["#x", "'#x'"],
    ["a #b", "'a #b'"],
    ["&x", "'&x'"],
    ["*x", "'*x'"],
    ["!x", "'!x'"],
    ["|", "'|'"],
    [">", "'>'"],
    ["%x", "'%x'"],
    ["@x", "'@x'"],
    ["`x", "'`x'"],
    ['"x', "'\"x'"],
    [" x", "' x'"],
    ["", "''"],
    // What is no string to some parser.
    ["=", "'='"],
    ["<<", "'<<'"],
    ["~", "'~'"],
    ["null", "'null'"],
    ["yes", "'yes'"],
    ["True", "'True'"],
    ["12:30", "'12:30'"],
    ["0777", "'0777'"],
    ["0o17", "'0o17'"],
    ["0O17", "'0O17'"],
    ["0X1F", "'0X1F'"],
    ["-0b1", "'-0b1'"],
    ["1_000", "'1_000'"],
    ["1e1_0", "'1e1_0'"],
    [".5", "'.5'"],
    ["-.inf", "'-.inf'"],
    ["2026-01-01", "'2026-01-01'"],
    ["2026-1-1", "'2026-1-1'"],
  ])("is quoted where one would refuse it or read something else: %j", (value, expected) => {
    expect(written(value)).toBe(expected);
    expect(parse(`{key: ${expected}}`)).toEqual({ key: value });
  });

  test.each([
    ["a\nb", '"a\\nb"'],
    ["a\tb", '"a\\tb"'],
    [`${"long".repeat(20)}\nb`, `"${"long".repeat(20)}\\nb"`],
    ["a\u0001b", '"a\\x01b"'],
    ["a\u007fb", '"a\\u007fb"'],
    ["a\u0085b", '"a\\u0085b"'],
    ["a\u2028b", '"a\\u2028b"'],
    ["\ufeffx", '"\\ufeffx"'],
  ])("has its control characters and line breaks escaped: %j", (value, expected) => {
    expect(written(value)).toBe(expected);
    expect(parse(`{key: ${expected}}`)).toEqual({ key: value });
  });

  test("is quoted as a key and in a list alike; numbers and booleans are not strings", () => {
    expect(yamlText({ entry: { "a?b": ["?", 1, true, null, 0.5] } }, () => false)).toBe(
      "entry: {'a?b': ['?', 1, true, null, 0.5]}\n",
    );
  });
});
