import type { ErrorObject, ValidateFunction } from "ajv";
import type { Problem } from "../lib/errors";
import type { Document } from "./document";
import { type SchemaName, schemas } from "./schema-files";
import { explain } from "./schema-messages";
import { validatorOf } from "./schema-validators";

export type { SchemaName } from "./schema-files";

const compiled = new Map<SchemaName, ValidateFunction>();

/** Checking a file takes microseconds when the function is there. */
function validator(name: SchemaName): ValidateFunction {
  const validate = compiled.get(name) ?? validatorOf(name);
  compiled.set(name, validate);
  return validate;
}

/** Every mistake against the schema, one problem for each. */
export function checkSchema(name: SchemaName, document: Document): Problem[] {
  const validate = validator(name);
  if (validate(document.value)) return [];
  return withoutNoise(validate.errors ?? []).map((error) => explain(error, document, schemas[name]));
}

/** Keywords that only report that something inside them failed, or say it again. */
const ECHOES = new Set(["if", "propertyNames"]);
/** Keywords whose own message says what is wrong; what failed inside them is noise. */
const SUMMARIES = new Set(["oneOf", "not"]);
/** Keywords about one value as such: one message is enough. */
const ABOUT_VALUE = new Set([
  ...["type", "enum", "const", "pattern", "minimum", "maximum", "minLength", "maxLength"],
  ...["discriminator", "uniqueItems", "minItems", "maxItems"],
]);

function withoutNoise(errors: readonly ErrorObject[]): ErrorObject[] {
  const wrongType = new Set<string>();
  const summaries = new Set<string>();
  for (const { keyword, instancePath, schemaPath } of errors) {
    if (keyword === "type") wrongType.add(instancePath);
    if (SUMMARIES.has(keyword)) summaries.add(`${instancePath} ${schemaPath}`);
  }
  const told = new Set<string>();
  return errors.filter((error) => {
    const { keyword, instancePath, schemaPath, propertyName } = error;
    if (ECHOES.has(keyword)) return false;
    const alternative = schemaPath.lastIndexOf("/oneOf/");
    if (alternative !== -1 && summaries.has(`${instancePath} ${schemaPath.slice(0, alternative)}/oneOf`))
      return false;
    // A key that only one alternative knows says nothing new while no alternative is chosen.
    if (
      keyword === "dependencies" &&
      summaries.has(`${instancePath} ${schemaPath.replace(/dependencies$/, "oneOf")}`)
    ) {
      return false;
    }
    // The discriminator itself says that it is missing.
    if (keyword === "required" && (error.parentSchema as { discriminator?: unknown }).discriminator)
      return false;
    if (!ABOUT_VALUE.has(keyword) || propertyName !== undefined) return true;
    if (told.has(instancePath) || (wrongType.has(instancePath) && keyword !== "type")) return false;
    told.add(instancePath);
    return true;
  });
}
