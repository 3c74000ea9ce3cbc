import { record, records, text } from "../lib/fields";
import { COLLECTOR_CONTAINER, ROUTER_CONTAINER } from "../lib/names";
import type { Resource } from "../cost/standing";
import type { Link } from "./links";
import type { Place, World } from "./references";
import { containersOf } from "./settings";

/** Services of AWS's in a tenant's own account that its tasks send to: no stack makes them. By their names in ARNs. */
export const OWN_SERVICES: Readonly<Record<string, string>> = { cloudwatch: "CloudWatch", xray: "X-Ray" };

/** Which service the ARN of such a place names; undefined for every other. */
export const ownService = (place: Place): string | undefined =>
  "block" in place ? undefined : /^arn:aws:(cloudwatch|xray):[\w-]*:\d{12}:$/.exec(place.arn)?.[1];

/**
 * What the tasks of tenants keep in their own accounts, as the configurations of their collectors and log routers and
 * the log drivers of their containers say. What sidecars print themselves is not the tenant's telemetry.
 */
export const ownLinks = (world: World): Link[] =>
  world.blocks
    .filter(({ type, stack }) => type === "aws_ecs_task_definition" && stack.tenant !== undefined)
    .flatMap((block) => {
      const { accountId, region } = block.account;
      return containersOf(block)
        .flatMap(destinationsOf)
        .map(([service, label]): Link => {
          const to = { arn: `arn:aws:${service}:${region}:${accountId}:`, accountId };
          return { from: { block }, to, kind: "send", label };
        });
    });

function destinationsOf(container: Resource): (readonly [service: string, label: string])[] {
  const name = text(container["name"]);
  const settings = records(container["environment"])
    .map(({ value }) => text(value))
    .join("\n");
  if (name === COLLECTOR_CONTAINER)
    return [
      ...(/^ {2}awsxray[:/]/m.test(settings) ? [["xray", "traces"] as const] : []),
      ...(/^ {2}awsemf[:/]/m.test(settings) ? [["cloudwatch", "metrics (EMF)"] as const] : []),
    ];
  if (name === ROUTER_CONTAINER)
    return /^\s*Name cloudwatch_logs$/m.test(settings) ? [["cloudwatch", "logs"]] : [];
  return record(container["logConfiguration"])["logDriver"] === "awslogs" ? [["cloudwatch", "logs"]] : [];
}
