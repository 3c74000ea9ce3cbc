import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { policy, type PolicyDocument } from "../../lib/iam";
import { IAM_PATH } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";

/** Something that a function does by itself, in UTC. */
export interface Schedule {
  /** Of the schedule in its construct. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly expression: string;
  /** What the function is asked to do: `{"task": "<task>"}`. */
  readonly task: string;
}

export interface SchedulesProps {
  readonly accountId: string;
  readonly region: string;
  readonly names: { readonly scheduleGroup: string; readonly scheduleRole: string };
  /** Who it is that EventBridge Scheduler runs. */
  readonly what: string;
  /** Of the function; references. */
  readonly functionArn: string;
  readonly functionName: string;
  readonly schedules: readonly Schedule[];
  /** Before that there is nothing in order to work on. */
  readonly after: TerraformResource;
}

/** Seconds in which a call that failed is tried again. */
const RETRY_SECONDS = 3600;

/** Makes EventBridge Scheduler run a function, and both it and Lambda try again what failed. */
export function schedules(scope: Construct, props: SchedulesProps): void {
  const { names, what, functionArn, functionName, after } = props;
  new LambdaFunctionEventInvokeConfig(scope, "retries", {
    functionName,
    maximumRetryAttempts: 2,
    maximumEventAgeInSeconds: RETRY_SECONDS,
  });
  const group = new SchedulerScheduleGroup(scope, "schedules", { name: names.scheduleGroup });
  const role = new IamRole(scope, "schedule-role", {
    name: names.scheduleRole,
    path: IAM_PATH,
    description: `EventBridge Scheduler runs the ${what} with it`,
    assumeRolePolicy: JSON.stringify(schedulerTrust(props)),
  });
  const rights = new IamRolePolicy(scope, "schedule-policy", {
    role: attribute(role, "name"),
    name: "run",
    policy: JSON.stringify(schedulerPolicy(functionArn)),
  });
  for (const { id, name, description, expression, task } of props.schedules) {
    const schedule = new SchedulerSchedule(scope, id, {
      name,
      groupName: attribute(group, "name"),
      description,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: functionArn,
        roleArn: attribute(role, "arn"),
        input: JSON.stringify({ task }),
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: RETRY_SECONDS },
      },
    });
    createAfter(schedule, rights, after);
  }
}

/** EventBridge Scheduler names the group of the schedule, never the schedule itself. */
export const schedulerTrust = ({
  accountId,
  region,
  names,
}: Pick<SchedulesProps, "accountId" | "region" | "names">): PolicyDocument =>
  policy({
    Sid: "Scheduler",
    Effect: "Allow",
    Principal: { Service: "scheduler.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnEquals: {
        "aws:SourceArn": `arn:aws:scheduler:${region}:${accountId}:schedule-group/${names.scheduleGroup}`,
      },
    },
  });

export const schedulerPolicy = (functionArn: string): PolicyDocument =>
  policy({ Sid: "RunAdmin", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: functionArn });
