import fs, { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { goodCentral, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

afterEach(() => {
  jest.restoreAllMocks();
  removeFolders();
});

const fleetFolder = (more: Readonly<Record<string, string>> = {}): string =>
  makeFolder({ "central.json": toText(goodCentral()), "tenants/acme.json": toText(goodTenant()), ...more });

/** With a fleet that is wrong, so that a message about the file proves that it came first. */
const BROKEN = { "tenants/acme.json": "{" };

describe.each(["diagram", "report"])("%s --output", (command) => {
  const write = (root: string, file: string) =>
    tenantscope([command, "--json", "--root", root, "--output", join(root, file)]);

  test("a folder that does not exist is not made, and said before any work", async () => {
    const root = fleetFolder(BROKEN);
    expect(await write(root, "a/b/c.out")).toEqual({
      status: 1,
      out: "",
      err: `${join(root, "a/b")} does not exist, make the folder or choose another one\n`,
    });
    expect(existsSync(join(root, "a"))).toBe(false);
  });

  test.each([
    [
      "below a file",
      "central.json/c.out",
      (root: string) => `${join(root, "central.json")} is not a folder, choose another place for the file\n`,
    ],
    [
      "far below a file",
      "central.json/a/c.out",
      (root: string) =>
        `${join(root, "central.json/a")} does not exist, make the folder or choose another one\n`,
    ],
    [
      "that is a folder",
      "tenants",
      (root: string) => `${join(root, "tenants")} is a folder, name a file in it\n`,
    ],
  ])("a file %s", async (_, file, err) => {
    const root = fleetFolder(BROKEN);
    expect(await write(root, file)).toEqual({ status: 1, out: "", err: err(root) });
  });

  test("a device is not replaced", async () => {
    const root = fleetFolder(BROKEN);
    expect(await tenantscope([command, "--root", root, "--output", "/dev/null"])).toEqual({
      status: 1,
      out: "",
      err: "/dev/null is not a file, choose another name\n",
    });
    expect(fs.statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("without the right to write there", async () => {
    const root = fleetFolder(BROKEN);
    jest.spyOn(fs, "accessSync").mockImplementation(() => {
      throw Object.assign(new Error("EACCES"), { code: "EACCES" });
    });
    const { status, err } = await write(root, "c.out");
    expect([status, err]).toEqual([
      1,
      `${join(root, "c.out")} cannot be written (EACCES), check the rights to it and to its folder\n`,
    ]);
  });

  test("when the fleet is wrong an earlier file stays as it was", async () => {
    const root = fleetFolder({ ...BROKEN, "c.out": "earlier" });
    expect((await write(root, "c.out")).status).toBe(1);
    expect(readFileSync(join(root, "c.out"), "utf8")).toBe("earlier");
  });
});

test("a new file is named, and so is one that was replaced; nothing else is left", async () => {
  const root = fleetFolder();
  const file = join(root, "c.out");
  const args = ["diagram", "--json", "--root", root, "--output", file];
  expect(await tenantscope(args)).toEqual({ status: 0, out: "", err: `wrote ${file}\n` });
  const first = readFileSync(file, "utf8");
  expect(await tenantscope(args)).toEqual({ status: 0, out: "", err: `replaced ${file}\n` });
  expect(readFileSync(file, "utf8")).toBe(first);
  expect(readdirSync(root).sort()).toEqual(["c.out", "central.json", "tenants"]);
});
