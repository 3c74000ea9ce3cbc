import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolders } from "../fixtures/fleet/fleet-folder";
import { changeTo, deployedFleet } from "../fixtures/fleet/git-fleet";
import { tenantscope } from "../support/tenantscope";

const text = readFileSync(join(__dirname, "..", "..", "docs", "FIRST-TENANT.md"), "utf8");
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text)?.[1] ?? "";

afterEach(removeFolders);

test("a newcomer's steps without AWS print what the page says", async () => {
  const root = makeFolder({ "central.json": block("json") });
  const run = (...args: string[]) => tenantscope([...args, "--root", root]);
  const [, nothingYet = ""] = /`npx tenantscope validate` says `([^`]+)`/.exec(text) ?? [];
  expect(nothingYet).not.toBe("");
  // The clone has the example's tenants, whose accounts are nobody's.
  expect(text).toMatch(/\| 3 \|.*`git rm -r tenants`.*`npx tenantscope validate`/);
  expect((await run("validate")).out).toBe(`${nothingYet}\n`);

  const words = block("sh").replaceAll("\\\n", " ").trim().split(/\s+/);
  expect(words.slice(0, 3)).toEqual(["npx", "tenantscope", "add"]);
  expect(await run(...words.slice(2))).toMatchObject({ status: 0, err: "" });
  expect(await run("validate")).toMatchObject({ status: 0, out: "1 tenant is valid\n", err: "" });

  const { status, out } = await run("doctor", "acme");
  expect(status).toBe(0);
  expect(out).not.toMatch(/FAILS/);
});

test("the step from the example to one's own fleet is one that the comparison refuses, as the page says", async () => {
  const files = ["central.json", "tenants/acme.json"];
  const root = deployedFleet(
    Object.fromEntries(files.map((file) => [file, readFileSync(join(__dirname, "..", "..", file), "utf8")])),
  );
  changeTo(root, { "central.json": block("json") });
  const { status, err, out } = await tenantscope(["validate", "--base", "deployed", "--root", root]);
  expect(status).toBe(1);
  expect(`${out}${err}`).toContain("tenants/acme.json was deleted while its tenant was active");
  expect(text).toContain("to `main` itself, before it is protected");
});

test("the way back has the commands of the offboarding itself, and what it approves", async () => {
  const root = makeFolder({ "central.json": block("json") });
  const words = block("sh").replaceAll("\\\n", " ").trim().split(/\s+/).slice(2);
  await tenantscope([...words, "--root", root]);
  const { out } = await tenantscope(["offboard", "acme", "--json", "--root", root]);
  const { steps } = JSON.parse(out) as { steps: { command?: string }[] };
  const [, back = ""] = text.split("## The way back");
  const told = back.match(/(?<=`)(npx|git) [^`]*(?=`)/g);
  expect(told).toEqual(["npx tenantscope offboard acme", ...steps.flatMap(({ command }) => command ?? [])]);
  expect(back).toContain("--approve-data 'tenant-acme:");
});

test("what stands before the first tenant costs about what the page says", async () => {
  const root = makeFolder({ "central.json": block("json") });
  const { out } = await tenantscope(["cost", "--fleet", "--json", "--root", root]);
  const [, said] = /about \$(\d+) a month/.exec(text) ?? [];
  expect((JSON.parse(out) as { total: number }).total).toBeCloseTo(Number(said), -1);
});
