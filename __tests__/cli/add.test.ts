import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseService } from "../../cli/add-flags";
import { goodCentral, goodFiles, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

afterEach(removeFolders);

const VPC = "vpc-0a1b2c3d4e5f60002";
const SUBNET = "subnet-0a1b2c3d4e5f60002";
const flags = {
  "--name": "labs",
  "--account-id": "333333333333",
  "--vpc-id": VPC,
  "--subnet": SUBNET,
  "--service": "web=example/web:1.0:8080",
  "--email": "a@labs.example",
  "--endpoints": "existing",
};
const line = (changes: Record<string, string> = {}): string[] =>
  Object.entries({ ...flags, ...changes }).flat();

const written = (root: string): string => readFileSync(join(root, "tenants", "labs.json"), "utf8");
const next = [
  "tenants/labs.json is written. Next:",
  "  1. npx tenantscope show labs",
  "     see every setting that the tenant has in effect",
  "  2. npx tenantscope deploy --all --only labs",
  "     make everything of the tenant, in both accounts",
  "",
].join("\n");

/** A terminal where somebody gives these answers and then no more. */
function terminal(...answers: readonly string[]) {
  const asked: string[] = [];
  let given = 0;
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(answers[given++]);
  };
  return { asked, ask };
}

test("flags: the file, with its schema first, and nothing else", async () => {
  const root = makeFolder({
    ...goodFiles(),
    "tenants/acme.json": String(goodFiles()["tenants/acme.json"]).replace("{", '{ "$schema": "../s.json",'),
  });
  expect(
    await tenantscope(["add", ...line(), "--wave", "canary", "--subnet", "subnet-0a1b2c3d", "--root", root]),
  ).toEqual({ status: 0, out: next, err: "" });
  expect(written(root)).toBe(
    `${toText({
      $schema: "../s.json",
      name: "labs",
      accountId: "333333333333",
      wave: "canary",
      network: { vpcId: VPC, privateSubnetIds: [SUBNET, "subnet-0a1b2c3d"], endpoints: "existing" },
      services: [{ name: "web", image: "example/web:1.0", port: 8080 }],
      alerts: { emails: ["a@labs.example"] },
    })}\n`,
  );
  expect(readdirSync(join(root, "tenants")).sort()).toEqual(["acme.json", "labs.json"]);
});

test("the first tenant of a fleet, whose folder is not there yet; the schema is this program's", async () => {
  const backend = { type: "cloud", organization: "example" };
  const root = makeFolder({ "central.json": toText({ ...goodCentral(), backend }) });
  const { status, out } = await tenantscope(["add", ...line(), "--json", "--root", root]);
  expect(status).toBe(0);
  const { file, tenant, warnings, next: steps } = JSON.parse(out) as Record<string, unknown>;
  expect([file, tenant, warnings]).toEqual(["tenants/labs.json", JSON.parse(written(root)), []]);
  expect((steps as { command: string }[]).map(({ command }) => command)).toEqual([
    "npx tenantscope show labs",
    "npx tenantscope deploy --stack workspaces",
    "npx tenantscope deploy --all --only labs",
  ]);
  const { $schema } = JSON.parse(written(root)) as { $schema: string };
  expect(existsSync(join(root, "tenants", $schema))).toBe(true);
});

test("without a terminal: one error with every flag that is missing", async () => {
  const root = makeFolder(goodFiles());
  expect(await tenantscope(["add", "--account-id", "333333333333", "--root", root])).toEqual({
    status: 2,
    out: "",
    err: "error: missing --name <name>, --vpc-id <id>, --subnet <id>, --service <name=image[:port]>; on a terminal the command asks for them\n",
  });
});

test("all mistakes at once, by flag; nothing is written", async () => {
  const root = makeFolder(goodFiles());
  const wrong = line({ "--account-id": "222222222222", "--vpc-id": "vpc-1", "--wave": "canari" });
  const { status, out, err } = await tenantscope(["add", ...wrong, "--root", root]);
  expect([status, out]).toEqual([1, ""]);
  expect(err.split("\n")).toEqual([
    '--account-id is the account of tenants/acme.json too (got "222222222222"), give every tenant its own account',
    '--wave is no wave of central.json (got "canari"), did you mean "canary"?',
    '--vpc-id must be the id of a VPC (got "vpc-1"), write vpc- and 8 or 17 hexadecimal digits',
    "",
  ]);
  expect(readdirSync(join(root, "tenants"))).toEqual(["acme.json"]);
});

