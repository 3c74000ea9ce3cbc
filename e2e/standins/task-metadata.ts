import { type Answer, json, StandinServer } from "./http";
import { type Identities } from "./identities";
import { type ReceivedRequest } from "./sigv4";
import { containerMetadata, containerStats, taskMetadata, type FargateTask } from "./task-shapes";

/** Life of a task role's credentials, in seconds. Fargate's live 6 hours. */
const TASK_CREDENTIALS_SECONDS = 6 * 3600;

/**
 * What a Fargate task reaches on link-local addresses: the task metadata endpoint (version 4) and the credentials of
 * its role. One server stands in for all tasks: each has its own path, as on ECS each container has.
 */
export class TaskEndpoint {
  private readonly tasks = new Map<string, FargateTask & { readonly started: number }>();
  private readonly server = new StandinServer((request) => this.handle(request));

  constructor(private readonly identities: Identities) {}

  start = (): Promise<void> => this.server.start();
  stop = (): Promise<void> => this.server.stop();

  /** Registers a task; the answer is what ECS sets in the environment of each of its containers. */
  add(task: FargateTask, container: string): Readonly<Record<string, string>> {
    this.tasks.set(task.taskId, { ...task, started: Date.now() });
    return {
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: task.region,
      ECS_CONTAINER_METADATA_URI_V4: `${this.server.url}/v4/${task.taskId}-${container}`,
      // On ECS it is a relative URI of 169.254.170.2; the SDKs take a full one on loopback for the same protocol.
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${this.server.url}/credentials/${task.taskId}`,
    };
  }

  private handle(request: ReceivedRequest): Answer {
    const [, kind = "", id = "", ...rest] = request.rawUrl.split("/");
    const [taskId = "", ...containerParts] = id.split("-");
    const task = this.tasks.get(taskId);
    if (task === undefined) return json({ message: "no such task" }, 404);
    if (kind === "credentials") return this.credentials(task);
    if (kind !== "v4") return json({ message: "Not Found" }, 404);

    const seconds = (Date.now() - task.started) / 1000;
    const index = task.containers.findIndex(({ name }) => name === containerParts.join("-"));
    const container = task.containers[index];
    if (container === undefined) return json({ message: "no such container" }, 404);
    switch (rest.join("/")) {
      case "":
        return json(containerMetadata(task, container));
      case "stats":
        return json(containerStats(task, container, index, seconds));
      case "task":
        return json(taskMetadata(task));
      case "task/stats": {
        const all = task.containers.map((each, at) => [
          containerMetadata(task, each).DockerId,
          containerStats(task, each, at, seconds),
        ]);
        return json(Object.fromEntries(all));
      }
      default:
        return json({ message: "Not Found" }, 404);
    }
  }

  private credentials(task: FargateTask): Answer {
    const { credentials, expires } = this.identities.issue(task.taskRoleArn, TASK_CREDENTIALS_SECONDS);
    return json({
      RoleArn: task.taskRoleArn,
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      Expiration: new Date(expires).toISOString(),
    });
  }
}
