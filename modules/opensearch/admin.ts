import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { IAM_PATH } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { storageAdminAlarms } from "./admin-alarms";
import { STORAGE_ADMIN } from "./names";
import { schedulerPolicy, schedulerTrust } from "./policies";

/** What the function is told whenever this is created, changed or destroyed. Values may be references. */
export interface ProvisionInput {
  readonly zones: 1 | 2 | 3;
  /** Primary shards of a day's spans. */
  readonly spanShards: number;
  readonly security: { readonly proxyRoleArn: string };
  /**
   * Changes whenever there is something to apply anew: other code, another domain. A trigger would do that, too, but by
   * taking away what was applied first.
   */
  readonly revision: string;
}

export interface StorageAdminProps {
  readonly accountId: string;
  readonly region: string;
  /** Of the admin function; references. */
  readonly functionArn: string;
  readonly functionName: string;
  readonly input: ProvisionInput;
  /** The domain and the function's way to it. */
  readonly after: readonly TerraformResource[];
  readonly alarmTopicArn: string;
}

/** Seconds in which a call that failed is tried again. */
const RETRY_SECONDS = 3600;

/** What runs by itself, in UTC. */
const SCHEDULES = {
  retention: {
    description: "Deletes the traces' indices that are past their retention",
    // Twice each time: nothing can be deleted during the domain's hourly snapshot, which may always be at the same minute.
    expression: "cron(10,40 1,7,13,19 * * ? *)",
  },
  dependencies: {
    description: "Computes which service calls which, from the spans of the day",
    expression: "rate(1 hour)",
  },
} as const;

/**
 * Makes the admin function keep the domain in order: with every deployment that changes something, and on schedules.
 * `aws_lambda_invocation` adds `tf: { action: "create" | "update" | "delete", prev_input }` to the input.
 */
export class StorageAdmin extends Construct {
  /** Jaeger can write once this is there. */
  readonly applied: TerraformResource;

  constructor(scope: Construct, id: string, props: StorageAdminProps) {
    super(scope, id);
    const invocation = new LambdaInvocation(this, "apply", {
      functionName: props.functionName,
      lifecycleScope: "CRUD",
      input: JSON.stringify(props.input),
    });
    createAfter(invocation, ...props.after);
    this.applied = invocation;
    new LambdaFunctionEventInvokeConfig(this, "retries", {
      functionName: props.functionName,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: RETRY_SECONDS,
    });
    this.schedules(props);
    storageAdminAlarms(this, props.alarmTopicArn);
  }

  private schedules(props: StorageAdminProps): void {
    const group = new SchedulerScheduleGroup(this, "schedules", { name: STORAGE_ADMIN.scheduleGroup });
    const role = new IamRole(this, "schedule-role", {
      name: STORAGE_ADMIN.scheduleRole,
      path: IAM_PATH,
      description: "EventBridge Scheduler runs the storage admin with it",
      assumeRolePolicy: JSON.stringify(schedulerTrust(props)),
    });
    const rights = new IamRolePolicy(this, "schedule-policy", {
      role: attribute(role, "name"),
      name: "run",
      policy: JSON.stringify(schedulerPolicy(props.functionArn)),
    });
    for (const [task, { description, expression }] of Object.entries(SCHEDULES)) {
      const schedule = new SchedulerSchedule(this, `schedule-${task}`, {
        name: task,
        groupName: attribute(group, "name"),
        description,
        scheduleExpression: expression,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: props.functionArn,
          roleArn: attribute(role, "arn"),
          input: JSON.stringify({ task }),
          retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: RETRY_SECONDS },
        },
      });
      // Before that there is no domain in order to work on.
      createAfter(schedule, rights, this.applied);
    }
  }
}
