import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { Command, InvalidArgumentError } from "commander";
import { tenantName, writeFleet } from "./generate";
import { folderHash, measure, type Measurement } from "./measure";

/**
 * `npm run bench`: what synthesis costs, beside the same program's plain path as the baseline, each in a process of its
 * own. Exits with 1 when a bar is missed. Which bars are judged depends on the sizes that run.
 */

const LARGE = 1000;
const MEDIUM = 100;
const BARS = { speedup: 6, memoryShare: 1 / 3, commandSeconds: 2, growth: 1.2 } as const;
const COMMAND_RUNS = 3;

const root = process.cwd();
const FAST = [join(root, "scripts", "run.mjs"), "main.ts"];
const COMMAND = [join(root, "scripts", "run.mjs"), "cli/main.ts"];
const PLAIN = [join(root, "node_modules", "ts-node", "dist", "bin.js"), join(root, "main.ts"), "--plain"];

interface Row {
  readonly tenants: number;
  readonly fast: Measurement;
  readonly plain?: Measurement;
  /** Of the two outputs. */
  readonly same?: boolean;
}

interface Bar {
  readonly text: string;
  readonly pass: boolean;
}

async function main(): Promise<void> {
  const program = new Command("npm run bench --")
    .option("--sizes <list>", "fleets to measure", sizes, [1, 10, MEDIUM, LARGE])
    .option("--no-baseline", "leave out the plain path, which takes a minute or two for 1,000 tenants")
    .parse();
  const options = program.opts<{ sizes: number[]; baseline: boolean }>();
  const work = mkdtempSync(join(tmpdir(), "tenantscope-bench-"));
  try {
    console.error(`Node ${process.version}, ${availableParallelism()} cores`);
    // The first run after a change compiles; the plain path does so on every run, as ts-node is.
    const compilation = await measure([...FAST, "--help"], root);
    await measure([...COMMAND, "--help"], root);
    console.error(`compiled if need be: ${compilation.seconds.toFixed(2)} s`);
    const rows: Row[] = [];
    for (const tenants of options.sizes)
      rows.push(await row(join(work, String(tenants)), tenants, options.baseline));
    const commands = options.sizes.includes(LARGE) ? await commandBars(join(work, String(LARGE))) : [];
    print(rows);
    const bars = [...judge(rows), ...commands];
    for (const { text, pass } of bars) console.log(`${pass ? "PASS" : "FAIL"}  ${text}`);
    if (bars.some(({ pass }) => !pass)) process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function sizes(text: string): number[] {
  const list = text.split(",").map(Number);
  if (list.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new InvalidArgumentError("numbers of tenants, such as 1,100");
  }
  return list.sort((a, b) => a - b);
}

async function row(folder: string, tenants: number, baseline: boolean): Promise<Row> {
  writeFleet(folder, tenants);
  const output = join(folder, "cdktf.out");
  console.error(`${tenants} tenants ...`);
  const fast = await measure(FAST, folder);
  if (!baseline) return { tenants, fast };
  const hash = folderHash(output);
  rmSync(output, { recursive: true });
  const plain = await measure(PLAIN, folder);
  return { tenants, fast, plain, same: folderHash(output) === hash };
}

/** What people wait for in a large fleet, start-up included; on top of a synthesised fleet. */
async function commandBars(folder: string): Promise<Bar[]> {
  const named = await medianSeconds([...FAST, tenantName(LARGE / 2)], folder);
  const validate = await medianSeconds([...COMMAND, "validate"], folder);
  const show = await medianSeconds([...COMMAND, "show", tenantName(LARGE / 2)], folder);
  commit(folder);
  edit(join(folder, "tenants", `${tenantName(LARGE / 2)}.json`));
  const since = ["affected", "--base", "HEAD", "--same-program"];
  const affected = await medianSeconds([...COMMAND, ...since], folder);
  return [
    commandBar("synth of one named tenant", named),
    commandBar("validate", validate),
    commandBar("show of one tenant", show),
    commandBar("affected, one tenant edited", affected),
  ];
}

async function medianSeconds(args: readonly string[], folder: string): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < COMMAND_RUNS; run++) seconds.push((await measure(args, folder)).seconds);
  return seconds.sort((a, b) => a - b)[Math.floor(COMMAND_RUNS / 2)] ?? 0;
}

