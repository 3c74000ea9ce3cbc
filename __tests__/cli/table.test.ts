import { table } from "../../cli/table";

const HEAD = ["name", "text"];

test("a row is one line without a terminal, however long", () => {
  const long = "word ".repeat(50).trim();
  expect(table(HEAD, [["a", long]], {})).toBe(`name  text\na     ${long}\n`);
});

test("only the widest column is folded, after a space, comma, slash or dash", () => {
  expect(table(HEAD, [["abcdef", "one, two/three four-five"]], { columns: 18 })).toBe(
    ["name    text", "abcdef  one, two/", "        three", "        four-five", ""].join("\n"),
  );
});

test("a word that does not fit is broken rather than lost, and no line is too long", () => {
  const text = table(HEAD, [["a", "x".repeat(45)]], { columns: 20 });
  expect(text.replace(/[^x]/g, "")).toHaveLength(46); // "text" has one
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBe(20);
});

test("colours only where they are wanted", () => {
  expect(table(HEAD, [["a", "b"]], {})).toBe("name  text\na     b\n");
  expect(table(HEAD, [["a", "b"]], { colours: true })).toBe(
    "\u001b[1mname\u001b[22m  \u001b[1mtext\u001b[22m\na     b\n",
  );
});
