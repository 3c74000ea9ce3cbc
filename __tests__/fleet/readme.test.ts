import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programOf, run } from "../../cli/program";
import { goodCentral, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";

afterEach(removeFolders);

const root = join(__dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The first fenced block of a language below a heading, without the indentation of its list. */
function block(heading: string, language: string): string {
  const section = readme.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  const [, indent = "", text = ""] =
    new RegExp(`^( *)\`\`\`${language}\n(.*?)^ *\`\`\`$`, "ms").exec(section) ?? [];
  return text.replace(new RegExp(`^${indent}`, "gm"), "");
}

/** What `npm run validate` prints about a fleet of this one tenant. */
async function validate(tenant: string): Promise<{ status: number; printed: string }> {
  const folder = makeFolder({ "central.json": toText(goodCentral()), "tenants/acme.json": tenant });
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  return { status: await run(["validate", "--root", folder], { out: print, err: print }), printed };
}

const manifest = block("Onboard a tenant", "json");

test("the tenant that README onboards is valid", async () => {
  expect((await validate(manifest)).status).toBe(0);
});

test("what README says about it with its port in quotes is what the command says", async () => {
  const wrong = manifest.replace('"port": 8080', '"port": "8080"');
  const { status, printed } = await validate(wrong);
  expect(status).toBe(1);
  expect(block("Onboard a tenant", "console")).toBe(`$ npm run validate\n${printed}`);
});

const rows = (text: string): string[] =>
  text.split("\n").filter((line) => line.startsWith("| `") && !line.includes("cdktf list"));

test.each([
  ["README.md", rows(readme.split(/^## Commands$/m)[1] ?? "")],
  ["docs/CLI.md", rows(readFileSync(join(root, "docs", "CLI.md"), "utf8").split(/^## /m)[0] ?? "")],
])("%s has every command in its table", (_, table) => {
  const silent = { out: () => undefined, err: () => undefined };
  const { commands } = programOf(silent, () => Promise.resolve());
  expect(commands.length).toBeGreaterThan(10);
  const cells = table.map((line) => line.split(" | ")[0] ?? "").join("\n");
  const missing = commands
    .map((each) => each.name())
    .filter((name) => !new RegExp(`[\`\\s]${name}\\b`).test(cells));
  expect(missing).toEqual([]);
});

test("README leads to every document", () => {
  const documents = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  expect(documents.filter((name) => !readme.includes(`(docs/${name})`))).toEqual([]);
});
