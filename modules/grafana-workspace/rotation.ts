import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { createAfter } from "../../lib/terraform-text";
import { schedules } from "../lambda-function/schedules";
import { GRAFANA_ADMIN } from "./names";

export interface TokenRotationProps {
  readonly accountId: string;
  readonly region: string;
  /** Of the admin function; references. */
  readonly functionArn: string;
  readonly functionName: string;
  /** Changes whenever the function has to look at once: other code, another workspace or service account. */
  readonly revision: string;
  /** The function's ways to all that it calls, and the secret's policy. */
  readonly after: readonly TerraformResource[];
  readonly alarmTopicArn: string;
}

const DAY_SECONDS = 86_400;
/**
 * Makes the admin function keep a token: with every deployment that changes something, and every day. It makes a new one
 * when the token is a week old, or at once when it does not work. `aws_lambda_invocation` adds `tf: { action, prev_input }`
 * to the input.
 */
export class TokenRotation extends Construct {
  /** The secret has a token, and the plugins are installed, once this is there. */
  readonly applied: TerraformResource;

  constructor(scope: Construct, id: string, props: TokenRotationProps) {
    super(scope, id);
    const invocation = new LambdaInvocation(this, "apply", {
      functionName: props.functionName,
      lifecycleScope: "CRUD",
      input: JSON.stringify({ revision: props.revision }),
    });
    createAfter(invocation, ...props.after);
    this.applied = invocation;
    schedules(this, {
      ...props,
      names: GRAFANA_ADMIN,
      what: "Grafana admin",
      schedules: [
        {
          id: "schedule",
          name: "rotate",
          description: "Keeps a token for Grafana that is a week old at most",
          expression: "cron(15 3 * * ? *)",
          task: "rotate",
        },
      ],
      after: invocation,
    });
    this.alarms(props.alarmTopicArn);
  }

  /**
   * A schedule that has stopped, or runs that do not get through, leave a token that ends some day. The function writes
   * the token's age, under a week, whenever a run leaves everything about the token in order, and only then.
   */
  private alarms(topicArn: string): void {
    const alarm = new CloudwatchMetricAlarm(this, "alarm-silent", {
      alarmName: `${GRAFANA_ADMIN.name}-silent`,
      alarmDescription:
        "For three days no run of the Grafana admin has left its token in order. It ends 30 days after it was made.",
      namespace: GRAFANA_ADMIN.metricsNamespace,
      metricName: "TokenAgeDays",
      dimensions: { task: "rotate" },
      statistic: "SampleCount",
      period: DAY_SECONDS,
      // By then the token has twenty days left. CloudWatch looks back seven at most.
      evaluationPeriods: 3,
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
      treatMissingData: "breaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
    // What is missing is the alarm: before the first run there is nothing but that.
    createAfter(alarm, this.applied);
  }
}