/** Makes the fleet a repository with one commit, apart from the settings of whoever runs this. */
function commit(folder: string): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const git = (...args: string[]): void => {
    execFileSync("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.com", ...args], {
      cwd: folder,
      env,
    });
  };
  git("init", "--quiet");
  git("add", "central.json", "tenants");
  git("commit", "--quiet", "--message", "deployed");
}

function edit(file: string): void {
  const tenant = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...tenant, tags: { edited: "yes" } }));
}

function judge(rows: readonly Row[]): Bar[] {
  const bars: Bar[] = [];
  const large = rows.find(({ tenants }) => tenants === LARGE);
  const medium = rows.find(({ tenants }) => tenants === MEDIUM);
  if (large?.plain !== undefined) {
    const speedup = large.plain.seconds / large.fast.seconds;
    bars.push({
      text: `${LARGE} tenants: ${speedup.toFixed(1)} times faster than the plain path (at least ${BARS.speedup})`,
      pass: speedup >= BARS.speedup,
    });
    const share = memoryShare(large);
    if (share !== undefined) {
      bars.push({
        text: `${LARGE} tenants: ${percent(share)} of its peak memory (at most ${percent(BARS.memoryShare)})`,
        pass: share <= BARS.memoryShare,
      });
    }
  }
  if (large !== undefined && medium !== undefined) {
    const growth = perTenantMs(large) / perTenantMs(medium);
    bars.push({
      text: `cost per tenant: ${perTenantMs(medium).toFixed(1)} ms of ${MEDIUM}, ${perTenantMs(large).toFixed(1)} ms of ${LARGE} (at most ${BARS.growth} times)`,
      pass: growth <= BARS.growth,
    });
  }
  const compared = rows.filter(({ same }) => same !== undefined);
  if (compared.length > 0) {
    bars.push({
      text: `the output is the same, byte for byte (${compared.length} fleets)`,
      pass: compared.every(({ same }) => same === true),
    });
  }
  return bars;
}

const commandBar = (what: string, seconds: number): Bar => ({
  text: `${LARGE} tenants: ${what}: ${seconds.toFixed(2)} s, start-up included (at most ${BARS.commandSeconds} s)`,
  pass: seconds <= BARS.commandSeconds,
});

function print(rows: readonly Row[]): void {
  const table = new Table({
    head: [
      "tenants",
      "path",
      "s",
      "ms/tenant",
      "peak MB",
      "sum of peaks MB",
      "ratio s",
      "ratio MB",
      "output",
    ],
    colAligns: ["right", "left", "right", "right", "right", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const each of rows) {
    table.push([...cells("fast", each.fast, each), ...ratios(each)]);
    if (each.plain !== undefined) table.push([...cells("plain", each.plain, each), "", "", ""]);
  }
  console.log(table.toString());
  console.log("peak MB: resident memory of all processes of a run at the same time");
}

const cells = (path: string, { seconds, peakMb, sumOfPeaksMb }: Measurement, { tenants }: Row): string[] => [
  String(tenants),
  path,
  seconds.toFixed(2),
  ((seconds / tenants) * 1000).toFixed(1),
  peakMb?.toFixed(0) ?? "?",
  sumOfPeaksMb?.toFixed(0) ?? "?",
];

function ratios(each: Row): string[] {
  if (each.plain === undefined) return ["", "", ""];
  const share = memoryShare(each);
  return [
    `${(each.plain.seconds / each.fast.seconds).toFixed(1)}x`,
    share === undefined ? "?" : percent(share),
    each.same === true ? "same" : "DIFFERS",
  ];
}

const memoryShare = ({ fast, plain }: Row): number | undefined =>
  fast.peakMb === undefined || plain?.peakMb === undefined ? undefined : fast.peakMb / plain.peakMb;

const perTenantMs = ({ fast, tenants }: Row): number => (fast.seconds / tenants) * 1000;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

void main();
