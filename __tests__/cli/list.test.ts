import { goodCentral, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

afterEach(removeFolders);

const fleet = () =>
  makeFolder({
    "central.json": toText({
      ...goodCentral(),
      waves: [
        {
          name: "canary",
          concurrency: 2,
          configGeneration: 2,
          images: { fluentBit: "example/fluent-bit:9" },
        },
        { name: "rest" },
      ],
    }),
    "tenants/acme.json": toText(goodTenant()),
    "tenants/labs.json": toText({
      ...goodTenant("labs", "333333333333"),
      wave: "canary",
      lifecycle: "suspended",
    }),
  });

test("list: a line for each tenant, sorted, without colours or borders in a pipe", async () => {
  expect(await tenantscope(["list", "--root", fleet()])).toEqual({
    status: 0,
    out: [
      "name  account       Region     lifecycle  isolation  wave    generation  services",
      "acme  222222222222  eu-west-1  active     pooled     rest    1           orders",
      "labs  333333333333  eu-west-1  suspended  pooled     canary  2           orders",
      "",
    ].join("\n"),
    err: "",
  });
});

test("list on a narrow terminal: records instead of columns", async () => {
  const { out } = await tenantscope(["list", "--wave", "canary", "--root", fleet()], { columns: 30 });
  expect(out).toBe(
    [
      "name: labs",
      "account: 333333333333",
      "Region: eu-west-1",
      "lifecycle: suspended",
      "isolation: pooled",
      "wave: canary",
      "generation: 2",
      "services: orders",
      "",
    ].join("\n"),
  );
});

test("list --json", async () => {
  const { out } = await tenantscope(["list", "--json", "--wave", "rest", "--root", fleet()]);
  expect(JSON.parse(out)).toEqual([
    {
      name: "acme",
      accountId: "222222222222",
      region: "eu-west-1",
      lifecycle: "active",
      isolation: "pooled",
      wave: "rest",
      configGeneration: 1,
      services: ["orders"],
    },
  ]);
});

test("list --wave with a name that is none: 1 and a guess", async () => {
  expect(await tenantscope(["list", "--wave", "canari", "--root", fleet()])).toEqual({
    status: 1,
    out: "",
    err: 'there is no wave "canari", did you mean "canary"?\n',
  });
});

test("waves: in the order of a rollout", async () => {
  const root = fleet();
  expect((await tenantscope(["waves", "--root", root])).out).toBe(
    [
      "   wave    at once  generation  images that differ              tenants",
      "1  canary  2        2           fluentBit example/fluent-bit:9  1: labs",
      "2  rest    10       1           none                            1: acme",
      "",
    ].join("\n"),
  );
  expect(JSON.parse((await tenantscope(["waves", "--json", "--root", root])).out)).toEqual([
    {
      name: "canary",
      concurrency: 2,
      configGeneration: 2,
      images: { fluentBit: "example/fluent-bit:9" },
      tenants: ["labs"],
    },
    { name: "rest", concurrency: 10, configGeneration: 1, images: {}, tenants: ["acme"] },
  ]);
});

test("waves: a long list of names is cut, and says so", async () => {
  const tenants = Array.from({ length: 13 }, (_, index) => {
    const name = `t${String(index + 10)}`;
    return [`tenants/${name}.json`, toText(goodTenant(name, String(300000000000 + index)))] as const;
  });
  const root = makeFolder({ "central.json": toText(goodCentral()), ...Object.fromEntries(tenants) });
  const { out } = await tenantscope(["waves", "--root", root]);
  expect(out.split("\n")[2]).toMatch(/ 13: t10, t11, .+, t20 and 2 more$/);
});

test.each(["list", "waves", "show x", "suspend x", "offboard x", "add --name x"])(
  "%s in a folder without a fleet: 1 and the remedy",
  async (line) => {
    const { status, out, err } = await tenantscope([...line.split(" "), "--root", makeFolder({})]);
    expect([status, out]).toEqual([1, ""]);
    expect(err.split("\n")[0]).toBe(
      "central.json does not exist, write it, or name the fleet's folder with --root",
    );
  },
);

test.each([
  "list x",
  "list --wav",
  "waves --wave a",
  "show",
  "schema x",
  "suspend",
  "offboard",
  "add --isolation a",
])("%s: 2, and nothing on stdout", async (line) => {
  const { status, out, err } = await tenantscope([...line.split(" "), "--root", fleet()]);
  expect([status, out]).toEqual([2, ""]);
  expect(err).toMatch(/^error: /);
});
