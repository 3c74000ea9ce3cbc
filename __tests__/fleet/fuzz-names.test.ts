import { JUDGED, namedKinds, refusedNames, unjudgedNames } from "../support/aws-names";
import { everyOptionFleet } from "../support/every-option-fleet";
import { tracesFleet } from "../support/fleet-traces";
import { CLOUD_BACKEND, exampleFleet, S3_BACKEND } from "../support/fleets";
import { Stack, synth } from "../support/synth";

/** What judges the names of fuzzed fleets: every name that any stack has, and nothing that none has. */
const stacks = [
  exampleFleet(),
  tracesFleet(),
  everyOptionFleet({ type: "local" }),
  everyOptionFleet(CLOUD_BACKEND),
  everyOptionFleet(S3_BACKEND),
].flatMap((fleet) => synth(fleet).stacks);

test("every name and description is judged, or listed as free", () => {
  expect(unjudgedNames(stacks)).toEqual([]);
  const made = namedKinds(stacks);
  expect(JUDGED.filter((kind) => !made.has(kind))).toEqual([]);
  expect(stacks.flatMap(refusedNames).filter((refused) => !refused.includes(" note="))).toEqual([]);
});

const stackWith = (type: string, attributes: object): Stack =>
  new Stack("x", JSON.stringify({ resource: { [type]: { x: attributes } } }));

test.each([
  ["tfe_workspace", "name", "tenantscope central"],
  ["aws_service_discovery_service", "name", "a.b"],
  ["aws_efs_file_system", "creation_token", "x".repeat(65)],
  ["aws_lambda_permission", "statement_id", "Storage.Api"],
  ["aws_ec2_client_vpn_authorization_rule", "description", "Zürich"],
  ["aws_kms_key", "description", "x".repeat(8193)],
  ["aws_cloudwatch_log_resource_policy", "policy_name", ""],
  ["aws_ram_resource_share", "name", ""],
  ["aws_api_gateway_vpc_link", "name", ""],
])("%s: a %s that would be refused is seen", (type, attribute, value) => {
  expect(refusedNames(stackWith(type, { [attribute]: value }))).toHaveLength(1);
});

test("a name of a resource that nobody has judged is seen, and a reference is none", () => {
  const named = { name: "x", display_name: "x", description: "x", creation_token: "x", port: "x" };
  expect(unjudgedNames([stackWith("aws_new", named)])).toEqual([
    "aws_new name",
    "aws_new display_name",
    "aws_new description",
    "aws_new creation_token",
  ]);
  expect(unjudgedNames([stackWith("aws_new", { name: "${aws_sns_topic.x.name}" })])).toEqual([]);
});
