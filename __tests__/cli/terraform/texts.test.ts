import { createColors } from "picocolors";
import { driftOf, driftText } from "../../../cli/terraform/drift-report";
import { explain } from "../../../cli/terraform/failure-text";
import { FleetProgress } from "../../../cli/terraform/progress";
import { summary, type Row } from "../../../cli/terraform/summary";
import { change, tenant, update } from "./planned";

const plain = createColors(false);

describe("why Terraform failed", () => {
  const box = (text: string): string => ["╷", ...text.split("\n").map((line) => `│ ${line}`), "╵"].join("\n");

  test.each([
    ["Error: no luck\n\nmore", "no luck"],
    [
      "Error: Error acquiring the state lock\n\nLock Info:\n  ID:        5c84-a0\n  Path:      x\n  Who:       root@vm",
      "Error acquiring the state lock; the state is locked by root@vm: wait for that run; if it is gone for good, run `terraform force-unlock 5c84-a0` in the stack's folder and resume",
    ],
    [
      "Error: Saved plans not allowed for workspaces with a VCS connection",
      "Saved plans not allowed for workspaces with a VCS connection; the workspace on HCP Terraform is connected to a repository, which rules out saved plans: remove its connection (the `workspaces` stack makes none)",
    ],
    [
      "Error: Failed to show\n\ncouldn't read unredacted JSON plan data for cloud run run-1; make sure",
      "Failed to show; HCP Terraform shows a plan's values only to those with admin rights on the workspace: use a token that has them",
    ],
    [
      "Error: couldn't find resource /tenantscope/contract/v1",
      "couldn't find resource /tenantscope/contract/v1; the central stack has not published its contract: deploy it first, with `deploy --shared`",
    ],
    ["killed", "Terraform ended with status 9"],
  ])("%j", (output, message) => {
    expect(explain(output, 9)).toBe(message);
    expect(explain(box(output), 9)).toBe(message);
  });
});

describe("drift", () => {
  const planned = tenant("acme", "1", []);
  const drifts = driftOf({
    plans: [
      tenant("zeta", "1", [update("aws_ecs_service.a", "desired_count", "5", "1")]),
      planned,
      {
        ...planned,
        stack: "tenant-outside",
        plan: { ...planned.plan, drift: [change("update", "aws_sns_topic.b")] },
      },
      {
        ...planned,
        stack: "tenant-new",
        plan: { changes: [change("create", "a.b")], drift: [], deployed: false },
      },
      { ...planned, stack: "tenant-gone", plan: { changes: [], drift: [], deployed: false } },
    ],
    failures: [{ stack: "tenant-broken", message: "no luck" }],
  });

  test("is told by stack: what changed outside, what differs, what is not deployed or cannot be planned", () => {
    expect(drifts.map(({ stack, status, outside, differs }) => [stack, status, outside, differs])).toEqual([
      ["tenant-acme", "none", [], []],
      ["tenant-broken", "failed", [], []],
      ["tenant-gone", "none", [], []],
      ["tenant-new", "not deployed", [], ["create a.b"]],
      ["tenant-outside", "drift", ["aws_sns_topic.b"], []],
      ["tenant-zeta", "drift", [], ["update aws_ecs_service.a"]],
    ]);
  });

  test("is a table and a sentence", () => {
    expect(driftText(drifts, 70)).toBe(
      [
        "┌───────────────┬─────────────────────────┬─────────────────────────┐",
        "│ stack         │ changed outside of Terr │ not as configured       │",
        "│               │ aform                   │                         │",
        "├───────────────┼─────────────────────────┼─────────────────────────┤",
        "│ tenant-outsid │ aws_sns_topic.b         │ -                       │",
        "│ e             │                         │                         │",
        "├───────────────┼─────────────────────────┼─────────────────────────┤",
        "│ tenant-zeta   │ -                       │ update aws_ecs_service. │",
        "│               │                         │ a                       │",
        "└───────────────┴─────────────────────────┴─────────────────────────┘",
        "tenant-broken: no luck",
        "tenant-new: not deployed yet, there is nothing to compare with",
        "2 of 4 stacks have drifted, 2 could not be compared",
      ].join("\n"),
    );
    expect(driftText(drifts.slice(0, 1))).toBe("none of 1 stack have drifted");
  });
});

describe("the summary of a deployment", () => {
  const rows: Row[] = [
    { step: "canary", stack: "tenant-a", status: "done", seconds: 7.25 },
    { step: "fleet", stack: "tenant-b", status: "failed", seconds: 3, message: "no luck", log: "logs/b.log" },
    { step: "fleet", stack: "tenant-c", status: "not started" },
  ];
  const end = [
    "tenant-b: no luck",
    "  log: logs/b.log",
    "3 stacks in 11.0 s: 1 done, 1 failed, 1 not started",
  ];

  test("is a table where there is room, else lines", () => {
    expect(summary(rows, 11, plain, 80).split("\n")).toEqual([
      "┌──────────┬────────┬─────────────┬─────────┐",
      "│ stack    │ wave   │ status      │ seconds │",
      "├──────────┼────────┼─────────────┼─────────┤",
      "│ tenant-a │ canary │ done        │     7.3 │",
      "│ tenant-b │ fleet  │ failed      │     3.0 │",
      "│ tenant-c │ fleet  │ not started │         │",
      "└──────────┴────────┴─────────────┴─────────┘",
      ...end,
    ]);
    expect(summary(rows, 11, plain, 50).split("\n")).toEqual([
      "tenant-a done 7.3",
      "tenant-b failed 3.0",
      "tenant-c not started",
      ...end,
    ]);
  });

  test("of an empty wave", () => {
    expect(summary([], 0, plain)).toBe("there is nothing to deploy");
  });

  test("of a large one names what needs attention", () => {
    const many = Array.from({ length: 40 }, (_, index): Row => ({
      step: "fleet",
      stack: `t${index}`,
      status: "done",
      seconds: 1,
    }));
    const text = summary([...many, ...rows], 11, plain);
    expect(text).toContain("tenant-b");
    expect(text).not.toContain("tenant-a");
    expect(text).toContain("43 stacks in 11.0 s: 41 done, 1 failed, 1 not started");
  });
});

describe("progress", () => {
  const show = (columns?: number): string[] => {
    const written: string[] = [];
    const progress = new FleetProgress((text) => written.push(text), 2, columns);
    progress.begin("tenant-a");
    progress.end("tenant-a", "failed: no luck", true);
    progress.clear();
    return written;
  };

  test("is a line for each stack on a pipe", () => {
    expect(show()).toEqual(["1/2 tenant-a: failed: no luck\n"]);
  });

  test("is a bar on a terminal, cut to its width, and gone at the end", () => {
    expect(show(40)).toEqual([
      "\r\u001b[K[....................] 0/2 tenant-a",
      "\r\u001b[K",
      "tenant-a: failed: no luck\n",
      "\r\u001b[K[##########..........] 1/2 ",
      "\r\u001b[K",
    ]);
    expect(show(30)[0]).toBe("\r\u001b[K[....................] 0/2 t…");
  });
});
