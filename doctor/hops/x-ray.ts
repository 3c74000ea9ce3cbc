import { settled, waysOf, wayTo, type Way } from "../aws-endpoint";
import { record, records, text, texts } from "../../lib/fields";
import type { AccessRequest } from "../policy";
import { grantRemedy, mustBeGranted } from "../role-rights";
import type { Sidecar } from "../sidecar";
import { must, NotUsed } from "../verdict";
import { namesOf, type Walk } from "../walk";

const WRITE = ["PutTelemetryRecords", "PutTraceSegments"];
const SAMPLE = ["GetSamplingRules", "GetSamplingStatisticSummaries", "GetSamplingTargets"];

interface Client {
  readonly sidecar: Sidecar;
  /** Sends traces there. */
  readonly sends: boolean;
  /** Lets X-Ray's SDKs ask for their sampling rules. */
  readonly samples: boolean;
}

/** Sidecars that talk to X-Ray. @throws NotUsed when none does */
export function xrayClients({ tenant, sidecars }: Walk): readonly Client[] {
  const clients = sidecars.flatMap((sidecar, at): Client[] => {
    const traces = tenant.services[at]?.traces;
    const sends = traces?.destinations.includes("xray") ?? false;
    const samples = traces?.sampling.xrayRemote ?? false;
    return sends || samples ? [{ sidecar, sends, samples }] : [];
  });
  if (clients.length === 0) throw new NotUsed("no service sends traces to X-Ray");
  return clients;
}

/** The collector sends to the X-Ray of its own Region, as the task role, which may, and reaches it. */
export function xray(walk: Walk): string {
  const { tenant } = walk;
  const clients = xrayClients(walk);
  const ways: Way[] = [];
  for (const { sidecar, sends, samples } of clients) {
    if (sends) mustSend(sidecar, "awsxray", tenant.region);
    const requests = [...(sends ? WRITE : []), ...(samples ? SAMPLE : [])].map((action): AccessRequest => ({
      principal: sidecar.taskRoleArn,
      action: `xray:${action}`,
      // None of the actions supports a resource.
      resource: "*",
      resourceAccount: tenant.accountId,
    }));
    const statement = `${sends ? "WriteTraces" : "ReadSamplingRules"} of modules/ecs-service/task-statements.ts`;
    mustBeGranted(requests, sidecar.statements, grantRemedy(sidecar, "taskRole", statement));
    ways.push(wayTo(walk, sidecar, `${tenant.region}.xray`, requests));
  }
  const names = namesOf(clients.map(({ sidecar }) => sidecar));
  return settled(`${names}: the task roles may write to X-Ray in ${tenant.region} ${waysOf(ways)}`, ways);
}

/** @throws Fault unless a pipeline of the collector ends in the exporter, which calls its own Region */
export function mustSend({ service, config }: Sidecar, exporter: string, region: string): void {
  const settings = record(config["exporters"])[exporter];
  const pipelines = records(Object.values(record(record(config["service"])["pipelines"])));
  must(
    settings !== undefined && pipelines.some((pipeline) => texts(pipeline["exporters"]).includes(exporter)),
    `no pipeline of the collector of ${service} ends in the exporter ${exporter}`,
    "modules/collector/ makes exporters and pipelines of the manifest: deploy the tenant's stack",
  );
  const asked = text(record(settings)["region"]);
  must(
    asked === region,
    `the exporter ${exporter} of ${service} calls ${asked || "no Region"}, the tasks are in ${region}`,
    "the exporter's region must be the tenant's (modules/collector/)",
  );
}
