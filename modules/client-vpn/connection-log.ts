import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogStream } from "@cdktf/provider-aws/lib/cloudwatch-log-stream";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import { VPN_NAMES } from "./names";

export interface ConnectionLogProps {
  readonly accountId: string;
  readonly region: string;
  readonly retentionDays: number;
}

/** Who connected when, from where, and who was refused. Fields are Terraform references. */
export class ConnectionLog extends Construct {
  readonly group: string;
  readonly stream: string;

  constructor(scope: Construct, id: string, { accountId, region, retentionDays }: ConnectionLogProps) {
    super(scope, id);
    const key = new EncryptionKey(this, "key", {
      alias: VPN_NAMES.logsKeyAlias,
      description: "Connection log of the VPN",
      accountId,
      region,
      usedThrough: ["logs"],
      statements: [logsStatement(region, accountId, [VPN_NAMES.logGroup])],
    });
    const group = new CloudwatchLogGroup(this, "group", {
      name: VPN_NAMES.logGroup,
      retentionInDays: retentionDays,
      kmsKeyId: key.arn,
    });
    this.group = attribute(group, "name");
    const stream = new CloudwatchLogStream(this, "stream", {
      name: VPN_NAMES.logStream,
      logGroupName: this.group,
    });
    this.stream = attribute(stream, "name");
  }
}
