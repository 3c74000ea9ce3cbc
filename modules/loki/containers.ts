import { literal } from "../../lib/terraform-text";
import { awslogs, environmentList, type ContainerDefinition } from "../collector/container";
import { renderLokiConfig, type LokiInput } from "./config";
import type { LokiEnv } from "./environment";
import { LOKI_CONTAINER, LOKI_UID, OVERRIDES_KEY, paths } from "./names";
import { LOKI_GRPC_PORT, LOKI_HTTP_PORT, LOKI_MEMBERLIST_PORT } from "./ports";
import { FIRST_OVERRIDES, RENEW_OVERRIDES, WRITE_CONFIG } from "./scripts";

export interface LokiImages {
  readonly loki: string;
  /** A shell and chown. */
  readonly busybox: string;
  readonly awsCli: string;
}

export interface LokiContainersProps {
  readonly images: LokiImages;
  readonly input: Omit<LokiInput, "memoryMiB">;
  /** Of the whole task, MiB. */
  readonly taskMemory: number;
  readonly configBucket: string;
  readonly logGroup: string;
  /** Values of the variables that the configuration names; Terraform references are meant. */
  readonly environment: Readonly<Record<LokiEnv, string>>;
}

/** Names of a task's volumes. */
export const VOLUMES = {
  config: "config",
  overrides: "overrides",
  scratch: "scratch",
  data: "data",
} as const;

/** Of the container that renews the overrides, MiB; the rest of the task is Loki's. */
export const SIDECAR_MEMORY = 256;
const RENEW_SECONDS = 30;
/** Go's soft memory limit, as a share of what Loki has. */
const GOMEMLIMIT_SHARE = 0.9;

/**
 * Docker's default capabilities but CHOWN, which the first container uses. Fargate takes away named capabilities but
 * adds none back, so that "ALL" is out of the question there.
 */
const CAPABILITIES_BUT_CHOWN = [
  "AUDIT_WRITE",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

const mount = (sourceVolume: keyof typeof VOLUMES, containerPath: string, readOnly: boolean) => ({
  sourceVolume: VOLUMES[sourceVolume],
  containerPath,
  readOnly,
});

const after = (...containers: string[]) => ({
  dependsOn: containers.map((containerName) => ({ containerName, condition: "SUCCESS" })),
});

const OWNER = `${LOKI_UID}:${LOKI_UID}`;
const NO_CAPABILITIES = { linuxParameters: { capabilities: { drop: ["ALL"] } } };

/**
 * The containers of one replica's task, in the order in which they start: the configuration is written, the overrides
 * are fetched, Loki starts, and the overrides are fetched again every half a minute.
 */
export function lokiContainers(props: LokiContainersProps): ContainerDefinition[] {
  const { images, input } = props;
  const log = (prefix: string) => ({ logConfiguration: awslogs(props.logGroup, input.region, prefix) });
  // The first two containers are gone when Loki starts.
  const lokiMemory = props.taskMemory - SIDECAR_MEMORY;
  const shell = (script: string) => ({ entryPoint: ["/bin/sh", "-c"], command: [literal(script)] });
  const overrides = (name: string, script: string, pause: number) => ({
    name,
    image: images.awsCli,
    essential: false,
    ...shell(script),
    environment: environmentList({
      AWS_REGION: input.region,
      BUCKET: props.configBucket,
      FILE: paths.overridesFile,
      // Nothing is kept there; the user has no home in the image.
      HOME: "/tmp",
      KEY: OVERRIDES_KEY,
      PAUSE: String(pause),
    }),
    mountPoints: [mount("overrides", paths.overrides, false)],
    user: OWNER,
    readonlyRootFilesystem: true,
    ...NO_CAPABILITIES,
    ...log(name),
  });
  return [
    {
      name: "config",
      image: images.busybox,
      essential: false,
      ...shell(WRITE_CONFIG),
      environment: environmentList({
        CONFIG: literal(renderLokiConfig({ ...input, memoryMiB: lokiMemory })),
        CONFIG_FILE: paths.configFile,
        FOLDERS: `${paths.overrides} ${paths.scratch}`,
        OWNER,
      }),
      mountPoints: [
        mount("config", paths.config, false),
        mount("overrides", paths.overrides, false),
        mount("scratch", paths.scratch, false),
      ],
      user: "0:0",
      readonlyRootFilesystem: true,
      linuxParameters: { capabilities: { drop: CAPABILITIES_BUT_CHOWN } },
      ...log("config"),
    },
    { ...overrides("first-overrides", FIRST_OVERRIDES, 5), ...after("config") },
    {
      name: LOKI_CONTAINER,
      image: images.loki,
      essential: true,
      command: [`-config.file=${paths.configFile}`, "-config.expand-env=true"],
      environment: environmentList({
        ...props.environment,
        AWS_REGION: input.region,
        GOMEMLIMIT: `${Math.floor(lokiMemory * GOMEMLIMIT_SHARE)}MiB`,
      }),
      mountPoints: [
        mount("config", paths.config, true),
        mount("overrides", paths.overrides, true),
        mount("scratch", paths.scratch, false),
        mount("data", paths.data, false),
      ],
      portMappings: [
        LOKI_HTTP_PORT,
        ...(input.replicas === 1 ? [] : [LOKI_GRPC_PORT, LOKI_MEMBERLIST_PORT]),
      ].map((containerPort) => ({ containerPort, protocol: "tcp" })),
      // The image has no shell. Not ready while it replays its log, so it has ten minutes for that.
      healthCheck: {
        command: ["CMD", "/usr/bin/loki", "-health"],
        interval: 30,
        timeout: 10,
        retries: 10,
        startPeriod: 300,
      },
      user: OWNER,
      readonlyRootFilesystem: true,
      ...NO_CAPABILITIES,
      memory: lokiMemory,
      // The most that Fargate gives: chunks go to S3 before it ends; what is left is replayed at the next start.
      stopTimeout: 120,
      ...after("config", "first-overrides"),
      ...log("loki"),
    },
    {
      ...overrides("overrides", RENEW_OVERRIDES, RENEW_SECONDS),
      ...after("first-overrides"),
      memory: SIDECAR_MEMORY,
      restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
    },
  ];
}
