import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/program";
import { goodCentral, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";

afterEach(removeFolders);

const readme = readFileSync(join(__dirname, "..", "..", "README.md"), "utf8");

/** The first fenced block of a language below a heading, without the indentation of its list. */
function block(heading: string, language: string): string {
  const section = readme.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  const [, indent = "", text = ""] =
    new RegExp(`^( *)\`\`\`${language}\n(.*?)^ *\`\`\`$`, "ms").exec(section) ?? [];
  return text.replace(new RegExp(`^${indent}`, "gm"), "");
}

/** What `npm run validate` prints about a fleet of this one tenant. */
async function validate(tenant: string): Promise<{ status: number; printed: string }> {
  const root = makeFolder({ "central.json": toText(goodCentral()), "tenants/acme.json": tenant });
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  return { status: await run(["validate", "--root", root], { out: print, err: print }), printed };
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
