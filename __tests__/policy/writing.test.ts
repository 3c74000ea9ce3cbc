import { everyOptionFleet } from "../support/every-option-fleet";
import { tracesFleet } from "../support/fleet-traces";
import { S3_BACKEND } from "../support/fleets";
import { asObject, objects, texts, type Json } from "../support/json";
import { synth } from "../support/synth";
import { rolesOf } from "../support/world";

/** What this program gives to whoever writes telemetry. Policies that a manifest attaches are the tenant's own business. */

const CENTRAL = "111111111111";

/** Every action that a role is allowed; no statement has a wildcard or NotAction (rules/iam.ts). */
const actionsGiven = (policies: readonly object[]): string[] =>
  policies
    .flatMap((policy) => objects(asObject(policy as Json).Statement))
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action }) => texts(Action));

test("no role of a task, and no writer, is given an action that reads telemetry, its own included", () => {
  const all = [everyOptionFleet(S3_BACKEND), tracesFleet()].flatMap((fleet) => [
    ...rolesOf(synth(fleet)).values(),
  ]);
  const ofTasks = all.filter(({ arn, accountId }) => arn.endsWith("-task") && accountId !== CENTRAL);
  const writers = all.filter(({ arn }) => arn.includes("/tenantscope-writer-"));
  expect([ofTasks.length, writers.length]).toEqual([7, 6]);
  const given = (those: readonly { readonly policies: readonly object[] }[]): string[] =>
    [...new Set(those.flatMap(({ policies }) => actionsGiven(policies)))].sort();
  // The rest is for X-Ray's sampling and the headers of the manifest's own exporters.
  expect(given(ofTasks)).toEqual([
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:GetObject",
    "sts:AssumeRole",
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ]);
  expect(given(writers)).toEqual(["aps:RemoteWrite", "execute-api:Invoke"]);
  // Of the APIs only what takes telemetry: paths that search are a Jaeger's in the central account.
  const invoked = writers
    .flatMap(({ policies }) => policies.flatMap((policy) => objects(asObject(policy as Json).Statement)))
    .filter(({ Effect, Action }) => Effect === "Allow" && texts(Action).includes("execute-api:Invoke"))
    .flatMap(({ Resource }) => texts(Resource))
    .map((resource) => resource.replace(/^[^/]*\/v1\//, "").replace(/\/(t|s)\/[a-z0-9-]+/, "/$1/<tenant>"));
  expect(new Set(invoked.filter((path) => !path.includes(":/domainnames/")))).toEqual(
    new Set([
      ...["GET/s/<tenant>", "GET/s/<tenant>/", "HEAD/s/<tenant>", "HEAD/s/<tenant>/"],
      ...["POST/s/<tenant>/_bulk", "PUT/s/<tenant>/_template/*"],
      ...["POST/t/<tenant>/otlp/v1/logs", "POST/t/<tenant>/v1/traces"],
    ]),
  );
});
