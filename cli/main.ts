import { coloursWanted } from "./colours";
import { endQuietlyOnClosedPipe } from "./failure";
import { run } from "./program";
import { ask } from "./prompt";

endQuietlyOnClosedPipe();
void run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  colours: coloursWanted(process.env, process.stdout.isTTY),
  ...(process.stdout.isTTY && { columns: process.stdout.columns }),
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
}).then((status) => {
  process.exitCode = status;
});
