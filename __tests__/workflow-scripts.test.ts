import { join } from "node:path";
import { type Calls, type Existing, runGithubScript } from "./support/workflow-scripts";

/** What the workflows write into comments and issues: their scripts, with GitHub's calls kept instead of made. */

const at = (name: string): string => join(__dirname, "..", ".github", "workflows", name);

describe("check: the comment", () => {
  const comment = (
    files: Readonly<Record<string, string>>,
    plan: string,
    existing: readonly Existing[] = [],
  ) => runGithubScript(at("check.yml"), "comment", { files, env: { PLAN: plan }, existing });
  const AFFECTED = { "affected/validate.txt": "3 tenants are valid\n", "affected/affected.txt": "central\n" };
  const bodyOf = ([[, given] = ["", {}]]: Calls): string => String(given["body"]);

  test("has what was compared, what is affected, and the plan with its result", async () => {
    const calls = await comment({ ...AFFECTED, "plan/plan.txt": "1 to change\n" }, "success");
    expect(calls.map(([method]) => method)).toEqual(["createComment"]);
    expect(bodyOf(calls).match(/^###.*/gm)).toEqual([
      "### Compared with the base",
      "### Affected stacks",
      "### Plan (success)",
    ]);
    expect(bodyOf(calls)).toContain("1 to change");
  });

  test("has no plan when none was made, whatever a pull request's code has left", async () => {
    const forged = "No changes.";
    const places = ["plan.txt", "plan/plan.txt", "affected/plan.txt", "affected/plan/plan.txt"];
    const files = Object.fromEntries(places.map((place) => [place, forged]));
    const calls = await comment({ ...AFFECTED, ...files }, "skipped");
    expect(bodyOf(calls)).toContain("### Affected stacks");
    expect(bodyOf(calls)).not.toMatch(/Plan|No changes/);
    // Nor in the place of a plan that failed before it said anything.
    const elsewhere = { "plan.txt": forged, "affected/plan.txt": forged };
    expect(bodyOf(await comment({ ...AFFECTED, ...elsewhere }, "failure"))).not.toMatch(/Plan|No changes/);
  });

  test("replaces its own comment, and nothing ends its blocks early", async () => {
    const existing = [
      { id: 1, body: "<!-- tenantscope --> by hand", user: { type: "User" } },
      { id: 2, body: "<!-- tenantscope --> old", user: { type: "Bot" } },
    ];
    const calls = await comment(
      { "affected/affected.txt": "```\n### Plan (success)\n" },
      "skipped",
      existing,
    );
    expect(calls.map(([method, { comment_id }]) => [method, comment_id])).toEqual([["updateComment", 2]]);
    expect(bodyOf(calls)).toContain("```\n'''\n### Plan (success)\n```");
  });
});

describe("drift: the issue", () => {
  const DRIFT = "Drift: what is deployed is not what main says";
  const FAILED = "Drift: not everything could be compared with main";
  const issue = async (status: string, report?: string, existing: readonly Existing[] = []) =>
    (
      await runGithubScript(at("drift.yml"), "issue", {
        files: report === undefined ? {} : { "drift/drift.txt": report },
        env: { STATUS: status },
        existing,
      })
    ).map(([method, { title, state, issue_number, body }]) => ({ method, title, state, issue_number, body }));

  test.each([
    ["3", DRIFT, "Status 3: drift.\n\n```\nacme  drift\n```\n"],
    ["1", FAILED, "Status 1: some stack is not deployed yet or could not be compared"],
    ["2", FAILED, "Status 2.\n\n```\nacme  drift\n```\n"],
  ])("status %s opens it, and says so with everybody's report", async (status, title, said) => {
    const [call, ...more] = await issue(status, "acme  drift\n");
    expect([call?.method, call?.title, more]).toEqual(["create", title, []]);
    expect(call?.body).toContain(said);
    expect(call?.body).toContain(
      "```\nacme  drift\n```\n[The run](https://github.test/example/fleet/actions/runs/42)",
    );
  });

  test("a job that ended before its command did says that", async () => {
    const [call] = await issue("");
    expect([call?.method, call?.title]).toEqual(["create", FAILED]);
    expect(call?.body).toMatch(/^The job ended without a comparison\.\n\n\[The run\]/);
  });

  test.each([DRIFT, FAILED])(
    "it stays one issue, and is closed by a night without drift: %s",
    async (title) => {
      const existing = [
        { number: 4, title: "another" },
        { number: 5, title },
      ];
      expect(await issue("1", "x", existing)).toMatchObject([
        { method: "update", title: FAILED, issue_number: 5 },
      ]);
      expect(await issue("3", "x", existing)).toMatchObject([
        { method: "update", title: DRIFT, issue_number: 5 },
      ]);
      expect(await issue("0", "x", existing)).toMatchObject([
        { method: "createComment", issue_number: 5 },
        { method: "update", state: "closed", issue_number: 5 },
      ]);
    },
  );

  test("without drift and without an issue nothing is written", async () => {
    expect(await issue("0", "x")).toEqual([]);
  });
});
