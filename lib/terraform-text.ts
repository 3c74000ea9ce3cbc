import type { TerraformResource } from "cdktf";

/** Text that Terraform must take as it is: `${` and `%{` would start an interpolation or a directive. */
export function literal(text: string): string {
  // Functions as replacements: in a replacement string "$$" would collapse to "$".
  return text.replace(/\$\{/g, () => "$${").replace(/%\{/g, () => "%%{");
}

/** {@link literal} for every string inside plain data, keys included. */
export function literalDeep<T>(value: T): T {
  if (typeof value === "string") return literal(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => literalDeep(item)) as T;
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [literal(key), literalDeep(item as unknown)]),
    ) as T;
  }
  return value;
}

/**
 * Reference to an attribute as a ready string. CDKTF's own getters make a token each, with a stack trace, that has to
 * be resolved again at synthesis: at hundreds of stacks that is most of the time. Terraform reads the dependency from
 * the text either way.
 */
export function attribute(resource: TerraformResource, name: string): string {
  return `\${${address(resource)}.${name}}`;
}

const address = (resource: TerraformResource): string =>
  `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;

/**
 * Makes Terraform create a resource after others; destruction goes the other way. The same as `dependsOn` among its
 * arguments, but without a token: CDKTF keeps tokens, and with them their stacks, until the process ends.
 */
export function createAfter(resource: TerraformResource, ...others: readonly TerraformResource[]): void {
  if (others.length > 0) resource.dependsOn = [...(resource.dependsOn ?? []), ...others.map(address)];
}
