import type { Tenant } from "../fleet/types";

/** Their text shapes no resource, only fills it; the length stays, since a long document needs a dearer parameter. */
const ONLY_TEXT = new Set(["file", "displayName", "image", "environment", "hosts", "tags", "emails"]);
/** Ids of AWS, of groups of people (UUIDs), ARNs. */
const ID = /^(?:(?:vpc|subnet|sg|rtb|vpce|pl)-[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|arn:.*)$/;

/** Their numbers say how much is let through or kept: that is reckoned from the manifest, and no resource is more or larger by it. */
const ONLY_AMOUNTS = new Set(["limits", "thresholds"]);

/** What below a key is told by its length alone. */
interface Blanked {
  readonly texts: boolean;
  readonly amounts: boolean;
}

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
  const walk = (value: unknown, { texts, amounts }: Blanked): unknown => {
    if (typeof value === "string") return text(value, texts);
    if (typeof value === "number") return amounts ? blank(String(value)) : value;
    if (Array.isArray(value)) return value.map((each) => walk(each, { texts, amounts }));
    if (typeof value !== "object" || value === null) return value;
    return Object.entries(value).map(([key, each]) => [
      key,
      walk(each, { texts: texts || ONLY_TEXT.has(key), amounts: amounts || ONLY_AMOUNTS.has(key) }),
    ]);
  };
  const nothing = { texts: false, amounts: false };
  return JSON.stringify(walk({ ...tenant, name: blank(name), accountId: blank(accountId) }, nothing));
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
