import { createColors } from "picocolors";
import { group } from "../../../cli/terraform/groups";
import { groupsText, headline } from "../../../cli/terraform/plan-text";
import type { Planned } from "../../../cli/terraform/normalise";
import { change, planOf, shared, tenant, update } from "./planned";

const account = (index: number): string => String(200_000_000_000 + index);

/** What three changes look like for a tenant: its own names, account and ids in them. */
const ownChanges = (name: string, index: number, count = 2) => [
  update("aws_ecs_service.orders", "desired_count", "1", String(count)),
  update(
    `aws_iam_role.writer-${name}_role_${String(index).padStart(8, "0")}`,
    "arn",
    `"arn:aws:iam::${account(index)}:role/${name}"`,
    `"arn:aws:iam::${account(index)}:role/x-${name}"`,
  ),
  update(
    "aws_ecs_service.orders",
    "network",
    `"subnet-${String(index).padStart(17, "0")}"`,
    `"${account(index)}.dkr.ecr"`,
  ),
];

const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    tenant(`shop${index}`, account(index), ownChanges(`shop${index}`, index)),
  );

test("tenants whose changes differ in names, accounts and ids alone are one group", () => {
  const plans = [
    ...many(297),
    tenant("zeta", account(300), ownChanges("zeta", 300, 4)),
    tenant("acme", account(301), [change("create", "aws_ecs_service.orders")]),
  ];
  const grouping = group(plans);
  expect(grouping.groups.map(({ stacks }) => stacks.length)).toEqual([297, 1, 1]);
  expect(headline(grouping)).toBe("297 tenants: the same 3 changes; acme and zeta differ");
});

test("the group shows placeholders, a stack alone its own values", () => {
  const colours = createColors(false);
  const [group1] = group(many(2)).groups;
  expect(groupsText(group1 === undefined ? [] : [group1], colours)).toBe(
    [
      "2 tenants: the same 3 changes",
      "  shop0 and shop1",
      "  ~ update aws_ecs_service.orders",
      "      desired_count: 1 -> 2",
      "  ~ update aws_iam_role.writer-<tenant>_role",
      '      arn: "arn:aws:iam::<account>:role/<tenant>" -> "arn:aws:iam::<account>:role/x-<tenant>"',
      "  ~ update aws_ecs_service.orders",
      '      network: "<subnet>" -> "<account>.dkr.ecr"',
    ].join("\n"),
  );
  expect(groupsText(group(many(1)).groups, colours)).toContain('"arn:aws:iam::200000000000:role/shop0"');
});

test.each([
  ["a number that people write", "1", "2"],
  ["a version", '"adot:0.43.1"', '"adot:0.43.2"'],
  ["another tenant's name", '"shop1"', '"shop2"'],
  ["a word that holds the name", '"shop00"', '"shop01"'],
])("%s is no id: the tenants differ", (_, first, second) => {
  const plans = [first, second].map((value, index) =>
    tenant(`shop${index + 7}`, account(index), [update("aws_ecs_service.orders", "value", '"x"', value)]),
  );
  expect(headline(group(plans))).toBe("shop7: 1 change; shop8 differs");
});

test("a shared stack is in no group of tenants, and comes last", () => {
  const same = [update("aws_ecs_service.orders", "desired_count", "1", "2")];
  const grouping = group([
    shared("central", same),
    shared("limits", same),
    tenant("acme", account(1), same),
    tenant("zeta", account(2), []),
  ]);
  expect(grouping.groups.map(({ stacks }) => stacks)).toEqual([["tenant-acme"], ["central"], ["limits"]]);
  expect(headline(grouping)).toBe("acme: 1 change; 1 tenant stays as it is; central and limits change, too");
});

test("a fleet in which nothing changes", () => {
  const grouping = group([tenant("acme", account(1), []), shared("central", [])]);
  expect(grouping).toEqual({ groups: [], unchanged: ["central", "tenant-acme"] });
  expect(headline(grouping)).toBe("no tenant changes");
  expect(headline(group([shared("central", [change("create", "a.b")])]))).toBe(
    "no tenant changes; central changes",
  );
});

