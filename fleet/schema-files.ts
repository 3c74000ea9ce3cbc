import centralSchema from "./schema/central.schema.json";
import tenantSchema from "./schema/tenant.schema.json";

export type SchemaName = "central" | "tenant";

export const schemas: Record<SchemaName, object> = { central: centralSchema, tenant: tenantSchema };

/** Keywords of ours; editors show them too. */
export const EXPLANATIONS = ["errorMessage", "patternErrorMessage"] as const;
