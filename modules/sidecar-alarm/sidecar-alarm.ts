import { Construct } from "constructs";
import { tenantNames } from "../../lib/names";
import { eventAlarm } from "./event-alarm";
import type { EventLog } from "./event-log";

export interface SidecarAlarmProps {
  readonly tenant: string;
  readonly service: string;
  readonly clusterArn: string;
  /** Names of the sidecars' containers. */
  readonly containers: readonly string[];
  /** Keeps the events. */
  readonly eventLog: EventLog;
  readonly topicArn: string;
}

/**
 * The task events in which a sidecar has stopped while the task is meant to run on. EventBridge matches the fields of
 * one element of `containers`, so another container's STOPPED does not count.
 */
export function sidecarStoppedPattern(clusterArn: string, service: string, containers: readonly string[]) {
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [clusterArn],
      group: [`service:${service}`],
      lastStatus: ["RUNNING"],
      desiredStatus: ["RUNNING"],
      containers: { name: containers, lastStatus: ["STOPPED"] },
    },
  };
}

/** An alarm when a sidecar of a service stops; the task runs on without some telemetry, so nothing else would tell. */
export class SidecarAlarm extends Construct {
  constructor(scope: Construct, id: string, props: SidecarAlarmProps) {
    super(scope, id);
    const sidecars = props.containers.join(", ");
    eventAlarm(this, {
      name: tenantNames(props.tenant).service(props.service).sidecarRule,
      description: `A sidecar of ${props.service} stopped while its task runs on`,
      pattern: sidecarStoppedPattern(props.clusterArn, props.service, props.containers),
      // The events say which task and why (exit code, reason).
      eventLog: props.eventLog,
      topicArn: props.topicArn,
      alarmDescription:
        `Tasks of ${props.service} run without some of their telemetry: a sidecar (${sidecars}) stopped. ` +
        "The event log says which and why, its own last log lines more; a new deployment starts it again. " +
        "OK means that no further sidecar stopped, not that this one is back.",
      periodSeconds: 60,
    });
  }
}
