import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction as AwsLambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { policy, type Statement } from "../../lib/iam";
import { attribute, createAfter } from "../../lib/terraform-text";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import { functionAlarms } from "./alarms";
import { BUNDLE_HANDLER, bundleFunction } from "./bundle";
import type { CallerIdentity } from "./identity";
import { runtimeStatements } from "./policies";

export interface LambdaFunctionProps {
  /** In a VPC ({@link FunctionIdentity}) or in none ({@link StandaloneIdentity}). */
  readonly identity: CallerIdentity;
  readonly description: string;
  /** TypeScript file that exports `handler`, from the root of the repository. */
  readonly entry: string;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** So many run at once at most, and so many can always run. @default what the account has to spare */
  readonly reservedConcurrency?: number;
  /** Values may be references; nothing secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the function may do besides writing its log. */
  readonly statements: readonly Statement[];
  readonly logGroup: string;
  readonly logRetentionDays: number;
  /** Of the key for log and environment: `alias/...`. */
  readonly keyAlias: string;
  readonly alarmTopicArn: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** A function of this repository: bundled at synthesis, with its own log, key and alarms. */
export class LambdaFunction extends Construct {
  /** Terraform references. */
  readonly arn: string;
  readonly functionName: string;
  /** Changes with the code, as plain text. */
  readonly codeHash: string;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    const { identity, logGroup, provider } = props;
    const { attachment } = identity;
    const { accountId, region, name } = identity.place;
    const key = new EncryptionKey(this, "key", {
      alias: props.keyAlias,
      description: `Log and environment of ${name}`,
      accountId,
      region,
      // Who gives the function its environment may use the key says IAM; Lambda uses it on their and the role's behalf.
      statements: [logsStatement(region, accountId, [logGroup])],
      // Not said by AWS: whether it is Lambda that reads the environment, or the function's role by itself.
      usedThrough: [],
      provider,
    });
    const log = new CloudwatchLogGroup(this, "log", {
      provider,
      name: logGroup,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: key.arn,
    });
    const rights = new IamRolePolicy(this, "policy", {
      provider,
      role: identity.roleName,
      name: "function",
      policy: JSON.stringify(
        policy(...runtimeStatements(identity.place, { logGroup, keyArn: key.arn }), ...props.statements),
      ),
    });
    const code = this.code(props.entry);
    this.codeHash = code.hash;
    const lambda = new AwsLambdaFunction(this, "function", {
      provider,
      functionName: name,
      description: props.description,
      role: identity.roleArn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: BUNDLE_HANDLER,
      filename: code.path,
      sourceCodeHash: code.hash,
      memorySize: props.memoryMiB,
      timeout: props.timeoutSeconds,
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: { variables: { ...props.environment } },
      kmsKeyArn: key.arn,
      vpcConfig:
        attachment === undefined
          ? undefined
          : { subnetIds: [...attachment.subnetIds], securityGroupIds: [attachment.securityGroupId] },
      // Lines as the code writes them, which are JSON already.
      loggingConfig: { logFormat: "Text", logGroup: attribute(log, "name") },
      tracingConfig: { mode: "PassThrough" },
    });
    createAfter(lambda, ...(attachment?.network ?? []), rights, log);
    this.arn = attribute(lambda, "arn");
    this.functionName = attribute(lambda, "function_name");
    functionAlarms(this, {
      functionName: name,
      timeoutSeconds: props.timeoutSeconds,
      topicArn: props.alarmTopicArn,
      provider,
    });
  }

  /** The archive beside the stack's configuration, by a path from there, and its hash as Lambda has it. */
  private code(entry: string): { readonly path: string; readonly hash: string } {
    const bundle = bundleFunction(entry);
    const asset = new TerraformAsset(this, "code", {
      path: bundle.path,
      type: AssetType.FILE,
      assetHash: bundle.sha256.slice(0, 32),
    });
    return { path: asset.path, hash: Buffer.from(bundle.sha256, "hex").toString("base64") };
  }
}
