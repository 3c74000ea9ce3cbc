import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewaySettings } from "../../modules/gateway/config";
import { Gateway, type GatewayProps } from "../../modules/gateway/gateway";
import { asText, type Json } from "../support/json";
import { Stack } from "../support/synth";
import { interpolations, referredBlock } from "../support/terraform";

/** A stack of the central account with nothing in it but what `build` puts there, synthesised. */
export function synthModule(build: (scope: TerraformStack) => void): Stack {
  const outdir = mkdtempSync(join(tmpdir(), "tenantscope-module-"));
  // CDKTF keeps a stack trace for every token, and Jest maps each of them back to the source: most of the time.
  const capture = jest.spyOn(Error, "captureStackTrace").mockImplementation(() => undefined);
  try {
    const app = new App({ outdir });
    const scope = new TerraformStack(app, "module");
    new AwsProvider(scope, "aws", { region: "eu-west-1", allowedAccountIds: ["111111111111"] });
    build(scope);
    app.synth();
    return new Stack("module", readFileSync(join(outdir, "stacks", "module", "cdk.tf.json"), "utf8"));
  } finally {
    capture.mockRestore();
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const SETTINGS: GatewaySettings = {
  tenantPattern: "^[a-z][a-z0-9-]{1,20}$",
  maxBodyMiB: 10,
  requestsPerSecond: 50,
  burst: 100,
  upstreams: {
    loki: "http://loki.tenantscope.internal:3100",
    jaeger: "http://jaeger.tenantscope.internal:4318",
  },
  resolver: "169.254.169.253",
  direct: [],
};
export const PROPS: GatewayProps = {
  accountId: "111111111111",
  region: "eu-west-1",
  vpcId: "vpc-1",
  privateSubnetIds: ["subnet-1", "subnet-2"],
  clusterArn: "arn:aws:ecs:eu-west-1:111111111111:cluster/tenantscope-central",
  clusterName: "tenantscope-central",
  image: "public.ecr.aws/nginx/nginx-unprivileged:1.29.3",
  initImage: "public.ecr.aws/docker/library/busybox:1.37.0",
  settings: SETTINGS,
  tasks: { min: 2, max: 6 },
  cpu: 256,
  memory: 512,
  logRetentionDays: 30,
  alarmTopicArn: "arn:aws:sns:eu-west-1:111111111111:alarms",
  lokiSecurityGroupId: "sg-loki",
  jaegerSecurityGroupId: "sg-jaeger",
  httpsEgressCidrs: ["10.0.0.0/16"],
  httpsEgressPrefixListIds: ["pl-s3"],
};
export const DIRECT = [
  { cidr: "10.30.0.0/16", tenant: "globex" },
  { cidr: "10.20.0.0/16", tenant: "acme" },
];

export const buildGateway = (changes: Partial<GatewayProps> = {}): Stack =>
  synthModule((scope) => new Gateway(scope, "gateway", { ...PROPS, ...changes }));

/** References in a value by the address that they mean, such as `aws_lb.x`. */
export function target(stack: Stack, value: Json | undefined): string {
  const [expression = ""] = interpolations(asText(value));
  return referredBlock(stack, expression)?.block.address ?? asText(value);
}
