import type { ServiceTraces } from "../../fleet/trace-types";
import type { Service } from "../../fleet/types";
import type { Statement } from "../../lib/iam";
import { tenantNames } from "../../lib/names";
import { usesRouter } from "../firelens/size";

interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** What a task may do for its telemetry, and nothing for the application. `writerRoleArn` may be a reference. */
export const taskStatements = (
  tenant: Account & { readonly name: string },
  service: Service,
  writerRoleArn: string,
): Statement[] => {
  const { logGroup, emfLogGroup } = tenantNames(tenant.name).service(service.name);
  return [
    { Sid: "BecomeWriter", Effect: "Allow", Action: "sts:AssumeRole", Resource: writerRoleArn },
    // The log driver writes with the execution role, the log router by itself.
    ...(usesRouter(service.logs) && service.logs.destinations.includes("cloudwatch")
      ? [writeLogs("WriteRoutedLogs", tenant, logGroup)]
      : []),
    ...traceStatements(service.traces),
    ...(service.exports.emf === undefined ? [] : [writeLogs("WriteMetricsAsLogs", tenant, emfLogGroup)]),
    ...headerStatements(service.exports),
  ];
};

const writeLogs = (Sid: string, { accountId, region }: Account, logGroup: string): Statement => ({
  Sid,
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:*`,
});

/** None of X-Ray's actions supports a resource. */
const traceStatements = ({ destinations, sampling }: ServiceTraces): Statement[] => [
  ...(destinations.includes("xray")
    ? [allow("WriteTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*")]
    : []),
  ...(sampling.xrayRemote
    ? [
        allow(
          "ReadSamplingRules",
          ["xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets"],
          "*",
        ),
      ]
    : []),
];

/** The objects whose texts are headers of further endpoints. */
function headerStatements({ otlp }: Service["exports"]): Statement[] {
  const objects = otlp.flatMap(({ secretHeaders }) =>
    Object.values(secretHeaders).map((secret) => secret.replace("s3://", "arn:aws:s3:::")),
  );
  return objects.length === 0 ? [] : [allow("ReadHeaders", "s3:GetObject", [...new Set(objects)].sort())];
}

const allow = (Sid: string, Action: Statement["Action"], Resource: Statement["Resource"]): Statement => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
});
