import { endQuietlyOnClosedPipe } from "./failure";
import { run } from "./program";

endQuietlyOnClosedPipe();
process.exitCode = run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