test("a mistake elsewhere in the fleet keeps the file from being written, too", async () => {
  const root = makeFolder({ ...goodFiles(), "tenants/zzz.json": "{" });
  const { status, err } = await tenantscope(["add", ...line(), "--root", root]);
  expect([status, err]).toEqual([
    1,
    "tenants/zzz.json:1:2 ends too early, check that every { [ and quotation mark is closed\n",
  ]);
  expect(existsSync(join(root, "tenants", "labs.json"))).toBe(false);
});

test("a file that is there stays", async () => {
  const root = makeFolder(goodFiles());
  writeFileSync(join(root, "tenants", "labs.json"), "precious");
  expect(await tenantscope(["add", ...line(), "--root", root])).toEqual({
    status: 1,
    out: "",
    err: "tenants/labs.json exists already, choose another name\n",
  });
  expect(written(root)).toBe("precious");
});

test("on a terminal: asks for what is missing, again while an answer is wrong", async () => {
  const root = makeFolder(goodFiles());
  const { ask, asked } = terminal(
    "Labs",
    "acme",
    "labs",
    "333333333333",
    `${SUBNET}, subnet-0a1b2c3d`,
    "web",
    "web=a/web:1 b=b:2:80",
  );
  const { status, out, err } = await tenantscope(
    ["add", "--vpc-id", VPC, "--email", "a@labs.example", "--endpoints", "none", "--root", root],
    { ask },
  );
  expect([status, out]).toEqual([0, next]);
  expect(asked.map((question) => question.split(" ")[0])).toEqual([
    "Name",
    "Name",
    "Name",
    "Its",
    "Private",
    "Services",
    "Services",
  ]);
  expect(err.split("\n").slice(0, 3)).toEqual([
    '  that must be a tenant name (got "Labs"), use 2 to 21 lower-case letters, digits and hyphens, with a letter in front and no hyphen at the end',
    "  tenants/acme.json exists already, choose another name",
    "  Write name=image:tag or name=image:tag:port.",
  ]);
  expect(JSON.parse(written(root))).toMatchObject({
    network: { vpcId: VPC, privateSubnetIds: [SUBNET, "subnet-0a1b2c3d"] },
    services: [
      { name: "web", image: "a/web:1" },
      { name: "b", image: "b:2", port: 80 },
    ],
  });
});

test("on a terminal, left before the end: nothing is written", async () => {
  const root = makeFolder(goodFiles());
  const { ask } = terminal("labs");
  expect(await tenantscope(["add", "--root", root], { ask })).toEqual({
    status: 130,
    out: "",
    err: "nothing was written\n",
  });
  expect(readdirSync(join(root, "tenants"))).toEqual(["acme.json"]);
});

const digest = `sha256:${"0".repeat(64)}`;

test.each([
  ["a=b:1", "b:1", undefined],
  ["a=b:1:80", "b:1", 80],
  ["a=host:5000/b:1", "host:5000/b:1", undefined],
  ["a=host:5000/b:8080", "host:5000/b:8080", undefined],
  ["a=host:5000/b:1:80", "host:5000/b:1", 80],
  [`a=b@${digest}`, `b@${digest}`, undefined],
  [`a=b:1@${digest}:80`, `b:1@${digest}`, 80],
])("--service %s", (text, image, port) => {
  expect(parseService(text)).toEqual({ name: "a", image, ...(port !== undefined && { port }) });
});

test.each(["web", "=a:1", "web="])("--service %s: 2", async (service) => {
  const { status, err } = await tenantscope(["add", "--service", service, "--root", makeFolder(goodFiles())]);
  expect([status, err]).toEqual([
    2,
    `error: option '--service <name=image[:port]>' argument '${service}' is invalid. Write name=image:tag or name=image:tag:port.\n`,
  ]);
});
