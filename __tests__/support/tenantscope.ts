import type { Output } from "../../cli/command";
import { run } from "../../cli/program";

/** Runs the command in this process; `world` is what it finds around it. */
export async function tenantscope(args: readonly string[], world: Partial<Output> = {}) {
  let out = "";
  let err = "";
  const status = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ...world,
  });
  return { status, out, err };
}
