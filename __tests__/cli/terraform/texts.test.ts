import { stripVTControlCharacters } from "node:util";
import { driftOf, driftText } from "../../../cli/terraform/drift-report";
import { outOfOrder } from "../../../cli/terraform/earlier-waves";
import { failuresText } from "../../../cli/terraform/plan-text";
import { FleetProgress } from "../../../cli/terraform/progress";
import { summary, type Row } from "../../../cli/terraform/summary";
import { change, planOf, tenant, update } from "./planned";

describe("drift", () => {
  const planned = tenant("acme", "1", []);
  const outside = change("update", "aws_sns_topic.b");
  const drifts = driftOf({
    plans: [
      tenant("zeta", "1", [update("aws_ecs_service.a", "desired_count", "5", "1")]),
      planned,
      { ...planned, stack: "tenant-outside", plan: planOf([outside], { drift: [outside] }) },
      {
        ...planned,
        stack: "tenant-seen",
        plan: planOf([], { seen: [update("aws_iam_role.c", "tags_all.x", "1", "2")] }),
      },
      {
        ...planned,
        stack: "tenant-new",
        plan: planOf([change("create", "a.b")], { deployed: false }),
      },
      { ...planned, stack: "tenant-gone", plan: planOf([], { deployed: false }) },
      { ...planned, stack: "tenant-moved", plan: planOf([change("move", "aws_sns_topic.d")]) },
    ],
    failures: [{ stack: "tenant-broken", message: "no luck" }],
  });

  test("is told by stack: what changed outside, what differs, what is not deployed or cannot be planned", () => {
    expect(drifts.map(({ stack, status, outside: by, differs }) => [stack, status, by, differs])).toEqual([
      ["tenant-acme", "none", [], []],
      ["tenant-broken", "failed", [], []],
      ["tenant-gone", "none", [], []],
      ["tenant-moved", "drift", [], ["move aws_sns_topic.d"]],
      ["tenant-new", "not deployed", [], ["create a.b"]],
      ["tenant-outside", "drift", ["aws_sns_topic.b"], ["update aws_sns_topic.b"]],
      ["tenant-seen", "none", [], []],
      ["tenant-zeta", "drift", [], ["update aws_ecs_service.a"]],
    ]);
    expect(drifts.flatMap(({ stack, seen }) => (seen.length > 0 ? [[stack, seen]] : []))).toEqual([
      ["tenant-seen", [{ address: "aws_iam_role.c", paths: ["tags_all.x"] }]],
    ]);
  });

  const end = [
    "broken: no luck",
    "new: not deployed yet, there is nothing to compare with",
    "3 of 6 stacks have drifted, 2 could not be compared",
    "",
  ];

  test("is a table and a sentence; what makes no difference is counted, or listed when that is wanted", () => {
    const table = [
      "stack           changed outside of Terraform  not as configured",
      "tenant-moved    -                             move aws_sns_topic.d",
      "tenant-outside  aws_sns_topic.b               update aws_sns_topic.b",
      "tenant-zeta     -                             update aws_ecs_service.a",
    ];
    expect(driftText(drifts, {}).split("\n")).toEqual([
      ...table,
      "tenant-seen: seen outside of Terraform, nothing to do (--seen lists it)",
      ...end,
    ]);
    expect(driftText(drifts, {}, true).split("\n")).toEqual([
      ...table,
      "stack        seen outside of Terraform, nothing to do",
      "tenant-seen  aws_iam_role.c (tags_all.x)",
      ...end,
    ]);
    expect(driftText(drifts.slice(0, 1), {})).toBe("none of 1 stack have drifted\n");
  });

  test("fits a narrow terminal, and names a few of many", () => {
    const many = Array.from({ length: 9 }, (_, index) => change("create", `aws_sns_topic.t${index}`));
    const text = driftText(driftOf({ plans: [tenant("a", "1", many)], failures: [] }), { columns: 60 });
    expect(text.replace(/\s+/g, " ")).toContain("aws_sns_topic.t5 and 3 more");
    expect(text).not.toContain("topic.t6");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });
});

