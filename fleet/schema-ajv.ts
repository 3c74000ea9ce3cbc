import Ajv from "ajv";
import { EXPLANATIONS, schemas } from "./schema-files";

/** @param source whether the code of the validators is kept, to be written to a file */
export function schemaAjv(source = false): Ajv {
  const ajv = new Ajv({
    strict: true,
    strictRequired: false, // a condition may require what is described beside it
    allErrors: true,
    verbose: true,
    discriminator: true,
    // Half the time of a run over a small fleet was ajv's: a test checks the schemas themselves, and the rest is
    // spent on code that runs once per file.
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false, source },
  });
  ajv.addVocabulary([...EXPLANATIONS]);
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name);
  return ajv;
}
