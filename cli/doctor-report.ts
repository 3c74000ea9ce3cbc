import type { Finding } from "../doctor/verdict";
import type { Output } from "./command";
import { jsonText } from "./json";
import { table } from "./table";

export interface Diagnosis {
  readonly tenant: string;
  /** The walk through the synthesised stacks. */
  readonly offline: readonly Finding[];
  /** The live calls; absent when there were none. */
  readonly live?: readonly Finding[];
}

/** The first hop that fails: of the synthesised stacks before the live calls, whose failures they may explain. */
export const firstFailing = ({
  offline,
  live = [],
}: Diagnosis): Extract<Finding, { result: "FAILS" }> | undefined =>
  [...offline, ...live].find((finding) => finding.result === "FAILS");

const rows = (findings: readonly Finding[]): string[][] =>
  findings.map(({ hop, result, evidence }) => [hop, result, evidence]);

function sentence(diagnosis: Diagnosis): string {
  const first = firstFailing(diagnosis);
  if (first !== undefined) {
    return `first failing hop: ${first.hop}, because ${first.evidence}\nremedy: ${first.remedy}\n`;
  }
  const checked = [...diagnosis.offline, ...(diagnosis.live ?? [])].filter(({ result }) => result === "ok");
  return checked.length === 0 ? "nothing was checked\n" : "no hop fails\n";
}

export function report(diagnosis: Diagnosis, json: boolean, output: Output): string {
  const { tenant, offline, live } = diagnosis;
  if (json)
    return jsonText({ tenant, firstFailing: firstFailing(diagnosis) ?? null, offline, live: live ?? null });
  const head = ["hop", "result", "evidence"];
  return [
    `${tenant}, as its stacks are synthesised:\n\n${table(head, rows(offline), output)}`,
    ...(live === undefined ? [] : [`live:\n\n${table(head, rows(live), output)}`]),
    sentence(diagnosis),
  ].join("\n");
}
