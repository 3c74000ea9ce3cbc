import { schemaAjv } from "../../fleet/schema-ajv";
import { validatorOf } from "../../fleet/schema-validators";
import { goodCentral, goodService, goodTenant } from "../fixtures/fleet/fleet-folder";

test("the compiled validators, which commands and tests run, find what ajv itself finds", () => {
  const ajv = schemaAjv();
  const bad = { ...goodTenant(), lifecycle: "on", services: [{ ...goodService(), port: "80", x: 1 }] };
  const documents = [goodCentral(), goodTenant(), bad, {}, [], { ...goodCentral(), network: { cidr: 1 } }];
  const accepted = { central: [0], tenant: [1] };
  for (const name of ["central", "tenant"] as const) {
    for (const [index, document] of documents.entries()) {
      const [compiled, own] = [validatorOf(name), ajv.getSchema(name)].map((validate) => ({
        valid: validate?.(document),
        errors: structuredClone(validate?.errors ?? []),
      }));
      expect(compiled).toEqual(own);
      expect(compiled?.valid).toBe(accepted[name].includes(index));
    }
  }
  // As scripts/validators.cjs writes it, and not the module that it takes the place of.
  expect(String(validatorOf)).toBe("(name) => exports[name]");
});
