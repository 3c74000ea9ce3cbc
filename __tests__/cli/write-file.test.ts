import fs, { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createFile, replaceFile } from "../../cli/write-file";
import { UserError } from "../../lib/errors";
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

describe("as somebody without the rights, said by the file's own name, with nothing left", () => {
  const refusing = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test("to the folder", () => {
    const root = makeFolder({ "acme.json": "old" });
    const file = join(root, "acme.json");
    jest.spyOn(fs, "writeFileSync").mockImplementation(refusing("EROFS"));
    const message = `${file} cannot be written (EROFS), check the rights to it and to its folder`;
    expect(() => {
      replaceFile(file, "new");
    }).toThrow(new UserError(message));
    expect([readFileSync(file, "utf8"), readdirSync(root)]).toEqual(["old", ["acme.json"]]);
  });

  test("to the file alone, which a rename would not need", () => {
    const root = makeFolder({ "acme.json": "old" });
    const file = join(root, "acme.json");
    jest.spyOn(fs, "accessSync").mockImplementation(refusing("EACCES"));
    expect(() => {
      replaceFile(file, "new");
    }).toThrow("acme.json cannot be written (EACCES)");
    expect([readFileSync(file, "utf8"), readdirSync(root)]).toEqual(["old", ["acme.json"]]);
  });
});
