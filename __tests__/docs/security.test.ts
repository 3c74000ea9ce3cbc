import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const text = readFileSync(join(root, "docs", "SECURITY.md"), "utf8");

/** "`policy/matrix` › may remote-write": the file of a test or of a rule, and its title as the source has it. */
const proofs = [...text.matchAll(/`([\w/-]+)` › ([^|\n]+?) *(?:\||$)/gm)].map(
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
  expect(proofs.length).toBeGreaterThan(35);
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
  expect(used).toEqual(given);
  expect(used.length).toBeGreaterThan(9);
});
