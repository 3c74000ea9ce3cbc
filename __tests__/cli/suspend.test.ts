import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLifecycle } from "../../fleet/edit";
import {
  goodCentral,
  goodFiles,
  goodTenant,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

afterEach(removeFolders);

const deploy = "npx tenantscope deploy --all --only acme";

function fleet(change: object = {}, central: object = {}) {
  const root = makeFolder({
    "central.json": toText({ ...goodCentral(), ...central }),
    "tenants/acme.json": toText({ ...goodTenant(), ...change }),
  });
  return { root, text: () => readFileSync(join(root, "tenants", "acme.json"), "utf8") };
}

test("suspend: the key alone changes, and what makes it count is said", async () => {
  const { root, text } = fleet();
  const before = text();
  expect(await tenantscope(["suspend", "acme", "--root", root])).toEqual({
    status: 0,
    out: [
      'tenants/acme.json: lifecycle was "active", is "suspended". Next:',
      `  1. ${deploy}`,
      "     deny the writer role: what the tenant sends is refused and lost; nothing is deleted",
      "  2. npx tenantscope suspend acme --undo",
      "     when it may send again; then deploy",
      "",
    ].join("\n"),
    err: "",
  });
  expect(text()).toBe(before.replace('"222222222222",', '"222222222222",\n  "lifecycle": "suspended",'));
  expect(readdirSync(join(root, "tenants"))).toEqual(["acme.json"]);
});

test("again: nothing is written, and it says so", async () => {
  const { root, text } = fleet({ lifecycle: "suspended" });
  const before = text();
  const { status, out } = await tenantscope(["suspend", "acme", "--json", "--root", root]);
  expect([status, text()]).toEqual([0, before]);
  expect(JSON.parse(out)).toMatchObject({
    tenant: "acme",
    file: "tenants/acme.json",
    was: "suspended",
    now: "suspended",
    changed: false,
    warnings: [],
  });
  const plain = await tenantscope(["suspend", "acme", "--root", root]);
  expect(plain.out.split("\n")[0]).toBe("acme is suspended already; tenants/acme.json is as it was. Next:");
});

test("--undo: active", async () => {
  const { root, text } = fleet({ lifecycle: "suspended" });
  const before = text();
  const { out } = await tenantscope(["suspend", "acme", "--undo", "--root", root]);
  expect(out).toBe(
    `tenants/acme.json: lifecycle was "suspended", is "active". Next:\n  1. ${deploy}\n     allow the writer role again\n`,
  );
  expect(text()).toBe(before.replace('"suspended"', '"active"'));
});

test("what the change gives rise to is told; what was there before is not", async () => {
  const loki = { direct: [{ cidr: "10.9.0.0/16", tenant: "acme" }] };
  const { root } = fleet({ grafana: { sharedQueries: ["metrics"] } }, { loki });
  const { err } = await tenantscope(["suspend", "acme", "--root", root]);
  expect(err).toBe(
    'warning: central.json:14:19 /loki/direct/0/tenant is suspended, and its network may still write (got "acme"), remove the entry\n',
  );
});

test.each([
  [
    "tabs and Windows' line ends, no line end at the end",
    (text: string) => text.replaceAll("\n", "\r\n").replaceAll("  ", "\t"),
  ],
  ["one line", (text: string) => text.replace(/\n */g, " ")],
  ["a blank line and stray spaces", (text: string) => `${text.replace(",\n", " ,\n\n")}  \n\n`],
])("there and back keeps the user's layout: %s", async (_, layout) => {
  const { root, text } = fleet({ lifecycle: "active", displayName: "Ä" });
  const before = layout(text());
  writeFileSync(join(root, "tenants", "acme.json"), before);
  expect((await tenantscope(["suspend", "acme", "--root", root])).status).toBe(0);
  expect(text()).toBe(before.replace('"active"', '"suspended"'));
  expect((await tenantscope(["suspend", "acme", "--undo", "--root", root])).status).toBe(0);
  expect(text()).toBe(before);
  expect((await tenantscope(["offboard", "acme", "--root", root])).status).toBe(0);
  expect(text()).toBe(before.replace('"active"', '"offboarding"'));
});

test("a byte order mark is refused, and stays", async () => {
  const { root, text } = fleet();
  const before = `\uFEFF${text()}`;
  writeFileSync(join(root, "tenants", "acme.json"), before);
  expect(await tenantscope(["suspend", "acme", "--root", root])).toEqual({
    status: 1,
    out: "",
    err: "tenants/acme.json:1:1 begins with a byte order mark, save the file in UTF-8 without it\n",
  });
  expect(text()).toBe(before);
});

test("an offboarding tenant is not suspended in passing", async () => {
  const { root, text } = fleet({ lifecycle: "offboarding" });
  const before = text();
  expect(await tenantscope(["suspend", "acme", "--root", root])).toEqual({
    status: 1,
    out: "",
    err: "acme is offboarding, run `tenantscope offboard acme --undo` first if it is to stay\n",
  });
  expect(text()).toBe(before);
});

test("a fleet with a mistake stays as it is", async () => {
  const root = makeFolder({ ...goodFiles(), "tenants/zzz.json": "{" });
  const file = join(root, "tenants", "acme.json");
  const before = readFileSync(file, "utf8");
  const { status, err } = await tenantscope(["suspend", "acme", "--root", root]);
  expect([status, err.split(" ")[0]]).toEqual([1, "tenants/zzz.json:1:2"]);
  expect(readFileSync(file, "utf8")).toBe(before);
});

test.each([
  [
    "on one line",
    '{"name":"a","accountId":"1","x": [ 1,2 ]}',
    '{"name":"a","accountId":"1","lifecycle":"suspended","x": [ 1,2 ]}',
  ],
  ["first of all", '{ "accountId" : "1" }', '{ "accountId" : "1", "lifecycle" : "suspended" }'],
  [
    "Windows' line ends",
    '{\r\n\t"name": "a",\r\n\t"accountId": "1"\r\n}\r\n',
    '{\r\n\t"name": "a",\r\n\t"accountId": "1",\r\n\t"lifecycle": "suspended"\r\n}\r\n',
  ],
  ["a value that is there", '{"lifecycle" :  "active" , "a":1}', '{"lifecycle" :  "suspended" , "a":1}'],
  [
    "a key inside another",
    '{"accountId":"1","tags":{"lifecycle":"x"}}',
    '{"accountId":"1","lifecycle":"suspended","tags":{"lifecycle":"x"}}',
  ],
])("an edit keeps the rest: %s", (_, text, edited) => {
  expect(withLifecycle(text, "suspended")).toBe(edited);
});
