/** What tasks of the tenant "stark" of the fleet with every option may do. */

const becomeWriter = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "BecomeWriter",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: "arn:aws:iam::111111111111:role/tenantscope/tenantscope-writer-stark",
    },
  ],
};
const writeTraces = {
  Sid: "WriteTraces",
  Effect: "Allow",
  Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  Resource: "*",
};
/** A task of the tenant that lives off the defaults. */
export const USUAL_TASK = { ...becomeWriter, Statement: [...becomeWriter.Statement, writeTraces] };
// The log router writes into the service's own log group.
const writeRoutedLogs = {
  Sid: "WriteRoutedLogs",
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: "arn:aws:logs:eu-west-1:777777777777:log-group:/tenantscope/stark/worker:log-stream:*",
};
const further = [
  {
    Sid: "ReadSamplingRules",
    Effect: "Allow",
    Action: ["xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets"],
    Resource: "*",
  },
  {
    ...writeRoutedLogs,
    Sid: "WriteMetricsAsLogs",
    Resource: writeRoutedLogs.Resource.replace("worker:", "worker/emf:"),
  },
  {
    Sid: "ReadHeaders",
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: ["arn:aws:s3:::stark-secrets/partner/key"],
  },
];
/** One whose telemetry goes everywhere. */
export const TASK_WITH_EVERYTHING = {
  ...becomeWriter,
  Statement: [...becomeWriter.Statement, writeRoutedLogs, writeTraces, ...further],
};
