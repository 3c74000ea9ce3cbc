import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { unzipSync } from "fflate";
import type * as BundleModule from "../../modules/lambda-function/bundle";
import { bundleFunction, type Bundle } from "../../modules/lambda-function/bundle";
import { repositoryRoot } from "../../modules/lambda-function/repository";
import { zipArchive } from "../../modules/lambda-function/zip";
import { STORAGE_PROXY } from "../../modules/opensearch/names";

const folders: string[] = [];
const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tenantscope-bundle-")));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const REPOSITORY = join(__dirname, "..", "..");

describe("the root of the repository", () => {
  test("is found from the sources and from what is compiled, wherever the program is started", () => {
    expect(repositoryRoot()).toBe(REPOSITORY);
    expect(repositoryRoot(join(REPOSITORY, "build", "cli"))).toBe(REPOSITORY);
    const before = process.cwd();
    process.chdir(tmpdir());
    try {
      expect(repositoryRoot()).toBe(REPOSITORY);
    } finally {
      process.chdir(before);
    }
  });

  test("is missed with a clear message", () => {
    const folder = temporaryFolder();
    expect(() => repositoryRoot(folder)).toThrow(`there is no package.json in or above ${folder}`);
  });
});

describe("an archive", () => {
  const FILES = { "b.js": Buffer.from("two".repeat(50)), "a.js": Buffer.from("one") };

  test("has its files in the order of their names, readable, of the first day that there is", () => {
    const zip = Buffer.from(zipArchive(FILES));
    expect(
      Object.entries(unzipSync(zip)).map(([name, text]) => [name, Buffer.from(text).toString()]),
    ).toEqual([
      ["a.js", "one"],
      ["b.js", "two".repeat(50)],
    ]);
    const directory = zip.indexOf("PK\u0001\u0002", 0, "latin1");
    // Date and time in MS-DOS form; permissions in the upper half of the attributes.
    expect([zip.readUInt16LE(directory + 12), zip.readUInt16LE(directory + 14)]).toEqual([0, (1 << 5) | 1]);
    expect((zip.readUInt32LE(directory + 38) >>> 16).toString(8)).toBe("644");
  });

  test("has the same bytes in every order and time zone", () => {
    const reversed = Object.fromEntries(Object.entries(FILES).reverse());
    expect(zipArchive(reversed)).toEqual(zipArchive(FILES));
    const { outputFiles } = buildSync({
      stdin: {
        contents: `import { zipArchive } from "./modules/lambda-function/zip";
          process.stdout.write(Buffer.from(zipArchive({ a: Buffer.from("one") })).toString("hex"));`,
        resolveDir: REPOSITORY,
      },
      bundle: true,
      platform: "node",
      write: false,
    });
    const inZone = (TZ: string): string =>
      execFileSync(process.execPath, ["-"], { input: outputFiles[0]?.text ?? "", env: { TZ } }).toString();
    const here = Buffer.from(zipArchive({ a: Buffer.from("one") })).toString("hex");
    expect(["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"].map(inZone)).toEqual([here, here, here]);
  });
});

