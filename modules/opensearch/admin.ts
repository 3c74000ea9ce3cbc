import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { createAfter } from "../../lib/terraform-text";
import { schedules } from "../lambda-function/schedules";
import { storageAdminAlarms } from "./admin-alarms";
import { STORAGE_ADMIN } from "./names";

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
    schedules(this, {
      ...props,
      names: STORAGE_ADMIN,
      what: "storage admin",
      schedules: Object.entries(SCHEDULES).map(([task, schedule]) => ({
        id: `schedule-${task}`,
        name: task,
        ...schedule,
        task,
      })),
      after: invocation,
    });
    storageAdminAlarms(this, props.alarmTopicArn);
  }
}
