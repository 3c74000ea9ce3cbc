import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const text = readFileSync(join(root, "docs", "SECURITY.md"), "utf8");

/** "`policy/matrix` › may remote-write": the file of a test or of a rule, and its title as the source has it. */
const proofs = [...text.matchAll(/`([\w/-]+)` › (.+?) *(?=\||<br>|$)/gm)].map(
  ([, file = "", title = ""]) => ({ file, title }),
);

/** Ways to write a test that does not run, or that keeps others from it, or that must fail. */
const LEFT_OUT =
  /\b(?:test|it|describe)(?:\.\w+)*\.(?:skip|only|todo|failing)\b|^[ \t]*(?:[xf](?:test|it|describe)(?:\.each\b|\(\s*["'`]))/gm;

function sourceOf(file: string): string {
  const paths = ["__tests__", "e2e"].flatMap((folder) =>
    [`${file}.test.ts`, `${file}.whole.ts`, `${file}.ts`].map((name) => join(root, folder, name)),
  );
  return paths
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

/** Whether a test begins where the text ends: `test(`, or `test.each(<cases>)(`. One that is skipped is none. */
function beginsTest(text: string): boolean {
  const [last] = [...text.matchAll(/^[ \t]*(?:test|describe)(\.\w+)?(?:<.*>)?\(/gm)].slice(-1);
  if (last === undefined) return false;
  const rest = text.slice(last.index + last[0].length);
  return last[1] === undefined ? rest.trim() === "" : last[1] === ".each" && /\)\(\s*$/.test(rest);
}

/** Whether a rule begins where the text ends, and one of those that its file lists for every tree. */
function beginsRule(text: string, source: string): boolean {
  const [, name] = /^export const (\w+)(?:: Rule = \{\s*name: | = forStacks\(\s*)$/m.exec(text) ?? [];
  const [, listed = ""] = /^export const \w+_RULES: readonly Rule\[\] = \[([^\]]*)\]/m.exec(source) ?? [];
  return name !== undefined && listed.split(/[\s,]+/).includes(name);
}

/** Whether a test or a rule of the source has the title; a comment, or whatever else says the same, proves nothing. */
const proves = (source: string, title: string): boolean =>
  [`"${title}"`, `\`${title}\``].some((quoted) => {
    const parts = source.split(quoted).slice(0, -1);
    const befores = parts.map((_, index) => parts.slice(0, index + 1).join(quoted));
    return befores.some((before) => beginsTest(before) || beginsRule(before, source));
  });

test("every claim of the threat model names a test or a rule that exists", () => {
  expect(proofs.length).toBeGreaterThan(100);
  // None is lost by the way it is written.
  expect(proofs).toHaveLength(text.split("` › ").length - 1);
  expect(proofs.filter(({ file, title }) => !proves(sourceOf(file), title))).toEqual([]);
});

test.each([
  ["a test", 'test("it", () => {', true],
  ["a test of many cases", 'test.each([\n  ["a", "b"],\n])("it", () => {', true],
  [
    "a test of cases with a type",
    'test.each<[string, Record<string, string>]>([\n  ["a", {}],\n])("it", () => {',
    true,
  ],
  ["a test whose title has a line of its own", 'describe("x", () => {\n  test.each(A)(\n    "it",', true],
  ["a test that is skipped", 'test("x", f);\ntest.skip("it", () => {', false],
  ["cases that are skipped", 'test("x", f);\ntest.skip.each(A)("it", () => {', false],
  ["a test that is planned", 'test.todo("it");', false],
  ["a comment", '// test("it", () => {', false],
  ["a text in a test", 'test("x", () => {\n  expect("it")', false],
  ["a text in the cases", 'test.each(["it"])("x", () => {', false],
  [
    "a rule",
    'export const a = forStacks("it", f);\nexport const X_RULES: readonly Rule[] = [\n  b,\n  a,\n];',
    true,
  ],
  [
    "a rule that nothing asks",
    'export const a = forStacks("it", f);\nexport const X_RULES: readonly Rule[] = [\n  b,\n];',
    false,
  ],
])("%s proves: %#", (_, source, isProof) => {
  expect(proves(source, "it")).toBe(isProof);
});

test("no test is left out, put off or alone", () => {
  const files = ["__tests__", "e2e"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file))
      // The examples below.
      .filter((file) => file !== join("__tests__", "docs", "security.test.ts")),
  );
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(LEFT_OUT)].map(([how]) => `${file}: ${how}`),
  );
  expect(found).toEqual([]);
  expect(files.length).toBeGreaterThan(300);
});

test.each([
  ...["it.only(", "describe.skip(", "test.failing.each(", "test.todo(", "(slow ? test.skip : test)("],
  ...["  xtest('a", 'fdescribe("a', "fit(`a", "xit.each(["],
])("a test is left out by %s", (how) => {
  expect(how.match(LEFT_OUT)).toHaveLength(1);
});

test("every hop has a proof, and every proof a hop", () => {
  const [hops = ""] = /## Trust boundaries[^]*?\n- /.exec(text) ?? [];
  const used = [...hops.matchAll(/\[(B\d+)\] \|$/gm)].map(([, id]) => id);
  const given = [...text.matchAll(/^- \[(B\d+)\]: `/gm)].map(([, id]) => id);
  expect([...new Set(given)]).toEqual(used);
  expect(used).toHaveLength(12);
  expect(hops.split("\n").filter((line) => line.startsWith("| "))).toHaveLength(13);
});

test("every row that claims something has a proof, and no row has one twice", () => {
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !/^\| ?-/.test(line));
  const tables = text.split(/\n\n/).filter((part) => /^\|.*\| proof \|$/m.test(part));
  const claims = tables.flatMap((table) => table.split("\n").slice(2)).filter((line) => line.startsWith("|"));
  expect(claims.filter((line) => !/` › .+\|$|\[B\d+\] \|$/.test(line))).toEqual([]);
  expect(claims.length).toBeGreaterThan(45);
  const twice = rows.filter((line) => {
    const [, ...cited] = line.split(/(?=`[\w/-]+` › )/).map((each) => each.replace(/<br>$| *\|$/, ""));
    return new Set(cited).size !== cited.length;
  });
  expect(twice).toEqual([]);
});