describe("the summary of a deployment", () => {
  const rows: Row[] = [
    { step: "canary", stack: "tenant-a", status: "done", seconds: 7.25 },
    {
      step: "fleet",
      stack: "tenant-b",
      status: "failed",
      seconds: 13,
      message: "no luck",
      log: "logs/b.log",
    },
    { step: "fleet", stack: "tenant-c", status: "not started" },
  ];
  const end = ["b: no luck", "  log: logs/b.log", "3 stacks in 11.0 s: 1 done, 1 failed, 1 not started", ""];

  test("is a table where there is room, else lines", () => {
    expect(summary(rows, 11, {}).split("\n")).toEqual([
      "stack     wave    status       seconds",
      "tenant-a  canary  done             7.3",
      "tenant-b  fleet   failed          13.0",
      "tenant-c  fleet   not started",
      ...end,
    ]);
    expect(summary(rows.slice(2), 11, { columns: 30 }).split("\n")).toEqual([
      "stack: tenant-c",
      "wave: fleet",
      "status: not started",
      "1 stack in 11.0 s: 1 not started",
      "",
    ]);
  });

  test("has colours only where they are wanted, and the columns stay in line", () => {
    const coloured = summary(rows, 11, { columns: 80, colours: true });
    expect(coloured).toContain("\u001b[31mfailed\u001b[39m");
    expect(stripVTControlCharacters(coloured)).toBe(summary(rows, 11, { columns: 80 }));
  });

  test("of an empty wave", () => {
    expect(summary([], 0, {})).toBe("there is nothing to deploy\n");
  });

  test("of a large one names what needs attention", () => {
    const many = Array.from({ length: 40 }, (_, index): Row => ({
      step: "fleet",
      stack: `t${index}`,
      status: "done",
      seconds: 1,
    }));
    const text = summary([...many, ...rows], 11, {});
    expect(text).toContain("tenant-b");
    expect(text).not.toContain("tenant-a");
    expect(text).toContain("43 stacks in 11.0 s: 41 done, 1 failed, 1 not started");
  });
});

describe("equal failures are told once", () => {
  const failed = (name: string, message: string) => ({ stack: `tenant-${name}`, message });
  const role = (name: string, account: string): string =>
    `Cannot assume IAM Role (arn:aws:iam::${account}:role/x) of ${name}, RequestID: ${name}-1f`;
  const failures = [
    failed("a", "no luck"),
    { stack: "central", message: "no luck" },
    failed("acme", role("acme", "111111111111")),
    failed("b", "the state is locked, run `force-unlock 1f0e0b4c-0000-0000-0000-000000000001`"),
    failed("zeta", role("zeta", "222222222222")),
    failed("c", "the state is locked, run `force-unlock 1f0e0b4c-0000-0000-0000-000000000002`"),
    failed("d", "no luck"),
  ];
  const lines = [
    "a, central and d: no luck",
    "acme and zeta: Cannot assume IAM Role (arn:aws:iam::<account>:role/x) of <tenant>, RequestID: <id>",
    "b: the state is locked, run `force-unlock 1f0e0b4c-0000-0000-0000-000000000001`",
    "c: the state is locked, run `force-unlock 1f0e0b4c-0000-0000-0000-000000000002`",
  ];

  test("with the tenants' own names and accounts apart, and ids that a remedy needs as they are", () => {
    expect(failuresText({ failures })).toBe(
      `\n7 stacks could not be planned:\n${lines.map((line) => `  ${line}\n`).join("")}`,
    );
    expect(failuresText({ failures: [] })).toBe("");
    expect(
      driftText(driftOf({ plans: [], failures }), {})
        .split("\n")
        .slice(0, -2)
        .sort(),
    ).toEqual([...lines.slice(1), "central, a and d: no luck"].sort());
  });

  test("after a deployment with the folder of their logs; a refusal stays the stack's own", () => {
    const ended = failures.map((each): Row => ({
      ...{ step: "fleet", status: "failed", log: `logs/now/${each.stack}.log` },
      ...each,
    }));
    const refused = ["a", "b"].map((name): Row => ({
      ...{ step: "fleet", status: "refused", log: `logs/now/${name}.log` },
      ...failed(name, `--approve-data 'tenant-${name}:x.y'`),
    }));
    const text = summary([...ended, ...refused], 1, {})
      .split("\n")
      .slice(10, -2);
    expect(text).toEqual([
      ...["a", "b"].flatMap((name) => [
        `${name}: --approve-data 'tenant-${name}:x.y'`,
        `  log: logs/now/${name}.log`,
      ]),
      ...[lines[0], "  logs: logs/now", lines[1], "  logs: logs/now"],
      ...[lines[2], "  log: logs/now/tenant-b.log", lines[3], "  log: logs/now/tenant-c.log"],
    ]);
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

test("what is still to come of earlier waves is named with the remedy", () => {
  const why = "1 change is to come";
  const waiting = (wave: string, name: string) => ({ wave, stack: `tenant-${name}`, why });
  expect(outOfOrder("fleet", [waiting("canary", "a"), waiting("early", "b")])).toBe(
    [
      "canary and early come before fleet, and are not deployed as the files say:",
      "  a and b: 1 change is to come",
      "deploy what comes first:",
      "  npx tenantscope deploy --wave canary",
      "  npx tenantscope deploy --wave early",
      "or go on in spite of it with --skip-earlier-waves",
      "",
    ].join("\n"),
  );
  const many = Array.from({ length: 12 }, (_, index) => ({
    ...waiting("canary", `t${index}`),
    why: `${index + 2} changes are to come`,
  }));
  expect(outOfOrder("fleet", many)).toContain("  t9: 11 changes are to come\n  and 2 other stacks\n");
});
