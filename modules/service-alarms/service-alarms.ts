import { Construct } from "constructs";
import { tenantNames } from "../../lib/names";
import { eventAlarm } from "../sidecar-alarm/event-alarm";
import type { EventLog } from "../sidecar-alarm/event-log";
import { startFailedPattern, tasksStoppedPattern } from "./patterns";

export interface ServiceAlarmsProps {
  readonly tenant: string;
  readonly service: string;
  readonly clusterArn: string;
  readonly serviceArn: string;
  /** Keeps the events. */
  readonly eventLog: EventLog;
  readonly topicArn: string;
}

/**
 * Alarms when the tasks of a service keep ending or do not start. A task that ends before its sidecar was asked for a first
 * sample is in no metric, so ECS's own events tell.
 */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    const { service, eventLog, topicArn } = props;
    const names = tenantNames(props.tenant).service(service);
    eventAlarm(new Construct(this, "tasks-stopped"), {
      name: names.tasksStoppedRule,
      description: `A task of ${service} ended by itself or could not start`,
      pattern: tasksStoppedPattern(props.clusterArn, service),
      eventLog,
      topicArn,
      alarmDescription:
        `Tasks of ${service} keep ending: an essential container exits, or they cannot start. ` +
        "The event log says why (stoppedReason, exitCode). OK: none did so for some minutes. Runbook: TasksRestarting.",
      periodSeconds: 300,
      // One that ends and is replaced is ECS's matter.
      repeated: { periods: 3, of: 4 },
    });
    eventAlarm(new Construct(this, "start-failed"), {
      name: names.startFailedRule,
      description: `ECS gave up a deployment of ${service}, or its tasks do not start`,
      pattern: startFailedPattern(props.serviceArn),
      eventLog,
      topicArn,
      alarmDescription:
        `ECS gave up a deployment of ${service} and goes back to the former one, or its tasks do not start again and again. ` +
        "The event log says which. OK says nothing. Runbook: TasksRestarting.",
      periodSeconds: 60,
    });
  }
}
