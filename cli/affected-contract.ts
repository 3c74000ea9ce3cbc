import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONTRACT_PARAMETER } from "../lib/names";

/** Name of the parameter of any version. */
const CONTRACT = CONTRACT_PARAMETER.replace(/\d+$/, "");
/** Keys below it are Regions: data, not shape. */
const BY_REGION = "oamSinks";

interface Document {
  readonly resource?: {
    readonly aws_ssm_parameter?: Readonly<
      Record<string, { readonly name: string; readonly insecure_value?: string }>
    >;
  };
}

/**
 * The shape of the contract that a synthesised central stack publishes: the versions, and the keys of each. What is
 * below `folder` is of CDKTF's making.
 */
export function contractShape(folder: string): string {
  const { resource } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Document;
  const contracts = Object.values(resource?.aws_ssm_parameter ?? {}).filter(({ name }) =>
    name.startsWith(CONTRACT),
  );
  return contracts
    .flatMap(({ name, insecure_value: text = "null" }) => keysOf(JSON.parse(text), name))
    .sort()
    .join("\n");
}

function keysOf(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) =>
    key === BY_REGION ? [`${path}.${key}`] : keysOf(item, `${path}.${key}`),
  );
}
