/**
 * Tasks that ended by themselves: an essential container exited, or the task never started. Tasks that ECS stops (a
 * deployment, fewer tasks, a failed health check) have other codes.
 */
export const tasksStoppedPattern = (clusterArn: string, service: string) => ({
  source: ["aws.ecs"],
  "detail-type": ["ECS Task State Change"],
  detail: {
    clusterArn: [clusterArn],
    group: [`service:${service}`],
    lastStatus: ["STOPPED"],
    stopCode: ["EssentialContainerExited", "TaskFailedToStart"],
  },
});

/** What ECS says once, of a service and not of its tasks: the circuit breaker ended a deployment, or starts are put off. */
export const startFailedPattern = (serviceArn: string) => ({
  source: ["aws.ecs"],
  "detail-type": ["ECS Service Action", "ECS Deployment State Change"],
  resources: [serviceArn],
  detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_START_IMPAIRED"] },
});
