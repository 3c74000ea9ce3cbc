import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import type { Service, Tenant } from "../../fleet/types";
import { tenantNames } from "../../lib/names";

/** What a service's metrics pass through on their way to CloudWatch metrics; undefined when they do not go there. */
export const emfLogGroup = (
  scope: Construct,
  props: {
    readonly tenant: Pick<Tenant, "name">;
    readonly service: Pick<Service, "name" | "exports">;
    readonly logsKeyArn: string;
    readonly logRetentionDays: number;
  },
): CloudwatchLogGroup | undefined =>
  props.service.exports.emf === undefined
    ? undefined
    : new CloudwatchLogGroup(scope, "emf-log", {
        name: tenantNames(props.tenant.name).service(props.service.name).emfLogGroup,
        retentionInDays: props.logRetentionDays,
        kmsKeyId: props.logsKeyArn,
      });
