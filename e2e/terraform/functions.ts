import { createHash } from "node:crypto";
import { appendFileSync, cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, succeeds } from "./processes";
import { copyRepository } from "./project";
import { temporaryFolder, type Sandbox } from "./sandbox";
import type { Stack } from "./stack";

/** The code of the functions that a synthesis packs. */

interface Configured {
  readonly function_name: string;
  readonly filename: string;
  readonly source_code_hash: string;
}

const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("base64");

/** Name -> SHA-256 of the archive that is deployed, which is what its configuration says: Lambda computes the same. */
export function archivesOf(stack: Stack): Record<string, string> {
  const { resource } = JSON.parse(stack.text) as {
    resource: { aws_lambda_function: Record<string, Configured> };
  };
  const functions = Object.values(resource.aws_lambda_function);
  const archives = Object.fromEntries(
    functions.map((each) => [each.function_name, sha256(join(stack.folder, each.filename))]),
  );
  expect(archives).toEqual(
    Object.fromEntries(functions.map((each) => [each.function_name, each.source_code_hash])),
  );
  return archives;
}

/** The same fleet in a copy of the repository, where nothing has been built before. */
export class Elsewhere {
  readonly folder: string;

  /** @param timeZone of the machine */
  constructor(
    private readonly sandbox: Sandbox,
    private readonly timeZone: string,
  ) {
    this.folder = join(temporaryFolder(), timeZone.replace("/", "-"));
    copyRepository(this.folder);
    rmSync(join(this.folder, "tenants"), { recursive: true });
    for (const file of ["central.json", "tenants"]) {
      cpSync(join(sandbox.root, file), join(this.folder, file), { recursive: true });
    }
  }

  /** Synthesises as a person does; returns the central stack. */
  async synth(): Promise<Stack> {
    const env = { ...process.env, TZ: this.timeZone };
    await succeeds(run("npm", ["run", "synth"], { cwd: this.folder, env }));
    return this.sandbox.stack("central").at(join(this.folder, "cdktf.out", "stacks", "central"));
  }

  /** Brings the state of what the sandbox has applied. */
  takeState(): void {
    const name = "terraform.central.tfstate";
    cpSync(join(this.sandbox.root, name), join(this.folder, name));
  }

  append(file: string, code: string): void {
    appendFileSync(join(this.folder, file), code);
  }
}
