import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Measurement {
  readonly seconds: number;
  /**
   * Peak of the resident memory of the command and all its descendants, added up at the same moment, in MB. Pages that
   * processes share count once for each of them. Undefined where there is no /proc.
   */
  readonly peakMb: number | undefined;
  /** The largest resident memory that each process had at any time, added up: an upper bound, in MB. */
  readonly sumOfPeaksMb: number | undefined;
}

const SAMPLE_MS = 20;

/** Runs a Node program to its end. Rejects when it fails, with what it said. */
export function measure(args: readonly string[], cwd: string): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const memory = new TreeMemory();
    const start = performance.now();
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    }
    const timer = setInterval(() => {
      if (child.pid !== undefined) memory.sample(child.pid);
    }, SAMPLE_MS);
    child.on("error", reject);
    child.on("close", (status) => {
      clearInterval(timer);
      const seconds = (performance.now() - start) / 1000;
      if (status === 0) resolve({ seconds, ...memory.result() });
      else reject(new Error(`node ${args.join(" ")} ended with status ${status ?? "none"}:\n${said}`));
    });
  });
}

/** Follows the memory of a tree of processes by Linux's /proc. */
class TreeMemory {
  private peakKb = 0;
  private readonly peaksKb = new Map<number, number>();

  sample(root: number): void {
    let sum = 0;
    for (const pid of tree(root)) {
      const status = read(`/proc/${pid}/status`);
      sum += kilobytes(status, "VmRSS");
      // The kernel's own high-water mark: exact however seldom we look.
      this.peaksKb.set(pid, Math.max(this.peaksKb.get(pid) ?? 0, kilobytes(status, "VmHWM")));
    }
    this.peakKb = Math.max(this.peakKb, sum);
  }

  result(): Pick<Measurement, "peakMb" | "sumOfPeaksMb"> {
    const sumOfPeaks = [...this.peaksKb.values()].reduce((sum, peak) => sum + peak, 0);
    return this.peakKb === 0
      ? { peakMb: undefined, sumOfPeaksMb: undefined }
      : // A peak between two samples is at least the largest process's own.
        {
          peakMb: Math.max(this.peakKb, ...this.peaksKb.values()) / 1024,
          sumOfPeaksMb: sumOfPeaks / 1024,
        };
  }
}

const kilobytes = (status: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);

/** The process and its descendants. */
function tree(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(tree)];
}

/** Processes end while we look. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** One hash of the names and bytes of all files below a folder. */
export function folderHash(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files)
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}
