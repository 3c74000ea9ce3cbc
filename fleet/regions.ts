/**
 * Facts about commercial Regions, from the endpoint list of botocore 1.44.5 (partition "aws") and, for the metrics and
 * Grafana services, their pages in the AWS General Reference; read on 2026-11-20. Amazon ECS and Amazon Managed Service
 * for Prometheus are in all of them.
 */
export const REGIONS = [
  ...[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
  ],
  ...["ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"],
  ...[
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
  ],
  ...["eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1"],
  ...["me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
] as const;

/**
 * Regions that an account has to enable before it can use them: those launched after March 20, 2019 (AWS Account
 * Management Reference, "Enable or disable AWS Regions in your account"; read on 2026-11-21).
 */
export const OPT_IN_REGIONS: ReadonlySet<string> = new Set([
  ...["af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4"],
  ...["ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1"],
  ...["eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1"],
]);

/** Regions with Amazon Managed Grafana, which the central account needs beside the metrics service. */
export const GRAFANA_REGIONS: ReadonlySet<string> = new Set([
  ...["ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "eu-central-1"],
  ...["eu-west-1", "eu-west-2", "us-east-1", "us-east-2", "us-west-2"],
]);
