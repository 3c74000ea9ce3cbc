import { join } from "node:path";
import { runSynth } from "./cli/synth";

/** The fleet of the current directory becomes Terraform: see `cli/synth.ts`. */
void runSynth(process.argv.slice(2), {
  root: process.cwd(),
  workerFile: join(__dirname, "cli", "synth-worker.js"),
});
