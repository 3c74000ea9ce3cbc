import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run, succeeds } from "./processes";
import { chooseProviders, REPOSITORY, type Providers } from "./providers";

/** Terraform is bound by the processor: more commands at a time than cores gain nothing. */
export const WIDTH = Math.max(2, availableParallelism());

/** Whether `found` may stand in for the pinned version: the same major version, not an older minor one. */
export function isUsable(found: string, pinned: string): boolean {
  const [major = NaN, minor = NaN] = found.split(".").map(Number);
  const [pinnedMajor = NaN, pinnedMinor = NaN] = pinned.split(".").map(Number);
  return major === pinnedMajor && minor >= pinnedMinor;
}

/** Providers and a checked Terraform. Says on the terminal which ones; throws when Terraform is missing or too old. */
export async function prepareTerraform(): Promise<Providers> {
  const providers = await chooseProviders();
  const pinned = readFileSync(join(REPOSITORY, ".terraform-version"), "utf8").trim();
  const { stdout } = await succeeds(run("terraform", ["version", "-json"], { env: providers.env }));
  const found = (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
  if (!isUsable(found, pinned)) {
    throw new Error(
      `terraform in PATH is ${found}; .terraform-version wants ${pinned} or a newer one of its major version`,
    );
  }
  const kind = providers.simulated ? "simulated, plan and apply" : "real, init and validate only";
  process.stderr.write(`terraform ${found}, providers from ${providers.source} (${kind})\n`);
  return providers;
}
