import type { Providers } from "./providers";

/** Without a stack trace: the place that matters is in the failure that it echoes. */
function echoOf(failed: string): Error {
  const error = new Error(`not run: "${failed}" failed`);
  delete error.stack;
  return error;
}

/**
 * A `test` for steps that build on each other: once one has failed the rest fail at once and say so, since what they
 * would print is only its echo.
 */
export function steps(): (name: string, step: () => Promise<void>) => void {
  let failed: string | undefined;
  return (name, step) => {
    test(name, async () => {
      if (failed !== undefined) throw echoOf(failed);
      failed = name;
      await step();
      failed = undefined;
    });
  };
}

/** Real providers cannot apply anything here: these accounts do not exist. */
export function needSimulated(providers: Providers): void {
  if (providers.simulated) return;
  throw new Error(
    `providers from ${providers.source} apply to real accounts only. ` +
      "Set TENANTSCOPE_TERRAFORM_OFFLINE to the mirror of simulated providers, " +
      "or run only what needs no account: npm run test:terraform -- configuration",
  );
}
