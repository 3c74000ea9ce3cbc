import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import type { Stack } from "../../__tests__/support/synth";
import { run, succeeds } from "../terraform/processes";

/** One check that failed for one resource. */
export interface Finding {
  /** Folder of the file, below the one that was scanned. */
  readonly stack: string;
  /** `CKV_AWS_7`. */
  readonly check: string;
  readonly name: string;
  /** `aws_kms_key.logs-key`, as `Block.address`. */
  readonly address: string;
}

export interface Report {
  /** Each check of each resource counts once, however the stack was read. */
  readonly passed: number;
  readonly failed: readonly Finding[];
  /** How many checks there were of each file, by its path. */
  readonly checks: ReadonlyMap<string, number>;
}

/** The ways in which checkov reads a stack. */
export const FRAMEWORKS = ["terraform_json", "terraform_plan"] as const;

interface Entry {
  readonly check_id: string;
  readonly check_name: string;
  /** `/<stack>/cdk.tf.json` */
  readonly file_path: string;
  /** `<type>.<id>` or, of checks that look at one resource of a configuration, `resource.<id>`. */
  readonly resource: string;
}

interface Output {
  readonly check_type: string;
  readonly summary: { readonly parsing_errors: number };
  readonly results: { readonly passed_checks: readonly Entry[]; readonly failed_checks: readonly Entry[] };
}

/** Where nobody listens: whatever checkov would want of the network, it does not get. */
const NOWHERE = "http://127.0.0.1:9";

/** Folder of checkov's programs; made where it is not there yet. */
export function installCheckov(): string {
  const { status, stdout } = spawnSync("bash", [join(__dirname, "..", "tools", "install-checkov.sh")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("e2e/tools/install-checkov.sh failed; its last lines above say why");
  return stdout.trim();
}

/**
 * What checkov says of the prepared stacks below `folder`. Throws when it has not read all of them or has checked nothing: it
 * ends with 0 then, too.
 */
export async function scan(bin: string, folder: string, stacks: ReadonlyMap<string, Stack>): Promise<Report> {
  const what = ["--directory", folder, "--framework", ...FRAMEWORKS];
  const how = ["--skip-download", "--output", "json", "--compact", "--soft-fail"];
  const proxies = { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE };
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, LANG: "C.UTF-8", ...proxies };
  const { stdout } = await succeeds(run(join(bin, "checkov"), [...what, ...how], { env, cwd: folder }));
  return reportOf(stdout, stacks);
}

export function reportOf(stdout: string, stacks: ReadonlyMap<string, Stack>): Report {
  const said = JSON.parse(stdout) as Output | readonly Output[] | object;
  const outputs = Array.isArray(said) ? (said as readonly Output[]) : [];
  const read = outputs.map(({ check_type }) => check_type).sort();
  if (read.join() !== FRAMEWORKS.join())
    throw new Error(`checkov has scanned nothing: ${stdout.slice(0, 500)}`);
  const unread = outputs.reduce((sum, { summary }) => sum + summary.parsing_errors, 0);
  if (unread > 0) throw new Error(`checkov could not read ${String(unread)} files`);
  const passed = outputs.flatMap(({ results }) => results.passed_checks);
  const failed = outputs.flatMap(({ results }) => results.failed_checks);
  const checks = new Map<string, number>();
  for (const { file_path } of [...passed, ...failed]) {
    const file = file_path.slice(1);
    checks.set(file, (checks.get(file) ?? 0) + 1);
  }
  const findings = once(failed.map((entry) => finding(entry, stacks)));
  return { passed: once(passed.map((entry) => place(entry))).length, failed: findings, checks };
}

/** Without those that say the same again. */
const once = <Item>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const place = ({ file_path, check_id, resource }: Entry) => ({
  stack: dirname(file_path).slice(1),
  check: check_id,
  id: resource.slice(resource.indexOf(".") + 1),
});

function finding(entry: Entry, stacks: ReadonlyMap<string, Stack>): Finding {
  const { stack, check, id } = place(entry);
  // An id is made of the path of its construct and a hash of it: no two types share one.
  const block = stacks.get(stack)?.blocks.find((each) => each.id === id);
  if (block === undefined) throw new Error(`${stack} has no ${entry.resource}, which ${check} is about`);
  return { stack, check, name: entry.check_name, address: block.address };
}
