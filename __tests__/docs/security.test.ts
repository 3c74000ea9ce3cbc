import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const text = readFileSync(join(root, "docs", "SECURITY.md"), "utf8");

/** "`policy/matrix` › may remote-write": the file of a test or of a rule, and its title as the source has it. */
const proofs = [...text.matchAll(/`([\w/-]+)` › (.+?) *(?=\||<br>|$)/gm)].map(
  ([, file = "", title = ""]) => ({ file, title }),
);

function sourceOf(file: string): string {
  const paths = ["__tests__", "e2e"].flatMap((folder) =>
    [`${file}.test.ts`, `${file}.whole.ts`, `${file}.ts`].map((name) => join(root, folder, name)),
  );
  return paths
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

test("every claim of the threat model names a test or a rule that exists", () => {
  expect(proofs.length).toBeGreaterThan(100);
  // None is lost by the way it is written.
  expect(proofs).toHaveLength(text.split("` › ").length - 1);
  const missing = proofs.filter(({ file, title }) => {
    const source = sourceOf(file);
    return !source.includes(`"${title}"`) && !source.includes(`\`${title}\``);
  });
  expect(missing).toEqual([]);
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
