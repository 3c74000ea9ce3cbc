/**
 * Answers of the ECS task metadata endpoint version 4 on Fargate, platform version 1.4, in the shape that the service's
 * documentation records. Identifiers and numbers are made up; the numbers move with the task's age.
 */

export interface FargateContainer {
  readonly name: string;
  readonly image: string;
  /** CPU units and MiB; 0 when the container has no limit of its own. */
  readonly cpu: number;
  readonly memory: number;
}

export interface FargateTask {
  /** 32 hexadecimal digits. */
  readonly taskId: string;
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  readonly family: string;
  readonly revision: number;
  readonly service: string;
  readonly taskRoleArn: string;
  /** CPU units and MiB of the whole task. */
  readonly cpu: number;
  readonly memory: number;
  readonly containers: readonly FargateContainer[];
}

const MIB = 1024 * 1024;
const STARTED_AT = "2026-01-01T00:00:05.000000000Z";

const arn = (task: FargateTask, rest: string): string =>
  `arn:aws:ecs:${task.region}:${task.accountId}:${rest}`;
const taskArn = (task: FargateTask): string => arn(task, `task/${task.cluster}/${task.taskId}`);

export function containerMetadata(task: FargateTask, container: FargateContainer) {
  const index = task.containers.indexOf(container);
  return {
    DockerId: `${task.taskId}-${String(index).padStart(10, "0")}`,
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    ImageID: "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    Labels: {
      "com.amazonaws.ecs.cluster": arn(task, `cluster/${task.cluster}`),
      "com.amazonaws.ecs.container-name": container.name,
      "com.amazonaws.ecs.task-arn": taskArn(task),
      "com.amazonaws.ecs.task-definition-family": task.family,
      "com.amazonaws.ecs.task-definition-version": String(task.revision),
    },
    DesiredStatus: "RUNNING",
    KnownStatus: "RUNNING",
    Limits: { CPU: container.cpu, ...(container.memory === 0 ? {} : { Memory: container.memory }) },
    CreatedAt: STARTED_AT,
    StartedAt: STARTED_AT,
    Type: "NORMAL",
    LogDriver: "awslogs",
    LogOptions: {
      "awslogs-group": `/${task.family}`,
      "awslogs-region": task.region,
      "awslogs-stream": `${container.name}/${container.name}/${task.taskId}`,
    },
    ContainerARN: arn(task, `container/${task.cluster}/${task.taskId}/0000000${index}`),
    Networks: [
      {
        NetworkMode: "awsvpc",
        IPv4Addresses: ["10.0.0.108"],
        AttachmentIndex: 0,
        MACAddress: "0a:62:17:7a:36:68",
        IPv4SubnetCIDRBlock: "10.0.0.0/24",
        DomainNameServers: ["10.0.0.2"],
        PrivateDNSName: "ip-10-0-0-108.internal",
        SubnetGatewayIpv4Address: "10.0.0.1/24",
      },
    ],
    Snapshotter: "overlayfs",
  };
}

export function taskMetadata(task: FargateTask) {
  return {
    Cluster: arn(task, `cluster/${task.cluster}`),
    TaskARN: taskArn(task),
    Family: task.family,
    Revision: String(task.revision),
    DesiredStatus: "RUNNING",
    KnownStatus: "RUNNING",
    // On Fargate the task's CPU limit is in vCPU.
    Limits: { CPU: task.cpu / 1024, Memory: task.memory },
    PullStartedAt: "2026-01-01T00:00:00.000000000Z",
    PullStoppedAt: "2026-01-01T00:00:04.000000000Z",
    AvailabilityZone: `${task.region}a`,
    LaunchType: "FARGATE",
    ServiceName: task.service,
    Containers: task.containers.map((container) => containerMetadata(task, container)),
    ClockDrift: {
      ClockErrorBound: 0.5,
      ReferenceTimestamp: "2026-01-01T00:00:00Z",
      ClockSynchronizationStatus: "SYNCHRONIZED",
    },
    EphemeralStorageMetrics: { Utilized: 261, Reserved: 20496 },
    FaultInjectionEnabled: false,
  };
}

/** Docker's statistics of one container, `seconds` after its start; each container of a task works at its own pace. */
export function containerStats(
  task: FargateTask,
  container: FargateContainer,
  index: number,
  seconds: number,
) {
  const pace = index + 1;
  const now = Date.now();
  const cpu = (at: number) => {
    const total = Math.round(at * 50_000_000 * pace);
    return {
      cpu_usage: {
        total_usage: total,
        percpu_usage: [Math.round(total / 2), Math.round(total / 2)],
        usage_in_kernelmode: Math.round(total / 5),
        usage_in_usermode: Math.round((total * 4) / 5),
      },
      system_cpu_usage: Math.round(at * 2_000_000_000),
      online_cpus: 2,
      throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
    };
  };
  const io = (op: string, value: number) => ({ major: 202, minor: 26368, op, value: Math.round(value) });
  const usage = (40 + 5 * pace) * MIB + Math.round(seconds) * 1024;
  return {
    read: new Date(now).toISOString(),
    preread: new Date(now - 1000).toISOString(),
    pids_stats: { current: 8 },
    blkio_stats: {
      io_service_bytes_recursive: [io("Read", 638_976 + seconds * 4096), io("Write", seconds * 8192 * pace)],
      io_serviced_recursive: [io("Read", 12), io("Write", seconds)],
    },
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpu(seconds + 1),
    precpu_stats: cpu(seconds),
    memory_stats: {
      usage,
      max_usage: usage + MIB,
      limit: (container.memory === 0 ? task.memory : container.memory) * MIB,
      stats: { active_anon: usage, cache: 4 * MIB, rss: usage - 4 * MIB, total_cache: 4 * MIB },
    },
    name: container.name,
    id: containerMetadata(task, container).DockerId,
    networks: {
      eth1: {
        rx_bytes: Math.round(seconds * 2000 * pace),
        rx_packets: Math.round(seconds * 4),
        rx_errors: 0,
        rx_dropped: 0,
        tx_bytes: Math.round(seconds * 1000 * pace),
        tx_packets: Math.round(seconds * 3),
        tx_errors: 0,
        tx_dropped: 0,
      },
    },
    network_rate_stats: { rx_bytes_per_sec: 2000.5 * pace, tx_bytes_per_sec: 1000.25 * pace },
  };
}
