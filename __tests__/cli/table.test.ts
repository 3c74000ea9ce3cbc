import { table } from "../../cli/table";
import { wrapped } from "../../cli/wrap";
import { goodCentral, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

afterAll(removeFolders);

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

test("where the columns have no room each row is lines of its own, folded as well", () => {
  const rows = [
    ["canary", "x".repeat(45), ""],
    ["fleet of all", "one two three four five six", "seven hundred"],
  ];
  expect(table(["wave", "images that differ", "n"], rows, { columns: 24 })).toBe(
    [
      ...["wave: canary", "images that differ:", `  ${"x".repeat(22)}`, `  ${"x".repeat(22)}`, "  x", ""],
      ...[
        "wave: fleet of all",
        "images that differ:",
        "  one two three four",
        "  five six",
        "n: seven hundred",
        "",
      ],
    ].join("\n"),
  );
});

test("sentences are wrapped between words on a terminal, and left alone in a pipe", () => {
  const sentence = "The fleet: about $12.00 a month (docs/COST.md)\n";
  expect(wrapped(sentence, undefined)).toBe(sentence);
  expect(wrapped(sentence, 20)).toBe("The fleet: about\n$12.00 a month\n(docs/COST.md)\n");
  expect(wrapped("arn:aws:iam::111111111111:role/x", 12)).toBe("arn:aws:iam:\n:11111111111\n1:role/x");
});

test.each([20, 40, 60, 80, 200])("`waves` fits a terminal of %i columns, image and all", async (columns) => {
  const central = {
    ...goodCentral(),
    waves: [
      { name: "canary", concurrency: 1, images: { adotCollector: `example.com/${"collector".repeat(8)}:1` } },
      { name: "fleet", concurrency: 10 },
    ],
  };
  const folder = makeFolder({ "central.json": toText(central), "tenants/acme.json": toText(goodTenant()) });
  const { status, out } = await tenantscope(["waves", "--root", folder], { columns });
  expect(status).toBe(0);
  expect(Math.max(...out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(columns);
  expect(out.replace(/\s/g, "")).toContain("collectorcollector");
});
