import { texts } from "../lib/fields";
import { isCross, type Link, type LinkKind } from "./links";
import type { Place, World } from "./references";
import { type Statement, statementsOf } from "./statements";
import type { Block } from "./stack";

/** Whose use inside an account is drawn: of keys, log groups, buckets and the like only what crosses accounts is. */
const SHOWN_INSIDE = new Set([
  "aws_api_gateway_rest_api",
  "aws_iam_role",
  "aws_lambda_function",
  "aws_opensearch_domain",
  "aws_prometheus_workspace",
  "aws_sns_topic",
]);

/** Types that only carry the policy of another resource: the one that they refer to. */
const CARRIER = /_policy$|^aws_lambda_permission$/;

/** Where policies let principals in: a role's own policy, a trust, a resource's policy, an endpoint's. */
export const accessLinks = (world: World): Link[] =>
  world.blocks
    .flatMap((block) => {
      if (block.type === "aws_iam_role_policy") return identityLinks(world, block);
      if (block.type === "aws_vpc_endpoint")
        return [...principalLinks(world, block), ...endpointLinks(world, block)];
      return principalLinks(world, block);
    })
    .filter((link) => isCross(link) || isShownInside(link));

const isShownInside = ({ from, to, kind }: Link): boolean =>
  kind !== "grant" &&
  "block" in from &&
  "block" in to &&
  SHOWN_INSIDE.has(to.block.type) &&
  // What else is done with a role is administration.
  (kind === "assume" || to.block.type !== "aws_iam_role");

/** What a role may do elsewhere. */
function identityLinks(world: World, block: Block): Link[] {
  const role = world.parent(block.stack, block.attributes["role"]);
  if (role === undefined) return [];
  return statementsOf(block.attributes).flatMap((statement) =>
    statement.resources.flatMap((resource) =>
      world.places(block.stack, resource).map((to): Link => ({
        ...{ from: { block: role }, to },
        ...described(statement, resource),
      })),
    ),
  );
}

function described({ actions }: Statement, resource: string): Pick<Link, "kind" | "label"> {
  const [action = ""] = actions;
  const service = action.split(":")[0] ?? "";
  if (action === "sts:AssumeRole") return { kind: "assume", label: "assumes" };
  if (service === "ecr") return { kind: "pull", label: "pulls" };
  // The stage comes first in the ARN of a method, then method and path.
  const [, method, path] = /\/v\d+\/([A-Z]+)(\/.*)$/.exec(resource) ?? [];
  if (method !== undefined && path !== undefined) return { kind: "invoke", label: `${method} ${path}` };
  return { kind: "invoke", label: actionsText(actions) };
}

/** Who is let in by the policy of a resource. */
function principalLinks(world: World, block: Block): Link[] {
  const { policy, assume_role_policy: trust, access_policies: access } = block.attributes;
  if ((policy ?? trust ?? access) === undefined) return [];
  const guarded = CARRIER.test(block.type)
    ? world.parent(block.stack, {
        ...block.attributes,
        policy: undefined,
        assume_role_policy: undefined,
        access_policies: undefined,
      })
    : block;
  if (guarded === undefined) return [];
  const kind: LinkKind = block.type === "aws_iam_role" ? "assume" : "grant";
  return statementsOf({ policy, trust, access }).flatMap(({ principals = [], actions }) =>
    principals.flatMap((principal) =>
      world.places(block.stack, principal).map((from): Link => ({
        ...{ from, to: { block: guarded }, kind },
        label: kind === "assume" ? "assumes" : actionsText(actions),
      })),
    ),
  );
}

/** What an endpoint lets through: the resources of other accounts that its policy names. */
const endpointLinks = (world: World, block: Block): Link[] =>
  statementsOf(block.attributes).flatMap(({ resources, actions }) =>
    resources.flatMap((resource) =>
      world
        .places(block.stack, resource)
        .map((to: Place): Link => ({ from: { block }, to, kind: "reach", label: actionsText(actions) })),
    ),
  );

/** `kms:Decrypt, GenerateDataKey*`: the service once, and few of many. */
function actionsText(actions: readonly string[]): string {
  const services = new Set(actions.map((action) => action.split(":")[0]));
  if (actions.length > 3) return `${[...services].join(", ")}: ${String(actions.length)} actions`;
  const names = actions.map((action) => action.replace(/^.*:/, ""));
  return texts(actions).length === 0 ? "" : `${[...services].join(", ")}:${names.join(", ")}`;
}
