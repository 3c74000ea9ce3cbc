import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp, type BuildOptions } from "../../app";
import { renderPlainElementsOnce } from "../../cli/synth-elements";
import type { Fleet } from "../../fleet/types";
import { asObject, asText, isObject, objects, type Json, type JsonObject } from "./json";

/** A resource or data source of a stack. */
export interface Block {
  readonly stack: Stack;
  readonly kind: "resource" | "data";
  readonly type: string;
  readonly id: string;
  /** `aws_iam_role.writer_role`: as Terraform names it, without the hash that CDKTF appends. */
  readonly address: string;
  readonly attributes: JsonObject;
}

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** One synthesised `cdk.tf.json`. */
export class Stack {
  readonly json: JsonObject;
  readonly blocks: readonly Block[];

  constructor(
    readonly name: string,
    /** The file as it is. */
    readonly text: string,
  ) {
    this.json = asObject(JSON.parse(text) as Json);
    this.blocks = [...this.section("resource"), ...this.section("data")];
  }

  /** Resources of a type by id. */
  resource(type: string): Record<string, JsonObject> {
    return this.ofType("resource", type);
  }

  /** Data sources of a type by id. */
  data(type: string): Record<string, JsonObject> {
    return this.ofType("data", type);
  }

  get outputs(): Record<string, JsonObject> {
    return sectionEntries(this.json.output);
  }

  /** Provider blocks of a local name. */
  providers(name: string): JsonObject[] {
    return objects(asObject(this.json.provider ?? {})[name]);
  }

  /** The account and Region in which a block lives, by its provider. */
  account(block: Pick<Block, "attributes">): Account {
    const reference = block.attributes.provider;
    const alias = reference === undefined ? undefined : asText(reference).replace(/^aws\./, "");
    const provider = this.providers("aws").find((each) => each.alias === alias);
    const [accountId] = (provider?.allowed_account_ids ?? []) as readonly string[];
    if (provider === undefined || accountId === undefined) {
      throw new Error(`${this.name}: no AWS provider ${alias ?? "without alias"} that is tied to an account`);
    }
    return { accountId, region: asText(provider.region) };
  }

  private ofType(kind: Block["kind"], type: string): Record<string, JsonObject> {
    return Object.fromEntries(
      this.blocks
        .filter((block) => block.kind === kind && block.type === type)
        .map(({ id, attributes }) => [id, attributes]),
    );
  }

  private section(kind: Block["kind"]): Block[] {
    return Object.entries(sectionEntries(this.json[kind])).flatMap(([type, instances]) =>
      Object.entries(sectionEntries(instances)).map(([id, attributes]) => ({
        stack: this,
        kind,
        type,
        id,
        address: `${kind === "data" ? "data." : ""}${type}.${id.replace(/_[0-9A-F]{8}$/, "")}`,
        attributes: withoutComment(attributes),
      })),
    );
  }
}

const sectionEntries = (section: Json | undefined): Record<string, JsonObject> =>
  Object.fromEntries(
    Object.entries(asObject(section ?? {})).flatMap(([key, value]) =>
      isObject(value) ? [[key, value]] : [],
    ),
  );

/** Without CDKTF's `//`, which Terraform ignores. */
const withoutComment = (attributes: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== "//"));

/** A fleet and everything that was synthesised of it: what the rules look at. */
export interface Tree {
  readonly fleet: Fleet;
  readonly stacks: readonly Stack[];
  stack(name: string): Stack;
}

export const treeOf = (fleet: Fleet, files: ReadonlyMap<string, string>): Tree =>
  tree(
    fleet,
    [...files].map(([name, text]) => new Stack(name, text)),
  );

const tree = (fleet: Fleet, stacks: readonly Stack[]): Tree => ({
  fleet,
  stacks,
  stack: (name) => {
    const found = stacks.find((each) => each.name === name);
    if (found === undefined)
      throw new Error(`no stack ${name} among ${stacks.map((each) => each.name).join(", ")}`);
    return found;
  },
});

/** Text of every stack's file by the name of the stack, sorted; synthesised in a folder of its own. */
export function synthFiles(fleet: Fleet, options: Omit<BuildOptions, "outdir"> = {}): Map<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), "tenantscope-synth-"));
  // CDKTF keeps a stack trace for every token, and Jest maps each of them back to the source: most of the time.
  const capture = jest.spyOn(Error, "captureStackTrace").mockImplementation(() => undefined);
  try {
    const app = buildApp(fleet, { ...options, outdir });
    // As the command does, at a third of the time; its own test compares the bytes with plain CDKTF's.
    renderPlainElementsOnce(app);
    app.synth();
    const stacks = join(outdir, "stacks");
    return new Map(
      readdirSync(stacks)
        .sort()
        .map((name) => [name, readFileSync(join(stacks, name, "cdk.tf.json"), "utf8")]),
    );
  } finally {
    capture.mockRestore();
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const synth = (fleet: Fleet): Tree => treeOf(fleet, synthFiles(fleet));

/** A copy of the tree in which the text of one stack was changed; it shares the other stacks. */
export const mutated = ({ fleet, stacks }: Tree, stackName: string, change: (text: string) => string): Tree =>
  tree(
    fleet,
    stacks.map((stack) => (stack.name === stackName ? new Stack(stack.name, change(stack.text)) : stack)),
  );
