import type { Service } from "../../fleet/types";
import { COLLECTOR_CONTAINER, tenantNames } from "../../lib/names";
import { literal } from "../../lib/terraform-text";
import { renderCollectorConfig, type CollectorInput } from "./config";
import type { CollectorEnv } from "./environment";

/** An ECS container definition, as far as this program writes it. Strings are Terraform text: references are meant. */
export type ContainerDefinition = Readonly<Record<string, unknown>> & { readonly name: string };

/** Go's soft memory limit, as a share of the container's hard one. */
const GOMEMLIMIT_SHARE = 0.8;

/** Drops of a throttled remote write (HTTP 429) become retries; off by default upstream. */
export const COLLECTOR_COMMAND = [
  "--feature-gates=exporter.prometheusremotewritexporter.RetryOn429",
] as const;

/** ECS takes key-value lists; sorted, so that the order in a manifest makes no new revision. */
export const environmentList = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value }));

/** awslogs that never blocks the container: a slow log service must not stop an application. */
export function awslogs(group: string, region: string, prefix: string) {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": group,
      "awslogs-region": region,
      "awslogs-stream-prefix": prefix,
      mode: "non-blocking",
      "max-buffer-size": "25m",
    },
  };
}

/** The collector's configuration input of one service. */
export function collectorInput(
  tenant: { readonly name: string; readonly region: string },
  service: Service,
  { centralRegion, generation }: Pick<CollectorInput, "centralRegion" | "generation">,
): CollectorInput {
  const names = tenantNames(tenant.name).service(service.name);
  return {
    generation,
    tenant: tenant.name,
    service: service.name,
    centralRegion,
    tenantRegion: tenant.region,
    otlp: service.otlp,
    metrics: service.metrics,
    logs: { loki: service.logs.destinations.includes("loki") },
    traces: {
      ...service.traces,
      ...(service.logs.destinations.includes("cloudwatch") ? { xrayLogGroup: names.logGroup } : {}),
    },
    exports: {
      otlp: service.exports.otlp,
      ...(service.exports.emf === undefined
        ? {}
        : { emf: { ...service.exports.emf, logGroup: names.emfLogGroup } }),
    },
    memoryMiB: service.sidecar.memory,
    debug: service.sidecar.debug,
  };
}

export interface CollectorContainerProps {
  readonly input: CollectorInput;
  readonly image: string;
  readonly sidecar: Service["sidecar"];
  readonly logGroup: string;
  /** Values of the variables that the configuration names; Terraform references are meant. */
  readonly environment: Readonly<Partial<Record<CollectorEnv, string>>>;
}

/** Overrides the image's own configuration file, and rolls with the task definition. */
export const CONFIG_VARIABLE = "AOT_CONFIG_CONTENT";

/**
 * The ADOT sidecar. Never essential and nothing depends on it: when it stops, the application runs on and an alarm is
 * raised. No port mapping: it listens inside the task only.
 */
export function collectorContainer(props: CollectorContainerProps): ContainerDefinition {
  return containerWith(props, { [CONFIG_VARIABLE]: literal(renderCollectorConfig(props.input)) });
}

/** The sidecar without its configuration, for documents that say where the configuration is. */
export const unconfiguredCollectorContainer = (props: CollectorContainerProps): ContainerDefinition =>
  containerWith(props, {});

/** The variables that the configuration names: the others would only puzzle who reads the task definition. */
const named = (config: string, environment: CollectorContainerProps["environment"]): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => config.includes(`{env:${name}}`)));

function containerWith(
  props: CollectorContainerProps,
  configuration: Readonly<Record<string, string>>,
): ContainerDefinition {
  const { input, sidecar } = props;
  return {
    name: COLLECTOR_CONTAINER,
    image: literal(props.image),
    essential: false,
    command: COLLECTOR_COMMAND,
    environment: environmentList({
      ...named(renderCollectorConfig(input), props.environment),
      ...configuration,
      AWS_REGION: input.tenantRegion,
      GOMEMLIMIT: `${Math.floor(sidecar.memory * GOMEMLIMIT_SHARE)}MiB`,
    }),
    // The image has no shell: only the exec form works.
    healthCheck: { command: ["CMD", "/healthcheck"], interval: 30, timeout: 5, retries: 3, startPeriod: 10 },
    cpu: sidecar.cpu,
    memory: sidecar.memory,
    user: "4317",
    readonlyRootFilesystem: true,
    linuxParameters: { capabilities: { drop: ["ALL"] } },
    // ECS restarts only what has run for the period; 60 s is the least that it takes.
    restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
    // Time to send what it has already taken; the application stops at the same moment.
    stopTimeout: 30,
    logConfiguration: awslogs(props.logGroup, input.tenantRegion, "collector"),
  };
}
