import { lossesOf, refusal, refused } from "../../../cli/terraform/guard";
import { HOLDS_DATA } from "../../../cli/terraform/holds-data";
import { INTERRUPTED } from "../../../cli/terraform/plan-json";
import { parseApproval, parseConcurrency } from "../../../cli/terraform/options";
import { change, update } from "./planned";

const HOLD_DATA = [
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_stream",
  "aws_ecr_repository",
  "aws_efs_file_system",
  "aws_grafana_workspace",
  "aws_kms_key",
  "aws_opensearch_domain",
  "aws_prometheus_workspace",
  "aws_s3_bucket",
  "aws_secretsmanager_secret",
  "grafana_folder",
  "tfe_workspace",
];

test("exactly these hold data", () => {
  expect(Object.keys(HOLDS_DATA)).toEqual(HOLD_DATA);
});

test.each(HOLD_DATA)("to destroy or replace %s would lose data", (type) => {
  const changes = [
    change("destroy", `${type}.a`),
    change("replace", `${type}.b`),
    change("create", `${type}.c`),
    change("forget", `${type}.d`),
    update(`${type}.e`, "x", "1", "2"),
  ];
  const holds = HOLDS_DATA[type];
  expect(lossesOf("central", changes)).toEqual([
    { stack: "central", address: `${type}.a`, action: "destroy", holds },
    { stack: "central", address: `${type}.b`, action: "replace", holds },
  ]);
});

test("what can be made again holds no data", () => {
  expect(
    lossesOf("central", [change("destroy", "aws_ecs_service.a"), change("replace", "aws_iam_role.b")]),
  ).toEqual([]);
});

const losses = lossesOf("tenant-acme", [change("destroy", "aws_s3_bucket.a")]);

test("an approval holds for one address of one stack", () => {
  expect(refused(losses, ["tenant-acme:aws_s3_bucket.a"])).toEqual([]);
  for (const other of [
    "tenant-zeta:aws_s3_bucket.a",
    "tenant-acme:aws_s3_bucket.aa",
    "tenant-acme:aws_s3_bucket",
  ]) {
    expect(refused(losses, [other])).toEqual(losses);
  }
});

test("a refusal names what would go, and the options that let it go", () => {
  expect(refusal(losses)).toBe(
    [
      "data would be lost, so nothing goes on:",
      "  tenant-acme: destroy aws_s3_bucket.a",
      "    holds objects",
      "if it may be lost, say so by name:",
      "  --approve-data 'tenant-acme:aws_s3_bucket.a'",
    ].join("\n"),
  );
});

test("what an interrupt has left half made is said to be that, and how to keep it", () => {
  const replaced = { ...change("replace", "aws_opensearch_domain.a"), note: INTERRUPTED };
  expect(
    refusal(lossesOf("central", [replaced]))
      .split("\n")
      .slice(1, 4),
  ).toEqual([
    "  central: replace aws_opensearch_domain.a",
    "    holds traces; its creation was interrupted or failed",
    "if AWS has finished what was interrupted, keep it: `terraform untaint <address>` in the stack's folder",
  ]);
});

test("approvals are collected; a pattern is none", () => {
  expect(parseApproval("tenant-acme:aws_s3_bucket.a", ["x:y.z"])).toEqual([
    "x:y.z",
    "tenant-acme:aws_s3_bucket.a",
  ]);
  for (const text of [
    "aws_s3_bucket.a",
    "tenant-acme:*",
    "tenant-acme:aws_s3_bucket.*",
    "*:aws_s3_bucket.a",
    "",
  ]) {
    expect(() => parseApproval(text)).toThrow(
      "It must be a stack and an address, such as tenant-acme:aws_cloudwatch_log_group.orders.",
    );
  }
});

test("a number of stacks is a whole one", () => {
  expect(parseConcurrency("12")).toBe(12);
  for (const text of ["0", "-1", "1.5", "101", "x", ""]) {
    expect(() => parseConcurrency(text)).toThrow("It must be a whole number from 1 to 100.");
  }
});
