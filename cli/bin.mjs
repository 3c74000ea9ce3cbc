#!/usr/bin/env node
// The installed command: compiles and runs cli/main.ts as the npm scripts do.
process.argv.splice(2, 0, "cli/main.ts");
await import("../scripts/run.mjs");
