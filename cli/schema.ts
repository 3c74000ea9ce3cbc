import { Argument } from "commander";
import centralSchema from "../fleet/schema/central.schema.json";
import tenantSchema from "../fleet/schema/tenant.schema.json";
import { addCommand, type CommandOptions, type Register } from "./command";
import { jsonText } from "./json";

const SCHEMAS = { tenant: tenantSchema, central: centralSchema };

export const registerSchema: Register = (program, run) => {
  addCommand(program, "schema", "print the JSON schema of a tenant's file or of central.json")
    .addArgument(new Argument("[file]", "whose schema").choices(Object.keys(SCHEMAS)).default("tenant"))
    .action((file: keyof typeof SCHEMAS, options: CommandOptions) =>
      run(options, (_, { out }) => {
        out(jsonText(SCHEMAS[file]));
        return 0;
      }),
    );
};
