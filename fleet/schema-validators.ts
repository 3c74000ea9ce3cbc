import type { ValidateFunction } from "ajv";
import { schemaAjv } from "./schema-ajv";
import type { SchemaName } from "./schema-files";

/**
 * Compiles a schema, which takes a tenth of a second. `scripts/run.mjs` and Jest put compiled functions in the place
 * of this file (`scripts/validators.cjs`): they are the same, and there from the start.
 */
export function validatorOf(name: SchemaName): ValidateFunction {
  const validate = schemaAjv().getSchema(name);
  if (validate === undefined) throw new Error(`no schema ${name}`);
  return validate;
}