describe("a bundle", () => {
  const ENTRY = "lambda/one/lambda.ts";

  /** A repository of one function and what it needs. */
  function repository(answer = "hello"): string {
    const root = temporaryFolder();
    const add = (path: string, text: string): void => {
      mkdirSync(join(root, path, ".."), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    add("package.json", "{}");
    add("tsconfig.json", "{}");
    add("node_modules/.package-lock.json", "{}");
    add("lambda/shared/text.ts", `export const answer = (): string => ${JSON.stringify(answer)};\n`);
    add(
      ENTRY,
      `import { answer } from "../shared/text";
      import { S3Client } from "@aws-sdk/client-s3";
      /** Says it. */
      export const handler = async (): Promise<unknown> => [answer(), S3Client, __filename];\n`,
    );
    return root;
  }
  const code = (path: string): string => {
    const files = unzipSync(readFileSync(path));
    expect(Object.keys(files)).toEqual(["index.js"]);
    return Buffer.from(files["index.js"] ?? []).toString();
  };
  const change = (root: string, path: string, text: string): void => {
    writeFileSync(join(root, path), text);
  };
  /** As another run of the program would make it: without what this one remembers. */
  function anotherRun(root: string): Bundle {
    const made: Bundle[] = [];
    jest.isolateModules(() => {
      const fresh = jest.requireActual<typeof BundleModule>("../../modules/lambda-function/bundle");
      made.push(fresh.bundleFunction(ENTRY, root));
    });
    return made[0] ?? { path: "", sha256: "" };
  }

  test("has the same bytes in another folder, and no path of this machine", () => {
    const [one, two] = [bundleFunction(ENTRY, repository()), bundleFunction(ENTRY, repository())];
    expect(one.path).not.toBe(two.path);
    expect(readFileSync(one.path)).toEqual(readFileSync(two.path));
    expect(one.sha256).toBe(two.sha256);
    expect(code(one.path)).not.toMatch(/tenantscope-bundle|lambda\/(one|shared)/);
  });

  test("leaves Lambda's own modules out, exports the handler and is small", async () => {
    const root = repository();
    const text = code(bundleFunction(ENTRY, root).path);
    const client = join(root, "node_modules", "@aws-sdk", "client-s3");
    mkdirSync(client, { recursive: true });
    writeFileSync(join(client, "index.js"), 'exports.S3Client = "from Lambda";');
    const file = join(root, "index.js");
    writeFileSync(file, text);
    const { handler } = (await import(file)) as { handler: () => Promise<unknown> };
    expect(await handler()).toEqual(["hello", "from Lambda", file]);
    expect(text.length).toBeLessThan(1500);
  });

  test("is made once, kept for the next run, and made anew when anything in it changes", () => {
    const root = repository();
    const first = bundleFunction(ENTRY, root);
    const archives = (): string[] =>
      readdirSync(join(root, "build", "lambda")).filter((name) => !name.includes("."));
    utimesSync(first.path, 1, 1);
    const untouched = (): boolean => statSync(first.path).mtimeMs === 1000;
    expect([bundleFunction(ENTRY, root), anotherRun(root), untouched()]).toEqual([first, first, true]);

    change(root, "lambda/shared/text.ts", "export const answer = (): string => 'bye';\n");
    const changed = anotherRun(root);
    expect(code(changed.path)).toContain("bye");
    expect(archives().sort()).toEqual([first, changed].map(({ sha256 }) => sha256.slice(0, 32)).sort());

    change(root, "lambda/shared/text.ts", `export const answer = (): string => "hello";\n`);
    expect(anotherRun(root).sha256).toBe(first.sha256);
  });

  test("is made anew for other dependencies, and when its archive was damaged or is gone", () => {
    const root = repository();
    const { path, sha256 } = bundleFunction(ENTRY, root);
    for (const damage of [
      () => {
        change(root, "node_modules/.package-lock.json", "{ }");
      },
      () => {
        writeFileSync(path, "half");
      },
      () => {
        rmSync(path);
      },
    ]) {
      utimesSync(path, 1, 1);
      damage();
      expect(anotherRun(root)).toEqual({ path, sha256 });
      expect(statSync(path).mtimeMs).not.toBe(1000);
      expect(code(path)).toContain("hello");
    }
  });

  test("says what is wrong in the source", () => {
    const root = repository();
    change(root, ENTRY, "export const handler = ;");
    expect(() => bundleFunction(ENTRY, root)).toThrow("lambda/one/lambda.ts:1:23: ERROR: Unexpected");
    expect(() => bundleFunction("lambda/two/lambda.ts", root)).toThrow("lambda/two/lambda.ts");
  });
});

test("the storage proxy: under 100 KB, alone in its archive, without a path of this machine", () => {
  const { path } = bundleFunction(STORAGE_PROXY.entry);
  expect(statSync(path).size).toBeLessThan(100_000);
  const files = unzipSync(readFileSync(path));
  expect(Object.keys(files)).toEqual(["index.js"]);
  const text = Buffer.from(files["index.js"] ?? []).toString();
  expect(text).not.toContain(REPOSITORY);
  expect(text).not.toContain("node_modules");
  expect(text).toMatch(/handler/);
});
