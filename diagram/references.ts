import { list, record, text } from "../lib/fields";
import { CONTRACT_PARAMETER } from "../lib/names";
import { type Block, blocksOf, keyOf, type SynthesisedStack } from "./stack";

/** What a text names: a resource of the fleet, or something that none of its stacks makes. */
export type Place = { readonly block: Block } | { readonly arn: string; readonly accountId: string };

/** All resources of the fleet, and how a text finds them. */
export interface World {
  readonly blocks: readonly Block[];
  /** What the references, ARNs and addresses in a text of a stack name. */
  readonly places: (stack: SynthesisedStack, value: string) => readonly Place[];
  /** The resource of the stack that an attribute refers to: the first of its references. */
  readonly parent: (stack: SynthesisedStack, value: unknown) => Block | undefined;
}

/** `${aws_iam_role.writer.arn}`, but not `$${...}`, which Terraform leaves to the program that reads the text. */
const REFERENCE = /(?<!\$)\$\{(aws_[a-z0-9_]+)\.([\w-]+)[.[]/g;
const CONTRACT = /(?<!\$)\$\{local\.contract\.([\w.]+)(?:\["([\w-]+)"\])?/g;
const ARN = /arn:aws[\w-]*:([\w-]+):[\w*-]*:(\d{12}):[^\s"'${},]+/g;
const HOST = /https?:\/\/([\w.-]+)/g;

/** Where API Gateway keeps what belongs to an API: a stage has the URL, the API is the thing that is drawn. */
const PART_OF: Readonly<Record<string, string>> = {
  aws_api_gateway_stage: "rest_api_id",
};

/** Indexes what the stacks hold. */
export function worldOf(stacks: readonly SynthesisedStack[]): World {
  const blocks = stacks.flatMap(blocksOf);
  const byKey = new Map(blocks.map((block) => [block.key, block]));
  const byArn = new Map(blocks.flatMap((block) => arnsOf(block).map((arn): [string, Block] => [arn, block])));
  const byHost = new Map(
    blocks
      .filter(({ type }) => type === "aws_api_gateway_domain_name")
      .map((block) => [text(block.attributes["domain_name"]), block]),
  );
  const contract = contractOf(blocks);

  const referred = (stack: SynthesisedStack, value: string): Block[] =>
    [...value.matchAll(REFERENCE)].flatMap(([, type = "", id = ""]) => {
      const block = byKey.get(keyOf(stack, type, id));
      return block === undefined ? [] : [whole(block)];
    });
  const whole = (block: Block): Block => {
    const attribute = PART_OF[block.type];
    return attribute === undefined ? block : (parent(block.stack, block.attributes[attribute]) ?? block);
  };
  const parent = (stack: SynthesisedStack, value: unknown): Block | undefined =>
    referred(stack, typeof value === "string" ? value : JSON.stringify(value ?? ""))[0];
  const ofContract = (value: string): Place[] =>
    [...value.matchAll(CONTRACT)].flatMap(([, path = "", key]) =>
      contract === undefined ? [] : places(contract.stack, contract.field(path, key)),
    );
  const ofArns = (value: string): Place[] =>
    [...value.matchAll(ARN)].map(([arn, , accountId = ""]): Place => {
      const block = byArn.get(arn);
      return block === undefined ? { arn, accountId } : { block };
    });
  const ofHosts = (value: string): Place[] =>
    [...value.matchAll(HOST)].flatMap(([, host = ""]) => {
      const block = byHost.get(host);
      return block === undefined ? [] : [{ block }];
    });
  // Most texts of a fleet name nothing: each search is begun only where it can find something.
  const places = (stack: SynthesisedStack, value: string): Place[] => [
    ...(value.includes("${aws_") ? referred(stack, value).map((block) => ({ block })) : []),
    ...(value.includes("${local.contract.") ? ofContract(value) : []),
    ...(value.includes("arn:aws") ? ofArns(value) : []),
    ...(value.includes("://") ? ofHosts(value) : []),
  ];
  return { blocks, places, parent };
}

/** The ARNs of those resources that texts name by ARN: what is known before anything is made. */
function arnsOf({ type, attributes, account: { accountId, region } }: Block): string[] {
  const name = text(attributes["name"]);
  if (type === "aws_iam_role")
    return [`arn:aws:iam::${accountId}:role${text(attributes["path"]) || "/"}${name}`];
  if (type === "aws_sns_topic") return [`arn:aws:sns:${region}:${accountId}:${name}`];
  if (type === "aws_sqs_queue") return [`arn:aws:sqs:${region}:${accountId}:${name}`];
  if (type === "aws_ecr_repository") return [`arn:aws:ecr:${region}:${accountId}:repository/${name}`];
  if (type === "aws_lambda_function")
    return [`arn:aws:lambda:${region}:${accountId}:function:${text(attributes["function_name"])}`];
  return [];
}

/** The document that tells the tenants' stacks what the central one made. */
function contractOf(
  blocks: readonly Block[],
): { readonly stack: SynthesisedStack; readonly field: (path: string, key?: string) => string } | undefined {
  const parameter = blocks.find(
    ({ type, attributes }) => type === "aws_ssm_parameter" && attributes["name"] === CONTRACT_PARAMETER,
  );
  if (parameter === undefined) return undefined;
  const document: unknown = JSON.parse(text(parameter.attributes["insecure_value"]));
  const field = (path: string, key?: string): string => {
    const steps = [...path.split("."), ...list(key)].map(String);
    return text(steps.reduce<unknown>((at, step) => record(at)[step], document));
  };
  return { stack: parameter.stack, field };
}
