import type { Central, Tenant } from "../fleet/types";

/** Tags of everything in a central stack. Ours win: ownership and cost reports must be able to trust them. */
export function centralTags(central: Central, stack: string): Record<string, string> {
  return { ...central.tags, "tenantscope:stack": stack, "tenantscope:managed-by": "tenantscope" };
}

/** Tags of everything of one tenant, on both sides. */
export function tenantTags(central: Central, tenant: Tenant, stack: string): Record<string, string> {
  return {
    ...central.tags,
    ...tenant.tags,
    ...centralTags({ ...central, tags: {} }, stack),
    "tenantscope:tenant": tenant.name,
  };
}
