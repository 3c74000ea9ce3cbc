import centralSchema from "../../fleet/schema/central.schema.json";
import tenantSchema from "../../fleet/schema/tenant.schema.json";
import { tenantscope } from "../support/tenantscope";

test.each([
  [["schema"], tenantSchema],
  [["schema", "tenant", "--json"], tenantSchema],
  [["schema", "central"], centralSchema],
])("%j prints the schema, in any folder", async (args, schema) => {
  const { status, out, err } = await tenantscope([...args, "--root", "/nowhere"]);
  expect([status, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toEqual(schema);
});