test("what could not be planned comes first, and nothing is said of it", () => {
  const [acme, zeta] = [
    tenant("acme", account(1), []),
    tenant("zeta", account(2), [change("create", "a.b")]),
  ];
  const central = shared("central", [change("create", "a.b")]);
  const failed = ["tenant-a", "tenant-b", "tenant-c"];
  expect(headline(group([central]), failed)).toBe("3 of 3 tenants could not be planned; central changes");
  expect(headline(group([acme]), ["central", ...failed])).toBe(
    "3 of 4 tenants could not be planned; central could not be planned; 1 tenant stays as it is",
  );
  expect(headline(group([acme, zeta, central]), ["tenant-a"])).toBe(
    "1 of 3 tenants could not be planned; zeta: 1 change; 1 tenant stays as it is; central changes, too",
  );
  expect(headline(group([acme]), ["central", "limits"])).toBe(
    "central and limits could not be planned; no tenant changes",
  );
});

test("many that differ are counted", () => {
  const plans = Array.from({ length: 9 }, (_, index) =>
    tenant(`shop${index}`, account(index), [update("a.b", "size", "1", String(index + 2))]),
  );
  expect(headline(group(plans))).toBe(
    "shop0: 1 change; shop1, shop2, shop3, shop4, shop5 and 3 others differ",
  );
});

test("changes that only differ in their addresses are folded; what goes is named one by one", () => {
  const numbered = (action: "create" | "destroy", type: string, count: number) =>
    Array.from({ length: count }, (_, index) => change(action, `${type}.r${index}`));
  const text = (changes: ReturnType<typeof numbered>, columns?: number): string =>
    groupsText(group([tenant("acme", account(1), changes)]).groups, createColors(false), columns);
  const created = [...numbered("create", "aws_iam_role", 8), ...numbered("create", "aws_sns_topic", 3)];
  expect(text(created)).toBe("acme: 11 changes\n  + create 11 resources: 8 aws_iam_role, 3 aws_sns_topic");
  expect(text(created, 44)).toBe("acme: 11 changes\n  + create 11 resources: 8 aws_iam_role, 3 …");
  expect(text(numbered("create", "aws_iam_role", 10)).split("\n")).toHaveLength(11);
  expect(text(numbered("destroy", "aws_iam_role", 11)).split("\n")).toHaveLength(12);
});

test("of long values the part is shown where they begin to differ", () => {
  const [before, after] = ["old", "new"].map((end) => `"${"x".repeat(200)}${end}"`);
  const plans = [tenant("acme", account(1), [update("a.b", "text", before ?? "", after ?? "")])];
  expect(groupsText(group(plans).groups, createColors(false), 60)).toBe(
    'acme: 1 change\n  ~ update a.b\n      text: …xxxxxxold" -> …xxxxxxnew"',
  );
});

test("moves and imports are changes, told with where they come from; tenants' own names apart", () => {
  const moved = (name: string) => ({
    ...change("move", "aws_sns_topic.b"),
    note: `moved from aws_sns_topic.a-${name}_1234ABCD`,
  });
  const plans = ["shop1", "shop2"].map((name, index) => tenant(name, account(index), [moved(name)]));
  const grouping = group(plans);
  expect([headline(grouping), grouping.unchanged]).toEqual(["2 tenants: the same change", []]);
  expect(groupsText(grouping.groups, createColors(false)).split("\n").slice(2)).toEqual([
    "  > move aws_sns_topic.b",
    "      (moved from aws_sns_topic.a-<tenant>)",
  ]);
});

test("a plan that Terraform would apply is no stack that stays, although nothing of it is known before", () => {
  const read: Planned = { stack: "tenant-a", owner: {}, plan: planOf([], { applyable: true }) };
  const grouping = group([read]);
  expect([headline(grouping), grouping.unchanged]).toEqual([
    "a: what comes of data sources is known when they are read",
    [],
  ]);
});
