import type { Central, Tenant } from "../fleet/types";

/** Tags of everything in a central stack. Ours win: ownership and cost reports must be able to trust them. */
export function centralTags(central: Pick<Central, "tags">, stack: string): Record<string, string> {
  return { ...central.tags, "tenantscope:stack": stack, "tenantscope:managed-by": "tenantscope" };
}

/** Tags of everything of one tenant, on both sides. */
export function tenantTags(
  central: Pick<Central, "tags">,
  tenant: Tenant,
  stack: string,
): Record<string, string> {
  return {
    ...central.tags,
    ...tenant.tags,
    ...centralTags({ tags: {} }, stack),
    "tenantscope:tenant": tenant.name,
  };
}
