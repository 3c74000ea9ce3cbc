import { ApiGatewayDeployment } from "@cdktf/provider-aws/lib/api-gateway-deployment";
import { ApiGatewayMethodSettings } from "@cdktf/provider-aws/lib/api-gateway-method-settings";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import { createHash } from "node:crypto";
import { attribute, createAfter } from "../../lib/terraform-text";
import { accessLogFormat } from "../ingest/access-log";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import { storageAlarms } from "./alarms";
import { STORAGE_NAMES } from "./names";
import { storageDocument } from "./openapi";
import { storageResourcePolicy } from "./resource-policy";
import { STORAGE_STAGE, storagePath } from "./routes";

export interface StorageApiProps {
  readonly accountId: string;
  readonly region: string;
  /** The storage proxy; references. */
  readonly functionArn: string;
  readonly functionName: string;
  /** The central VPC's endpoint for execute-api; a reference. */
  readonly vpcEndpointId: string;
  /** Requests per second, and at once, that each method takes from everybody together. */
  readonly throttling: { readonly requestsPerSecond: number; readonly burst: number };
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
}

/** How the function did, besides the fields of every access log; its own log has the rest, by the request's id. */
const FUNCTION_FIELDS = {
  functionStatus: "$context.integration.integrationStatus",
  functionRequestId: "$context.integration.requestId",
} as const;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Jaeger's signed way to OpenSearch. Fields are Terraform references. */
export class StorageApi extends Construct {
  readonly apiId: string;
  /** `arn:aws:execute-api:<region>:<account>:<api id>`: what method ARNs begin with. */
  readonly executionArn: string;
  readonly stageName: string;
  /** To be created after what lets API Gateway write logs, where that is made in the same stack. */
  readonly stage: ApiGatewayStage;
  /**
   * With the stage, without a slash at the end: `https://<api>-<endpoint>.execute-api.<region>.amazonaws.com/v1`. API
   * Gateway makes a public name of it, with the endpoint's private addresses, because the API is associated with the
   * endpoint. So it needs neither private DNS nor the header `x-apigw-api-id`, and the certificate is right.
   */
  readonly centralUrl: string;
  /**
   * The same by the API's usual name, which leads to an endpoint only where that has private DNS: for tenants.
   */
  readonly url: string;

  constructor(scope: Construct, id: string, props: StorageApiProps) {
    super(scope, id);
    const { region, functionArn, vpcEndpointId } = props;
    const body = JSON.stringify(storageDocument({ region, functionArn }));
    const policy = JSON.stringify(storageResourcePolicy(props));
    const api = new ApiGatewayRestApi(this, "api", {
      name: STORAGE_NAMES.api,
      description: "Jaeger's storage: OpenSearch behind a proxy that allows what Jaeger asks",
      body,
      // Importing a body clears the API's policy. The provider puts back what stands here, but not a policy that has a
      // resource of its own.
      policy,
      endpointConfiguration: { types: ["PRIVATE"], vpcEndpointIds: [vpcEndpointId] },
    });
    this.apiId = attribute(api, "id");
    this.executionArn = attribute(api, "execution_arn");
    this.centralUrl = `https://${this.apiId}-${vpcEndpointId}.execute-api.${region}.amazonaws.com/${STORAGE_STAGE}`;

    const permission = new LambdaPermission(this, "permission", {
      statementId: "StorageApi",
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      functionName: props.functionName,
      // Names account and API. A condition on the account besides would refuse every call of a service that does not
      // send that key, and API Gateway does not say that it does.
      sourceArn: `${this.executionArn}/${STORAGE_STAGE}/*${storagePath("*")}`,
    });
    const deployment = new ApiGatewayDeployment(this, "deployment", {
      restApiId: this.apiId,
      // A stage serves a snapshot, policy and endpoints included: every change of one of them makes a new one. What the
      // document only refers to is known to Terraform alone.
      triggers: {
        document: hash(body),
        policy: hash(policy),
        function: functionArn,
        endpoint: vpcEndpointId,
      },
      lifecycle: { createBeforeDestroy: true },
    });
    const log = this.log(props);
    this.stage = new ApiGatewayStage(this, "stage", {
      restApiId: this.apiId,
      deploymentId: attribute(deployment, "id"),
      stageName: STORAGE_STAGE,
      accessLogSettings: { destinationArn: attribute(log, "arn"), format: accessLogFormat(FUNCTION_FIELDS) },
      // Jaeger's own storage must not make traces: they would be stored there, too.
      xrayTracingEnabled: false,
    });
    createAfter(this.stage, permission);
    this.stageName = attribute(this.stage, "stage_name");
    this.url = attribute(this.stage, "invoke_url");
    new ApiGatewayMethodSettings(this, "settings", {
      restApiId: this.apiId,
      stageName: this.stageName,
      methodPath: "*/*",
      settings: {
        metricsEnabled: true,
        // The execution log would have headers, with session tokens in them, and bodies.
        loggingLevel: "OFF",
        dataTraceEnabled: false,
        throttlingRateLimit: props.throttling.requestsPerSecond,
        throttlingBurstLimit: props.throttling.burst,
      },
    });
    storageAlarms(this, { topicArn: props.alarmTopicArn, logGroupName: attribute(log, "name") });
  }

  private log({ accountId, region, logRetentionDays }: StorageApiProps): CloudwatchLogGroup {
    const key = new EncryptionKey(this, "logs-key", {
      alias: STORAGE_NAMES.logsKeyAlias,
      description: "Access log of the storage API",
      accountId,
      region,
      statements: [logsStatement(region, accountId, [STORAGE_NAMES.logGroup])],
      usedThrough: ["logs"],
    });
    return new CloudwatchLogGroup(this, "log", {
      name: STORAGE_NAMES.logGroup,
      retentionInDays: logRetentionDays,
      kmsKeyId: key.arn,
    });
  }
}
