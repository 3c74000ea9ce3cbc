import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, succeeds } from "./processes";
import { REPOSITORY } from "./providers";
import { prepareTerraform } from "./terraform";

/** `providers/grafana/description.json`, from which the bindings are generated, against the provider's own schema. */

interface Attribute {
  readonly type: unknown;
  readonly required?: true;
  readonly optional?: true;
  readonly computed?: true;
  readonly sensitive?: true;
}

interface Block {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly block_types?: Readonly<
    Record<
      string,
      { readonly nesting_mode: string; readonly block: Block; min_items?: number; max_items?: number }
    >
  >;
}

interface ProviderSchema {
  readonly provider: { readonly block: Block };
  readonly resource_schemas: Readonly<Record<string, { readonly block: Block }>>;
}

const FOLDER = join(REPOSITORY, "providers/grafana");
const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8")) as unknown;

/** Everything that the description says of a block, one line per fact; of the provider's block only what it names. */
function facts(path: string, described: Block, block: Block | undefined): string[] {
  const attributes = Object.keys(described.attributes ?? {}).map((name) => {
    const { type, required, optional, computed, sensitive } = block?.attributes?.[name] ?? {};
    return `${path}.${name} ${JSON.stringify({ type, required, optional, computed, sensitive })}`;
  });
  const nested = Object.entries(described.block_types ?? {}).flatMap(([name, { block: inner }]) => {
    const { nesting_mode, min_items = 0, max_items = 0, block: real } = block?.block_types?.[name] ?? {};
    return [
      `${path}.${name} {${String(nesting_mode)} ${String(min_items)} ${String(max_items)}}`,
      ...facts(`${path}.${name}`, inner, real),
    ];
  });
  return [...attributes, ...nested];
}

/** Names that a description leaves out although a configuration without them is refused. */
function omitted(path: string, described: Block, block: Block): string[] {
  const attributes = Object.entries(block.attributes ?? {})
    .filter(([name, { required }]) => required === true && described.attributes?.[name] === undefined)
    .map(([name]) => `${path}.${name}`);
  const nested = Object.entries(block.block_types ?? {}).flatMap(
    ([name, { block: inner, min_items = 0 }]) => {
      const own = described.block_types?.[name];
      if (own === undefined) return min_items > 0 ? [`${path}.${name}`] : [];
      return omitted(`${path}.${name}`, own.block, inner);
    },
  );
  return [...attributes, ...nested];
}

async function realSchema(version: string): Promise<ProviderSchema> {
  const { env } = await prepareTerraform();
  const folder = mkdtempSync(join(tmpdir(), "tenantscope-grafana-"));
  try {
    const terraform = { required_providers: { grafana: { source: "grafana/grafana", version } } };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform }));
    await succeeds(run("terraform", ["init", "-no-color"], { cwd: folder, env }));
    const { stdout } = await succeeds(
      run("terraform", ["providers", "schema", "-json"], { cwd: folder, env }),
    );
    const { provider_schemas } = JSON.parse(stdout) as { provider_schemas: Record<string, ProviderSchema> };
    const [schema] = Object.values(provider_schemas);
    if (schema === undefined) throw new Error("terraform printed no schema");
    return schema;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("every described attribute and block is the provider's, and none is missing that it requires", async () => {
  const { version } = readJson(join(FOLDER, "package.json")) as { version: string };
  const { providerSchema } = (await import(join(FOLDER, "schema.cjs"))) as {
    providerSchema: (
      source: string,
      description: unknown,
    ) => { provider_schemas: Record<string, ProviderSchema> };
  };
  const described = providerSchema("grafana", readJson(join(FOLDER, "description.json"))).provider_schemas[
    "grafana"
  ];
  const real = await realSchema(version);
  if (described === undefined) throw new Error("the description gave no schema");

  const blocks = Object.entries(described.resource_schemas).map(
    ([name, { block }]) => [name, block, real.resource_schemas[name]?.block] as const,
  );
  expect(blocks).toHaveLength(10);
  for (const [name, own, theirs] of [
    ["provider", described.provider.block, real.provider.block] as const,
    ...blocks,
  ]) {
    expect(facts(name, own, theirs)).toEqual(facts(name, own, own));
    expect(omitted(name, own, theirs ?? {})).toEqual([]);
  }
}, 120_000);
