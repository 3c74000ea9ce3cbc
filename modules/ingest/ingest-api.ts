import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { ApiGatewayVpcLink } from "@cdktf/provider-aws/lib/api-gateway-vpc-link";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { createHash } from "node:crypto";
import { attribute, createAfter } from "../../lib/terraform-text";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import { ACCESS_LOG_FORMAT } from "./access-log";
import { accountLogging } from "./account-logging";
import { ingestAlarms } from "./alarms";
import { INGEST_NAMES } from "./names";
import { ingestDocument } from "./openapi";
import { ingestResourcePolicy } from "./resource-policy";
import { INGEST_STAGE } from "./routes";

export interface IngestApiProps {
  readonly accountId: string;
  readonly region: string;
  /** `private`: reached through interface endpoints for execute-api only. `public`: a regional endpoint, same policy. */
  readonly exposure: "private" | "public";
  /** The gateway's network load balancer; ARN and base URL (`http://host:port`) may be references. */
  readonly loadBalancerArn: string;
  readonly gatewayUrl: string;
  /** Requests per second, and at once, that each method takes from all tenants together. */
  readonly throttling: { readonly requestsPerSecond: number; readonly burst: number };
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
  /**
   * API Gateway has one role for logs per account and Region. Without it the stage cannot be made, so only an account
   * that has one already says false.
   * @default true
   */
  readonly manageAccountLogging?: boolean;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The signed way in for every tenant's logs and traces. Fields are Terraform references. */
export class IngestApi extends Construct {
  readonly apiId: string;
  /** `arn:aws:execute-api:<region>:<account>:<api id>`: what method ARNs begin with. */
  readonly executionArn: string;
  readonly stageName: string;
  /** With the stage, without a slash at the end. */
  readonly url: string;
  /** API Gateway can write access logs once this is there; undefined when it is not made here. */
  readonly accountLogging: TerraformResource | undefined;

  constructor(scope: Construct, id: string, props: IngestApiProps) {
    super(scope, id);
    const vpcLink = new ApiGatewayVpcLink(this, "vpc-link", {
      name: INGEST_NAMES.vpcLink,
      description: "The ingest API reaches the gateway through it",
      targetArns: [props.loadBalancerArn],
      // An old link cannot go while the API uses it.
      lifecycle: { createBeforeDestroy: true },
    });
    const vpcLinkId = attribute(vpcLink, "id");
    const body = JSON.stringify(ingestDocument({ vpcLinkId, baseUrl: props.gatewayUrl }));
    const policy = JSON.stringify(ingestResourcePolicy(props));
    const api = new ApiGatewayRestApi(this, "api", {
      name: INGEST_NAMES.api,
      description: "Logs and traces of the tenants, signed with their writer roles",
      body,
      // Importing a body clears the API's policy. The provider puts back what stands here, but not a policy that has a
      // resource of its own.
      policy,
      endpointConfiguration: { types: [props.exposure === "private" ? "PRIVATE" : "REGIONAL"] },
    });
    this.apiId = attribute(api, "id");
    this.executionArn = attribute(api, "execution_arn");

    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: this.apiId,
      // A stage serves a snapshot, policy included: every change of document or policy makes a new one. What the
      // document only refers to is known to Terraform alone.
      triggers: {
        document: hash(body),
        policy: hash(policy),
        vpcLink: vpcLinkId,
        gateway: props.gatewayUrl,
        exposure: props.exposure,
      },
      lifecycle: { createBeforeDestroy: true },
    });

    this.accountLogging = (props.manageAccountLogging ?? true) ? accountLogging(this, props) : undefined;
    const stage = this.stage(props, attribute(deployment, "id"));
    this.stageName = attribute(stage, "stage_name");
    this.url = attribute(stage, "invoke_url");
    new ApiGatewayMethodSettings(this, "settings", {
      restApiId: this.apiId,
      stageName: this.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        // The access log has what is needed; the execution log would have headers, with session tokens in them.
        loggingLevel: "OFF",
        dataTraceEnabled: false,
        throttlingRateLimit: props.throttling.requestsPerSecond,
        throttlingBurstLimit: props.throttling.burst,
      },
    });
    ingestAlarms(this, props.alarmTopicArn);
  }

  private stage(props: IngestApiProps, deploymentId: string): ApiGatewayStage {
    const { accountId, region } = props;
    const key = new EncryptionKey(this, "logs-key", {
      alias: INGEST_NAMES.logsKeyAlias,
      description: "Access log of the ingest API",
      accountId,
      region,
      statements: [logsStatement(region, accountId, [INGEST_NAMES.logGroup])],
      usedThrough: ["logs"],
    });
    const logGroup = new CloudwatchLogGroup(this, "log", {
      name: INGEST_NAMES.logGroup,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: key.arn,
    });
    const stage = new ApiGatewayStage(this, "stage", {
      restApiId: this.apiId,
      deploymentId,
      stageName: INGEST_STAGE,
      accessLogSettings: { destinationArn: attribute(logGroup, "arn"), format: ACCESS_LOG_FORMAT },
      // The traces that come in are the tenants'; API Gateway adds none of its own.
      xrayTracingEnabled: false,
    });
    if (this.accountLogging !== undefined) createAfter(stage, this.accountLogging);
    return stage;
  }
}
