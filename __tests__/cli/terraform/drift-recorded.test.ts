import { readFileSync } from "node:fs";
import { join } from "node:path";
import { driftOf, type Drift } from "../../../cli/terraform/drift-report";
import { readPlan } from "../../../cli/terraform/plan-json";

/**
 * Plans as Terraform 1.11.4 printed them, cut to a few values, with a provider that reads something else than it had
 * written: `owner` of two topics, which the configuration does not name; `display_name` of both, which it names, and for
 * `aws_sns_topic.ign` ignores; `url` of a queue, which an output shows.
 */
function judged(name: string): Drift | undefined {
  const text = readFileSync(join(__dirname, "..", "..", "fixtures", "plans", `${name}.json`), "utf8");
  const plan = { ...readPlan(text), deployed: true };
  return driftOf({ plans: [{ stack: "tenant-a", owner: {}, plan }], failures: [] })[0];
}

const seen = (resource: string, path: string) => ({ address: `aws_sns_topic.${resource}`, paths: [path] });

test("a value that AWS sets by itself is no drift: `terraform plan` says that there are no changes", () => {
  expect(judged("drift-computed")).toEqual({
    ...{ stack: "tenant-a", status: "none", outside: [], differs: [] },
    seen: [seen("ign", "owner"), seen("t", "owner")],
  });
});

test("a value of the configuration is, but where the configuration leaves it to others", () => {
  expect(judged("drift-configured")).toEqual({
    ...{ stack: "tenant-a", status: "drift", outside: ["aws_sns_topic.t"] },
    differs: ["update aws_sns_topic.t"],
    seen: [seen("ign", "display_name")],
  });
});

test("so is a value that something else refers to", () => {
  expect(judged("drift-referred")).toEqual({
    ...{ stack: "tenant-a", status: "drift", outside: ["aws_sqs_queue.q"], differs: ["update output.u"] },
    seen: [],
  });
});
