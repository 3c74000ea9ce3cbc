import { jobs, text } from "../../cli/affected";
import type { Affected, AffectedStack } from "../../cli/affected-stacks";

const stacks: readonly AffectedStack[] = [
  { stack: "limits", reason: "changed" },
  { stack: "tenant-acme", reason: "added", tenant: "acme", wave: "canary" },
  { stack: "tenant-zeta", reason: "removed", tenant: "zeta", offboarded: false },
  { stack: "tenant-yoyo", reason: "removed", tenant: "yoyo", offboarded: true },
];
const found: Affected = { stacks, all: 9, compared: 2, code: { kind: "same" } };

const ENDING = `4 stacks are affected (1 added, 1 changed, 2 removed) since main; the fleet has 9 stacks
2 stacks compared byte for byte
tenant-zeta is gone with its file while its tenant was not offboarded, so nothing would destroy what is deployed: restore tenants/zeta.json, set "lifecycle" to "offboarding", deploy tenant-zeta, then delete the file
tenant-yoyo is gone with its file; its tenant was offboarding, so its state should be empty by now
`;

test("a table, a summary, and what to do about a stack that is gone", () => {
  expect(text(found, "main", {})).toBe(`stack        wave    reason
limits               changed
tenant-acme  canary  added
tenant-zeta          removed
tenant-yoyo          removed
${ENDING}`);
});

test("a very narrow terminal has lines instead of a table", () => {
  expect(text({ ...found, stacks: stacks.slice(0, 2), compared: 0 }, "main", { columns: 20 })).toBe(
    `stack: limits
reason: changed

stack: tenant-acme
wave: canary
reason: added
2 stacks are affected (1 added, 1 changed) since main; the fleet has 9 stacks
`,
  );
});

test.each([
  [{ kind: "same" }, ""],
  [
    { kind: "elsewhere" },
    "the program is not in the fleet's repository, so nobody can see whether it has changed: every stack counts as affected (--same-program if it has not)\n",
  ],
  [
    { kind: "assumed" },
    "the program is not in the fleet's repository: only the fleet's files were compared, as --same-program says\n",
  ],
  [{ kind: "absent" }, "main has no program yet: every stack counts as affected\n"],
  [{ kind: "changed", files: ["a", "b", "c"] }, "the program has changed since main: a, b, c\n"],
  [
    { kind: "changed", files: ["a", "b", "c", "d"] },
    "the program has changed since main: a, b, c and 1 more file\n",
  ],
  [
    { kind: "dependencies", files: ["package-lock.json"] },
    "the dependencies have changed since main: package-lock.json; every stack counts as affected\n",
  ],
] as const)("what is said about the program: %j", (code, expected) => {
  expect(text({ stacks: [], all: 1, compared: 0, code }, "main", {})).toBe(
    `${expected}no stack is affected since main\n`,
  );
});

test("a matrix has what can be deployed, and every key in every job", () => {
  expect(jobs(stacks)).toEqual([
    { stack: "limits", tenant: "", wave: "" },
    { stack: "tenant-acme", tenant: "acme", wave: "canary" },
  ]);
});
