import type { Tenant } from "../fleet/types";

/** Their text shapes no resource, only fills it; the length stays, since a long document needs a dearer parameter. */
const ONLY_TEXT = new Set(["file", "displayName", "image", "tags", "emails"]);
const ID = /^(?:vpc|subnet|sg|rtb|vpce|pl)-[0-9a-f]+$/;

const blank = (text: string): string => "#".repeat(text.length);

/**
 * What a tenant's stack is made of, without what makes it this tenant's: tenants with the same have as many resources of
 * the same sizes, under other names.
 */
function shapeOf(tenant: Tenant): string {
  const { name, accountId } = tenant;
  const text = (value: string, onlyText: boolean): string => {
    if (onlyText || ID.test(value)) return blank(value);
    return value === name
      ? value
      : value.replaceAll(name, blank(name)).replaceAll(accountId, blank(accountId));
  };
  const walk = (value: unknown, onlyText: boolean): unknown => {
    if (typeof value === "string") return text(value, onlyText);
    if (Array.isArray(value)) return value.map((each) => walk(each, onlyText));
    if (typeof value !== "object" || value === null) return value;
    return Object.entries(value).map(([key, each]) => [key, walk(each, onlyText || ONLY_TEXT.has(key))]);
  };
  return JSON.stringify(walk({ ...tenant, name: blank(name), accountId: blank(accountId) }, false));
}

/**
 * For each tenant the first one whose stack costs the same, often itself. A fleet of a thousand has some dozens of such
 * shapes, and synthesising one stack of each is enough.
 */
export function twins(tenants: readonly Tenant[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  return new Map(
    tenants.map((tenant) => {
      const shape = shapeOf(tenant);
      const twin = first.get(shape) ?? tenant.name;
      first.set(shape, twin);
      return [tenant.name, twin];
    }),
  );
}
