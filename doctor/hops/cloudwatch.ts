import type { Service } from "../../fleet/types";
import { usesRouter } from "../../modules/firelens/size";
import { settled, waysOf, wayTo, type Way } from "../aws-endpoint";
import { record, text } from "../../lib/fields";
import type { AccessRequest } from "../policy";
import { grantRemedy, mustBeGranted } from "../role-rights";
import type { Sidecar } from "../sidecar";
import { must, NotUsed } from "../verdict";
import type { Walk } from "../walk";
import { mustSend } from "./x-ray";

/** Something of a service that writes to a log group. */
export interface Writer {
  readonly sidecar: Sidecar;
  /** In words. */
  readonly what: string;
  readonly role: "taskRole" | "executionRole";
  readonly group: string;
  readonly region: string;
}

/** In the order of the services: what ECS writes for the containers, the log router, metrics as logs. */
export function logWriters({ tenant, sidecars }: Walk): readonly Writer[] {
  const writers = sidecars.flatMap((sidecar, at): Writer[] => {
    const service = tenant.services[at];
    const drivers = sidecar.logDrivers.map(({ container, group, region }): Writer => ({
      ...{ sidecar, group, region, role: "executionRole" },
      what: `lines of ${container}`,
    }));
    const routed = service !== undefined && usesRouter(service.logs) && toCloudWatch(service);
    const router = routerOutput(sidecar.routerConfig);
    const emf = record(record(sidecar.config["exporters"])["awsemf"]);
    return [
      ...drivers,
      ...(routed ? [{ ...{ sidecar, role: "taskRole" as const, what: "routed lines" }, ...router }] : []),
      ...(service === undefined || !sendsMetrics(service)
        ? []
        : [
            {
              ...{ sidecar, role: "taskRole" as const, what: "metrics" },
              ...{ group: text(emf["log_group_name"]), region: text(emf["region"]) },
            },
          ]),
    ];
  });
  if (writers.length === 0) throw new NotUsed("nothing of the tenant's writes to CloudWatch");
  return writers;
}

const toCloudWatch = ({ logs }: Service): boolean => logs.destinations.includes("cloudwatch");

/** What ECS says of the tasks CloudWatch knows already: of a service with nothing else nothing is sent. */
const sendsMetrics = ({ metrics, exports: { emf } }: Service): boolean =>
  emf !== undefined && (metrics.otlp || metrics.statsd || metrics.scrape !== undefined);

/** Group and Region of the log router's output; empty when it has none. */
function routerOutput(config: string): { group: string; region: string } {
  const [output = ""] = config
    .split("[OUTPUT]")
    .filter((section) => /^ *Name cloudwatch_logs$/m.test(section));
  const value = (key: string): string => new RegExp(`^ *${key} (\\S+)$`, "m").exec(output)?.[1] ?? "";
  return { group: value("log_group_name"), region: value("region") };
}

/** @throws Fault unless the application's lines are to go to CloudWatch when the manifest says so */
function mustLog({ tenant, sidecars }: Walk): void {
  sidecars.forEach(({ service, logDrivers, application }, at) => {
    const manifest = tenant.services[at];
    if (manifest === undefined || !toCloudWatch(manifest) || usesRouter(manifest.logs)) return;
    must(
      logDrivers.some(({ container }) => container === application),
      `the container ${application} of ${service} does not log to CloudWatch`,
      "its log driver must be awslogs (modules/ecs-service/containers.ts): deploy the tenant's stack",
    );
  });
}

/** Every log group is there, in the tasks' Region; whoever writes to it may, and reaches it. */
export function cloudwatch(walk: Walk): string {
  const { tenant, stacks, stack, sidecars } = walk;
  const writers = logWriters(walk);
  mustLog(walk);
  sidecars.forEach((sidecar, at) => {
    const service = tenant.services[at];
    if (service !== undefined && sendsMetrics(service)) mustSend(sidecar, "awsemf", tenant.region);
  });
  const groups = stacks.of(stack, "aws_cloudwatch_log_group").map(({ values }) => values["name"]);
  const ways: Way[] = [];
  for (const { sidecar, what, role, group, region } of writers) {
    must(
      groups.includes(group) && region === tenant.region,
      `${what} of ${sidecar.service} go to the log group ${group || "(none)"} in ${region || "no Region"}, which ${stack} does not make`,
      "group and Region come from lib/names.ts and the manifest: deploy the tenant's stack",
    );
    const requests = requestsOf(tenant, sidecar, role, group);
    const statements = role === "taskRole" ? sidecar.statements : sidecar.executionStatements;
    const statement =
      role === "taskRole"
        ? `${what === "metrics" ? "WriteMetricsAsLogs" : "WriteRoutedLogs"} of modules/ecs-service/task-statements.ts`
        : "WriteLogs of modules/ecs-service/policies.ts";
    mustBeGranted(requests, statements, grantRemedy(sidecar, role, statement));
    ways.push(wayTo(walk, sidecar, `${tenant.region}.logs`, requests));
  }
  const services = sidecars.map(({ service }) => {
    const own = writers.filter(({ sidecar }) => sidecar.service === service).map(({ what }) => what);
    return `${service}: ${own.join(", ")}`;
  });
  return settled(`${services.join("; ")}; ${waysOf(ways)}`, ways);
}

const requestsOf = (
  { accountId, region }: Walk["tenant"],
  { service, taskRoleArn, executionRoleArn }: Sidecar,
  role: Writer["role"],
  group: string,
): AccessRequest[] =>
  ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
    // Of an attached service the team alone knows which role it is.
    principal:
      role === "taskRole"
        ? taskRoleArn
        : executionRoleArn || `arn:aws:iam::${accountId}:role/(execution role of ${service})`,
    action,
    resource: `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:task`,
    resourceAccount: accountId,
  }));
