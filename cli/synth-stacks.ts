import { join } from "node:path";
import { TerraformResource, type StackManifest } from "cdktf";
import { buildApp } from "../app";
import type { Fleet } from "../fleet/types";
import { sharedStacks, stackNames } from "../lib/names";
import { renderPlainElementsOnce } from "./synth-elements";

/** Stacks that are built together, in one App: the size of a batch bounds the memory. */
export interface Batch {
  /** What the stacks are made of: of a tenant's stack its tenant suffices, the shared ones need the whole fleet. */
  readonly fleet: Fleet;
  /** Names of the stacks that are wanted. */
  readonly stacks: readonly string[];
  /** Where to write; made if need be. Each batch has its own, as a stand-in may come with the stacks that are wanted. */
  readonly folder: string;
}

/** A stack that was written. */
export interface WrittenStack {
  /** Folder that holds the stack's files. */
  readonly folder: string;
  /** The stack's entry in CDKTF's manifest. */
  readonly manifest: StackManifest;
  /** Data sources are not counted. */
  readonly resources: number;
}

export interface Written {
  /** Version of CDKTF, as the manifest states it. */
  readonly version: string;
  readonly stacks: readonly WrittenStack[];
}

/** Builds and synthesises a batch. */
export function writeStacks({ fleet, stacks, folder }: Batch): Written {
  return withoutTokenTraces(() => {
    const wanted = new Set(stacks);
    const tenants = fleet.tenants
      .map(({ name }) => name)
      .filter((name) => wanted.has(stackNames.tenant(name)));
    const app = buildApp(fleet, {
      outdir: folder,
      tenants: new Set(tenants),
      shared: sharedStacks(fleet.central).some((name) => wanted.has(name)),
    });
    renderPlainElementsOnce(app);
    app.synth();
    return {
      version: app.manifest.version,
      stacks: stacks.map((name) => {
        const manifest = app.manifest.stacks[name];
        if (manifest === undefined) throw new Error(`the stack ${name} was asked for but not built`);
        const constructs = app.node.findChild(name).node.findAll();
        return {
          folder: join(folder, manifest.workingDirectory),
          manifest,
          resources: constructs.filter((construct) => TerraformResource.isTerraformResource(construct))
            .length,
        };
      }),
    };
  });
}

/**
 * CDKTF records where every token and every computed block was made, a whole stack trace each, and never shows it
 * unless an error names the token: about half of the time and memory. A thrown error still has its own trace.
 */
function withoutTokenTraces<T>(work: () => T): T {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => undefined;
  try {
    return work();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
