import { readFileSync } from "node:fs";
import { parse } from "yaml";

interface RawWorkflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly with?: { readonly script?: string } }[] }>
  >;
}

/** Something open at GitHub: an issue, or a pull request's comment. */
export interface Existing {
  readonly number?: number;
  readonly id?: number;
  readonly title?: string;
  readonly body?: string;
  readonly user?: { readonly type: string };
}

/** What a script has called, in its order: the method and what it was given. */
export type Calls = readonly (readonly [string, Readonly<Record<string, unknown>>])[];

/** Runs a job's script for actions/github-script, with these files, variables and existing things, and nothing else. */
export async function runGithubScript(
  path: string,
  job: string,
  {
    files,
    env,
    existing = [],
  }: {
    readonly files: Readonly<Record<string, string>>;
    readonly env: Readonly<Record<string, string>>;
    readonly existing?: readonly Existing[];
  },
): Promise<Calls> {
  const { jobs } = parse(readFileSync(path, "utf8"), { merge: true }) as RawWorkflow;
  const scripts = jobs[job]?.steps.flatMap(({ with: options }) => options?.script ?? []) ?? [];
  const [script] = scripts;
  if (script === undefined || scripts.length > 1)
    throw new Error(`${path} ${job}: ${String(scripts.length)} scripts`);
  const calls: [string, Readonly<Record<string, unknown>>][] = [];
  const issues = new Proxy(
    {},
    {
      get: (_, method: string) => (given: Readonly<Record<string, unknown>>) => {
        calls.push([method, given]);
        return Promise.resolve();
      },
    },
  );
  const fs = {
    existsSync: (name: string) => name in files,
    readFileSync: (name: string) => files[name],
  };
  const AsyncFunction = (async () => Promise.resolve()).constructor as new (
    ...parts: string[]
  ) => (...given: unknown[]) => Promise<void>;
  await new AsyncFunction("github", "context", "require", "process", script)(
    { rest: { issues }, paginate: () => Promise.resolve(existing) },
    {
      repo: { owner: "example", repo: "fleet" },
      issue: { number: 7 },
      serverUrl: "https://github.test",
      runId: 42,
    },
    () => fs,
    { env },
  );
  return calls;
}
