import { literal } from "../../lib/terraform-text";
import { awslogs, type ContainerDefinition } from "../collector/container";
import { GATEWAY_NAMES } from "./names";
import { GATEWAY_PORTS } from "./ports";

/** Volumes of the task: the configuration, and nginx's temporary files. */
export const GATEWAY_VOLUMES = ["config", "scratch"] as const;

const CONFIG_CONTAINER = "config";
const CONFIG_VARIABLE = "NGINX_CONF";
const CONFIG_FOLDER = "/etc/tenantscope";
/** User of the unprivileged nginx images. */
const NGINX_USER = "101:101";

/** Writes the configuration, and opens the folder for temporary files to nginx's user. */
const WRITE_CONFIG = `printf %s "$${CONFIG_VARIABLE}" > /config/nginx.conf && chmod 0444 /config/nginx.conf && chmod 1777 /scratch`;

export interface GatewayContainersProps {
  /** nginx that can run as user 101, and anything with a shell, printf and chmod. */
  readonly image: string;
  readonly initImage: string;
  /** Text of nginx.conf. */
  readonly config: string;
  /** Whether something listens for joined networks. */
  readonly direct: boolean;
  readonly region: string;
}

const volume = (name: (typeof GATEWAY_VOLUMES)[number], path: string, readOnly: boolean) => ({
  sourceVolume: name,
  containerPath: path,
  readOnly,
});

/**
 * nginx and the container before it that writes its configuration. On Fargate a volume belongs to root, and nginx is
 * not root: it could write neither its configuration nor a temporary file by itself. A tmpfs could be its own, but would
 * hold the bodies of requests in the task's memory. The configuration is in the task definition, so that a new one rolls
 * and a broken one is rolled back.
 */
export function gatewayContainers(props: GatewayContainersProps): ContainerDefinition[] {
  const hardened = { readonlyRootFilesystem: true, linuxParameters: { capabilities: { drop: ["ALL"] } } };
  const ports = [GATEWAY_PORTS.ingest, ...(props.direct ? [GATEWAY_PORTS.direct] : [])];
  return [
    {
      ...hardened,
      name: CONFIG_CONTAINER,
      image: props.initImage,
      essential: false,
      // Owner of the volumes; without capabilities that is all it may do.
      user: "0",
      command: ["sh", "-c", literal(WRITE_CONFIG)],
      environment: [{ name: CONFIG_VARIABLE, value: literal(props.config) }],
      mountPoints: [volume("config", "/config", false), volume("scratch", "/scratch", false)],
      logConfiguration: awslogs(GATEWAY_NAMES.logGroup, props.region, CONFIG_CONTAINER),
    },
    {
      ...hardened,
      name: GATEWAY_NAMES.service,
      image: props.image,
      essential: true,
      user: NGINX_USER,
      // Not the image's own entry point: that rewrites configuration files.
      entryPoint: ["nginx"],
      command: ["-e", "stderr", "-c", `${CONFIG_FOLDER}/nginx.conf`],
      portMappings: ports.map((containerPort) => ({ containerPort, protocol: "tcp" })),
      mountPoints: [volume("config", CONFIG_FOLDER, true), volume("scratch", "/tmp", false)],
      dependsOn: [{ containerName: CONFIG_CONTAINER, condition: "SUCCESS" }],
      ulimits: [{ name: "nofile", softLimit: 65_535, hardLimit: 65_535 }],
      // nginx ends the requests that it has; its configuration gives it 20 s.
      stopTimeout: 30,
      logConfiguration: awslogs(GATEWAY_NAMES.logGroup, props.region, GATEWAY_NAMES.service),
    },
  ];
}
