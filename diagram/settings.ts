import { record, records, text, texts } from "../lib/fields";
import type { Resource } from "../cost/standing";
import type { Link } from "./links";
import type { Place, World } from "./references";
import type { Block } from "./stack";

/** What a field of the contract in a container's environment is used for; the name of the variable otherwise. */
const SENT: readonly (readonly [RegExp, string])[] = [
  [/^AMP_/, "remote write, 443"],
  [/^INGEST_/, "OTLP, 443"],
  [/^JAEGER_STORAGE_/, "spans, 443"],
  [/^LOKI_DIRECT_/, "log push, 80"],
];

/** Types whose references are told by policies and by {@link sendLinks}, or are notes that nothing follows. */
const TOLD_ELSEWHERE = /^aws_(iam_|ssm_parameter$|ecs_task_definition$|vpc_endpoint$|cloudwatch_)|_policy$/;

/** Attributes whose text is a policy, a template for other accounts, or nothing but a note. */
const NO_REFERENCES = new Set(["policy", "tags", "template_body"]);

/**
 * Where the containers of a task send to, as their environment says. The ARN of a
 * role or key is no address: policies say who uses it.
 */
export const sendLinks = (world: World): Link[] =>
  world.blocks
    .filter(({ type }) => type === "aws_ecs_task_definition")
    .flatMap((block) =>
      containersOf(block).flatMap((container) =>
        records(container["environment"]).flatMap(({ name, value }) =>
          world
            .places(block.stack, text(value))
            .filter(isAddress)
            .map((to): Link => {
              const [, label = text(name)] = SENT.find(([pattern]) => pattern.test(text(name))) ?? [];
              return { from: { block }, to, kind: "send", label };
            }),
        ),
      ),
    );

const isAddress = (place: Place): boolean =>
  "block" in place && !/^aws_(iam_role|kms_key)$/.test(place.block.type);

const parsed = new WeakMap<Resource, readonly Resource[]>();

/** The containers of a task definition, as ECS takes them; read once, for they have whole configurations in them. */
export function containersOf({ attributes }: Block): readonly Resource[] {
  const known = parsed.get(attributes);
  if (known !== undefined) return known;
  const containers = records(JSON.parse(text(attributes["container_definitions"]) || "[]"));
  parsed.set(attributes, containers);
  return containers;
}

/** Resources that refer to one of another account: an OAM link to its sink, a domain that is shared, a stack set's accounts. */
export const referenceLinks = (world: World): Link[] =>
  world.blocks
    .filter(({ type }) => !TOLD_ELSEWHERE.test(type))
    .flatMap((block) => {
      const attributes = Object.entries(block.attributes).filter(([name]) => !NO_REFERENCES.has(name));
      const accounts = texts(record(block.attributes["deployment_targets"])["accounts"]);
      const targets = [
        ...world.places(
          block.stack,
          JSON.stringify(attributes.map(([, value]) => value)).replaceAll('\\"', '"'),
        ),
        ...accounts.map((accountId): Place => ({ arn: `arn:aws:iam::${accountId}:root`, accountId })),
      ];
      return targets.map((to): Link => ({ from: { block }, to, kind: "show", label: shown(block) }));
    });

function shown({ type, attributes }: Block): string {
  if (type === "aws_oam_link")
    return texts(attributes["resource_types"])
      .map((name) => name.replace(/^AWS::/, "").replace("::", " "))
      .join(", ");
  if (type === "aws_api_gateway_domain_name_access_association") return "names of the APIs";
  if (type === "aws_cloudformation_stack_set_instance") return "roles of runs";
  return "";
}
