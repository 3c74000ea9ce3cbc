import { ROUTER_CONTAINER } from "../../lib/names";
import { literal } from "../../lib/terraform-text";
import { awslogs, environmentList, type ContainerDefinition } from "../collector/container";
import { DIRECT_HOST_VARIABLE, routerSections, routerText, type RouterInput } from "./config";
import { ROUTER_CPU, ROUTER_MEMORY } from "./size";

/** Where FireLens mounts its own file, and where ours goes beside it. */
const CONFIG_FOLDER = "/fluent-bit/etc";
const OUR_FILE = `${CONFIG_FOLDER}/tenantscope.conf`;
const CONFIG_VARIABLE = "ROUTER_CONFIG";

/** Bytes of lines that the log driver holds for the router before it drops. */
const DRIVER_BUFFER = 2_097_152;

export interface RouterContainerProps {
  readonly input: RouterInput;
  readonly image: string;
  /** Host of Loki's listener for joined networks; may be a reference. Only with `loki-direct`. */
  readonly directHost?: string;
}

/** How a container of a task with a router logs. FireLens makes no output of its own: ours are in the router's file. */
export const throughRouter = {
  logDriver: "awsfirelens",
  options: { "log-driver-buffer-limit": String(DRIVER_BUFFER) },
};

/**
 * The FireLens log router. Fargate takes a further configuration only as a file in the image, so the container writes
 * it before Fluent Bit starts. It runs as root and with a writable root file system, as FireLens demands; it is not
 * essential: an application must not stop because its lines do not arrive.
 */
export function routerContainer({ input, image, directHost }: RouterContainerProps): ContainerDefinition {
  return {
    name: ROUTER_CONTAINER,
    image: literal(image),
    essential: false,
    entryPoint: ["/bin/sh", "-c"],
    command: [
      `printf '%s' "$${CONFIG_VARIABLE}" > ${OUR_FILE} && exec /fluent-bit/bin/fluent-bit -c ${CONFIG_FOLDER}/fluent-bit.conf`,
    ],
    environment: environmentList({
      [CONFIG_VARIABLE]: literal(routerText(routerSections(input))),
      AWS_REGION: input.region,
      ...(directHost === undefined ? {} : { [DIRECT_HOST_VARIABLE]: directHost }),
    }),
    firelensConfiguration: {
      type: "fluentbit",
      options: {
        "enable-ecs-log-metadata": "true",
        "config-file-type": "file",
        "config-file-value": OUR_FILE,
      },
    },
    cpu: ROUTER_CPU,
    memory: ROUTER_MEMORY,
    user: "0",
    readonlyRootFilesystem: false,
    restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
    stopTimeout: 30,
    logConfiguration: awslogs(input.logGroup, input.region, "firelens"),
  };
}
