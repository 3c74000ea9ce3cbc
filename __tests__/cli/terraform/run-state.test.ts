import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFinished, RunFile, type RunState } from "../../../cli/terraform/run-state";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "run-state-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const state: RunState = {
  run: "2026-01-01",
  selection: { wave: "canary", only: ["acme"] },
  stacks: { "tenant-acme": { key: "k", status: "done", seconds: 1.5 } },
};
const folder = (): string => join(root, ".tenantscope");

test("a state is read as it was written, and nothing else is left beside it", () => {
  const file = new RunFile(root);
  expect(file.read()).toBeUndefined();
  file.write(state);
  file.write(state);
  expect(file.read()).toEqual(state);
  expect(readdirSync(folder())).toEqual(["deploy.json"]);
});

test.each(["", "{", "[]", '{"run":"x"}'])("a file that says %j is refused with the remedy", (text) => {
  mkdirSync(folder());
  writeFileSync(join(folder(), "deploy.json"), text);
  expect(() => new RunFile(root).read()).toThrow(
    `${join(folder(), "deploy.json")} cannot be read; delete it and deploy without --resume, which plans every stack again`,
  );
});

test("a second deployment is kept out; the lock of a dead one is taken over", () => {
  const file = new RunFile(root);
  const lock = join(folder(), "deploy.lock");
  mkdirSync(folder());
  writeFileSync(lock, String(process.ppid));
  expect(() => {
    file.acquire();
  }).toThrow(
    `process ${process.ppid} is working on the stacks of this fleet; wait for it, or delete ${lock} if that process is something else`,
  );
  for (const dead of ["999999999", "", "x"]) {
    writeFileSync(lock, dead);
    file.acquire();
    expect(existsSync(lock)).toBe(true);
  }
  file.release();
  expect(existsSync(lock)).toBe(false);
});

test.each([
  ["done", "k", true],
  ["unchanged", "k", true],
  ["done", "other", false],
  ["running", "k", false],
  ["failed", "k", false],
  ["refused", "k", false],
  ["stopped", "k", false],
] as const)("a stack that is %s with key %s: finished is %s", (status, key, finished) => {
  expect(isFinished({ key, status }, "k")).toBe(finished);
  expect(isFinished(undefined, "k")).toBe(false);
});
