import type { Command } from "commander";
import { registerAdd } from "./add";
import { version } from "../package.json";
import type { Output, Register, Runner } from "./command";
import { registerAffected } from "./affected";
import { registerCost } from "./cost";
import { registerDeploy } from "./deploy";
import { registerDiagram } from "./diagram";
import { registerDoctor } from "./doctor";
import { registerDrift } from "./drift";
import { failure } from "./failure";
import { Program } from "./help";
import { registerList } from "./list";
import { registerOffboard } from "./offboard";
import { registerPlan } from "./plan";
import { registerReport } from "./report";
import { registerRoles } from "./roles";
import { registerSchema } from "./schema";
import { registerShow } from "./show";
import { registerSuspend } from "./suspend";
import { registerValidate } from "./validate";
import { registerWaves } from "./waves";

/** In the order of `--help`. */
const COMMANDS: readonly Register[] = [
  registerValidate,
  registerAdd,
  registerList,
  registerShow,
  registerWaves,
  registerAffected,
  registerPlan,
  registerDeploy,
  registerDrift,
  registerCost,
  registerDiagram,
  registerReport,
  registerDoctor,
  registerSuspend,
  registerOffboard,
  registerRoles,
  registerSchema,
];

/** Every command; `run` does what one of them says. */
export function programOf(output: Output, run: Runner): Command {
  const { out, err, columns } = output;
  const program = new Program("tenantscope")
    .description("Central observability for a SaaS that runs one AWS account per tenant.")
    .version(version, "-V, --version", "print the version of the program")
    .exitOverride()
    .configureOutput({
      writeOut: out,
      writeErr: err,
      ...(columns !== undefined && { getOutHelpWidth: () => columns, getErrHelpWidth: () => columns }),
    });
  for (const register of COMMANDS) register(program, run);
  return program;
}

/** Runs one command and returns its exit status; never throws. `args` are the words after the program's name. */
export async function run(args: readonly string[], output: Output): Promise<number> {
  let status = 0;
  const program = programOf(output, async (options, action) => {
    status = await action(options, output);
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return failure(error, output.err);
  }
  return status;
}
