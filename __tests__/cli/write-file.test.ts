import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createFile, replaceFile } from "../../cli/write-file";
import { makeFolder, removeFolders } from "../fixtures/fleet/fleet-folder";

afterEach(removeFolders);

test("a file that came into being meanwhile is not replaced", () => {
  const root = makeFolder({ "acme.json": "precious" });
  const file = join(root, "acme.json");
  expect(() => {
    createFile(file, "new");
  }).toThrow(`${file} exists already, edit it or choose another name`);
  expect([readFileSync(file, "utf8"), readdirSync(root)]).toEqual(["precious", ["acme.json"]]);
});

test("a file is replaced with its permissions, and nothing is left beside it", () => {
  const root = makeFolder({ "acme.json": "old" });
  const file = join(root, "acme.json");
  chmodSync(file, 0o600);
  replaceFile(file, "new");
  expect([readFileSync(file, "utf8"), readdirSync(root)]).toEqual(["new", ["acme.json"]]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
