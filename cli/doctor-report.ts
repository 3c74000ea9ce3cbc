import type { Finding } from "../doctor/verdict";
import type { Output } from "./command";
import { jsonText } from "./json";
import { table } from "./table";
import { wrapped } from "./wrap";

export interface Diagnosis {
  readonly tenant: string;
  /** The walk through the synthesised stacks. */
  readonly offline: readonly Finding[];
  /** The live calls; absent when none were wanted. */
  readonly live?: readonly Finding[];
}

/** The first hop that fails: of the synthesised stacks before the live calls, whose failures they may explain. */
export const firstFailing = ({
  offline,
  live = [],
}: Diagnosis): Extract<Finding, { result: "FAILS" }> | undefined =>
  [...offline, ...live].find((finding) => finding.result === "FAILS");

/** Hops of which nobody knows whether they work: where one was called, that counts, since files do not say what runs. */
export const notChecked = ({ offline, live = [] }: Diagnosis): string[] =>
  [...offline.filter(({ hop }) => live.every((called) => called.hop !== hop)), ...live]
    .filter(({ result }) => result === "not checked")
    .map(({ hop }) => hop);

const rows = (findings: readonly Finding[]): string[][] =>
  findings.map(({ hop, result, evidence }) => [hop, result, evidence]);

/** What all of it comes to. It says that all is well of nothing that was not checked. */
function sentence(diagnosis: Diagnosis): string {
  const { offline, live } = diagnosis;
  const first = firstFailing(diagnosis);
  if (first !== undefined) {
    return `first failing hop: ${first.hop}, because ${first.evidence}\nremedy: ${first.remedy}\n`;
  }
  const unknown = notChecked(diagnosis);
  if (unknown.length > 0) {
    return `no hop that was checked fails, but nobody knows of ${unknown.join(", ")}: ${live === undefined ? "the stacks" : "the live calls"} did not check ${unknown.length === 1 ? "it" : "them"}\n`;
  }
  if (offline.every(({ result }) => result === "not used")) return "there is nothing to check\n";
  return live === undefined
    ? "no hop fails, as the stacks are written; whether it runs so in AWS, `--live` asks\n"
    : "no hop fails, as the stacks are written and by live calls\n";
}

export function report(diagnosis: Diagnosis, json: boolean, output: Output): string {
  const { tenant, offline, live } = diagnosis;
  if (json) {
    return jsonText({
      ...{ tenant, firstFailing: firstFailing(diagnosis) ?? null, notChecked: notChecked(diagnosis) },
      ...{ offline, live: live ?? null },
    });
  }
  const head = ["hop", "result", "evidence"];
  return [
    `${wrapped(`${tenant}, as its stacks are synthesised:`, output.columns)}\n\n${table(head, rows(offline), output)}`,
    ...(live === undefined || live.length === 0 ? [] : [`live:\n\n${table(head, rows(live), output)}`]),
    wrapped(sentence(diagnosis), output.columns),
  ].join("\n");
}
