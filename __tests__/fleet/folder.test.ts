import fs, { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFleet } from "../../fleet/read";
import { formatProblem } from "../../lib/errors";
import { goodFiles, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";

afterEach(() => {
  jest.restoreAllMocks();
  removeFolders();
});

/** What is said about the good fleet after `change` in its folder. */
function problemsAfter(change: (root: string) => void): string[] {
  const root = makeFolder(goodFiles());
  change(root);
  return readFleet(root).problems.map(formatProblem);
}

const missingCentral = "central.json does not exist, write it, or name the fleet's folder with --root";

test("no central.json", () => {
  expect(
    problemsAfter((root) => {
      rmSync(join(root, "central.json"));
    }),
  ).toEqual([missingCentral]);
});

test("nothing at all: one mistake, and nothing about tenants", () => {
  const { problems, warnings } = readFleet(makeFolder({}));
  expect([problems.map(formatProblem), warnings]).toEqual([[missingCentral], []]);
});

test("zero tenants: no mistake; a folder that is not there is a warning", () => {
  const root = makeFolder(goodFiles());
  rmSync(join(root, "tenants", "acme.json"));
  expect(readFleet(root)).toMatchObject({ problems: [], warnings: [] });
  rmSync(join(root, "tenants"), { recursive: true });
  const { problems, warnings } = readFleet(root);
  expect([problems, warnings.map(formatProblem)]).toEqual([
    [],
    ["tenants does not exist, so the fleet has no tenant, `tenantscope add` writes the first one"],
  ]);
});

test("a folder of the fleet that is a file is the wrong folder", () => {
  const root = makeFolder({ "central.json": "{}" });
  const file = join(root, "central.json");
  expect(readFleet(file).problems.map(formatProblem)).toEqual([
    `central.json cannot be read: ${file} is not a folder, name the fleet's folder with --root`,
  ]);
});

test("files that may not be read are told together", () => {
  const root = makeFolder(goodFiles());
  const real = fs.readFileSync;
  jest.spyOn(fs, "readFileSync").mockImplementation(((path: string, ...rest: []) => {
    if (path.endsWith(".json")) throw Object.assign(new Error("no"), { code: "EACCES" });
    return real(path, ...rest);
  }) as typeof fs.readFileSync);
  expect(readFleet(root).problems.map(formatProblem)).toEqual([
    "central.json cannot be read (EACCES), check its permissions",
    "tenants/acme.json cannot be read (EACCES), check its permissions",
  ]);
});

test("tenants is a file", () => {
  const change = (root: string) => {
    rmSync(join(root, "tenants"), { recursive: true });
    writeFileSync(join(root, "tenants"), "");
  };
  expect(problemsAfter(change)).toEqual([
    "tenants is not a folder, make it one, with a file for each tenant",
  ]);
});

test("things in tenants/ that are not tenants", () => {
  const change = (root: string) => {
    const tenants = join(root, "tenants");
    for (const file of ["README.md", ".gitkeep", "notes.txt", "labs.jsonc", "initech.JSON"]) {
      writeFileSync(join(tenants, file), "");
    }
    mkdirSync(join(tenants, "folder.json"));
    mkdirSync(join(tenants, "old"));
    symlinkSync("acme.json", join(tenants, "link.json"));
    symlinkSync("nowhere", join(tenants, "dangling.json"));
  };
  const remedy = "move it away or let its name end in .json";
  expect(problemsAfter(change)).toEqual([
    "tenants/dangling.json is a symbolic link, put a regular file in its place",
    "tenants/folder.json is a folder, put a regular file in its place",
    `tenants/initech.JSON is not a tenant, ${remedy}`,
    `tenants/labs.jsonc is not a tenant, ${remedy}`,
    "tenants/link.json is a symbolic link, put a regular file in its place",
    `tenants/notes.txt is not a tenant, ${remedy}`,
    `tenants/old is not a tenant, ${remedy}`,
  ]);
});

test("everything is told at once: central missing, syntax, schema and rules of several tenants, in order", () => {
  const change = (root: string) => {
    rmSync(join(root, "central.json"));
    const write = (name: string, text: string) => {
      writeFileSync(join(root, "tenants", `${name}.json`), text);
    };
    write(
      "acme",
      toText({ ...goodTenant(), services: [{ name: "orders", image: "a:1", port: "80" }], lifecycle: "on" }),
    );
    write("acme-labs", toText(goodTenant("acme-labs", "222222222222")));
    write("broken", "{,}");
    write("zeta", toText({ ...goodTenant("zeta", "333333333333"), limits: { metricsRetentionDays: 5 } }));
  };
  expect(problemsAfter(change)).toEqual([
    missingCentral,
    'tenants/acme.json:15:15 /services/0/port must be integer (got "80"), write a number without quotes',
    'tenants/acme.json:23:16 /lifecycle must be one of "active", "suspended", "offboarding" (got "on"), choose one of them',
    'tenants/acme-labs.json:3:16 /accountId is the account of tenants/acme.json too (got "222222222222"), give every tenant its own account',
    "tenants/broken.json:1:2 has a comma too many, remove it",
    'tenants/zeta.json:24:29 /limits/metricsRetentionDays is only for dedicated isolation: pooled tenants share one workspace and its retention (got 5), remove it, or set "isolation" to "dedicated" before the tenant is deployed',
  ]);
});

test("rules run on the sound services of a file that has unsound ones, and only on those", () => {
  const services = [
    { name: "orders", image: "a:1", port: "80" },
    { name: "catalog", image: "a:1", port: 8888 },
    { name: "mailer", image: "a:1", prot: 1, metrics: { scrape: {} } },
    { name: "catalog", image: "a:1" },
  ];
  const change = (root: string) => {
    writeFileSync(join(root, "tenants", "acme.json"), toText({ ...goodTenant(), services }));
  };
  expect(problemsAfter(change)).toEqual([
    'tenants/acme.json:15:15 /services/0/port must be integer (got "80"), write a number without quotes',
    "tenants/acme.json:20:15 /services/1/port is the port of the collector's own metrics too (got 8888), choose another port",
    'tenants/acme.json:25:7 /services/2/prot is not a known key, did you mean "port"?',
    'tenants/acme.json:31:15 /services/3/name is the name of an earlier service (got "catalog"), give every service its own name',
  ]);
});
