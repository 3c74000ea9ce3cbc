import { literal } from "../../lib/terraform-text";
import { awslogs, environmentList, type ContainerDefinition } from "../collector/container";
import { JAEGER_COMMAND, JAEGER_CONFIG_VARIABLE, renderJaegerConfig, type JaegerConfig } from "./config";

/** Go's soft memory limit, as a share of the container's hard one. */
const GOMEMLIMIT_SHARE = 0.8;

export interface JaegerContainerProps {
  readonly name: string;
  readonly image: string;
  readonly config: JaegerConfig;
  /** Values of the variables that the configuration names; Terraform references are meant. */
  readonly environment: Readonly<Record<string, string>>;
  /** Region of the task. */
  readonly region: string;
  readonly memoryMiB: number;
  readonly healthPort: number;
  readonly logGroup: string;
  readonly logPrefix: string;
}

/** What every container of Jaeger is, whoever's task it is in. */
export const jaegerContainer = (props: JaegerContainerProps): ContainerDefinition => ({
  name: props.name,
  image: literal(props.image),
  command: JAEGER_COMMAND,
  environment: environmentList({
    ...props.environment,
    [JAEGER_CONFIG_VARIABLE]: literal(renderJaegerConfig(props.config)),
    AWS_REGION: props.region,
    GOMEMLIMIT: `${Math.floor(props.memoryMiB * GOMEMLIMIT_SHARE)}MiB`,
  }),
  healthCheck: {
    command: ["CMD-SHELL", `wget -q -O /dev/null http://127.0.0.1:${props.healthPort}/status`],
    interval: 30,
    timeout: 5,
    retries: 3,
    startPeriod: 30,
  },
  user: "10001",
  readonlyRootFilesystem: true,
  linuxParameters: { capabilities: { drop: ["ALL"] } },
  // Time to write what it has taken.
  stopTimeout: 60,
  logConfiguration: awslogs(props.logGroup, props.region, props.logPrefix),
});
